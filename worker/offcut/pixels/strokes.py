"""Brush strokes on a matte: where their stamps lie, how much they cover, what they do to alpha.

A stroke covers a pixel by the greatest of its stamps, and a stamp is a small picture of 8 bits at a
whole-pixel place: a canvas can draw the very same. ``docs/strokes.md`` has the definition step by
step and why it is this one. All geometry is in double precision, in the order written there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from offcut.pixels.likeness import likeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPACING = 1 / 16
"""How far stamps lie apart, as a share of the diameter: at 1/16 a straight stroke's rim is wavy by
0.2 % of its radius."""

NEAREST = 0.5
"""And at least so many pixels: the grid that their centres are rounded to."""

LEVELS = 64
"""Pressure is rounded to so many steps: a stroke then has few different stamps."""

_VARIANTS = 4  # where in a pixel a centre lies: on its edge or its middle, down and across


@dataclass(frozen=True, eq=False)
class Stroke:
    """A stroke as a person drew it, in photo pixels; pixel centres lie at .5.

    ``restore``: towards 1, else towards 0. ``smart``: only as far as a pixel belongs to that side
    (see ``brush``). ``size``: the diameter at full pressure, over 0. ``hardness``, 0..1:
    1 has a rim of one pixel, 0 falls off from the middle. ``flow``, 0..1: how much of the way to
    go. ``points``: float64 (n, 3), n at least 1: x, y, pressure of 0..1, which scales the diameter.
    """

    restore: bool
    smart: bool
    size: float
    hardness: float
    flow: float
    points: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trail:
    """A stroke's stamps on a picture, each once, from top to bottom.

    ``left``, ``top``: int32 (n,), of their pictures, may be outside. ``kind``: int32 (n,), which
    picture: the level of pressure times 4 and where in its pixel the centre lies (see ``stamp``).
    ``side``: int32 (n,), the pictures' sides. ``size``: the diameter here. ``box``: (left, top,
    right, bottom) around all of them, within the picture. ``weights``: float32 (256,), what a
    coverage of 0..255 counts. ``palette``: of a smart stroke, see ``likeness.palette``.
    """

    stroke: Stroke
    size: float
    left: NDArray[np.int32]
    top: NDArray[np.int32]
    kind: NDArray[np.int32]
    side: NDArray[np.int32]
    box: tuple[int, int, int, int]
    weights: NDArray[np.float32]
    palette: NDArray[np.float32] | None = None


@lru_cache(maxsize=256)
def stamp(diameter: float, hardness: float, down: int, across: int) -> NDArray[np.uint8]:
    """A stamp's picture: uint8 (2 R + 1, 2 R + 1), 0..255, R = ceil(radius + ½).

    Its middle pixel holds the stamp's centre: on its upper edge (``down`` 0) or its middle (1), on
    its left edge or its middle (``across``). ``diameter`` in pixels, over 0; what is thinner than
    a pixel is a pixel wide and paler instead. The falloff is smoothstep, 1 - u² (3 - 2 u), of the
    distance to the centre.
    """
    radius = max(1.0, diameter) / 2
    reach = _reach(diameter)
    y = np.arange(-reach, reach + 1) + (0.5 - down / 2)
    x = np.arange(-reach, reach + 1) + (0.5 - across / 2)
    inner = hardness * max(0.0, radius - 0.5)
    u = (x * x)[np.newaxis] + (y * y)[:, np.newaxis]
    np.sqrt(u, out=u)
    u -= inner
    u /= radius + 0.5 - inner
    np.clip(u, 0, 1, out=u)
    fall = u * u
    u *= -2
    u += 3
    fall *= u
    np.subtract(1, fall, out=fall)
    fall *= 255 * min(1.0, diameter)
    fall += 0.5
    picture: NDArray[np.uint8] = fall.astype(np.uint8)  # truncates, so with the half above: nearest
    picture.flags.writeable = False
    return picture


def sheet(diameter: float, hardness: float) -> NDArray[np.uint8]:
    """The four pictures of a stamp side by side, for a canvas: uint8 (s, 4 s), 0..255.

    Their centres lie on the middle pixel's corner, its upper edge, its left edge, its middle.
    """
    return np.hstack([stamp(diameter, hardness, kind >> 1, kind & 1) for kind in range(_VARIANTS)])


def _reach(diameter: float) -> int:
    return int(np.ceil(max(1.0, diameter) / 2 + 0.5))


def stamps(stroke: Stroke) -> int:
    """How many stamps the stroke has at the photo's own size, before double ones go."""
    return int(_steps(stroke.points, stroke.size)[1].sum(dtype=np.int64)) + 1


def _steps(
    points: NDArray[np.float64], size: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """From each point to the next: the way, float64 (n - 1, 3), and in how many equal steps."""
    way = np.diff(points, axis=0)
    length = np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1])
    thinner = size * np.minimum(points[:-1, 2], points[1:, 2])
    steps = np.ceil(length / np.maximum(NEAREST, thinner * SPACING))
    return way, np.maximum(1, steps).astype(np.intp)  # 32 bits in WebAssembly: repeat wants them


