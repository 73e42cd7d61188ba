"""How like a pixel's colour is to the colours that a person pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOURS = 8
"""How many colours stand for those that were pointed at: texture and shade, not every grain."""

ENOUGH = 1024
"""Of how many colours they are taken, at most."""

FEW = 0.04
"""What stands for a smaller share is chance: a pixel of the other side, a glint. Under 1/8."""

ALIKE, UNLIKE = 24.0, 72.0
"""Distances in R, G, B of 0..255 up to which a colour is the same, and from which it is another.
Between them the likeness falls in a straight line, as colours mix along a soft edge."""


def palette(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A few colours that stand for many: float32 (k, 3), 0..255, k up to ``COLOURS``.

    ``colours``: uint8 (n, 3), n at least 1. By median cut, as Pillow has it; what stands for too
    few of them is left out.
    """
    some = np.ascontiguousarray(colours[:: -(-len(colours) // ENOUGH)])
    image = Image.fromarray(some[np.newaxis])
    found = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT).convert("RGB")
    counts = found.getcolors() or []
    return np.array([rgb for count, rgb in counts if count >= FEW * len(some)], np.float32)


def likeness(rgb: NDArray[np.uint8], colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """How like each pixel is to the nearest of some colours: float32 (n,), 0..1.

    ``rgb``: uint8 (n, 3). ``colours``: float32 (k, 3), 0..255.
    """
    pixels = rgb.T.astype(np.float32)
    # |p - c|² = |p|² - 2 p · c + |c|²: no array of n × k × 3.
    gaps = (-2 * colours) @ pixels
    gaps += (colours * colours).sum(axis=1)[:, np.newaxis]
    gap: NDArray[np.float32] = gaps.min(axis=0)
    gap += np.einsum("ij,ij->j", pixels, pixels)
    np.maximum(gap, 0, out=gap)
    np.sqrt(gap, out=gap)
    gap -= np.float32(UNLIKE)
    gap *= np.float32(1 / (ALIKE - UNLIKE))
    return np.clip(gap, 0, 1, out=gap)
