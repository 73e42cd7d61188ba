"""Resizing keeps places: half-pixel centres, no aliasing, no overshoot."""

from __future__ import annotations

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.pixels.resample import resize_mask, resize_rgb

from .helpers import disc, noise


def ramp(size: int) -> np.ndarray:
    """Value at each pixel's centre of a line from 0 to 1 over the picture's width."""
    return ((np.arange(size) + 0.5) / size).astype(np.float32)


@pytest.mark.parametrize(("old", "new"), [(320, 1000), (1024, 320), (37, 101), (101, 37), (8, 8)])
def test_a_ramp_stays_in_place(old: int, new: int) -> None:
    mask = np.tile(ramp(old), (5, 1))
    got = resize_mask(mask, new, 5)
    edge = -(-new // min(old, new)) + 1  # at the borders the filter has nothing beyond to look at
    inner = slice(edge, -edge)
    allowed = 0.05 / min(old, new)  # a twentieth of the coarser pixel; half a pixel is the mistake
    assert np.abs(got[2, inner] - ramp(new)[inner]).max() < allowed
    down = resize_mask(np.ascontiguousarray(mask.T), 5, new)
    assert np.abs(down[inner, 2] - ramp(new)[inner]).max() < allowed


def test_a_ramp_of_colours_stays_in_place() -> None:
    line = np.round(ramp(900) * 255).astype(np.uint8)
    rgb = np.repeat(np.tile(line, (6, 1))[..., None], 3, axis=2)
    got = resize_rgb(rgb, 300, 2)
    assert got.dtype == np.float32
    assert got.shape == (2, 300, 3)
    assert np.abs(got[0, 3:-3, 0] - ramp(300)[3:-3] * 255).max() <= 0.75  # Pillow rounds to levels


def test_a_mask_lies_where_it_was_after_there_and_back() -> None:
    mask = disc(600, 900, soft=40)
    back = resize_mask(resize_mask(mask, 320, 320), 900, 600)
    assert np.abs(back - mask).max() < 0.02
    columns = (mask.sum(0) * np.arange(900)).sum() / mask.sum()
    assert (back.sum(0) * np.arange(900)).sum() / back.sum() == pytest.approx(columns, abs=0.02)


def test_fine_stripes_become_gray_and_not_waves() -> None:
    stripes = np.zeros((64, 640), np.float32)
    stripes[:, ::2] = 1
    got = resize_mask(stripes, 100, 64)[:, 2:-2]
    assert got.std() < 0.02
    assert got.mean() == pytest.approx(0.5, abs=0.01)
    rgb = np.repeat((stripes * 255).astype(np.uint8)[..., None], 3, axis=2)
    assert resize_rgb(rgb, 100, 64)[:, 2:-2].std() < 4


def test_masks_keep_their_range_and_precision() -> None:
    mask = np.zeros((10, 10), np.float32)
    mask[3:6, 3:6] = 1
    got = resize_mask(mask, 333, 271)
    assert got.dtype == np.float32
    assert got.min() >= 0
    assert got.max() <= 1
    faint = np.full((8, 8), 1 / 4096, np.float32)
    assert resize_mask(faint, 50, 50) == pytest.approx(1 / 4096)


def test_same_size_is_the_same() -> None:
    rgb = noise(9, 7)
    assert np.array_equal(resize_rgb(rgb, 7, 9), rgb)
    mask = disc(9, 7)
    assert resize_mask(mask, 7, 9) is mask


def test_views_are_taken_as_they_look() -> None:
    rgba = noise(40, 60, 4)
    assert np.array_equal(
        resize_rgb(rgba[..., :3], 20, 10), resize_rgb(rgba[..., :3].copy(), 20, 10)
    )


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (-1, 5)])
def test_no_pixels_is_an_error(size: tuple[int, int]) -> None:
    with pytest.raises(OffcutError) as caught:
        resize_mask(disc(4, 4), *size)
    assert caught.value.code == "BAD_CONFIG"
