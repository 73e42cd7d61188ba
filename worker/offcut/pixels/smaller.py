"""A photo and its matte made smaller, in linear light.

A mean of two pixels' numbers is darker than the mean of their light, so fine bright lines on dark
(hair, whiskers) would fade. The curve is sRGB's, whatever the photo's profile: those in use are
near to it, and what is gone forth by is come back by.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.pixels.resample import resize_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.photo import Photo

_LANCZOS = Image.Resampling.LANCZOS
_REACH = 3  # of Lanczos, in pixels of the smaller picture
_BAND = 128  # rows of the smaller picture at a time
_NOTHING = 1e-5
_LEVELS = np.arange(256) / 255
_TO_LIGHT = np.where(
    _LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4
).astype(np.float32)
# Light comes back to the level whose own light is nearest.
_BETWEEN = (_TO_LIGHT[1:] + _TO_LIGHT[:-1]) / 2


def smaller(
    photo: Photo, matte: NDArray[np.float32], width: int, height: int
) -> tuple[Photo, NDArray[np.float32]]:
    """Both at ``width`` × ``height``, no more than their own size.

    ``matte``: float32 (H, W), 0..1. Colours by Lanczos; where the photo has an alpha they count by
    that. Matte and alpha by a triangle, which leaves no ring around what is there.
    """
    size = width, height
    out = np.empty((height, width, 3), np.uint8)
    alpha = None
    if photo.alpha is not None:
        found = resize_mask(photo.alpha.astype(np.float32), width, height)
        alpha = (found + np.float32(0.5)).astype(np.uint8)
    for top in range(0, height, _BAND):
        rows = slice(top, min(height, top + _BAND))
        if photo.alpha is None:
            for channel in range(3):
                light = _resized(photo.rgb[..., channel], size, rows, _TO_LIGHT)
                out[rows, :, channel] = np.searchsorted(_BETWEEN, light)
            continue
        over = _resized(photo.alpha, size, rows)
        nothing = over < _NOTHING
        whole = np.where(nothing, np.float32(1), over)
        for channel in range(3):
            plane = photo.rgb[..., channel]
            light = _resized(plane, size, rows, _TO_LIGHT, photo.alpha) / whole
            # Under alpha 0 the file has colours as well, which nobody sees.
            light = np.where(nothing, _resized(plane, size, rows, _TO_LIGHT), light)
            out[rows, :, channel] = np.searchsorted(_BETWEEN, light)
    return replace(photo, rgb=out, alpha=alpha), resize_mask(matte, width, height)


def _resized(
    plane: NDArray[np.uint8],
    size: tuple[int, int],
    rows: slice,
    light: NDArray[np.float32] | None = None,
    weight: NDArray[np.uint8] | None = None,
) -> NDArray[np.float32]:
    """Some ``rows`` of a plane at ``size``; ``light``: what each level is worth."""
    across, step = plane.shape[1], plane.shape[0] / size[1]
    first, last = rows.start * step, rows.stop * step
    around = _REACH * max(1.0, step) + 1
    low, high = max(0, floor(first - around)), min(plane.shape[0], ceil(last + around))
    part = plane[low:high]
    values = part.astype(np.float32) if light is None else light[part]
    if weight is not None:
        values *= weight[low:high]
    box = (0, first - low, across, min(last - low, high - low))
    made = Image.fromarray(values).resize((size[0], rows.stop - rows.start), _LANCZOS, box=box)
    return np.asarray(made, np.float32)
