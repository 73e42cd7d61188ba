"""What lies behind: gradients and pictures as CSS has them, a blur without the subject in it."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest

from offcut.pixels.frame import View
from offcut.pixels.ground import Gradient, Paint, Picture, behind, flat, gradient, picture
from offcut.pixels.photo import Photo
from offcut.pixels.unveiled import RADIUS, unveiled

from .helpers import disc, noise

RED, BLUE = (255, 0, 0), (0, 0, 255)


def painted(paint: Paint, height: int, many: int = 1000) -> np.ndarray:
    """All rows, (H, W, 3)."""
    tops = range(0, height, many)
    bands = [paint(top, min(height, top + many)) for top in tops]
    assert all(band.dtype == np.float32 for band in bands)
    return np.moveaxis(np.concatenate(bands, axis=1), 0, 2)


def css(angle: float, width: int, height: int, x: float, y: float) -> float:
    """How far along a point is: the definition, point by point (CSS Images 3, 3.1.1)."""
    sine, cosine = sin(radians(angle)), cos(radians(angle))
    long = abs(width * sine) + abs(height * cosine)
    return ((x - width / 2) * sine - (y - height / 2) * cosine) / long + 0.5


def test_a_colour() -> None:
    assert (painted(flat((1, 2, 3), 5), 4) == (1, 2, 3)).all()


@pytest.mark.parametrize("angle", [0, 45, 90, 137.5, 180, 225, 300, 360 + 90, -30, 1e6])
@pytest.mark.parametrize("size", [(60, 40), (7, 90), (1, 1), (1, 50)])
def test_a_gradient_is_the_one_of_css(angle: float, size: tuple[int, int]) -> None:
    width, height = size
    found = painted(gradient(Gradient(RED, BLUE, angle), width, height), height, 7)
    for row in {0, height // 2, height - 1}:
        for column in {0, width // 3, width - 1}:
            t = css(angle, width, height, column + 0.5, row + 0.5)
            wanted = 255 * (1 - t), 0, 255 * t
            assert np.abs(found[row, column] - wanted).max() < 0.02


def test_where_gradients_begin() -> None:
    up = painted(gradient(Gradient(RED, BLUE, 0), 10, 100), 100)
    assert up[-1, 5, 0] > 253
    assert up[0, 5, 2] > 253
    right = painted(gradient(Gradient(RED, BLUE, 90), 100, 10), 10)
    assert right[5, 0, 0] > 253
    assert right[5, -1, 2] > 253
    # The corners have just the two colours, whatever the shape.
    corner = painted(gradient(Gradient(RED, BLUE, 45), 900, 500), 500)
    assert corner[-1, 0, 0] > 254
    assert corner[0, -1, 2] > 254


# -- pictures -------------------------------------------------------------------------------------


def quarters(width: int, height: int) -> Photo:
    """Each quarter has a colour: 10, 60 above, 110, 160 below."""
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[: height // 2, : width // 2] = 10
    rgb[: height // 2, width // 2 :] = 60
    rgb[height // 2 :, : width // 2] = 110
    rgb[height // 2 :, width // 2 :] = 160
    return Photo(rgb, None, "png")


def test_a_picture_of_the_same_size_is_itself() -> None:
    photo = Photo(noise(40, 60), None, "png")
    for fit in ("cover", "contain", "stretch"):
        found = painted(picture(Picture(fit), photo, 60, 40), 40, 9)
        assert np.array_equal(found, photo.rgb)


def test_cover_cuts_what_does_not_fit() -> None:
    photo = quarters(200, 100)
    left = painted(picture(Picture("cover", 0.0, 0.5), photo, 50, 50), 50)
    assert set(np.unique(left[5:20, 2:48])) == {10}
    right = painted(picture(Picture("cover", 1.0, 0.5), photo, 50, 50), 50)
    assert set(np.unique(right[5:20, 2:48])) == {60}
    middle = painted(picture(Picture("cover", 0.5, 0.5), photo, 50, 50), 50)
    assert middle[5, 5, 0] == 10
    assert middle[5, 45, 0] == 60
    assert middle[45, 45, 0] == 160


def test_contain_leaves_the_rest_white() -> None:
    photo = quarters(200, 100)
    for y, top in ((0.0, 0), (0.5, 25), (1.0, 50)):
        found = painted(picture(Picture("contain", 0.5, y), photo, 100, 100), 100, 13)
        inside = np.zeros((100, 100), bool)
        inside[top : top + 50] = True
        assert (found[~inside] == 255).all()
        assert found[inside].max() < 200
    tall = painted(picture(Picture("contain", 0.25, 0.5), quarters(100, 200), 100, 100), 100)
    assert (tall[:, :12] == 255).all()
    assert (tall[:, 63:] == 255).all()
    assert tall[:, 13:62].max() < 200


def test_stretch_fills_it_out_of_proportion() -> None:
    found = painted(picture(Picture("stretch"), quarters(200, 100), 60, 300), 300, 50)
    assert found[100, 10, 0] == 10
    assert found[200, 50, 0] == 160


@pytest.mark.parametrize("fit", ["cover", "contain", "stretch"])
def test_bands_of_a_picture_meet(fit: str) -> None:
    photo = Photo(noise(333, 217), None, "png")
    whole = painted(picture(Picture(fit, 0.3, 0.8), photo, 150, 190), 190)
    bands = painted(picture(Picture(fit, 0.3, 0.8), photo, 150, 190), 190, 11)
    assert np.abs(whole - bands).max() <= 1


def test_a_transparent_picture_lies_on_white() -> None:
    rgb = np.zeros((4, 4, 3), np.uint8)
    alpha = np.full((4, 4), 255, np.uint8)
    alpha[:, 2:] = 0
    found = painted(picture(Picture(), Photo(rgb, alpha, "png"), 4, 4), 4)
    assert (found[:, :2] == 0).all()
    assert (found[:, 2:] == 255).all()


def test_extreme_shapes_of_pictures() -> None:
    for size in ((1, 1), (1, 3000), (3000, 1)):
        photo = Photo(np.full((size[1], size[0], 3), 9, np.uint8), None, "png")
        for fit in ("cover", "contain", "stretch"):
            found = painted(picture(Picture(fit, 1.0, 1.0), photo, 30, 20), 20)
            assert set(np.unique(found)) <= {9, 255}


# -- the photo out of focus -----------------------------------------------------------------------


def whole_view(photo: Photo) -> View:
    return View(0, 0, 1, photo.width, photo.height)


@pytest.mark.parametrize("amount", [0.0, 0.1, 0.5, 1.0])
def test_no_colour_of_the_subject_comes_into_the_blur(amount: float) -> None:
    """A red disc with soft edges on green: as far as it is seen, what lies behind stays green."""
    share = disc(300, 400, soft=12)
    rgb = np.empty((300, 400, 3), np.float32)
    rgb[...] = (20, 180, 40)
    red = np.empty_like(rgb)
    red[...] = (250, 10, 40)
    mixed = red * share[..., np.newaxis] + rgb * (1 - share[..., np.newaxis])
    photo = Photo((mixed + 0.5).astype(np.uint8), None, "png")
    own = np.where(share[..., np.newaxis] > 0, red, rgb).astype(np.uint8)
    found = painted(behind(unveiled(photo, own, share, amount), whole_view(photo)), 300, 64)
    assert (np.abs(found - (20, 180, 40)) * (1 - share)[..., np.newaxis]).max() < 1
    # By the photo's own colours alone there is a little, at the very edge, and no more.
    plain = painted(behind(unveiled(photo, photo.rgb, share, amount), whole_view(photo)), 300)
    assert plain[share == 0].mean(axis=0)[0] < 45


def test_the_blur_is_as_wide_as_it_says() -> None:
    """A step from 0 to 200, blurred: a Gaussian's integral."""
    rgb = np.zeros((200, 400, 3), np.uint8)
    rgb[:, 200:] = 200
    photo = Photo(rgb, None, "png")
    nothing = np.zeros((200, 400), np.float32)
    made = unveiled(photo, rgb, nothing, 0.5)
    row = painted(behind(made, whole_view(photo)), 200)[100, :, 0] / 200
    steep = np.diff(row)
    at = np.arange(1, 400)
    middle = (steep * at).sum()
    assert middle == pytest.approx(200, abs=0.5)
    assert ((steep * (at - middle) ** 2).sum()) ** 0.5 == pytest.approx(0.5 * RADIUS * 400, rel=0.1)


