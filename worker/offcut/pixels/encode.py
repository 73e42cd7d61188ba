"""Arrays to files: straight alpha, every RGB value kept, also under alpha 0.

A canvas cannot write these files: it holds premultiplied colour and destroys what lies under low
alpha. So PNG is written here, and the rest by Pillow.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.errors import fail
from offcut.pixels.deflate import Packer, pack
from offcut.pixels.filters import UP, band_rows, choose_plan, filtered
from offcut.pixels.headers import EXIF_PREFIX

if TYPE_CHECKING:
    from numpy.typing import NDArray

OnRows = Callable[[int, int], None]
"""Called with (bytes taken so far, bytes in all)."""

OnBand = Callable[[int, int, bytes], None]
"""Called with (first row, row behind the last, the deflate stream that they have become)."""

Packers = Callable[[], Awaitable[Sequence[Packer]]]
"""Gives the cores that can help to pack a picture."""

MAX_SIDE = {"webp": 16383, "avif": 32768, "jpeg": 65535, "png": 2**31 - 1}
"""As the formats have it; for AVIF, what libavif, which most programs read it by, opens."""

MAX_JPEG_EXIF = 65527  # a marker's length has 16 bits
SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR = {1: 0, 3: 2, 4: 6}
"""PNG's number for a picture of so many channels."""

_METRE = 0.0254
WIDE_PLAN = (UP,)
"""The filter of 16-bit pictures. It knows nothing of pixels, only of bytes above one another, which
is what lets ``proof`` read all 16 bits by Pillow, which gives no more than 8 of them."""

LEVEL, LEVEL_LARGE, LARGE = 5, 4, 20_000_000
"""Deflate level, and that of pictures of more than ``LARGE`` bytes (5 megapixels with alpha).

Against Pillow's own PNGs (level 6, its own choice of filters), files of ten photos with mattes are
0.97 of the size at level 6, 0.995 at 5 and 1.02 at 4, for 1 : 0.42 : 0.26 of the time; a photo
of 12 megapixels with grain 0.93, 0.96 and 0.98, so that 4 is small enough where time begins to
count. What else was tried: the browser's ``CompressionStream`` always takes level 6 and needs
twice as long as this zlib in WebAssembly; libdeflate in WebAssembly (npm: libdeflate) gives 1.03
of Pillow's size at level 1, 1.01 at 6 and is no faster at equal size; zlib's strategies for
filtered data (Z_RLE, Z_HUFFMAN_ONLY) are fast and 1.24 of the size; Rust's png in WebAssembly
(npm: @jsquash/png) takes 0.2 to 0.4 s for 1.28 of the size."""


async def encode_png(
    pixels: NDArray[Any],
    *,
    icc: bytes | None = None,
    dpi: tuple[float, float] | None = None,
    exif: bytes | None = None,
    on_rows: OnRows | None = None,
    on_band: OnBand | None = None,
    ready: Callable[[int], None] | None = None,
    packers: Packers | None = None,
    level: int = 0,
) -> bytes:
    """Write a PNG of 8 or 16 bits a channel.

    ``pixels``: uint8 or uint16 (H, W) gray, (H, W, 3) RGB or (H, W, 4) RGBA with straight alpha.
    ``icc``: an RGB profile to carry; ``dpi``: (x, y) in pixels an inch; ``exif``: a block from its
    byte order mark on. The picture goes through in bands of 1 MiB, so that beside it and the file
    no second copy is held (of uint16 only if they lie as ``compose.WIDE``). Others run in between.
    ``ready``: called with a row before what lies above it is read for good; ``on_band``: given
    each band, in any order, once it is packed. ``level``: of deflate, 0 = by the size.
    Raises ENCODE_FAILED or OUT_OF_MEMORY.
    """
    depth = 1 if pixels.ndim == 2 else pixels.shape[-1]
    bits = 8 * pixels.dtype.itemsize
    if pixels.dtype.kind != "u" or bits > 16 or pixels.ndim not in (2, 3) or depth not in COLOUR:
        raise fail("ENCODE_FAILED", reason=f"{pixels.dtype} {pixels.shape} is no picture")
    height, width = pixels.shape[:2]
    check_side("png", width, height)
    try:
        rows = pixels if bits == 8 else wide_bytes(pixels)
        plan = choose_plan(rows) if bits == 8 else WIDE_PLAN
        total, done, step = height * (1 + rows[0].size), 0, band_rows(rows)
        level = level or (LEVEL if total <= LARGE else LEVEL_LARGE)
        helpers = await packers() if packers is not None and total > LARGE else ()

        def count(at: int, block: int, packed: bytes) -> None:
            nonlocal done
            done += block
            if on_band is not None:
                on_band(at * step, min(height, (at + 1) * step), packed)
            if on_rows is not None:
                on_rows(done, total)

        packed = await pack(filtered(rows, plan, ready), level, helpers, count)
        head = struct.pack(">IIBBBBB", width, height, bits, COLOUR[depth], 0, 0, 0)
        return b"".join(
            (
                SIGNATURE,
                *chunk(b"IHDR", head),
                *(chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc)) if icc else ()),
                *(chunk(b"pHYs", _density(dpi)) if dpi else ()),
                *(chunk(b"eXIf", exif) if exif else ()),
                *chunk(b"IDAT", *packed),
                *chunk(b"IEND"),
            )
        )
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="encode") from error


