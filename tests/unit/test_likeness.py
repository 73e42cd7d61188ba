"""Colours that stand for many, and how like a pixel is to them."""

from __future__ import annotations

import numpy as np
import pytest

from offcut.pixels.likeness import ALIKE, COLOURS, UNLIKE, likeness, palette

from .helpers import noise


def test_one_colour_stands_for_itself() -> None:
    assert palette(np.full((1, 3), 77, np.uint8)).tolist() == [[77, 77, 77]]
    assert palette(np.full((99_999, 3), (1, 2, 3), np.uint8)).tolist() == [[1, 2, 3]]


def test_few_colours_stand_for_many_and_chance_for_none() -> None:
    many = noise(100, 100).reshape(-1, 3)
    found = palette(many)
    assert 1 < len(found) <= COLOURS
    assert found.dtype == np.float32
    assert likeness(many, found).mean() > 0.5
    two = np.repeat(np.uint8([[200, 40, 40], [30, 60, 180]]), (990, 10), axis=0)
    assert palette(two).tolist() == [[200, 40, 40]]


@pytest.mark.parametrize(
    ("far", "wanted"), [(0, 1), (ALIKE, 1), ((ALIKE + UNLIKE) / 2, 0.5), (UNLIKE, 0), (200, 0)]
)
def test_likeness_falls_with_the_distance_in_a_straight_line(far: float, wanted: float) -> None:
    colours = np.float32([[20, 20, 20], [20, 20, 250]])
    given = np.uint8([[20, 20 + far, 20]])
    out = likeness(given, colours)
    assert out.shape == (1,)
    assert out.dtype == np.float32
    assert out[0] == pytest.approx(wanted, abs=1e-3)
