"""Crumbs and pinholes taken out of a mask; real parts and real holes left alone.

Both are told by their share of the subject alone, on the mask as the networks drew it, before it is
enlarged. A hole that anyone would see stays a hole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from offcut.pixels.resample import resize_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOW = 0.1
"""Where a region ends: its veil, down to this, goes with it."""

ISLAND = 0.01
"""A region smaller than this share of the largest one is a crumb."""

PINHOLE = 0.0002
"""A hole smaller than this share of the subject is a fault of the mask."""

SIDE = 256
"""The longer side at which regions are looked for; smaller ones than its pixels go unseen."""


def tidy(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mask without crumbs and pinholes; the same array when there are none.

    ``mask``: float32 (h, w), 0..1. Gives float32 (h, w), 0..1.
    """
    height, width = mask.shape
    shrink = min(1.0, SIDE / max(height, width))
    small = resize_mask(mask, max(1, round(width * shrink)), max(1, round(height * shrink)))
    crumbs = _small_regions(small, ISLAND)
    holes = _small_regions(1 - small, PINHOLE, whole=float(small.sum()), inside=True)
    out = mask
    if crumbs.any():
        out = out * (1 - _spread(crumbs, width, height))
    if holes.any():
        out = np.maximum(out, _spread(holes, width, height))
    return out


def _small_regions(
    mask: NDArray[np.float32], share: float, *, whole: float = 0.0, inside: bool = False
) -> NDArray[np.bool_]:
    """Where the regions of ``mask`` >= LOW are too small: bool (h, w).

    ``share``: of ``whole``, or of the largest region when that is 0. ``inside``: only regions that
    do not touch the picture's edge; a hole there is open, so it is none.
    """
    label, count = regions(mask >= LOW)
    weight = np.bincount(label.ravel(), weights=mask.ravel(), minlength=count + 1)
    weight[0] = 0
    small = weight < share * (whole or float(weight.max()))
    small[0] = False
    if inside:
        small[np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]])] = False
    return np.asarray(small[label])


def _spread(where: NDArray[np.bool_], width: int, height: int) -> NDArray[np.float32]:
    """``where``, a pixel wider on each side, at another size: float32 (height, width), 0..1."""
    padded = np.pad(where, 1)
    h, w = where.shape
    near = np.zeros_like(where)
    for down in range(3):
        for across in range(3):
            near |= padded[down : down + h, across : across + w]
    return resize_mask(near.astype(np.float32), width, height)


def regions(inside: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Number the regions of touching pixels (8 neighbours): labels (h, w), 0 = outside; how many.

    Rows are cut into runs, and runs that touch one in the row above are joined (union-find). SciPy
    has the same, but its 11 MB are too much to fetch for this.
    """
    height, width = inside.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = inside
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    parent = list(range(len(rows)))
    first = np.searchsorted(rows, np.arange(height + 1)).tolist()
    begin, end = starts.tolist(), ends.tolist()
    for row in range(1, height):
        above, now = first[row - 1], first[row]
        while above < first[row] and now < first[row + 1]:
            if begin[above] <= end[now] and begin[now] <= end[above]:
                one, other = _root(parent, above), _root(parent, now)
                parent[max(one, other)] = min(one, other)
            if end[above] < end[now]:
                above += 1
            else:
                now += 1
    if not len(rows):
        return np.zeros((height, width), np.intp), 0
    roots = [_root(parent, at) for at in range(len(parent))]
    numbers = np.unique(roots, return_inverse=True)[1] + 1
    label = np.zeros((height, width + 1), np.intp)
    np.add.at(label, (rows, starts), numbers)
    np.add.at(label, (rows, ends), -numbers)
    return np.cumsum(label, axis=1)[:, :width], int(numbers.max())


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]  # halves the way for the next one
        at = parent[at]
    return at
