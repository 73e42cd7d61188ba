"""The matte at the photo's size follows the photo's edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.pixels import refine
from offcut.pixels.refine import CONTRAST, draw, fit
from offcut.pixels.resample import resize_mask

from .helpers import disc, noise

if TYPE_CHECKING:
    from numpy.typing import NDArray


def drawn(rgb: NDArray[np.uint8], mask: NDArray[np.float32]) -> NDArray[np.float32]:
    out = np.full(rgb.shape[:2], np.nan, np.float32)
    draw(rgb, mask, fit(rgb, mask, mask.size), out)
    return out


def two_colours(
    truth: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A red subject on blue, mixed by ``truth``, with a little noise."""
    red, blue = np.float32([200, 40, 40]), np.float32([30, 60, 180])
    mixed = truth[..., None] * red + (1 - truth[..., None]) * blue
    grain = np.random.default_rng(2).normal(0, 2, mixed.shape)
    return np.clip(mixed + grain, 0, 255).astype(np.uint8)


def test_a_coarse_mask_gets_the_photos_edge() -> None:
    truth = disc(480, 640, soft=3)
    rgb = two_colours(truth)
    mask = resize_mask(truth, 64, 48)
    plain = resize_mask(mask, 640, 480)
    out = drawn(rgb, mask)
    assert np.abs(out - truth).mean() < 0.4 * np.abs(plain - truth).mean()
    assert out.min() == 0
    assert out.max() == 1


def test_thin_things_that_the_mask_only_hints_at_are_drawn() -> None:
    truth = disc(480, 640, soft=3)
    truth[100:380, 480:482] = 1  # a stroke two pixels wide
    rgb = two_colours(truth)
    out = drawn(rgb, resize_mask(truth, 128, 96))
    plain = resize_mask(resize_mask(truth, 128, 96), 640, 480)
    stroke = out[150:330, 480:482].mean() - out[150:330, 470:476].mean()
    assert stroke > 1.3 * (plain[150:330, 480:482].mean() - plain[150:330, 470:476].mean())


def test_a_flat_photo_keeps_the_mask() -> None:
    rgb = np.full((200, 300, 3), 90, np.uint8)
    mask = disc(50, 75, soft=8)
    wanted = np.clip((resize_mask(mask, 300, 200) - 0.5) * CONTRAST + 0.5, 0, 1)
    assert np.abs(drawn(rgb, mask) - wanted).mean() < 0.03


def test_what_is_sure_stays_sure() -> None:
    rgb = noise(300, 500)
    out = drawn(rgb, disc(60, 100))
    truth = resize_mask(disc(60, 100), 500, 300)
    assert out[truth == 1].min() > 0.9
    assert out[truth == 0].max() < 0.1


@pytest.mark.parametrize("tile", [32, 100, 4096])
def test_tiles_leave_no_seam(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rgb, mask = noise(300, 500), disc(60, 100, soft=20)
    wanted = drawn(rgb, mask)
    monkeypatch.setattr(refine, "_TILE", tile)
    assert np.abs(drawn(rgb, mask) - wanted).max() < 1e-4


def test_a_mask_finer_than_the_picture() -> None:
    mask = disc(300, 400)
    out = drawn(noise(75, 100), mask)
    assert np.abs(out - resize_mask(mask, 100, 75)).mean() < 0.05


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (5, 3)])
def test_tiny_pictures(size: tuple[int, int]) -> None:
    out = drawn(noise(*size), np.full((8, 8), 0.5, np.float32))
    assert out.shape == size
    assert np.isfinite(out).all()
