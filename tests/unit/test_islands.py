"""Crumbs and pinholes go; parts and holes stay."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage  # type: ignore[import-untyped]

from offcut.pixels.islands import regions, tidy

from .helpers import disc


@pytest.mark.parametrize("share", [0.02, 0.3, 0.45, 0.9])
def test_regions_are_those_that_scipy_finds(share: float) -> None:
    inside = np.random.default_rng(3).random((90, 70)) < share
    label, count = regions(inside)
    wanted, many = ndimage.label(inside, np.ones((3, 3)))
    assert count == many
    assert np.array_equal(label > 0, inside)
    pairs = np.unique(np.stack([label.ravel(), wanted.ravel()]), axis=1)
    assert pairs.shape[1] == count + (0 if inside.all() else 1), "each number has one counterpart"


def test_no_region_is_no_region() -> None:
    label, count = regions(np.zeros((4, 5), bool))
    assert count == 0
    assert not label.any()


def test_a_crumb_goes_and_a_second_subject_stays() -> None:
    mask = np.zeros((200, 300), np.float32)
    mask[50:150, 20:120] = 1
    mask[80:110, 200:230] = 1  # a tenth of the first: a part of the picture
    mask[10:14, 280:284] = 0.8  # a crumb
    out = tidy(mask)
    assert out[0:20, 270:290].max() == 0
    assert np.array_equal(out[:, :250], mask[:, :250])


def test_a_pinhole_is_filled_and_a_hole_stays() -> None:
    mask = disc(250, 250)
    mask[60:64, 125:127] = 0  # 8 of some 20 000 pixels... too large for a pinhole
    mask[150, 150] = 0
    out = tidy(mask)
    assert out[150, 150] == 1
    assert out[61, 126] == 0
    assert np.array_equal(tidy(disc(250, 250)), disc(250, 250))


def test_a_clean_mask_is_not_even_copied() -> None:
    mask = disc(300, 200)
    assert tidy(mask) is mask
    nothing = np.zeros((30, 20), np.float32)
    assert tidy(nothing) is nothing
