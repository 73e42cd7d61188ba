"""The subject's own colours: what a soft edge brings along of the old background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from offcut.pixels import foreground as module
from offcut.pixels.foreground import foreground

from .helpers import disc

if TYPE_CHECKING:
    from numpy.typing import NDArray

GREEN = (30, 200, 40)
MAGENTA = (255, 0, 255)
SIDE = 240


def subject(side: int = SIDE) -> NDArray[np.float32]:
    """Smooth colours between red and blue without any green: float32 (side, side, 3)."""
    row, column = np.mgrid[:side, :side] / side
    return np.dstack([90 + 130 * row, row * 0, 60 + 150 * column]).astype(np.float32)


def hair(side: int = SIDE) -> NDArray[np.float32]:
    """A head with 160 strands about a pixel wide: float32 (side, side), 0..1."""
    rng = np.random.default_rng(3)
    large = Image.new("L", (side * 4, side * 4))
    draw = ImageDraw.Draw(large)
    middle, reach = side * 2, side * 1.1
    draw.ellipse([middle - reach, middle - reach, middle + reach, middle + reach], fill=255)
    for angle in rng.uniform(0, 2 * np.pi, 160):
        bend, far = rng.normal(0, 0.25), rng.uniform(1.2, 1.6)
        ends = [(angle, 0.9), (angle + bend / 2, (far + 0.9) / 2), (angle + bend, far)]
        line = [
            (middle + reach * r * float(np.cos(a)), middle + reach * r * float(np.sin(a)))
            for a, r in ends
        ]
        draw.line(line, fill=255, width=int(rng.integers(3, 7)))
    small = large.resize((side, side), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def blur(side: int = SIDE) -> NDArray[np.float32]:
    """A disc out of focus."""
    sharp = Image.fromarray((disc(side, side, 1) * 255).astype(np.uint8))
    return np.asarray(sharp.filter(ImageFilter.GaussianBlur(9)), np.float32) / np.float32(255)


def ramp(side: int = SIDE) -> NDArray[np.float32]:
    """From nothing to all over half the width."""
    line = np.clip((np.arange(side) / side - 0.25) * 2, 0, 1).astype(np.float32)
    return np.tile(line, (side, 1))


def over(
    rgb: NDArray[np.float32] | NDArray[np.uint8],
    alpha: NDArray[np.float32],
    colour: tuple[int, ...],
) -> NDArray[np.float32]:
    a = alpha[..., np.newaxis]
    return (rgb * a + np.asarray(colour, np.float32) * (1 - a)).astype(np.float32)


def photographed(truth: NDArray[np.float32], alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The subject before a green wall, with a camera's noise."""
    noise = np.random.default_rng(5).normal(0, 1.5, truth.shape)
    return np.clip(over(truth, alpha, GREEN) + noise + 0.5, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("matte", [hair, blur, ramp])
def test_the_old_background_leaves_the_soft_band(matte: object) -> None:
    """Nine tenths of the green are gone at least (wanted are 60 %; measured: 97 to 98)."""
    truth, alpha = subject(), matte()  # type: ignore[operator]
    photo = photographed(truth, alpha)
    made = foreground(photo, alpha)
    soft = (alpha > 0.02) & (alpha < 0.98)
    assert soft.sum() > 2000

    def green(rgb: NDArray[np.uint8]) -> tuple[float, float]:
        placed = over(rgb, alpha, MAGENTA)[soft]
        wanted = over(truth, alpha, MAGENTA)[soft]
        excess = np.maximum(placed - wanted, 0)[:, 1].mean()
        return float(placed[:, 1].mean()), float(excess)

    for before, after in zip(green(photo), green(made), strict=True):
        assert before > 15
        assert after <= 0.1 * before, (before, after)
    errors = [
        np.abs(over(rgb, alpha, MAGENTA) - over(truth, alpha, MAGENTA))[soft].mean()
        for rgb in (photo, made)
    ]
    assert errors[1] < 0.5 * errors[0], "the other colours do not pay for it"


def test_only_soft_pixels_change() -> None:
    alpha = blur()
    photo = photographed(subject(), alpha)
    made = foreground(photo, alpha)
    hard = (alpha < 1 / 255) | (alpha >= 254 / 255)
    assert np.array_equal(made[hard], photo[hard])
    assert not np.array_equal(made, photo)
    assert made.dtype == np.uint8


@pytest.mark.parametrize(
    "alpha",
    [
        np.zeros((40, 50), np.float32),
        np.ones((40, 50), np.float32),
        (disc(40, 50) > 0.5).astype(np.float32),
    ],
)
def test_without_soft_pixels_it_is_the_photo_itself(alpha: NDArray[np.float32]) -> None:
    photo = photographed(subject(50)[:40], alpha)
    assert foreground(photo, alpha) is photo


def test_a_subject_that_is_soft_all_over() -> None:
    """Nothing is certain then: the photo may stay as it is, but nothing breaks."""
    alpha = np.full((30, 30), 0.5, np.float32)
    made = foreground(photographed(subject(30), alpha), alpha)
    assert made.shape == (30, 30, 3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 2)])
def test_small_and_narrow_pictures(shape: tuple[int, int]) -> None:
    alpha = np.linspace(0, 1, shape[0] * shape[1], dtype=np.float32).reshape(shape)
    alpha[-1, -1] = 0.5
    assert foreground(np.full((*shape, 3), 90, np.uint8), alpha).shape == (*shape, 3)


def test_large_photos_are_estimated_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a working size of a quarter, nearly as much goes."""
    truth, alpha = subject(), blur()
    photo = photographed(truth, alpha)
    whole = foreground(photo, alpha).astype(int)
    monkeypatch.setattr(module, "WORK_PIXELS", SIDE * SIDE // 16)
    monkeypatch.setattr(module, "_STRIP", 50)
    gap = np.abs(foreground(photo, alpha) - whole)
    assert gap.mean() < 2
