"""A person's edits played back on a matte that comes piece by piece."""

from __future__ import annotations

from dataclasses import replace
from itertools import dropwhile, groupby
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.pipeline.edits import Patch
from offcut.pixels.likeness import palette
from offcut.pixels.refine import drawn_tile
from offcut.pixels.strokes import brush, coverage, stamp, trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from offcut.pipeline.job import Job
    from offcut.pixels.compose import Piece
    from offcut.pixels.photo import Photo
    from offcut.pixels.strokes import Stroke, Trail

OURS = 0.05
"""Of which share of a smart stroke's inner half the mask must say that it is on the tool's side for
the stroke to mean what the mask knows."""

SURE = 0.9
"""How sure the mask must be of a pixel and those next to it to take its colour for that side's."""

_TILE = 128  # of what no piece covers


class _Laid:
    """A patch at its place on a photo of some size."""

    def __init__(self, patch: Patch, scale: tuple[float, float]) -> None:
        self.keep, self.edges = patch.keep, patch.edges
        self.box = patch.box.scaled(*scale)
        self.rough = Image.fromarray(patch.values)


def replayed(pieces: Iterable[Piece], job: Job, photo: Photo) -> Iterator[Piece]:
    """The matte with the job's edits in it, over the whole of ``photo``, from top to bottom.

    ``pieces``: of the matte without, as ``refine.drawn`` gives them, on any part of the photo.
    ``photo``: the job's own or a smaller one of it. A piece that no edit touches passes as it is;
    no more than a piece is held.
    """
    width, height = photo.width, photo.height
    scale = width / job.photo.width, height / job.photo.height
    layers: list[Trail | _Laid] = []
    for item in job.edits.items:
        if isinstance(item, Patch):
            layers.append(_Laid(item, scale))
            continue
        found = trail(item, width, height, scale)
        if found is not None:
            layers.append(replace(found, palette=meant(item, job)) if item.smart else found)
    boxes = np.array([layer.box for layer in layers], np.int64).reshape(-1, 4)
    try:
        for rows, columns, piece in covering(pieces, width, height):
            on = (boxes[:, 0] < columns.stop) & (boxes[:, 2] > columns.start)
            on &= (boxes[:, 1] < rows.stop) & (boxes[:, 3] > rows.start)
            here = [layers[at] for at in np.flatnonzero(on).tolist()]
            yield rows, columns, _edited(piece, here, photo.rgb, rows, columns)
    finally:
        stamp.cache_clear()  # up to some ten MB


def meant(stroke: Stroke, job: Job) -> NDArray[np.float32] | None:
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
    side, sure = on_side(job, x, y, stroke.restore)
    if np.count_nonzero(side >= 0.5) >= OURS * len(side):
        return palette(small.rgb[y[sure], x[sure]]) if sure.any() else None
    x, y = half.left + half.side // 2, half.top + half.side // 2
    on = (x >= 0) & (x < small.width) & (y >= 0) & (y < small.height)
    return palette(small.rgb[y[on], x[on]]) if on.any() else None


def on_side(
    job: Job, x: NDArray[np.int64], y: NDArray[np.int64], subject: bool
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """How far the mask has pixels of ``job.small`` on a side, and whether it is sure of them.

    ``subject``: that side, else the background. Gives float32 (n,), 0..1, and bool (n,), which
    means the pixels of the mask next to them too.
    """
    mask = job.mask()
    box = mask.box.scaled(job.small.width / job.photo.width, job.small.height / job.photo.height)
    values = mask.values if subject else 1 - mask.values
    least = values
    for axis in (0, 1):
        least = np.minimum(least, np.minimum(_moved(least, 1, axis), _moved(least, -1, axis)))
    side, sure = np.full(len(x), not subject, np.float32), np.full(len(x), not subject)
    on = (x >= box.left) & (x < box.right) & (y >= box.top) & (y < box.bottom)
    rows = (y[on] - box.top) * values.shape[0] // box.height
    columns = (x[on] - box.left) * values.shape[1] // box.width
    side[on], sure[on] = values[rows, columns], least[rows, columns] >= SURE
    return side, sure


def _moved(plane: NDArray[np.float32], by: int, axis: int) -> NDArray[np.float32]:
    """``plane`` moved by a pixel, its rim repeated."""
    at = np.clip(np.arange(plane.shape[axis]) + by, 0, plane.shape[axis] - 1)
    return np.take(plane, at, axis)


def covering(pieces: Iterable[Piece], width: int, height: int) -> Iterator[Piece]:
    """``pieces``, and 0 in tiles where none of them lies, from top to bottom.

    ``pieces``: in rows of one height each, from top to bottom, without gaps in a row.
    """
    done = 0
    for (top, bottom), group in groupby(pieces, key=lambda piece: (piece[0].start, piece[0].stop)):
        yield from _nothing(done, top, 0, width)
        right = -1
        for piece in group:
            if right < 0:
                yield from _nothing(top, bottom, 0, piece[1].start)
            right = piece[1].stop
            yield piece
        yield from _nothing(top, bottom, right, width)
        done = bottom
    yield from _nothing(done, height, 0, width)


def _nothing(top: int, bottom: int, left: int, right: int) -> Iterator[Piece]:
    for row in range(top, bottom, _TILE):
        rows = slice(row, min(row + _TILE, bottom))
        for column in range(left, right, _TILE):
            yield rows, slice(column, min(column + _TILE, right)), 0.0


def _edited(
    piece: NDArray[np.float32] | float,
    layers: list[Trail | _Laid],
    rgb: NDArray[np.uint8],
    rows: slice,
    columns: slice,
) -> NDArray[np.float32] | float:
    """The piece after those layers; itself when none changes it."""
    if isinstance(piece, float):  # what only leads to where it is already leaves it
        layers = list(dropwhile(lambda layer: _aim(layer) == piece, layers))
    if not layers:
        return piece
    shape = rows.stop - rows.start, columns.stop - columns.start
    alpha = np.broadcast_to(np.float32(piece), shape).copy()
    colours = rgb[rows, columns]
    changed = False
    for layer in layers:
        if isinstance(layer, _Laid):
            _patch(alpha, layer, rgb, rows, columns)
            changed = True
        else:
            changed |= brush(alpha, piece, colours, layer, (columns.start, rows.start))
    return alpha if changed else piece


def _aim(layer: Trail | _Laid) -> float:
    return float(layer.keep if isinstance(layer, _Laid) else layer.stroke.restore)


def _patch(
    alpha: NDArray[np.float32], laid: _Laid, rgb: NDArray[np.uint8], rows: slice, columns: slice
) -> None:
    """Add the patch to a tile that it lies on, or take it away, drawn along the photo's edges."""
    box = laid.box
    top, bottom = max(rows.start, box.top), min(rows.stop, box.bottom)
    left, right = max(columns.start, box.left), min(columns.stop, box.right)
    tile = left - box.left, top - box.top, right - box.left, bottom - box.top
    colours = rgb[top:bottom, left:right]
    found = drawn_tile(colours, laid.rough, laid.edges, tile, (box.width, box.height))
    part = alpha[
        top - rows.start : bottom - rows.start, left - columns.start : right - columns.start
    ]
    if laid.keep:
        np.maximum(part, found, out=part)
    else:
        part *= 1 - found
