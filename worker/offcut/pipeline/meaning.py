"""Which colours a smart stroke means: those that it lies on, or those that it should lie on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from offcut.pixels.likeness import palette
from offcut.pixels.strokes import coverage, trail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.crop import Box
    from offcut.pipeline.job import Job
    from offcut.pixels.strokes import Stroke

OURS = 0.05
"""Of which share of a smart stroke's inner half the mask must say that it is on the tool's side for
the stroke to mean what the mask knows."""

SURE = 0.9
"""How sure the mask must be of a pixel and those next to it to take its colour for that side's."""


@dataclass(frozen=True, eq=False)
class Sides:
    """What a mask knows. ``values``: float32 (h, w), 0..1, ``least`` and ``most``: the smallest and
    the greatest of each value and its neighbours. ``box``: of ``job.small`` that it covers."""

    values: NDArray[np.float32]
    least: NDArray[np.float32]
    most: NDArray[np.float32]
    box: Box


def sides(job: Job) -> Sides:
    """What a job's mask knows: once for all of its strokes."""
    mask = job.mask()
    scale = job.small.width / job.photo.width, job.small.height / job.photo.height
    image = Image.fromarray(np.ascontiguousarray(mask.values))
    least = np.array(image.filter(ImageFilter.MinFilter(3)))
    most = np.array(image.filter(ImageFilter.MaxFilter(3)))
    return Sides(mask.values, least, most, mask.box.scaled(*scale))


def meant(stroke: Stroke, job: Job, known: Sides) -> NDArray[np.float32] | None:
    """The colours that a smart stroke means, as ``likeness.palette``.

    Where its inner half lies on something of the tool's side by the mask, it goes along or over an
    edge and means that: the colours of what the mask is sure of there, None if of nothing. Else the
    networks are wrong about what it lies on, and it means the colours under its middle line. Read
    off the photo at preview size, so that a preview and a file mean the same. None for a stroke
    off the photo.
    """
    small = job.small
    scale = small.width / job.photo.width, small.height / job.photo.height
    half = trail(replace(stroke, size=stroke.size / 2), small.width, small.height, scale)
    if half is None:
        return None
    left, top, right, bottom = half.box
    cover = coverage(half, left, top, right - left, bottom - top)
    if cover is None:
        return None
    y, x = np.nonzero(cover)
    x, y = x + left, y + top
    ours, sure = _of_side(known, x, y, stroke.restore)
    if np.count_nonzero(ours) >= OURS * len(ours):
        return palette(small.rgb[y[sure], x[sure]]) if sure.any() else None
    x, y = half.left + half.side // 2, half.top + half.side // 2
    on = (x >= 0) & (x < small.width) & (y >= 0) & (y < small.height)
    return palette(small.rgb[y[on], x[on]]) if on.any() else None


def _of_side(
    known: Sides, x: NDArray[np.int64], y: NDArray[np.int64], subject: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether pixels of ``job.small`` are on a side by the mask, and whether surely: bool (n,).

    ``subject``: that side, else the background, which all is that the mask does not cover.
    """
    box, (height, width) = known.box, known.values.shape
    on = (x >= box.left) & (x < box.right) & (y >= box.top) & (y < box.bottom)
    at = (y[on] - box.top) * height // box.height, (x[on] - box.left) * width // box.width
    ours, sure = np.full(len(x), not subject), np.full(len(x), not subject)
    if subject:
        ours[on], sure[on] = known.values[at] >= 0.5, known.least[at] >= SURE
    else:
        ours[on], sure[on] = known.values[at] <= 0.5, known.most[at] <= 1 - SURE
    return ours, sure
