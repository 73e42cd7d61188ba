"""What the boxes of an AVIF or HEIC tell of its main picture (ISO 14496-12, 23008-12).

Everything stands in ``meta``: ``pitm`` names the picture, ``iprp/ipco`` lists properties, and
``iprp/ipma`` says which belong to which picture; ``iinf`` names the kinds of all items and ``iloc``
where they lie. Every length is checked; what is cut off or broken is simply not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offcut.pixels.headers import EXIF_PREFIX, MAX_EXIF, MAX_ICC, Told
from offcut.pixels.icc import P3_PRIMARIES, SRGB_LIKE, display_p3

if TYPE_CHECKING:
    from collections.abc import Iterator


def picture(data: bytes) -> Told:
    """Size as stored (before rotation), bits, ICC profile and Exif of the main picture."""
    told = Told(channels=3)
    meta = next((body for name, body in split(data) if name == b"meta"), b"")
    boxes = dict(split(meta[4:]))
    # Not what it says of orientation: that repeats what the boxes say.
    told.exif = _exif(data, boxes)
    properties = dict(split(boxes.get(b"iprp", b"")))
    listed = list(split(properties.get(b"ipco", b"")))
    wanted = _owned(properties.get(b"ipma", b""), _primary(boxes.get(b"pitm", b"")))
    for number in wanted:
        if not 0 < number <= len(listed):
            continue
        name, body = listed[number - 1]
        if name == b"ispe" and len(body) >= 12:
            told.width = _number(body[4:8])
            told.height = _number(body[8:12])
        elif name == b"pixi" and len(body) >= 6:
            told.bits = body[5]
        elif name == b"colr" and body[:4] in (b"prof", b"rICC") and len(body) <= MAX_ICC:
            told.icc = body[4:]
        elif name == b"colr" and told.icc is None and _is_p3(body):
            # A profile says the same in files that know no such numbers.
            told.icc = display_p3()
    return told


def _is_p3(colr: bytes) -> bool:
    """Whether the colours are Display P3 by number (nclx: primaries, curve, matrix, range)."""
    primaries, curve = _number(colr[4:6]), _number(colr[6:8])
    return colr[:4] == b"nclx" and primaries == P3_PRIMARIES and curve in SRGB_LIKE


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give (name, body) of each box that lies whole in ``data``."""
    at = 0
    while at + 8 <= len(data):
        size, head = _number(data[at : at + 4]), 8
        if size == 1:
            size, head = _number(data[at + 8 : at + 16]), 16
        elif size == 0:
            size = len(data) - at
        if size < head or at + size > len(data):
            return
        yield data[at + 4 : at + 8], data[at + head : at + size]
        at += size


def _exif(data: bytes, boxes: dict[bytes, bytes]) -> bytes | None:
    """The first Exif item: four bytes that say where in it the block begins, then the block."""
    items = boxes.get(b"iinf", b"")
    for name, entry in split(items[6:] if items[:1] == b"\0" else items[8:]):
        at = 8 if entry[:1] == b"\3" else 6  # version 3 has longer numbers
        if name == b"infe" and entry[at + 2 : at + 6] == b"Exif":
            body = _item(data, boxes, _number(entry[4:at]))
            return body[4 + _number(body[:4]) :].removeprefix(EXIF_PREFIX) or None
    return None


def _item(data: bytes, boxes: dict[bytes, bytes], item: int) -> bytes:
    """The bytes of an item, of all its pieces; b"" where ``iloc`` does not lead to them all."""
    iloc = boxes.get(b"iloc", b"")
    version, at = iloc[:1], 6
    # Of an offset, a length, a base, an index, in bytes.
    sizes = [_number(iloc[4:6]) >> shift & 15 for shift in (12, 8, 4, 0)]
    if not sizes[1]:
        return b""  # and no loop over pieces that take no room

    def take(size: int) -> int:
        nonlocal at
        at += size
        return _number(iloc[at - size : at])

    id_size = 4 if version == b"\2" else 2
    for _ in range(take(id_size)):
        if at >= len(iloc):
            break
        found = take(id_size)
        method = take(2) & 15 if version != b"\0" else 0
        take(2)  # which file: this one
        base = take(sizes[2])
        source = {0: data, 1: boxes.get(b"idat", b"")}.get(method, b"")
        whole = b""
        for _ in range(take(2)):
            if at >= len(iloc):
                break
            if version != b"\0":
                take(sizes[3])
            start, size = base + take(sizes[0]), take(sizes[1])
            if found != item:
                continue
            if start + size > len(source) or len(whole) + size > MAX_EXIF:
                return b""
            whole += source[start : start + size]
        if found == item:
            return whole
    return b""


def _primary(pitm: bytes) -> int:
    return _number(pitm[4:8] if pitm[:1] == b"\1" else pitm[4:6])


def _owned(ipma: bytes, item: int) -> list[int]:
    """The numbers (from 1) of the properties of ``item``."""
    if len(ipma) < 8:
        return []
    long_ids, long_numbers = ipma[0] >= 1, bool(ipma[3] & 1)
    id_size, number_size = (4 if long_ids else 2), (2 if long_numbers else 1)
    at = 8
    for _ in range(min(_number(ipma[4:8]), len(ipma))):
        if at + id_size + 1 > len(ipma):
            break
        found = _number(ipma[at : at + id_size])
        count = ipma[at + id_size]
        at += id_size + 1
        body = ipma[at : at + count * number_size]
        at += count * number_size
        if found == item:
            mask = 0x7FFF if long_numbers else 0x7F  # the top bit says "essential"
            steps = range(0, len(body) - number_size + 1, number_size)
            return [_number(body[n : n + number_size]) & mask for n in steps]
    return []
