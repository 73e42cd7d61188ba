"""Photo and mask together: straight alpha, no colour lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.pixels.compose import (
    WIDE,
    cutout,
    cutout_of,
    laid,
    place,
    preview_size,
    small_photo,
    to_uint8,
    to_uint16,
    visible_box,
)
from offcut.pixels.photo import Photo

from .helpers import disc, noise

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def test_16_bits_are_rounded_to_the_nearest() -> None:
    values = np.linspace(-0.1, 1.1, 90000, dtype=np.float32).reshape(300, 300)
    wide = to_uint16(values)
    assert wide.dtype == WIDE
    assert np.abs(wide - np.clip(values.astype(float), 0, 1) * 65535).max() <= 0.51
    over = noise(300, 300, 1)[..., 0]
    wanted = np.clip(values.astype(float), 0, 1.0) * over * 257
    inside = values <= 1
    assert np.abs(to_uint16(values, over) - wanted)[inside].max() <= 0.51


def test_placed_to_the_nearest() -> None:
    photo = photo_of(300, 20, alpha=True)
    assert photo.alpha is not None
    mask = disc(300, 20, soft=9)
    share = (mask.astype(float) * photo.alpha / 255)[..., np.newaxis]
    wanted = photo.rgb * share + np.float64((250, 0, 9)) * (1 - share)
    assert np.abs(place(photo, mask, (250, 0, 9)) - wanted).max() <= 0.51
    assert np.abs(place(photo, mask, (250, 0, 9), 16) - wanted * 257).max() <= 0.6
    with pytest.raises(OffcutError):
        place(photo, mask[1:], (0, 0, 0))


def test_the_subjects_box_is_where_alpha_shows() -> None:
    mask = np.zeros((600, 90), np.float32)
    assert visible_box(mask) is None
    mask[7, 80] = mask[580, 3] = np.float32(1 / 255)
    mask[0, 0] = mask[-1, -1] = 0.0039
    assert visible_box(mask) == (7, 3, 581, 81)
    over = np.full((600, 90), 255, np.uint8)
    over[580, 3] = 254
    assert visible_box(mask, over) == (7, 80, 8, 81)


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


def as_a_browser_has_it(height: int, width: int) -> Photo:
    """The same pixels, in memory of four values each, of which the fourth are nonsense."""
    memory = np.empty(height * width * 4, np.uint8)
    pixels = memory.reshape(height, width, 4)
    pixels[..., :3] = noise(height, width)
    pixels[..., 3] = np.arange(width) % 256
    return Photo(pixels[..., :3], None, "jpeg")


def test_pixels_of_four_values_give_the_same_pictures() -> None:
    wide = as_a_browser_has_it(300, 400)
    plain = Photo(noise(300, 400), None, "jpeg")
    assert wide.packed is not None
    assert np.shares_memory(wide.packed, wide.rgb)
    assert plain.packed is None
    assert np.array_equal(cutout(wide, disc(300, 400)), cutout(plain, disc(300, 400)))
    assert np.array_equal(small_photo(wide, 90).rgb, small_photo(plain, 90).rgb)


def test_other_views_of_four_values_are_no_packed_photo() -> None:
    pixels = np.zeros((20, 30, 4), np.uint8)
    views = [
        pixels[..., 1:],
        pixels[::-1, :, :3],
        pixels[:, ::-1, :3],
        pixels[:10, :, :3],
        pixels.transpose(1, 0, 2)[..., :3],
    ]
    for view in views:
        assert Photo(view, None, "jpeg").packed is None


def pieces(alpha: NDArray[np.float32]) -> list[tuple[slice, slice, NDArray[np.float32] | float]]:
    """A matte in tiles, sure ones as a number, as ``refine.drawn`` gives them."""
    found = []
    for top in range(0, alpha.shape[0], 32):
        for left in range(0, alpha.shape[1], 32):
            rows, columns = slice(top, top + 32), slice(left, left + 32)
            tile = alpha[rows, columns]
            sure = float(tile[0, 0]) if tile.min() == tile.max() else None
            found.append((rows, columns, tile if sure is None else sure))
    return found


@pytest.mark.parametrize("with_alpha", [False, True])
@pytest.mark.parametrize("wide", [False, True])
def test_a_matte_in_pieces_gives_the_same_cut_out(with_alpha: bool, wide: bool) -> None:
    photo = as_a_browser_has_it(120, 200) if wide else Photo(noise(120, 200), None, "jpeg")
    if with_alpha:
        photo = replace(photo, alpha=noise(120, 200, 1, seed=5)[..., 0])
    alpha = disc(120, 200)
    wanted = cutout(photo, alpha)
    before = photo.rgb.copy()
    out = cutout_of(photo, pieces(alpha))
    assert np.array_equal(out, wanted)
    assert np.array_equal(photo.rgb, before)
    assert np.shares_memory(out, photo.rgb) is wide, "no second copy where there need be none"
    again = cutout_of(photo, pieces(alpha)[:5])
    assert np.array_equal(again[..., :3], before)
    assert again[40:, :, 3].max() == 0, "nothing is left of the matte before"


def test_an_alpha_that_lies_in_the_same_memory_is_left_alone() -> None:
    photo = as_a_browser_has_it(40, 50)
    packed = photo.packed
    assert packed is not None
    photo = replace(photo, alpha=packed[..., 3])
    before = packed.copy()
    assert np.array_equal(cutout_of(photo, pieces(disc(40, 50))), cutout(photo, disc(40, 50)))
    assert np.array_equal(packed, before)


def test_a_matte_is_laid_from_top_to_bottom() -> None:
    photo = Photo(noise(120, 200), None, "jpeg")
    wanted = cutout(photo, disc(120, 200))
    out, rows = laid(photo, pieces(disc(120, 200)))
    told = []
    for row in rows:
        told.append(row)
        assert np.array_equal(out[:row], wanted[:row])
    assert told == sorted(told)
    assert {0, 32, 64, 96, 120} == set(told)