def wide_bytes(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """A picture of 16 bits as the bytes that PNG stores: uint8 (H, W, 2n), high before low."""
    flat: NDArray[np.uint8] = np.ascontiguousarray(pixels, ">u2").view(np.uint8)
    return flat.reshape(*pixels.shape[:2], -1)


def encode_pillow(
    pixels: NDArray[np.uint8],
    name: str,
    *,
    quality: int = 90,
    lossless: bool = False,
    icc: bytes | None = None,
    dpi: tuple[float, float] | None = None,
    exif: bytes | None = None,
) -> bytes:
    """Write "webp" (lossy, or lossless with the RGB under alpha 0 kept) or "jpeg".

    ``pixels``: uint8 (H, W, 3), for WebP also (H, W, 4) straight. ``quality``: 1..100, where it is
    lossy. ``icc``, ``dpi`` (JPEG only), ``exif``: as for ``encode_png``. Raises ENCODE_FAILED
    (also for a side, or an Exif, that the format cannot hold), BAD_CONFIG or OUT_OF_MEMORY.
    """
    if name not in ("webp", "jpeg"):
        raise fail("BAD_CONFIG", f"Files of the kind {name!r} cannot be written.", format=name)
    if not 1 <= quality <= 100:
        raise fail("BAD_CONFIG", "The quality goes from 1 to 100.", quality=quality)
    check_side(name, pixels.shape[1], pixels.shape[0])
    options: dict[str, object] = {"quality": quality}
    if icc:
        options["icc_profile"] = icc
    if name == "webp":
        # method 4 is libwebp's own middle; exact keeps the colour of fully transparent pixels.
        options |= {"lossless": lossless, "exact": lossless, "method": 4}
        if lossless:
            options["quality"] = 50  # effort here, not loss
        if exif:
            options["exif"] = exif
    else:
        options |= {"subsampling": 0 if quality >= 90 else 2, "optimize": True}
        if dpi:
            options["dpi"] = (round(dpi[0]), round(dpi[1]))
        if exif:
            if len(exif) > MAX_JPEG_EXIF:
                say = "This photo's Exif is too long for a JPEG; leave it out or choose PNG."
                raise fail("ENCODE_FAILED", say, bytes=len(exif))
            options["exif"] = EXIF_PREFIX + exif
    try:
        return _saved(Image.fromarray(np.ascontiguousarray(pixels)), name, options)
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="encode") from error
    except (OSError, ValueError) as error:
        raise fail("ENCODE_FAILED", reason=f"{type(error).__name__}: {error}") from error


def _saved(image: Image.Image, name: str, options: Mapping[str, Any]) -> bytes:
    out = BytesIO()
    try:
        image.save(out, name.upper(), **options)
    except OSError:
        if not options.get("optimize"):
            raise
        # To optimise, libjpeg needs room for the whole file, and Pillow gives it two bytes a pixel:
        # a picture that is all grain has more.
        return _saved(image, name, {**options, "optimize": False})
    return out.getvalue()


def check_side(name: str, width: int, height: int) -> None:
    """Raise ENCODE_FAILED when the format cannot hold a picture of that size."""
    limit = MAX_SIDE[name]
    if max(width, height) > limit:
        say = f"{name.upper()} files can have at most {limit} pixels a side; choose PNG."
        raise fail("ENCODE_FAILED", say, width=width, height=height, limit=limit)


def chunk(name: bytes, *body: bytes) -> tuple[bytes, ...]:
    """A PNG chunk in pieces, so that a large body is copied once, into the file."""
    check = zlib.crc32(name)
    for part in body:
        check = zlib.crc32(part, check)
    size = sum(len(part) for part in body)
    return struct.pack(">I", size), name, *body, struct.pack(">I", check)


def _density(dpi: tuple[float, float]) -> bytes:
    return struct.pack(">IIB", round(dpi[0] / _METRE), round(dpi[1] / _METRE), 1)
