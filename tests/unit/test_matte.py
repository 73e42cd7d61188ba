"""The matte that a program gets: arrays, backgrounds, files, what a notebook shows."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import offcut
from offcut.errors import OffcutError
from offcut.pipeline.matte import SHOWN, Matte
from offcut.pixels.foreground import foreground

from .helpers import disc, noise, rgb_profile

if TYPE_CHECKING:
    from pathlib import Path

HEIGHT, WIDTH = 90, 120


@pytest.fixture
def matte() -> Matte:
    return Matte(disc(HEIGHT, WIDTH, soft=20), noise(HEIGHT, WIDTH), ("tiny",))


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def test_the_cutout_is_the_photo_with_the_matte(matte: Matte) -> None:
    out = matte.cutout()
    assert (out.shape, out.dtype) == ((HEIGHT, WIDTH, 4), np.uint8)
    assert np.array_equal(out[..., :3], matte.photo)  # also where alpha is 0
    assert np.abs(out[..., 3] - matte.alpha * 255.0).max() <= 0.5 + 1e-3
    assert (matte.width, matte.height) == (WIDTH, HEIGHT)
    own = matte.cutout(foreground=True)
    assert np.array_equal(own[..., :3], foreground(matte.photo, matte.alpha))
    assert np.array_equal(own[..., 3], out[..., 3])
    assert not np.array_equal(own, out)


@pytest.mark.parametrize(
    ("background", "colour"),
    [
        ("white", (255, 255, 255)),
        ("#102030", (16, 32, 48)),
        ((1, 2, 3), (1, 2, 3)),
        (np.array([4, 5, 6]), (4, 5, 6)),
    ],
)
def test_over_a_colour(matte: Matte, background: object, colour: tuple[int, int, int]) -> None:
    out = matte.over(background)
    assert (out.shape, out.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)
    share = matte.alpha[..., np.newaxis].astype(np.float64)
    wanted = matte.foreground() * share + np.array(colour) * (1 - share)
    assert np.abs(out - wanted).max() <= 0.51
    assert np.array_equal(out[0, 0], colour)
    middle = HEIGHT // 2, WIDTH // 2
    assert np.array_equal(out[middle], matte.photo[middle])


def test_over_a_picture(matte: Matte) -> None:
    under = noise(HEIGHT, WIDTH, seed=11)
    out = matte.over(under)
    assert np.array_equal(out[0, 0], under[0, 0])
    assert np.array_equal(matte.over(Image.fromarray(under)), out)
    # Of another size: scaled to fill, cut in the middle.
    halves = np.zeros((40, 400, 3), np.uint8)
    halves[:, 200:] = 200
    wide = matte.over(halves)
    assert wide[0, 0].max() == 0
    assert wide[0, -1].min() == 200
    assert out.shape == wide.shape


@pytest.mark.parametrize(
    ("background", "said"),
    [
        ("whyte", "'whyte' is no colour"),
        ("#ffffff80", "half transparent"),
        ((1, 2), "three numbers"),
        ((1, 2, 300), "three numbers"),
        (None, "three numbers"),
        (np.zeros((4, 4, 4), np.uint8), "uint8 (height, width, 3)"),
        (np.zeros((4, 4, 3)), "uint8 (height, width, 3)"),
    ],
)
def test_what_is_no_background_is_told_why(matte: Matte, background: object, said: str) -> None:
    with pytest.raises(OffcutError) as caught:
        matte.over(background)
    assert caught.value.code == "BAD_CONFIG"
    assert said in caught.value.message


def test_files(matte: Matte, tmp_path: Path) -> None:
    png = opened(matte.save())
    assert (png.format, png.mode) == ("PNG", "RGBA")
    assert np.array_equal(np.asarray(png), matte.cutout())
    webp = opened(matte.save("webp", quality=1))
    assert np.array_equal(np.asarray(webp), matte.cutout())
    lossy = opened(matte.save("image/webp", quality=0.5))
    assert np.array_equal(np.asarray(lossy)[..., 3], matte.cutout()[..., 3])
    jpeg = opened(matte.save("jpg"))
    assert jpeg.mode == "RGB"
    assert np.abs(np.asarray(jpeg).astype(int) - matte.over("white")).mean() < 4
    blue = opened(matte.save("png", background="blue"))
    assert np.array_equal(np.asarray(blue), matte.over("blue"))
    target = tmp_path / "out.JPEG"
    assert matte.save(target) == target.read_bytes()
    assert opened(target.read_bytes()).format == "JPEG"
    assert matte.save(str(tmp_path / "b.png")) == matte.save()


@pytest.mark.parametrize(
    ("to", "options", "said"),
    [
        ("gif", {}, "is none of png"),
        ("photo", {}, "is none of png"),
        ("avif", {}, "offcut.remove"),
        ("webp", {"quality": 3}, "from 0 to 1"),
    ],
)
def test_files_that_cannot_be_had(
    matte: Matte, to: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(OffcutError) as caught:
        matte.save(to, **options)
    assert caught.value.code == "BAD_CONFIG"
    assert said in caught.value.message


def test_the_profile_goes_along() -> None:
    icc = rgb_profile()
    matte = Matte(disc(20, 30), noise(20, 30), icc=icc)
    for data in (matte.save("png"), matte.save("webp"), matte._repr_png_()):
        assert opened(data).info["icc_profile"] == icc
    assert matte.image().info["icc_profile"] == icc


def test_a_notebook_gets_a_small_picture() -> None:
    large = Matte(disc(300, 2000), noise(300, 2000), ("u2netp", "isnet"))
    shown = opened(large._repr_png_())
    assert (shown.format, shown.mode, shown.size) == ("PNG", "RGBA", (SHOWN, 120))
    assert repr(large) == "<Matte 2000 × 300 by u2netp, isnet>"
    assert repr(Matte(disc(2, 3), noise(2, 3))) == "<Matte 3 × 2 by nobody>"


def test_it_is_one_of_the_packages_names() -> None:
    assert offcut.Matte is Matte
    assert set(offcut.__all__) <= set(dir(offcut))
