"""A photo and a mask put together, straight alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.errors import fail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.photo import Photo

PREVIEW_SIDE = 1600
_BAND = 256  # rows at a time: the float copies stay small beside the picture


def to_uint8(
    alpha: NDArray[np.float32], over: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """A mask as the 8 bits of a file, rounded to the nearest.

    ``alpha``: float32 (h, w), 0..1. ``over``: uint8 (h, w), the alpha that the photo came with;
    the result is their product. Gives uint8 (h, w).
    """
    out = np.empty(alpha.shape, np.uint8)
    for top in range(0, alpha.shape[0], _BAND):
        rows = slice(top, top + _BAND)
        band = alpha[rows] * np.float32(255) if over is None else alpha[rows] * over[rows]
        band += np.float32(0.5)
        np.clip(band, 0, 255, out=band)
        out[rows] = band  # truncates, so with the half above: nearest
    return out


def cutout(photo: Photo, alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The photo with the mask as its alpha, every RGB value as it was, also under alpha 0.

    ``alpha``: float32 (H, W) of the photo's size, 0..1. Gives uint8 (H, W, 4), straight; an
    alpha that the photo came with is multiplied in. Raises INTERNAL for another size.
    """
    if alpha.shape != photo.rgb.shape[:2]:
        raise fail("INTERNAL", why="mask and photo differ in size")
    out = np.empty((*alpha.shape, 4), np.uint8)
    for channel in range(3):  # a plane at a time: seven times as quick in WebAssembly
        out[..., channel] = photo.rgb[..., channel]
    out[..., 3] = to_uint8(alpha, photo.alpha)
    return out


def preview_size(width: int, height: int, side: int = PREVIEW_SIDE) -> tuple[int, int]:
    """(width, height) of the preview: the photo's shape, no side over ``side``, never enlarged."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def small_photo(photo: Photo, side: int = PREVIEW_SIDE) -> Photo:
    """The photo at preview size; itself when it is no larger."""
    width, height = preview_size(photo.width, photo.height, side)
    if (width, height) == (photo.width, photo.height):
        return photo
    # Halved by whole boxes first, as often as that leaves enough: same place, half the time.
    rgb = Image.fromarray(photo.rgb).resize(
        (width, height), Image.Resampling.BILINEAR, reducing_gap=1.0
    )
    alpha = None
    if photo.alpha is not None:
        gray = Image.fromarray(photo.alpha).resize((width, height), Image.Resampling.BILINEAR)
        alpha = np.array(gray)
    return type(photo)(np.array(rgb), alpha, photo.format, photo.icc, photo.dpi)
