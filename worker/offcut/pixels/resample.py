"""Resizing with half-pixel centres and an antialiasing filter of known phase.

Pixel i of a row of n covers [i/n, (i+1)/n] and its centre is (i + 0.5)/n: a picture keeps its
place at every size, so a mask made small lies exactly on the photo when it is made large again.
Pillow's resize does just that; its support grows with the reduction, so nothing aliases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.errors import fail

if TYPE_CHECKING:
    from numpy.typing import NDArray

Part = tuple[float, float, float, float]
"""(left, top, right, bottom) in a picture's pixels, not necessarily whole ones."""


def resize_rgb(
    rgb: NDArray[np.uint8], width: int, height: int, part: Part | None = None
) -> NDArray[np.float32]:
    """A photo, or a part of it, at another size, for a network.

    ``rgb``: uint8 (H, W, 3). Gives float32 (height, width, 3), 0..255. Filter: bilinear
    (triangle). Raises BAD_CONFIG for a size under 1.
    """
    _check(width, height)
    if part is None and rgb.shape[:2] == (height, width):
        return rgb.astype(np.float32)
    image = Image.fromarray(np.ascontiguousarray(rgb))
    small = image.resize((width, height), Image.Resampling.BILINEAR, box=part)
    return np.asarray(small, dtype=np.float32)


def resize_mask(
    mask: NDArray[np.float32], width: int, height: int, part: Part | None = None
) -> NDArray[np.float32]:
    """A mask, or a part of it, at another size, in floating point all the way.

    ``mask``: float32 (h, w), any range. Gives float32 (height, width) within the range of
    ``mask``: the triangle filter does not overshoot. Raises BAD_CONFIG for a size under 1.
    """
    _check(width, height)
    if part is None and mask.shape == (height, width):
        return mask
    image = Image.fromarray(np.ascontiguousarray(mask, dtype=np.float32))
    small = image.resize((width, height), Image.Resampling.BILINEAR, box=part)
    return np.array(small, dtype=np.float32)


def _check(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise fail("BAD_CONFIG", "A picture needs at least one pixel.", width=width, height=height)