def trail(
    stroke: Stroke, width: int, height: int, scale: tuple[float, float] = (1.0, 1.0)
) -> Trail | None:
    """The stroke's stamps on a picture of ``width`` × ``height``; None when none lies on it.

    ``scale``: across and down, the picture's sides by the photo's. Other than 1 the result is near
    to the stroke at the photo's size made smaller, not the same.
    """
    size = stroke.size * sqrt(scale[0] * scale[1])
    points = stroke.points * np.array([*scale, 1.0])
    way, steps = _steps(points, size)
    which = np.repeat(np.arange(len(steps)), steps)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)
    part = nth / steps[which]
    spots = np.concatenate([points[which] + way[which] * part[:, np.newaxis], points[-1:]])
    level = np.floor(spots[:, 2] * LEVELS + 0.5).astype(np.int64)
    halves = np.floor(spots[:, :2] * 2 + 0.5).astype(np.int64)  # half pixels
    reach = np.array([_reach(size * step / LEVELS) for step in range(LEVELS + 1)])[level]
    left, top = (halves >> 1).T - reach
    side = 2 * reach + 1
    kind = level * _VARIANTS + (halves[:, 1] & 1) * 2 + (halves[:, 0] & 1)
    here = (level > 0) & (left < width) & (top < height) & (left + side > 0) & (top + side > 0)
    if not here.any():
        return None
    left, top, side, kind = left[here], top[here], side[here], kind[here]
    # One number a stamp: sorting by it finds the double ones and puts the upper ones first.
    order = np.unique(((top + 2**20) << 32) + ((left + 2**20) << 9) + kind, return_index=True)[1]
    left, top, side, kind = (one[order].astype(np.int32) for one in (left, top, side, kind))
    box = (
        max(0, int(left.min())),
        max(0, int(top[0])),
        min(width, int((left + side).max())),
        min(height, int((top + side).max())),
    )
    weights = (np.arange(256) / 255 * stroke.flow).astype(np.float32)
    return Trail(stroke, size, left, top, kind, side, box, weights)


def coverage(
    found: Trail, left: int, top: int, width: int, height: int
) -> NDArray[np.uint8] | None:
    """The greatest of the stamps at each pixel of a tile: uint8 (height, width), 0..255.

    None where no stamp lies on it. ``left``, ``top``: the tile's place in the picture.
    """
    longest = int(found.side.max())
    first, last = np.searchsorted(found.top, [top - longest + 1, top + height]).tolist()
    near = slice(first, last)
    x, y, side = found.left[near] - left, found.top[near] - top, found.side[near]
    on = np.flatnonzero((x < width) & (x + side > 0) & (y + side > 0))
    if not len(on):
        return None
    out = np.zeros((height, width), np.uint8)
    pictures: dict[int, NDArray[np.uint8]] = {}
    kinds = found.kind[near][on].tolist()
    for column, row, kind in zip(x[on].tolist(), y[on].tolist(), kinds, strict=True):
        picture = pictures.get(kind)
        if picture is None:
            diameter = found.size * (kind // _VARIANTS) / LEVELS
            picture = stamp(diameter, found.stroke.hardness, kind >> 1 & 1, kind & 1)
            pictures[kind] = picture
        part = out[max(0, row) : row + len(picture), max(0, column) : column + len(picture)]
        over = picture[max(0, -row) :, max(0, -column) :][: part.shape[0], : part.shape[1]]
        np.maximum(part, over, out=part)
    return out


def brush(
    alpha: NDArray[np.float32],
    known: NDArray[np.float32] | float,
    rgb: NDArray[np.uint8],
    found: Trail,
    cover: NDArray[np.uint8],
) -> None:
    """Draw a stroke into a part of the matte, in place.

    ``alpha``: float32 (h, w), 0..1. ``known``: the matte there before any edit, a float where it is
    the same throughout. ``rgb``: uint8 (h, w, 3), the photo there. ``cover``: ``coverage`` there. A
    smart stroke counts as far as ``known`` puts a pixel on its side, or its palette does.
    """
    weight = found.weights[cover]
    stroke = found.stroke
    if stroke.smart:
        weight *= _belongs(known if stroke.restore else 1 - known, rgb, cover > 0, found.palette)
    if stroke.restore:
        weight *= 1 - alpha
        alpha += weight
    else:
        weight *= alpha
        alpha -= weight


def _belongs(
    side: NDArray[np.float32] | float,
    rgb: NDArray[np.uint8],
    on: NDArray[np.bool_],
    palette: NDArray[np.float32] | None,
) -> NDArray[np.float32] | float:
    """How far pixels belong to a smart stroke's side: float32 (h, w), 0..1; right where ``on``."""
    if palette is None or (isinstance(side, float) and side >= 1):
        return side
    out = np.broadcast_to(np.float32(side), on.shape).copy()
    out[on] = np.maximum(out[on], likeness(rgb[on], palette))
    return out
