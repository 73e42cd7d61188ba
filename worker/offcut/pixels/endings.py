"""Whether a picture's file ends before the picture does: a copy or a download that broke off.

A suspicion, not a verdict: it is found in the file's frame, and no pixel is decoded.
"""

from __future__ import annotations

SCAN, END = 0xDA, b"\xff\xd9"  # a JPEG's markers
STANDING_ALONE = (0x01, 0xFF, *range(0xD0, 0xD9))  # markers, and a fill byte, without a length


def ends_early(data: bytes, kind: str) -> bool:
    """Tell of a whole file (``kind`` as ``sniff`` names it); no for kinds that do not say."""
    check = _CHECKS.get(kind)
    return check is not None and check(data)


def _jpeg(data: bytes) -> bool:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == SCAN:
            return data.rfind(END) < at
        lone = marker in STANDING_ALONE
        at += (1 if marker == 0xFF else 2) if lone else 2 + _number(data[at + 2 : at + 4])
    return at + 4 > len(data)  # elsewhere it is broken in another way


def _png(data: bytes) -> bool:
    at = 8
    while at + 12 <= len(data):
        if data[at + 4 : at + 8] == b"IEND":
            return False
        at += 12 + _number(data[at : at + 4])
    return True


def _webp(data: bytes) -> bool:
    return 8 + int.from_bytes(data[4:8], "little") > len(data)


def _gif(data: bytes) -> bool:
    return not data.rstrip(b"\0").endswith(b";")


def _bmp(data: bytes) -> bool:
    return int.from_bytes(data[2:6], "little") > len(data)


def _avif(data: bytes) -> bool:
    at = 0
    while at + 8 <= len(data):
        size = _number(data[at : at + 4])
        if size == 1:
            size = _number(data[at + 8 : at + 16])
        if size < 8:
            return False  # to the end, or broken in another way
        at += size
    return at > len(data)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


_CHECKS = {"jpeg": _jpeg, "png": _png, "webp": _webp, "gif": _gif, "bmp": _bmp, "avif": _avif}
