"""Planes that are smooth and therefore kept small: reduced, blurred, read at a picture's pixels.

A shadow or a distance has no detail of its own. It is worked out on squares of several pixels and
read between their middles (bilinear), some rows at a time, so that nothing of a picture's size is
held for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rows = Callable[[slice], NDArray[np.float32]]

_BAND = 256
_BILINEAR = Image.Resampling.BILINEAR

SIGMA = 2.5
"""The least standard deviation of a blur, in squares: what is read between the middles is then
within 1/200 of the blur itself."""

WORK_PIXELS = 2_000_000
"""How many squares a plane has at most."""


@dataclass(frozen=True)
class Sheet:
    """A plane that lies somewhere in a picture, or reaches out of it; it is 0 outside of itself.

    ``values``: float32 (h, w). Each stands in the middle of a square of ``step`` pixels; the
    first square's corner is at ``top``, ``left`` of the picture.
    """

    values: NDArray[np.float32]
    top: int
    left: int
    step: int

    @property
    def bottom(self) -> int:
        """The row behind the last."""
        return self.top + int(self.values.shape[0]) * self.step

    @property
    def right(self) -> int:
        """The column behind the last."""
        return self.left + int(self.values.shape[1]) * self.step

    def moved(self, down: int, right: int) -> Sheet:
        """The same plane somewhere else."""
        return replace(self, top=self.top + down, left=self.left + right)


def step_for(sigma: float, height: float, width: float) -> int:
    """The squares' side for a blur of ``sigma`` pixels of a plane of that many pixels."""
    least = ceil(sqrt(height * width / WORK_PIXELS))
    return max(1, int(sigma / SIGMA), least)


def shrunk(
    rows: Rows, shape: tuple[int, ...], step: int, ahead: tuple[int, int] = (0, 0)
) -> NDArray[np.float32]:
    """A plane of ``shape`` (height, width) by the means of its squares, with 0 beyond its edges.

    ``rows``: gives some rows of it, float32 (n, width), all of them one after another. ``ahead``:
    how many rows and columns of the first squares lie in front of it, less than ``step``. Gives
    float32 (h, w), as many squares as it takes.
    """
    height, width = shape
    over, before = ahead
    out = np.zeros((-(-(height + over) // step), -(-(width + before) // step)), np.float32)
    columns = np.maximum(np.arange(out.shape[1]) * step - before, 0)
    many = max(1, _BAND // step)
    for first in range(0, len(out), many):
        top = max(0, first * step - over)
        band = rows(slice(top, min(height, (first + many) * step - over)))
        if step > 1:
            starts = np.arange(first * step - over, top + len(band), step)
            band = np.add.reduceat(band, np.maximum(starts - top, 0), axis=0)
            band = np.add.reduceat(band, columns, axis=1)
        out[first : first + many] = band
    out *= np.float32(1 / (step * step))
    return out


def blurred(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """A plane convolved with a Gaussian, cut off at 3 ``sigma``, with 0 beyond its edges.

    ``plane``: float32 (h, w). ``sigma``: the standard deviation in its own pixels. Gives float32
    (h, w).
    """
    reach = ceil(3 * sigma)
    if not reach:
        return plane
    taps = np.exp(-0.5 * (np.arange(reach + 1) / sigma) ** 2)
    taps = (taps / (2 * taps.sum() - taps[0])).astype(np.float32)
    for _ in range(2):
        size = plane.shape[0]
        wide = np.pad(plane, ((reach, reach), (0, 0)))
        out = wide[reach : reach + size] * taps[0]
        pair = np.empty_like(out)
        for far in range(1, reach + 1):
            before, after = reach - far, reach + far
            np.add(wide[before : before + size], wide[after : after + size], out=pair)
            pair *= taps[far]
            out += pair
        plane = np.ascontiguousarray(out.T)
    return plane


def soften(sheet: Sheet, sigma: float) -> Sheet:
    """A sheet blurred by ``sigma`` pixels, and grown by what the blur reaches beyond it.

    Squares of several pixels are means, and reading between their middles smooths again: together
    that is a blur with a variance of a quarter of a square, which is taken off.
    """
    own = sqrt(max(0.0, (sigma / sheet.step) ** 2 - (0.25 if sheet.step > 1 else 0)))
    edge = ceil(3 * own) + 1
    values = blurred(np.pad(sheet.values, edge), own)
    return Sheet(values, sheet.top - edge * sheet.step, sheet.left - edge * sheet.step, sheet.step)


def read(
    sheet: Sheet, top: int, bottom: int, width: int
) -> tuple[slice, slice, NDArray[np.float32]] | None:
    """What a sheet holds in some rows of a picture of ``width`` pixels, each value within 0..1.

    Gives rows counted from ``top``, columns, and their values, float32 (n, m); None where the
    sheet does not reach to.
    """
    first, last = max(top, sheet.top), min(bottom, sheet.bottom)
    left, right = max(0, sheet.left), min(width, sheet.right)
    if first >= last or left >= right:
        return None
    step = sheet.step
    over = max(0, (first - sheet.top) // step - 1)  # only what is read from is copied
    part = sheet.values[over : (last - sheet.top) // step + 2]
    box = (
        (left - sheet.left) / step,
        (first - sheet.top) / step - over,
        (right - sheet.left) / step,
        (last - sheet.top) / step - over,
    )
    image = Image.fromarray(np.ascontiguousarray(part))
    values = np.array(image.resize((right - left, last - first), _BILINEAR, box=box), np.float32)
    np.clip(values, 0, 1, out=values)
    return slice(first - top, last - top), slice(left, right), values


def on_grid(sheet: Sheet, top: int, left: int, shape: tuple[int, ...], step: int) -> Sheet:
    """A sheet read in the middles of other squares: ``shape`` of them, from that corner on."""
    ratio = step / sheet.step
    down, across = (top - sheet.top) / sheet.step, (left - sheet.left) / sheet.step
    # A rim of 0, because Pillow knows no values between the outermost middle and the edge.
    image = Image.fromarray(np.pad(sheet.values, 1))
    matrix = (ratio, 0, across + 1, 0, ratio, down + 1)
    size = (shape[1], shape[0])
    read_out = image.transform(size, Image.Transform.AFFINE, matrix, resample=_BILINEAR)
    return Sheet(np.clip(np.asarray(read_out, np.float32), 0, 1), top, left, step)


def seen(sheet: Sheet) -> tuple[int, int, int, int] | None:
    """(top, left, bottom, right) of where a sheet is at least 1/255, to whole squares; or None."""
    shown = sheet.values >= 1 / 255
    ys, xs = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(ys):
        return None
    return (
        sheet.top + int(ys[0]) * sheet.step,
        sheet.left + int(xs[0]) * sheet.step,
        sheet.top + (int(ys[-1]) + 1) * sheet.step,
        sheet.left + (int(xs[-1]) + 1) * sheet.step,
    )
