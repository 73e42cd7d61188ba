"""The edge of a sticker: the subject, grown by a round distance.

The distance of a pixel from the subject is that to the line on which the matte is one half. Where
the line crosses the edges of the pixel grid is known between pixels (linear), so it is exact for
steps much smaller than a pixel. Two passes find the nearest crossing, as in Felzenszwalb and
Huttenlocher, "Distance Transforms of Sampled Functions" (Theory of Computing 8, 2012): along one
axis by running maxima, along the other by trying every offset within reach, which numpy does for
all pixels at once. Crossings of rows and of columns take these passes each for themselves.

Large mattes are reduced first, so far that this stays under ``BUDGET`` steps. The rim is then off
by less than a tenth of a square's side along straight and round edges (a quarter where it is less
than four squares wide, a third at the point of a right angle): 0.6 pixels for the widest outline
of a subject of 3000 × 3000. Parts thinner than half a square grow none of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from offcut.pixels.sheet import Sheet, shrunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.frame import Cut

BUDGET = 60_000_000
"""Squares of the plane times those that a distance reaches across."""

_FAR = np.float32(1e6)


@dataclass(frozen=True)
class Outline:
    """``width``: of the longer side of the subject's box, 0..0.1. ``colour``: (R, G, B), 0..255."""

    width: float
    colour: tuple[int, int, int] = (255, 255, 255)


def grown(cut: Cut, box: tuple[int, int, int, int], reach: float) -> Sheet:
    """The subject and all within ``reach`` pixels of it, with a rim that is one pixel soft.

    ``cut``: the subject in its picture. ``box``: (top, left, bottom, right) of what is seen of it
    there. ``reach``: of one pixel and less, too. Gives a sheet whose values, held to 0..1 as
    ``read`` does, are the outline's alpha. Of a subject that is nowhere more than half there, the
    line is drawn at half of what it is at most.
    """
    top, left, bottom, right = box
    wide = 2 * (reach + 2)
    area = (bottom - top + wide) * (right - left + wide)
    step = max(1, ceil((area * 2 * reach / BUDGET) ** (1 / 3)))
    y, x = top - cut.top, left - cut.left
    part = cut.share[y : y + bottom - top, x : x + right - left]
    small = shrunk(lambda rows: part[rows], part.shape, step)
    squares = reach / step
    edge = ceil(squares) + 2
    alpha = np.pad(small, edge)
    far = distance(alpha, float(alpha.max()) / 2, edge)
    # The height of the rim over the pixels: 1 and more inside, one half on the line itself.
    values = np.float32(reach + 0.5) - far * np.float32(step)
    values[far == 0] = max(1.0, reach + 0.5)
    return Sheet(values, top - edge * step, left - edge * step, step)


def distance(alpha: NDArray[np.float32], level: float, reach: int) -> NDArray[np.float32]:
    """How far pixels are from where ``alpha`` is at least ``level``; 0 there.

    ``alpha``: float32 (h, w). Gives float32 (h, w), pixels; what is further away than ``reach``
    along an axis is only known to be far.
    """
    inside = alpha >= level
    down = _crossings(alpha, inside, np.float32(level), reach)
    across = _crossings(
        np.ascontiguousarray(alpha.T), np.ascontiguousarray(inside.T), np.float32(level), reach
    )
    found: NDArray[np.float32] = np.sqrt(np.minimum(down, across.T))
    found[inside] = 0
    return found


def _crossings(
    alpha: NDArray[np.float32], inside: NDArray[np.bool_], level: np.float32, reach: int
) -> NDArray[np.float32]:
    """The square of the distance to the nearest place where a column passes ``level``."""
    height, width = alpha.shape
    rows = np.arange(height, dtype=np.float32)[:, np.newaxis]
    first, second = alpha[:-1], alpha[1:]
    passes = inside[:-1] != inside[1:]
    at = rows[:-1] + (first - level) / np.where(passes, first - second, 1)
    above, below = np.full((height, width), -_FAR), np.full((height, width), _FAR)
    above[1:][passes] = at[passes]
    below[:-1][passes] = at[passes]
    np.maximum.accumulate(above, axis=0, out=above)
    np.minimum.accumulate(below[::-1], axis=0, out=below[::-1])
    near: NDArray[np.float32] = np.minimum(rows - above, below - rows)
    near *= near
    best, other = near.copy(), np.empty_like(near)
    for far in range(1, min(reach, width - 1) + 1):
        np.add(near, np.float32(far * far), out=other)
        np.minimum(best[:, far:], other[:, :-far], out=best[:, far:])
        np.minimum(best[:, :-far], other[:, far:], out=best[:, :-far])
    return best