def test_far_behind_a_subject_the_nearest_counts() -> None:
    rgb = np.zeros((400, 400, 3), np.uint8)
    rgb[:, :60], rgb[:, -60:] = (200, 0, 0), (0, 0, 200)
    share = np.zeros((400, 400), np.float32)
    share[:, 60:-60] = 1
    rgb[:, 60:-60] = (0, 255, 0)
    found = painted(
        behind(unveiled(Photo(rgb, None, "png"), rgb, share, 0.2), View(0, 0, 1, 400, 400)), 400
    )
    assert found[..., 1].max() < 1
    assert found[200, 100, 0] > 150
    assert found[200, 300, 2] > 150
    assert (found[..., 0] + found[..., 2]).min() > 150, "nowhere black"


def test_the_least_background_gives_its_colour() -> None:
    """One corner of a photo that else is subject: the ground has that colour, and is not black."""
    rgb = np.full((300, 300, 3), (0, 255, 0), np.uint8)
    share = np.ones((300, 300), np.float32)
    rgb[0, 0], share[0, 0] = (200, 100, 50), 0
    made = unveiled(Photo(rgb, None, "png"), rgb, share, 0.1)
    assert np.abs(np.moveaxis(made.planes, 0, 2) - (200, 100, 50)).max() < 2


