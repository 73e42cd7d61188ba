"""What the headers of picture files tell, without decoding a pixel.

Only what is cheap and safe: every length is checked, a broken header ends the reading. Sources:
ITU T.81 (JPEG), Exif 2.32, W3C PNG, the WebP container specification, GIF89a.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

MAX_ICC = 4 << 20  # the largest real profiles (CMYK presses) have 2 to 3 MB
MAX_EXIF = 16 << 20  # a JPEG's has 64 KB at most; other files carry larger previews in theirs
METRE = 0.0254  # inches to metres
EXIF_PREFIX = b"Exif\0\0"


@dataclass
class Told:
    """What a header told; the fields of ``sniff.Kind``."""

    has_alpha: bool | None = None
    width: int = 0
    height: int = 0
    bits: int = 0
    channels: int = 0
    orientation: int = 1
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    animated: bool | None = None
    exif: bytes | None = None

    def take_exif(self, block: bytes) -> None:
        """Keep an Exif block (some writers put JPEG's own prefix everywhere) and what it tells."""
        self.exif = block.removeprefix(EXIF_PREFIX)
        self.orientation = exif_orientation(self.exif)


def jpeg(data: bytes) -> Told:
    """Walk the markers of a JPEG up to the first scan."""
    told = Told(has_alpha=False, animated=False)
    profile: dict[int, bytes] = {}
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xDA:
            break
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if size < 2 or len(body) < size - 2:
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(body) >= 6:
            told.bits = body[0]
            told.height = int.from_bytes(body[1:3], "big")
            told.width = int.from_bytes(body[3:5], "big")
            told.channels = body[5]
        elif marker == 0xE0 and body[:5] == b"JFIF\0" and len(body) >= 12:
            told.dpi = _jfif_density(body)
        elif marker == 0xE1 and body[:6] == EXIF_PREFIX:
            told.take_exif(body)
        elif marker == 0xE2 and body[:12] == b"ICC_PROFILE\0" and len(body) > 14:
            profile[body[12]] = body[14:]
            if len(profile) == body[13]:
                told.icc = b"".join(profile[n] for n in sorted(profile))[:MAX_ICC]
        at += 2 + size
    return told


def _jfif_density(body: bytes) -> tuple[float, float] | None:
    unit = body[7]
    x = int.from_bytes(body[8:10], "big")
    y = int.from_bytes(body[10:12], "big")
    factor = {1: 1.0, 2: 2.54}.get(unit)
    return (x * factor, y * factor) if factor and x and y else None


def exif_orientation(tiff: bytes) -> int:
    """Tag 0x0112 of the first directory of an Exif block; 1 if absent or nonsense."""
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(tiff[:4])
    if order is None:
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    start = number(4, 4)
    for n in range(min(number(start, 2), 512)):
        at = start + 2 + 12 * n
        if at + 12 > len(tiff):
            break
        if number(at, 2) == 0x0112:
            value = number(at + 8, 2)
            return value if 1 <= value <= 8 else 1
    return 1


def png(data: bytes) -> Told:
    """Walk the chunks of a PNG up to the pixels."""
    told = Told(animated=False)
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if name == b"IDAT" or at + 8 + size > len(data):
            break
        body = data[at + 8 : at + 8 + size]
        if name == b"IHDR" and size == 13:
            told.width = int.from_bytes(body[:4], "big")
            told.height = int.from_bytes(body[4:8], "big")
            told.bits = body[8]
            told.channels = 1 if body[9] in (0, 4) else 3
            told.has_alpha = body[9] in (4, 6)
        elif name == b"tRNS":
            told.has_alpha = True
        elif name == b"acTL":
            told.animated = True
        elif name == b"eXIf":
            told.take_exif(body)
        elif name == b"pHYs" and size == 9 and body[8] == 1:
            x = int.from_bytes(body[:4], "big") * METRE
            y = int.from_bytes(body[4:8], "big") * METRE
            told.dpi = (x, y) if x and y else None
        elif name == b"iCCP":
            told.icc = _inflate(body.partition(b"\0")[2][1:])
        at += 12 + size
    return told


def _inflate(packed: bytes) -> bytes | None:
    try:
        engine = zlib.decompressobj()
        profile = engine.decompress(packed, MAX_ICC)
    except zlib.error:
        return None
    return profile if engine.eof else None


def webp(data: bytes) -> Told:
    """The first chunk of a WebP; then EXIF and ICC where they lie in the bytes at hand."""
    told = Told(bits=8, channels=3)
    first = data[12:16]
    if first == b"VP8X" and len(data) >= 30:
        flags = data[20]
        told.has_alpha = bool(flags & 0x10)
        told.animated = bool(flags & 0x02)
        told.width = 1 + int.from_bytes(data[24:27], "little")
        told.height = 1 + int.from_bytes(data[27:30], "little")
        _webp_chunks(data, told)
    elif first == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        told.width = 1 + (bits & 0x3FFF)
        told.height = 1 + (bits >> 14 & 0x3FFF)
        told.has_alpha = bool(bits >> 28 & 1)
        told.animated = False
    elif first == b"VP8 " and len(data) >= 30:
        told.width = int.from_bytes(data[26:28], "little") & 0x3FFF
        told.height = int.from_bytes(data[28:30], "little") & 0x3FFF
        told.has_alpha = told.animated = False
    return told


def _webp_chunks(data: bytes, told: Told) -> None:
    at = 30
    while at + 8 <= len(data):
        name = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        if len(body) == size and name == b"ICCP":
            told.icc = body
        elif len(body) == size and name == b"EXIF":
            told.take_exif(body)
        at += 8 + size + (size & 1)


def gif(data: bytes) -> Told:
    """The screen of a GIF. Whether a colour is transparent stands further on: not told."""
    return Told(
        width=int.from_bytes(data[6:8], "little"),
        height=int.from_bytes(data[8:10], "little"),
        bits=8,
        channels=3,
    )


def bmp(data: bytes) -> Told:
    """The information header of a BMP; negative heights mean top-down."""
    told = Told(bits=8, channels=3, animated=False)
    if int.from_bytes(data[14:18], "little") >= 40 and len(data) >= 46:
        told.width = abs(int.from_bytes(data[18:22], "little", signed=True))
        told.height = abs(int.from_bytes(data[22:26], "little", signed=True))
        told.has_alpha = None if int.from_bytes(data[28:30], "little") == 32 else False
        x = int.from_bytes(data[38:42], "little", signed=True) * METRE
        y = int.from_bytes(data[42:46], "little", signed=True) * METRE
        told.dpi = (x, y) if x > 0 and y > 0 else None
    elif len(data) >= 22:
        told.width = int.from_bytes(data[18:20], "little")
        told.height = int.from_bytes(data[20:22], "little")
        told.has_alpha = False
    return told
