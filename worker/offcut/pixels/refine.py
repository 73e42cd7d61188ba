"""The matte at the photo's size, drawn along the photo's own edges.

Near an edge of the subject the matte is taken to be linear in the photo's colours,
alpha = A · (R, G, B) + b in each small window (He, Sun, Tang: "Guided Image Filtering", TPAMI 2013,
eq. 19 to 21; coarse windows as in "Fast Guided Filter", arXiv 1505.00996). So the networks' mask,
which knows where the subject is but has large pixels, takes its fine course from the photo.

The windows are cells of a grid instead of one at every pixel: means over a cell and its neighbours
by a triangle filter, A and b between cells by the same filter. On the test photos that is as good
as windows at every pixel (band error 0.208 either way) and needs no running sums, which lose digits
in float32. At the photo's size only tiles with an edge in them are computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.pixels.resample import resize_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from offcut.pixels.resample import Part

EPS = 1e-4
"""Variance of colour (of 0..1) under which a window counts as flat and keeps its mean."""

WORK_PIXELS = 500_000
"""At how many pixels A and b are found, at most."""

CELL = 6.0
"""The side of a cell in pixels of the network that drew the mask."""

BAND = 0.05
"""Alpha under BAND or over 1 - BAND gives way to the networks' own: no veil over what is sure."""

CONTRAST = 1.2
"""The gain about one half, the last step, that takes the veil off what is nearly sure: under 1/12
becomes 0, over 11/12 becomes 1. The same for every photo."""

FAINT = 1 / 255
"""What differs less from 0 or 1 ends as 0 or 1 whatever the photo says: (1/255) / BAND of the way
to any alpha is still under 1/12."""

_TILE = 128
_TRIANGLE = Image.Resampling.BILINEAR


@dataclass(frozen=True)
class Edges:
    """How alpha follows from colour, cell by cell: see ``fit``. ``planes``: A for red, green and
    blue of 0..255, and b, as float pictures of one size that cover the part that was fitted."""

    planes: tuple[Image.Image, ...]