def test_a_photo_that_is_all_subject_is_blurred_as_it_is() -> None:
    rgb = noise(50, 60)
    made = unveiled(Photo(rgb, None, "png"), rgb, np.ones((50, 60), np.float32), 1)
    wanted = unveiled(Photo(rgb, None, "png"), rgb, np.zeros((50, 60), np.float32), 1)
    assert np.array_equal(made.planes, wanted.planes)


def test_what_is_transparent_in_the_photo_is_no_background() -> None:
    rgb = np.full((60, 60, 3), 100, np.uint8)
    rgb[:, 30:] = 0
    alpha = np.full((60, 60), 255, np.uint8)
    alpha[:, 30:] = 0
    made = unveiled(Photo(rgb, alpha, "png"), rgb, np.zeros((60, 60), np.float32), 1)
    assert np.abs(made.planes - 100).max() < 0.5


def test_beyond_the_photo_its_edge_is_repeated() -> None:
    rgb = np.zeros((40, 60, 3), np.uint8)
    rgb[:, :30], rgb[:, 30:] = 50, 200
    photo = Photo(rgb, None, "png")
    made = unveiled(photo, rgb, np.zeros((40, 60), np.float32), 0.2)
    inside = painted(behind(made, whole_view(photo)), 40)
    around = painted(behind(made, View(-20, -10, 1, 100, 80)), 80, 9)
    assert np.abs(around[10:50, 20:80] - inside).max() < 1e-3
    assert np.abs(around[30, :20] - 50).max() < 1
    assert np.abs(around[30, 80:] - 200).max() < 1
    assert np.abs(around[:10] - around[10]).max() < 1e-3
    assert np.abs(around[50:] - around[49]).max() < 1e-3
    scaled = painted(behind(made, View(-20, -10, 2.5, 250, 200)), 200, 64)
    assert np.abs(scaled[100, 60:190].mean() - 125) < 3


def test_a_blur_of_a_single_pixel() -> None:
    photo = Photo(np.full((1, 1, 3), 33, np.uint8), None, "png")
    for value in (0, 1):
        made = unveiled(photo, photo.rgb, np.full((1, 1), value, np.float32), 1)
        assert painted(behind(made, View(-3, -3, 1, 7, 7)), 7).mean() == pytest.approx(33)
