"""AVIF files: who packs and unpacks the pixels, and what is written beside them.

The codec is given from outside: in a browser libavif in WebAssembly, under CPython Pillow's. What
the first of them cannot write, profile and Exif, is put into the boxes here for both (ISO 14496-12,
ISO 23008-12).
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PIL import Image, features

from offcut.errors import fail
from offcut.pixels.isobmff import split

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNSPECIFIED = b"nclx\0\2\0\2"
SRGB = b"nclx\0\1\0\x0d"  # primaries of BT.709, curve of sRGB


class AvifCodec(Protocol):
    """Pixels to AVIF and back, straight alpha in full range."""

    async def encode(self, pixels: NDArray[np.uint8], quality: int) -> bytes:
        """Write a file without profile or Exif.

        ``pixels``: uint8 (H, W, 3) or (H, W, 4). ``quality``: 1..100, of the colours; alpha is
        written without loss. From 90 on no colour is shared between pixels (4:4:4), at 100 a
        codec may write the colours without loss as well. Raises ENCODE_FAILED, OUT_OF_MEMORY.
        """
        ...

    async def decode(self, data: bytes) -> NDArray[np.uint8]:
        """Read such a file again: uint8 (H, W, 4). Raises VERIFY_FAILED."""
        ...


class PillowAvif:
    """The codec in Pillow, where it has one: under CPython, not in Pyodide."""

    async def encode(self, pixels: NDArray[np.uint8], quality: int) -> bytes:
        """See ``AvifCodec``."""
        if not features.check("avif"):
            raise fail("ENCODE_FAILED", "AVIF files cannot be written here; choose PNG or WebP.")
        out = BytesIO()
        sampling = "4:4:4" if quality >= 90 else "4:2:0"
        image = Image.fromarray(np.ascontiguousarray(pixels))
        # "a:" is for the alpha plane alone: Pillow has one quality for both.
        lossless_alpha = {"a:lossless": "1"} if pixels.shape[2] == 4 else {}
        try:
            image.save(out, "AVIF", quality=quality, subsampling=sampling, advanced=lossless_alpha)
        except MemoryError as error:
            raise fail("OUT_OF_MEMORY", reason="encode") from error
        except (OSError, ValueError) as error:
            raise fail("ENCODE_FAILED", reason=f"{type(error).__name__}: {error}") from error
        return out.getvalue()

    async def decode(self, data: bytes) -> NDArray[np.uint8]:
        """See ``AvifCodec``."""
        try:
            with Image.open(BytesIO(data), formats=("AVIF",)) as image:
                return np.asarray(image.convert("RGBA"))
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise fail("VERIFY_FAILED", reason=f"it does not open: {error}") from error


def annotate(data: bytes, icc: bytes | None = None, exif: bytes | None = None) -> bytes:
    """An AVIF with a profile and an Exif block put in; without a profile it is named sRGB.

    ``data``: as libavif writes it. ``exif``: from the byte order mark on. Raises ENCODE_FAILED for
    a file that is laid out otherwise.
    """
    try:
        return _annotate(data, icc, exif)
    except (KeyError, IndexError, ValueError, struct.error) as error:
        reason = f"unknown AVIF boxes: {type(error).__name__}: {error}"
        raise fail("ENCODE_FAILED", reason=reason) from error


def _annotate(data: bytes, icc: bytes | None, exif: bytes | None) -> bytes:
    outer = dict(split(data))
    if list(outer) != [b"ftyp", b"meta", b"mdat"]:
        raise ValueError(list(outer))
    version, meta = outer[b"meta"][:4], dict(split(outer[b"meta"][4:]))
    main = meta[b"pitm"][4:6]
    meta[b"iprp"] = _coloured(dict(split(meta[b"iprp"])), main, icc)
    block = bytes(4) + exif if exif else b""  # the number says: it begins at once
    if block:
        _add_item(meta, main)
    grown = len(version + _joined(meta)) - len(outer[b"meta"])
    meta[b"iloc"] = _placed(meta[b"iloc"], grown, len(data) + grown + 8, len(block))
    outer[b"meta"] = version + _joined(meta)
    return _joined(outer) + (_box(b"mdat", block) if block else b"")


def _coloured(iprp: dict[bytes, bytes], main: bytes, icc: bytes | None) -> bytes:
    """The properties with the main picture's colours told; the body of ``iprp``."""
    if icc is None:
        iprp[b"ipco"] = iprp[b"ipco"].replace(UNSPECIFIED, SRGB, 1)
        return _joined(iprp)
    iprp[b"ipco"] += _box(b"colr", b"prof" + icc)
    number = sum(1 for _ in split(iprp[b"ipco"]))
    ipma = iprp[b"ipma"]
    if ipma[:4] != bytes(4) or number > 127:
        raise ValueError(ipma[:4])
    at = 8
    while ipma[at : at + 2] != main:
        at += 3 + ipma[at + 2]
    count = ipma[at + 2]
    rest = at + 3 + count
    iprp[b"ipma"] = b"".join(
        (ipma[: at + 2], bytes([count + 1]), ipma[at + 3 : rest], bytes([number]), ipma[rest:])
    )
    return _joined(iprp)


def _add_item(meta: dict[bytes, bytes], main: bytes) -> None:
    """One more item, of the kind Exif, that describes the main one; not placed yet."""
    iinf, iloc = meta[b"iinf"], meta[b"iloc"]
    item = struct.pack(">H", int.from_bytes(iinf[4:6], "big") + 1)  # counts and numbers agree
    entry = b"\2\0\0\1" + item + bytes(2) + b"Exif" + b"Exif\0"  # the 1: not to be shown
    meta[b"iinf"] = iinf[:4] + item + iinf[6:] + _box(b"infe", entry)
    meta[b"iref"] = meta.get(b"iref", bytes(4)) + _box(b"cdsc", item + b"\0\1" + main)
    meta[b"iloc"] = iloc[:6] + item + iloc[8:] + item + b"\0\0\0\1" + bytes(8)


def _placed(iloc: bytes, shift: int, new_at: int, new_size: int) -> bytes:
    """``iloc`` with every item ``shift`` further on, and the new one in its place."""
    if iloc[:6] != b"\0\0\0\0\x44\0":
        raise ValueError(iloc[:6])
    out = bytearray(iloc)
    for at in range(8, len(out), 14):
        item, file, pieces, start, size = struct.unpack_from(">HHHII", out, at)
        if (file, pieces) != (0, 1):
            raise ValueError((item, file, pieces))
        where, length = (start + shift, size) if size else (new_at, new_size)
        struct.pack_into(">II", out, at + 6, where, length)
    return bytes(out)


def _joined(boxes: dict[bytes, bytes]) -> bytes:
    return b"".join(_box(name, body) for name, body in boxes.items())


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body
