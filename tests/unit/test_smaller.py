"""A photo made smaller: by its light, in its place, and with what its alpha hides left out."""

from __future__ import annotations

import numpy as np
import pytest

from offcut.pixels.photo import Photo
from offcut.pixels.smaller import smaller

from .helpers import disc, noise


def light(level: float) -> float:
    """How bright a level of sRGB is, 0..1 (IEC 61966-2-1)."""
    part = level / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def test_fine_stripes_keep_their_light() -> None:
    rgb = np.zeros((240, 320, 3), np.uint8)
    rgb[:, ::2] = 255
    small, _ = smaller(Photo(rgb, None, "png"), np.ones((240, 320), np.float32), 80, 60)
    middle = small.rgb[10:-10, 10:-10]
    assert abs(np.mean([light(level) for level in middle.reshape(-1)]) - 0.5) < 0.01


@pytest.mark.parametrize("level", [0, 1, 40, 128, 254, 255])
def test_one_colour_stays_what_it_is_to_the_edge(level: int) -> None:
    photo = Photo(np.full((91, 130, 3), level, np.uint8), np.full((91, 130), 200, np.uint8), "png")
    small, share = smaller(photo, np.ones((91, 130), np.float32), 33, 23)
    assert (small.rgb == level).all()
    assert small.alpha is not None
    assert (small.alpha == 200).all()
    assert np.allclose(share, 1)


def test_it_keeps_its_place() -> None:
    matte = disc(400, 300)
    photo = Photo(noise(400, 300), None, "jpeg")
    _, share = smaller(photo, matte, 75, 100)
    ys, xs = np.mgrid[:100, :75]
    wide_ys, wide_xs = np.mgrid[:400, :300]
    for small_at, wide_at in ((ys, wide_ys), (xs, wide_xs)):
        middle = ((small_at + 0.5) * share).sum() / share.sum() * 4
        assert abs(middle - ((wide_at + 0.5) * matte).sum() / matte.sum()) < 0.05


def test_bands_meet_without_a_seam() -> None:
    photo = Photo(noise(900, 40), None, "jpeg")
    matte = disc(900, 40)
    small, share = smaller(photo, matte, 30, 700)
    flipped = Photo(photo.rgb[::-1].copy(), None, "jpeg")
    other, other_share = smaller(flipped, matte[::-1].copy(), 30, 700)
    assert np.abs(small.rgb.astype(int) - other.rgb[::-1]).max() <= 1
    assert np.abs(share - other_share[::-1]).max() < 1e-4


def test_what_the_alpha_hides_does_not_shine_through() -> None:
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[:, :32] = (10, 200, 90)
    alpha = np.zeros((64, 64), np.uint8)
    alpha[:, :32] = 255
    small, _ = smaller(Photo(rgb, alpha, "png"), np.ones((64, 64), np.float32), 9, 9)
    assert small.alpha is not None
    shown = small.rgb[small.alpha > 8]
    assert np.abs(shown.astype(int) - (10, 200, 90)).max() <= 2