def fit(
    rgb: NDArray[np.uint8],
    mask: NDArray[np.float32],
    pixels: float,
    part: Part | None = None,
    cell: float = CELL,
) -> Edges:
    """Find A and b for a part of a photo.

    ``rgb``: uint8 (H, W, 3), the photo at any size, and ``part`` of it; all of it when None.
    ``mask``: float32 (h, w), 0..1, of that part. ``pixels``: of the finest network's input over it.
    """
    left, top, right, bottom = part or (0, 0, rgb.shape[1], rgb.shape[0])
    height, width = bottom - top, right - left
    shrink = min(1.0, (WORK_PIXELS / (height * width)) ** 0.5)
    w, h = max(1, round(width * shrink)), max(1, round(height * shrink))
    side = max(2.0, cell * (w * h / pixels) ** 0.5)
    grid = max(1, round(w / side)), max(1, round(h / side))
    guide, alpha = _guide(rgb, w, h, part), resize_mask(mask, w, h)

    def mean(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        return resize_mask(plane, *grid)

    level, middle = np.stack([mean(plane) for plane in guide]), mean(alpha)
    cross = np.stack([mean(plane * alpha) for plane in guide]) - level * middle
    slope = _solve(
        [[mean(guide[i] * guide[j]) - level[i] * level[j] for j in range(i, 3)] for i in range(3)],
        cross,
    )
    offset = middle - (slope * level).sum(axis=0)
    slope *= np.float32(1 / 255)
    return Edges(tuple(Image.fromarray(np.ascontiguousarray(p)) for p in (*slope, offset)))


def _solve(cov: list[list[NDArray[np.float32]]], cross: NDArray[np.float32]) -> NDArray[np.float32]:
    """The symmetric 3 × 3 systems (cov + EPS) slope = cross by their adjugates: (3, h, w)."""
    (a, b, c), (d, e), (f,) = cov
    a, d, f = a + np.float32(EPS), d + np.float32(EPS), f + np.float32(EPS)
    aa, ab, ac = d * f - e * e, c * e - b * f, b * e - c * d
    bb, bc, cc = a * f - c * c, b * c - a * e, a * d - b * b
    scale = 1 / np.maximum(a * aa + b * ab + c * ac, np.float32(EPS**3))
    x, y, z = cross
    slope = np.stack([aa * x + ab * y + ac * z, ab * x + bb * y + bc * z, ac * x + bc * y + cc * z])
    return np.asarray(slope * scale, dtype=np.float32)


def draw(
    rgb: NDArray[np.uint8], mask: NDArray[np.float32], edges: Edges, out: NDArray[np.float32]
) -> None:
    """Draw the matte of a part of a photo at its own size.

    ``rgb``: uint8 (H, W, 3). ``mask``: float32 (h, w), 0..1. ``edges``: of the same part.
    ``out``: float32 (H, W), is overwritten, 0..1.
    """
    for rows, columns, alpha in drawn(rgb, mask, edges):
        out[rows, columns] = alpha


def drawn(
    rgb: NDArray[np.uint8], mask: NDArray[np.float32], edges: Edges
) -> Iterator[tuple[slice, slice, NDArray[np.float32] | float]]:
    """As ``draw``, piece by piece: rows, columns, and their alpha, float32 (h, w), or 0 or 1 where
    no edge runs through. The pieces cover everything."""
    height, width = rgb.shape[:2]
    rough = Image.fromarray(np.ascontiguousarray(mask))
    for tile, kind in _tiles(mask, width, height):
        left, top, right, bottom = tile
        rows, columns = slice(top, bottom), slice(left, right)
        if kind is None:
            piece = drawn_tile(rgb[rows, columns], rough, edges, tile, (width, height))
            yield rows, columns, piece
        else:
            yield rows, columns, kind


def drawn_tile(
    colours: NDArray[np.uint8],
    rough: Image.Image,
    edges: Edges,
    tile: tuple[int, int, int, int],
    frame: tuple[int, int],
) -> NDArray[np.float32]:
    """A tile that an edge runs through: A · colour + b where the mask is not sure.

    ``colours``: uint8 (h, w, 3), of the tile. ``rough``: the mask, mode F, and ``edges``, both of
    the whole part. ``tile``: (left, top, right, bottom) in it, in pixels of ``frame``, its (width,
    height). Gives float32 (h, w), 0..1.
    """
    alpha = _piece(rough, tile, *frame)
    red, green, blue, found = (_piece(plane, tile, *frame) for plane in edges.planes)
    for channel, slope in enumerate((red, green, blue)):
        found += slope * colours[..., channel]
    np.clip(found, 0, 1, out=found)
    weight = np.minimum(alpha, 1 - alpha)
    weight *= np.float32(1 / BAND)
    np.minimum(weight, 1, out=weight)
    found -= alpha
    found *= weight
    alpha += found
    alpha -= np.float32(0.5)
    alpha *= np.float32(CONTRAST)
    alpha += np.float32(0.5)
    return np.clip(alpha, 0, 1, out=alpha)


def _tiles(
    mask: NDArray[np.float32], width: int, height: int
) -> Iterator[tuple[tuple[int, int, int, int], float | None]]:
    """Tiles of a picture of ``width`` × ``height`` as (left, top, right, bottom), with the value
    that they hold throughout, 0 or 1, or None where an edge runs through them."""
    h, w = mask.shape
    # The triangle filter reaches one pixel further than the tile, of the mask or of the picture.
    down, across = max(1, -(-h // height)), max(1, -(-w // width))
    for top in range(0, height, _TILE):
        bottom = min(height, top + _TILE)
        rows = slice(max(0, top * h // height - down), -(-bottom * h // height) + down)
        low, high = mask[rows].min(axis=0), mask[rows].max(axis=0)
        for left in range(0, width, _TILE):
            right = min(width, left + _TILE)
            columns = slice(max(0, left * w // width - across), -(-right * w // width) + across)
            kind = None
            if high[columns].max() <= FAINT:
                kind = 0.0
            elif low[columns].min() >= 1 - FAINT:
                kind = 1.0
            yield (left, top, right, bottom), kind


def _piece(
    plane: Image.Image, tile: tuple[int, int, int, int], width: int, height: int
) -> NDArray[np.float32]:
    """A tile of ``plane`` as if it were enlarged to ``width`` × ``height``: float32."""
    left, top, right, bottom = tile
    x, y = plane.width / width, plane.height / height
    part = (left * x, top * y, right * x, bottom * y)
    return np.array(plane.resize((right - left, bottom - top), _TRIANGLE, box=part), np.float32)


def _guide(
    rgb: NDArray[np.uint8], width: int, height: int, part: Part | None
) -> NDArray[np.float32]:
    """The photo's colours at the working size: float32 (3, height, width), 0..1."""
    image = Image.fromarray(np.ascontiguousarray(rgb))
    if part or image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BOX, box=part)
    planes = np.asarray(image).transpose(2, 0, 1).astype(np.float32)
    planes *= np.float32(1 / 255)
    return planes
