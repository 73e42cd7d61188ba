"""Two masks made into one that is better than either."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from offcut.pixels.resample import resize_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray


def fuse(small: NDArray[np.float32], large: NDArray[np.float32]) -> NDArray[np.float32]:
    """The large model where it is sure, else the small one: w·large + (1−w)·small, w = |2·large−1|.

    ``small``: float32 (h, w) 0..1 of the quick model; ``large``: float32 (H, W) 0..1 of the
    detailed one. Gives float32 (H, W) 0..1.
    """
    height, width = large.shape
    small = resize_mask(small, width, height)
    weight = np.abs(2.0 * large - 1.0, dtype=np.float32)
    return np.asarray(small + weight * (large - small), dtype=np.float32)
