"""Photos from files under CPython: Pillow reads them, and pillow-heif, if it is there, HEIC."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.pixels.decode import check_size, decode_pillow, straight
from offcut.pixels.photo import Photo
from offcut.pixels.sniff import sniff

if TYPE_CHECKING:
    from offcut.pixels.sniff import Kind

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, LookupError)
"""What pillow-heif raises for a file that libheif cannot read."""


def decode(data: bytes) -> Photo:
    """Decode a picture of any kind that this computer can read; of an animation, the first frame.

    ``data``: the whole file. Raises as ``decode_pillow`` does; UNSUPPORTED_FORMAT for HEIC without
    pillow-heif, and for SVG, which only a browser draws.
    """
    kind = sniff(data)
    if kind.format == "heic":
        return _heic(data, kind)
    # pyproject.toml asks for a Pillow whose libwebp and libavif are recent.
    return decode_pillow(data, trusted=True)


def _heic(data: bytes, kind: Kind) -> Photo:
    try:
        import pillow_heif  # noqa: PLC0415 - an extra of its own: libheif is LGPL, HEVC has patents
    except ImportError as error:
        say = 'HEIC photos need one more package: pip install "offcut[heic]".'
        raise fail("UNSUPPORTED_FORMAT", say, format="heic") from error
    check_size(kind.width, kind.height)
    try:
        found = pillow_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
        image = found[found.primary_index]
        check_size(*image.size)
        pixels = np.asarray(image)
        premultiplied = bool(image.premultiplied_alpha)
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="decode") from error
    except _BROKEN as error:
        raise fail("DECODE_FAILED", reason=f"{type(error).__name__}: {error}") from error
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=2)
    rgb, alpha = np.ascontiguousarray(pixels[..., :3]), None
    if pixels.shape[2] == 4 and int(pixels[..., 3].min()) < 255:
        alpha = pixels[..., 3].copy()
        if premultiplied:
            rgb = straight(rgb, alpha)
    icc = kind.icc if kind.icc is not None and kind.icc[16:20] == b"RGB " else None
    # libheif turns the picture as its boxes say; the Exif only repeats that.
    return Photo(rgb=rgb, alpha=alpha, format=kind.format, icc=icc, exif=kind.exif)
