"""A person's edits played back on a matte that comes piece by piece."""

from __future__ import annotations

from dataclasses import replace
from itertools import dropwhile, groupby
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.pipeline.edits import Patch
from offcut.pipeline.meaning import meant, sides
from offcut.pixels.refine import drawn_tile
from offcut.pixels.strokes import brush, stamp, trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from offcut.pipeline.job import Job
    from offcut.pixels.compose import Piece
    from offcut.pixels.photo import Photo
    from offcut.pixels.strokes import Trail

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
    layers = _layers(job, photo)
    boxes = np.array([layer.box for layer in layers], np.int64).reshape(-1, 4)
    try:
        for rows, columns, piece in covering(pieces, photo.width, photo.height):
            on = (boxes[:, 0] < columns.stop) & (boxes[:, 2] > columns.start)
            on &= (boxes[:, 1] < rows.stop) & (boxes[:, 3] > rows.start)
            here = [layers[at] for at in np.flatnonzero(on).tolist()]
            yield rows, columns, _edited(piece, here, photo.rgb, rows, columns)
    finally:
        stamp.cache_clear()  # up to some ten MB


def _layers(job: Job, photo: Photo) -> list[Trail | _Laid]:
    """The job's edits at their places on ``photo``, without strokes that lie beside it."""
    width, height = photo.width, photo.height
    scale = width / job.photo.width, height / job.photo.height
    layers: list[Trail | _Laid] = []
    known = None
    for item in job.edits.items:
        if isinstance(item, Patch):
            layers.append(_Laid(item, scale))
            continue
        found = trail(item, width, height, scale)
        if found is None:
            continue
        if item.smart:
            known = known or sides(job)
            found = replace(found, palette=meant(item, job, known))
        layers.append(found)
    return layers


def covering(pieces: Iterable[Piece], width: int, height: int) -> Iterator[Piece]:
    """``pieces``, and 0 in tiles where none of them lies, from top to bottom.

    ``pieces``: in rows of one height each, from top to bottom, without gaps in a row.
    """
    done = 0
    for (top, bottom), group in groupby(pieces, key=lambda piece: (piece[0].start, piece[0].stop)):
        yield from _nothing(done, top, width)
        right = -1
        for piece in group:
            if right < 0:
                yield from _row(top, bottom, 0, piece[1].start)
            right = piece[1].stop
            yield piece
        yield from _row(top, bottom, right, width)
        done = bottom
    yield from _nothing(done, height, width)


def _nothing(top: int, bottom: int, width: int) -> Iterator[Piece]:
    for row in range(top, bottom, _TILE):
        yield from _row(row, min(row + _TILE, bottom), 0, width)


def _row(top: int, bottom: int, left: int, right: int) -> Iterator[Piece]:
    for column in range(left, right, _TILE):
        yield slice(top, bottom), slice(column, min(column + _TILE, right)), 0.0


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
