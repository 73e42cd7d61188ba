"""Arrays to files: straight alpha, every RGB value kept, also under alpha 0.

A canvas cannot write these files: it holds premultiplied colour and destroys what lies under low
alpha. So PNG is written here, and the rest by Pillow.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Awaitable, Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.errors import fail
from offcut.pixels.filters import choose_plan, filtered

if TYPE_CHECKING:
    from numpy.typing import NDArray

Deflate = Callable[[Iterable[bytes | memoryview]], Awaitable[bytes]]
"""Takes the bands of a picture one after another (each is made when it is asked for), gives one
zlib stream (RFC 1950). In a browser: its ``CompressionStream("deflate")``."""

OnRows = Callable[[int, int], None]
"""Called with (bytes taken so far, bytes in all)."""

MAX_SIDE = {"webp": 16383, "jpeg": 65535, "png": 2**31 - 1}
WHITE = (255, 255, 255)
_COLOUR_TYPE = {1: 0, 3: 2, 4: 6}
_METRE = 0.0254
_BAND = 256
LEVEL = 5
"""Deflate level. Against Pillow's own PNGs (level 6, its own choice of filters), files of ten
photos with their mattes are 0.97 of the size at level 6, 0.995 at 5 and 1.02 at 4, for
1 : 0.42 : 0.26 of the time. A browser's ``CompressionStream`` always takes level 6, and filtering
and packing 12 megapixels by it takes about twice as long as by this zlib in WebAssembly."""


async def deflate_zlib(chunks: Iterable[bytes | memoryview]) -> bytes:
    """One zlib stream of ``chunks`` by Python's zlib at ``LEVEL``; lets others run in between."""
    engine = zlib.compressobj(LEVEL)
    out = []
    for chunk in chunks:
        out.append(engine.compress(chunk))
        await asyncio.sleep(0)
    out.append(engine.flush())
    return b"".join(out)


async def encode_png(
    pixels: NDArray[np.uint8],
    deflate: Deflate | None = None,
    *,
    icc: bytes | None = None,
    dpi: tuple[float, float] | None = None,
    on_rows: OnRows | None = None,
) -> bytes:
    """Write a PNG of 8 bits a channel.

    ``pixels``: uint8 (H, W) gray, (H, W, 3) RGB or (H, W, 4) RGBA with straight alpha.
    ``deflate``: who packs; Python's zlib when None. ``icc``: an RGB profile to carry; ``dpi``:
    (x, y) in pixels an inch. The picture goes through in bands of 1 MiB, so that beside it and
    the file no second copy is held. Raises ENCODE_FAILED or OUT_OF_MEMORY.
    """
    depth = 1 if pixels.ndim == 2 else pixels.shape[-1]
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or depth not in _COLOUR_TYPE:
        raise fail("ENCODE_FAILED", reason=f"{pixels.dtype} {pixels.shape} is no picture")
    height, width = pixels.shape[:2]
    check_side("png", width, height)

    def bands() -> Iterable[memoryview]:
        done, total = 0, height * (1 + width * depth)
        for band in filtered(pixels, plan):
            yield band
            done += len(band)
            if on_rows is not None:
                on_rows(done, total)

    try:
        plan = choose_plan(pixels)
        packed = await (deflate or deflate_zlib)(bands())
        head = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPE[depth], 0, 0, 0)
        return b"".join(
            (
                b"\x89PNG\r\n\x1a\n",
                *_chunk(b"IHDR", head),
                *(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc)) if icc else ()),
                *(_chunk(b"pHYs", _density(dpi)) if dpi else ()),
                *_chunk(b"IDAT", packed),
                *_chunk(b"IEND", b""),
            )
        )
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="encode") from error


def encode_pillow(
    pixels: NDArray[np.uint8],
    name: str,
    *,
    quality: int = 90,
    lossless: bool = False,
    background: tuple[int, int, int] = WHITE,
    icc: bytes | None = None,
    dpi: tuple[float, float] | None = None,
) -> bytes:
    """Write "webp" (lossy, or lossless with the RGB under alpha 0 kept) or "jpeg".

    ``pixels``: uint8 (H, W, 3) or (H, W, 4) straight. ``quality``: 1..100, where it is lossy.
    ``background``: the colour (R, G, B) that JPEG, which has no alpha, is laid on. Raises
    ENCODE_FAILED (also for a side that the format cannot hold), BAD_CONFIG or OUT_OF_MEMORY.
    """
    if name not in ("webp", "jpeg"):
        raise fail("BAD_CONFIG", f"Files of the kind {name!r} cannot be written.", format=name)
    if not 1 <= quality <= 100:
        raise fail("BAD_CONFIG", "The quality goes from 1 to 100.", quality=quality)
    check_side(name, pixels.shape[1], pixels.shape[0])
    if name == "jpeg" and pixels.shape[2] == 4:
        pixels = flatten(pixels, background)
    options: dict[str, object] = {"quality": quality}
    if icc:
        options["icc_profile"] = icc
    if name == "webp":
        # method 4 is libwebp's own middle; exact keeps the colour of fully transparent pixels.
        options |= {"lossless": lossless, "exact": lossless, "method": 4}
        if lossless:
            options["quality"] = 50  # effort here, not loss
    else:
        options |= {"subsampling": 0 if quality >= 90 else 2, "optimize": True}
        if dpi:
            options["dpi"] = (round(dpi[0]), round(dpi[1]))
    out = BytesIO()
    try:
        Image.fromarray(np.ascontiguousarray(pixels)).save(out, name.upper(), **options)
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="encode") from error
    except (OSError, ValueError) as error:
        raise fail("ENCODE_FAILED", reason=f"{type(error).__name__}: {error}") from error
    return out.getvalue()


def flatten(rgba: NDArray[np.uint8], background: tuple[int, int, int] = WHITE) -> NDArray[np.uint8]:
    """Lay straight RGBA, uint8 (H, W, 4), on a colour: uint8 (H, W, 3), to the nearest."""
    out = np.empty((*rgba.shape[:2], 3), np.uint8)
    under = np.asarray(background, np.int32)
    for top in range(0, rgba.shape[0], _BAND):
        band = rgba[top : top + _BAND].astype(np.int32)
        alpha = band[..., 3:]
        out[top : top + _BAND] = (band[..., :3] * alpha + under * (255 - alpha) + 127) // 255
    return out


def check_side(name: str, width: int, height: int) -> None:
    """Raise ENCODE_FAILED when the format cannot hold a picture of that size."""
    limit = MAX_SIDE[name]
    if max(width, height) > limit:
        say = f"{name.upper()} files can have at most {limit} pixels a side; choose PNG."
        raise fail("ENCODE_FAILED", say, width=width, height=height, limit=limit)


def _chunk(name: bytes, body: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """A PNG chunk in pieces, so that a large body is copied once, into the file."""
    check = zlib.crc32(body, zlib.crc32(name))
    return struct.pack(">I", len(body)), name, body, struct.pack(">I", check)


def _density(dpi: tuple[float, float]) -> bytes:
    return struct.pack(">IIB", round(dpi[0] / _METRE), round(dpi[1] / _METRE), 1)
