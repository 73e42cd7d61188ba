"""Colours taken from a photo, its numbers as they stand: at a point, and the most frequent ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.pixels.compose import small_photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.photo import Photo

    Colour = tuple[int, int, int]

_AROUND = 2
"""A point's colour is the mean of it and so many pixels on each side: one alone is noise."""
_SIDE = 160
_FINE = 24
_APART = 40
"""Two colours that differ by less, in the sum of their channels, are one for the eye."""


def colour_at(photo: Photo, x: float, y: float) -> Colour:
    """The colour at ``x``, ``y``, 0..1 of width and height: the mean of 5 × 5 pixels."""
    column = min(photo.width - 1, max(0, int(x * photo.width)))
    row = min(photo.height - 1, max(0, int(y * photo.height)))
    rows = slice(max(0, row - _AROUND), row + _AROUND + 1)
    columns = slice(max(0, column - _AROUND), column + _AROUND + 1)
    return _colour(photo.rgb[rows, columns].reshape(-1, 3).mean(axis=0))


def main_colours(photo: Photo, count: int = 5) -> list[Colour]:
    """The colours that the photo has most of, all different, the most frequent first."""
    small = Image.fromarray(np.ascontiguousarray(small_photo(photo, _SIDE).rgb))
    reduced = small.quantize(_FINE, Image.Quantize.MEDIANCUT)
    often = np.bincount(np.asarray(reduced).ravel(), minlength=_FINE)
    levels = np.array(reduced.getpalette()).reshape(-1, 3)
    found: list[Colour] = []
    for index in np.argsort(-often, kind="stable")[: np.count_nonzero(often)]:
        colour = _colour(levels[index])
        if all(_apart(colour, other) >= _APART for other in found):
            found.append(colour)
    return found[:count]


def _colour(values: NDArray[Any]) -> Colour:
    red, green, blue = (int(value + 0.5) for value in values)
    return red, green, blue


def _apart(one: Colour, other: Colour) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
