"""Smooth planes, kept small: what is read of them is what they would be at full size."""

from __future__ import annotations

from math import erf

import numpy as np
import pytest

from offcut.pixels.sheet import Sheet, blurred, on_grid, read, seen, shrunk, soften, step_for

from .helpers import disc


def edge(sigma: float, far: float) -> float:
    """A step from 0 to 1, blurred, ``far`` pixels inside of it."""
    return 0.5 * (1 + erf(far / sigma / 2**0.5))


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64])
def test_squares_are_means_with_nothing_beyond_the_edge(step: int) -> None:
    plane = np.random.default_rng(1).random((301, 45), np.float32)
    small = shrunk(lambda rows: plane[rows], plane.shape, step)
    room = -plane.shape[0] % step, -plane.shape[1] % step
    whole = np.pad(plane.astype(np.float64), ((0, room[0]), (0, room[1])))
    blocks = whole.reshape(whole.shape[0] // step, step, -1, step)
    assert np.allclose(small, blocks.mean(axis=(1, 3)), atol=1e-5)
    assert np.array_equal(plane, np.random.default_rng(1).random((301, 45), np.float32))


def test_squares_may_begin_ahead_of_the_plane() -> None:
    plane = np.random.default_rng(1).random((301, 45), np.float32)
    small = shrunk(lambda rows: plane[rows], plane.shape, 7, (5, 6))
    around = np.pad(plane, ((5, 0), (6, 0)))
    assert np.allclose(small, shrunk(lambda rows: around[rows], around.shape, 7), atol=1e-6)
    tiny = shrunk(lambda rows: plane[:1, :1][rows], (1, 1), 9, (4, 4))
    assert tiny.shape == (1, 1)
    assert tiny[0, 0] == pytest.approx(plane[0, 0] / 81)


def test_a_plane_is_given_in_bands() -> None:
    asked: list[slice] = []

    def rows(part: slice) -> np.ndarray:
        asked.append(part)
        return np.ones((part.stop - part.start, 8), np.float32)

    assert np.allclose(shrunk(rows, (5000, 8), 4), 1)
    assert max(part.stop - part.start for part in asked) <= 256
    assert [part.start for part in asked[1:]] == [part.stop for part in asked[:-1]]


@pytest.mark.parametrize("sigma", [0.0, 0.2, 1.0, 4.5])
def test_a_blur_is_gaussian_and_loses_nothing(sigma: float) -> None:
    plane = np.zeros((81, 61), np.float32)
    plane[40, 30] = 1
    out = blurred(plane, sigma)
    assert out.sum() == pytest.approx(1, abs=1e-4)
    far = np.hypot(*np.mgrid[-40:41, -30:31])
    if sigma >= 1:
        wanted = np.exp(-0.5 * (far / sigma) ** 2) / (2 * np.pi * sigma**2)
        assert np.abs(out - wanted).max() < 0.01 * wanted.max()
    else:
        assert out[40, 30] > 0.99


@pytest.mark.parametrize("sigma", [3.0, 8.0, 40.0])
def test_a_blurred_edge_is_right_between_the_squares(sigma: float) -> None:
    side = round(sigma * 12)
    step = step_for(sigma, side, side)
    assert (step > 1) is (sigma > 5)
    plane = np.ones((side, side), np.float32)
    made = soften(Sheet(shrunk(lambda rows: plane[rows], plane.shape, step), 10, 400, step), sigma)
    found = read(made, side // 2, side // 2 + 1, 2000)
    assert found is not None
    rows, columns, values = found
    assert rows == slice(0, 1)
    for column in (400, 401, 403, 400 + round(sigma), 400 - round(sigma), 400 - round(2 * sigma)):
        wanted = edge(sigma, column + 0.5 - 400)
        assert values[0, column - columns.start] == pytest.approx(wanted, abs=0.008)


def test_large_planes_are_made_small_even_without_a_blur() -> None:
    assert step_for(0, 1000, 1000) == 1
    assert step_for(0, 8000, 6000) == 5
    assert step_for(100, 1000, 1000) == 40


def test_reading_is_exact_at_a_step_of_one() -> None:
    values = disc(30, 50)
    sheet = Sheet(values, -7, 5, 1)
    whole = np.zeros((40, 40), np.float32)
    whole[:23, 5:] = values[7:, :35]
    for top in range(0, 40, 9):
        bottom = min(40, top + 9)
        band = np.zeros((bottom - top, 40), np.float32)
        found = read(sheet, top, bottom, 40)
        if found is not None:
            band[found[0], found[1]] = found[2]
        assert np.array_equal(band, whole[top:bottom]), top
    assert read(sheet, 23, 40, 40) is None
    assert read(sheet, 0, 23, 5) is None


def test_bands_meet_without_a_seam() -> None:
    sheet = Sheet(disc(20, 20), -3, -8, 7)
    whole = read(sheet, 0, 137, 300)
    assert whole is not None
    for top in range(0, 137, 10):
        part = read(sheet, top, min(137, top + 10), 300)
        assert part is not None
        assert np.abs(part[2] - whole[2][top : top + 10]).max() < 1e-5


def test_another_grid_reads_the_same() -> None:
    sheet = Sheet(disc(20, 24), 10, 20, 4)
    same = on_grid(sheet, 10, 20, (20, 24), 4)
    assert np.abs(same.values - sheet.values).max() < 1e-6
    wide = on_grid(sheet, -2, 8, (30, 30), 4)
    assert np.abs(wide.values[3:23, 3:27] - sheet.values).max() < 1e-6
    assert wide.values[:2].max() == 0
    fine = on_grid(sheet, 0, 0, (100, 140), 1)
    found = read(sheet, 0, 100, 140)
    assert found is not None
    rows, columns, values = found
    inner = slice(rows.start + 2, rows.stop - 2), slice(columns.start + 2, columns.stop - 2)
    assert np.abs(fine.values[inner] - values[2:-2, 2:-2]).max() < 1e-5


def test_what_is_seen_of_a_sheet() -> None:
    values = np.zeros((10, 10), np.float32)
    assert seen(Sheet(values, 0, 0, 3)) is None
    values[2, 3] = values[5, 7] = 1 / 255
    values[0, 0] = 0.0039
    assert seen(Sheet(values, 100, -6, 3)) == (106, 3, 118, 18)
