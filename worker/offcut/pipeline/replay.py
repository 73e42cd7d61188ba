"""A person's edits played back on a matte that comes piece by piece."""

from __future__ import annotations

from dataclasses import replace
from itertools import dropwhile, groupby
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.models.crop import Box
from offcut.pipeline.edits import Patch
from offcut.pipeline.meaning import meant, sides
from offcut.pixels.refine import drawn_tile
from offcut.pixels.strokes import brush, coverage, stamp, trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from offcut.pipeline.job import Job
    from offcut.pixels.compose import Piece
    from offcut.pixels.photo import Photo
    from offcut.pixels.strokes import Trail

ROOM = 32_000_000
"""How many pixels of strokes may be covered ahead, a byte each."""

_TILE = 128  # of what no piece covers


class _Laid:
    """A patch at its place on a photo of some size."""

    def __init__(self, patch: Patch, scale: tuple[float, float]) -> None:
        self.keep, self.edges = patch.keep, patch.edges
        self.box = patch.box.scaled(*scale)
        self.rough = Image.fromarray(patch.values)


class _Covers:
    """What strokes cover: while there is room, all of a stroke at once, so that no tile cuts it."""

    def __init__(self) -> None:
        self._room = ROOM
        self._whole: dict[Trail, NDArray[np.uint8] | None] = {}

    def part(self, found: Trail, box: Box) -> NDArray[np.uint8] | None:
        """``coverage`` of a part of the photo within the stroke's box."""
        left, top, right, bottom = found.box
        size = (right - left) * (bottom - top)
        if found not in self._whole and size <= self._room:
            self._room -= size
            self._whole[found] = coverage(found, left, top, right - left, bottom - top)
        if found not in self._whole:
            return coverage(found, box.left, box.top, box.width, box.height)
        whole = self._whole[found]
        if whole is None:
            return None
        cover = whole[box.top - top : box.bottom - top, box.left - left : box.right - left]
        return cover if cover.any() else None

    def passed(self, row: int) -> None:
        """Let go of strokes that end above ``row``."""
        for found in [one for one in self._whole if one.box[3] <= row]:
            left, top, right, bottom = found.box
            self._room += (right - left) * (bottom - top)
            del self._whole[found]


def replayed(pieces: Iterable[Piece], job: Job, photo: Photo) -> Iterator[Piece]:
    """The matte with the job's edits in it, over the whole of ``photo``, from top to bottom.

    ``pieces``: of the matte without, as ``refine.drawn`` gives them, on any part of the photo.
    ``photo``: the job's own or a smaller one of it. A piece that no edit touches passes as it is.
    Held are one piece and coverage of ``ROOM`` bytes.
    """
    layers, covers = _layers(job, photo), _Covers()
    boxes = np.array([layer.box for layer in layers], np.int64).reshape(-1, 4)
    try:
        for rows, columns, piece in covering(pieces, photo.width, photo.height):
            tile = Box(columns.start, rows.start, columns.stop, rows.stop)
            covers.passed(tile.top)
            on = (boxes[:, 0] < tile.right) & (boxes[:, 2] > tile.left)
            on &= (boxes[:, 1] < tile.bottom) & (boxes[:, 3] > tile.top)
            here = [layers[at] for at in np.flatnonzero(on).tolist()]
            yield rows, columns, _edited(piece, here, photo.rgb, tile, covers)
    finally:
        stamp.cache_clear()  # of a large pen it holds 90 MB


def _layers(job: Job, photo: Photo) -> list[Trail | _Laid]:
    """The job's edits at their places on ``photo``, without strokes that lie beside it."""
    width, height = photo.width, photo.height
    scale = width / job.photo.width, height / job.photo.height
    layers: list[Trail | _Laid] = []
    known = None
    for item in job.edits.items if job.edits else ():
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
    tile: Box,
    covers: _Covers,
) -> NDArray[np.float32] | float:
    """The piece after those layers; itself when none changes it."""
    if isinstance(piece, float):  # what only leads to where it is already leaves it
        layers = list(dropwhile(lambda layer: _aim(layer) == piece, layers))
    if not layers:
        return piece
    alpha = np.broadcast_to(np.float32(piece), (tile.height, tile.width)).copy()
    changed = False
    for layer in layers:
        box = _both(tile, layer.box)
        inside = (
            slice(box.top - tile.top, box.bottom - tile.top),
            slice(box.left - tile.left, box.right - tile.left),
        )
        part, colours = alpha[inside], rgb[box.top : box.bottom, box.left : box.right]
        if isinstance(layer, _Laid):
            _patch(part, layer, colours, box)
            changed = True
            continue
        cover = covers.part(layer, box)
        if cover is not None:
            known = piece if isinstance(piece, float) else piece[inside]
            brush(part, known, colours, layer, cover)
            changed = True
    return alpha if changed else piece


def _both(one: Box, other: tuple[int, int, int, int]) -> Box:
    return Box(
        max(one.left, other[0]),
        max(one.top, other[1]),
        min(one.right, other[2]),
        min(one.bottom, other[3]),
    )


def _aim(layer: Trail | _Laid) -> float:
    return float(layer.keep if isinstance(layer, _Laid) else layer.stroke.restore)


def _patch(alpha: NDArray[np.float32], laid: _Laid, colours: NDArray[np.uint8], box: Box) -> None:
    """Add a part of the patch, or take it away, in place, drawn along the photo's edges."""
    left, top = laid.box.left, laid.box.top
    tile = box.left - left, box.top - top, box.right - left, box.bottom - top
    frame = laid.box.width, laid.box.height
    found = drawn_tile(colours, laid.rough, laid.edges, tile, frame)
    if laid.keep:
        np.maximum(alpha, found, out=alpha)
    else:
        alpha *= 1 - found
