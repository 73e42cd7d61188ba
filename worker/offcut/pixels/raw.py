"""Pixels without a file around them, as they go between programs: a type that tells their size.

``image/x-rgba8;width=3;height=2``: red, green, blue, alpha of each pixel, straight, from the upper
left row by row. ``image/x-alpha8``: one value a pixel, how much of it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.pixels.decode import MAX_PIXELS
from offcut.pixels.photo import Photo

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

RGBA, ALPHA = "image/x-rgba8", "image/x-alpha8"
_VALUES = {RGBA: 4, ALPHA: 1}


def is_raw(mime: str) -> bool:
    """Whether a type is of raw pixels, so that ``photo_of`` reads them."""
    return mime.split(";", maxsplit=1)[0].strip() in _VALUES


def photo_of(mime: str, data: bytes) -> Photo:
    """Raw pixels as a photo. Of ``ALPHA`` the colours are white.

    Raises EMPTY_FILE, DECODE_FAILED where type and length do not agree, IMAGE_TOO_LARGE.
    """
    name, *told = (part.strip() for part in mime.split(";"))
    sizes = dict(part.split("=", 1) for part in told if "=" in part)
    try:
        width, height = int(sizes["width"]), int(sizes["height"])
    except (KeyError, ValueError) as error:
        say = f"Pixels of the type {name} need a width and a height beside it."
        raise fail("DECODE_FAILED", say, mime=mime) from error
    if width < 1 or height < 1:
        raise fail("EMPTY_FILE", mime=mime)
    if width * height > MAX_PIXELS:
        raise fail("IMAGE_TOO_LARGE", width=width, height=height)
    if len(data) != width * height * _VALUES[name]:
        say = f"{width} × {height} pixels of the type {name} are another number of bytes."
        raise fail("DECODE_FAILED", say, bytes=len(data))
    pixels = np.frombuffer(data, np.uint8).reshape(height, width, _VALUES[name])
    alpha = pixels[..., -1].copy()
    if name == ALPHA:
        return Photo(np.full((height, width, 3), 255, np.uint8), alpha, "raw")
    # A copy: a photo's memory may be written to when its result is made.
    return Photo(pixels.copy()[..., :3], None if alpha.min() == 255 else alpha, "raw")


def raw_of(name: str, pixels: NDArray[Any]) -> tuple[str, bytes]:
    """Pixels and the type that tells their size. ``pixels``: uint8, (H, W) for ``ALPHA``, (H, W, 3)
    or (H, W, 4) for ``RGBA``."""
    height, width = pixels.shape[:2]
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        opaque = np.full((height, width, 1), 255, np.uint8)
        pixels = np.concatenate([pixels, opaque], axis=2)
    return f"{name};width={width};height={height}", pixels.tobytes()
