"""Colours taken from a photo."""

from __future__ import annotations

import numpy as np
import pytest

from offcut.pixels.photo import Photo
from offcut.pixels.swatches import colour_at, main_colours


def photo(rgb: np.ndarray) -> Photo:
    return Photo(rgb, None, "png")


def test_a_point_is_the_mean_of_what_is_around_it() -> None:
    rgb = np.zeros((9, 9, 3), np.uint8)
    rgb[2:7, 2:7] = (100, 50, 25)
    rgb[4, 4] = (125, 50, 0)
    assert colour_at(photo(rgb), 0.5, 0.5) == (101, 50, 24)
    assert colour_at(photo(rgb), 0.0, 0.0) == (round(100 / 9), round(50 / 9), round(25 / 9))


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 1), (-3, 7), (0.999, 0.001)])
def test_a_point_on_the_rim_or_beyond_is_on_the_photo(x: float, y: float) -> None:
    assert colour_at(photo(np.full((3, 5, 3), 77, np.uint8)), x, y) == (77, 77, 77)


def test_main_colours_are_the_frequent_ones_first() -> None:
    rgb = np.full((100, 100, 3), (10, 200, 30), np.uint8)
    rgb[:40] = (240, 20, 20)
    rgb[:10, :20] = (0, 0, 255)
    assert main_colours(photo(rgb)) == [(10, 200, 30), (240, 20, 20), (0, 0, 255)]


def test_main_colours_are_few_and_differ() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    found = main_colours(photo(rgb), 4)
    assert len(found) == len(set(found)) == 4
    plain = np.full((50, 50, 3), 90, np.uint8)
    plain[::2] = 95
    assert len(main_colours(photo(plain))) == 1
