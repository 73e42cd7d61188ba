"""The sticker's edge: round, everywhere as wide as it should be, its rim a pixel soft."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.pixels import outline as module
from offcut.pixels.frame import Cut
from offcut.pixels.outline import distance, grown
from offcut.pixels.sheet import read

if TYPE_CHECKING:
    from numpy.typing import NDArray


def box_of(share: NDArray[np.float32]) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(share >= 1 / 255)
    return int(ys.min()), int(xs.min()), int(ys.max()) + 1, int(xs.max()) + 1


def drawn(share: NDArray[np.float32], reach: float) -> NDArray[np.float32]:
    """The outline over the whole picture."""
    cut = Cut(np.zeros((*share.shape, 3), np.uint8), share)
    out = np.zeros_like(share)
    found = read(grown(cut, box_of(share), reach), 0, *share.shape)
    assert found is not None
    out[found[0], found[1]] = found[2]
    return out


def far_from(side: int, x: float = 0.0, y: float = 0.0) -> NDArray[np.float64]:
    """How far pixels are from the middle, moved by (x, y)."""
    row, column = np.mgrid[:side, :side]
    middle = (side - 1) / 2
    return np.hypot(row - middle - y, column - middle - x)


def round_subject(side: int, radius: float, x: float = 0.0, y: float = 0.0) -> NDArray[np.float32]:
    return np.clip(radius - far_from(side, x, y) + 0.5, 0, 1).astype(np.float32)


@pytest.mark.parametrize("reach", [0.4, 1.0, 3.7, 12.0, 40.0])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.31, -0.77)])
def test_a_disc_grows_to_a_larger_disc(reach: float, shift: tuple[float, float]) -> None:
    side, radius = 200, 50.0
    out = drawn(round_subject(side, radius, *shift), reach)
    wanted = np.clip(radius + reach - far_from(side, *shift) + 0.5, 0, 1)
    assert np.abs(out - wanted).max() < (0.1 if reach > 4 else 0.25), "of a pixel"
    assert abs(out.sum() - wanted.sum()) < 0.06 * 2 * np.pi * (radius + reach)


def test_a_corner_is_rounded_and_a_side_stays_straight() -> None:
    share = np.zeros((100, 100), np.float32)
    share[30:70, 30:60] = 1
    out = drawn(share, 10)
    assert out[20:80, 40].min() > 0.99
    assert out[19, 40] < 0.01
    assert out[50, 20] > 0.99
    assert out[50, 70] < 0.01
    corner = np.hypot(*(np.mgrid[:30, :30] - 29.5))
    wanted = np.clip(10 - corner + 0.5, 0, 1)
    assert np.abs(out[:30, :30] - wanted).max() < 0.35


@pytest.mark.parametrize("budget", [60_000_000, 2_000_000, 400_000])
def test_a_reduced_subject_keeps_its_distance(monkeypatch: pytest.MonkeyPatch, budget: int) -> None:
    """The error that the module tells of: a tenth of a square."""
    monkeypatch.setattr(module, "BUDGET", budget)
    side, radius, reach = 400, 110.3, 30.0
    share = round_subject(side, radius, 3.3, -5.7)
    top, left, bottom, right = box_of(share)
    cut = Cut(np.zeros((side, side, 3), np.uint8), share)
    step = grown(cut, (top, left, bottom, right), reach).step
    assert step == {60_000_000: 1, 2_000_000: 2, 400_000: 3}[budget]
    wanted = np.clip(radius + reach - far_from(side, 3.3, -5.7) + 0.5, 0, 1)
    out = drawn(share, reach)
    assert np.abs(out - wanted).max() < 0.1 * step


def test_the_rim_is_a_pixel_soft_however_soft_the_matte_is() -> None:
    side = 240
    share = np.clip((80 - far_from(side)) / 40 + 0.5, 0, 1).astype(np.float32)
    out = drawn(share, 15)
    wanted = np.clip(80 + 15 - far_from(side) + 0.5, 0, 1)
    assert np.abs(out - wanted).max() < 0.06


def test_a_pixel_and_a_faint_subject_have_an_outline() -> None:
    share = np.zeros((21, 21), np.float32)
    share[10, 10] = 1
    out = drawn(share, 5)
    assert out[10, 10] == 1
    # The line on which one pixel is half there is a small diamond around it.
    assert np.abs(out - np.clip(5.5 - far_from(21) + 0.5, 0, 1)).max() < 0.3
    assert np.array_equal(drawn(share * np.float32(0.2), 5), out)


def test_distances_are_exact_where_crossings_are() -> None:
    alpha = np.zeros((9, 12), np.float32)
    alpha[:, :4] = 1
    alpha[:, 4] = 0.25
    found = distance(alpha, 0.5, 20)
    # From 1 to 0.25 the half lies two thirds on the way.
    assert np.allclose(found[:, 4:], np.arange(4, 12) - 3 - 2 / 3, atol=1e-5)
    assert found[:, :4].max() == 0
    nothing = distance(np.zeros((5, 5), np.float32), 0.5, 20)
    assert nothing.min() > 1000
