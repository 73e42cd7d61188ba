"""Photo and mask together: straight alpha, no colour lost."""

from __future__ import annotations

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.pixels.compose import cutout, preview_size, to_uint8
from offcut.pixels.photo import Photo

from .helpers import disc, noise


def photo_of(height: int, width: int, *, alpha: bool = False) -> Photo:
    given = noise(height, width, 4)
    return Photo(given[..., :3].copy(), given[..., 3].copy() if alpha else None, "png")


def test_every_colour_is_kept_also_under_alpha_0() -> None:
    photo = photo_of(600, 31)
    mask = disc(600, 31)
    out = cutout(photo, mask)
    assert out.shape == (600, 31, 4)
    assert out.dtype == np.uint8
    assert (out[..., 3] == 0).any()
    assert np.array_equal(out[..., :3], photo.rgb)


def test_alpha_is_rounded_to_the_nearest() -> None:
    values = np.linspace(0, 1, 4000, dtype=np.float32).reshape(500, 8)
    assert np.array_equal(to_uint8(values), np.floor(values * 255.0 + 0.5).astype(np.uint8))
    assert to_uint8(np.float32([[0, 1, 0.5]])).tolist() == [[0, 255, 128]]
    assert len(np.unique(to_uint8(values))) == 256


def test_alpha_stays_in_range() -> None:
    assert to_uint8(np.float32([[-0.2, 1.2]])).tolist() == [[0, 255]]


def test_the_alpha_of_the_photo_is_multiplied_in() -> None:
    photo = photo_of(300, 20, alpha=True)
    mask = disc(300, 20)
    assert photo.alpha is not None
    wanted = np.floor(photo.alpha * mask.astype(np.float64) + 0.5)
    assert np.abs(cutout(photo, mask)[..., 3] - wanted).max() <= 1
    assert np.array_equal(cutout(photo, np.ones((300, 20), np.float32))[..., 3], photo.alpha)
    assert not cutout(photo, np.zeros((300, 20), np.float32))[..., 3].any()


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(OffcutError):
        cutout(photo_of(10, 10), disc(10, 11))


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((4000, 3000), (1600, 1200)), ((30000, 10), (1600, 1)), ((500, 400), (500, 400))],
)
def test_previews_are_bounded(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert preview_size(*size) == wanted
