"""The frame around the subject: where it lies, and what of the photo comes into it."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.pixels import frame as module
from offcut.pixels.frame import Cut, Frame, View, framed, view_of

from .helpers import disc, noise

BOX = (100, 200, 300, 500)
"""200 pixels high and 300 wide, in a photo of 1000 × 600."""
PHOTO = (1000, 600)


def placed(view: View) -> tuple[float, float, float, float]:
    """(top, left, bottom, right) of the box in the picture."""
    top, left, bottom, right = BOX
    return (
        (top - view.top) * view.scale,
        (left - view.left) * view.scale,
        (bottom - view.top) * view.scale,
        (right - view.left) * view.scale,
    )


def test_a_frame_without_anything_is_the_subjects_box() -> None:
    assert view_of(Frame(), BOX, *PHOTO) == View(200, 100, 1, 300, 200)


@pytest.mark.parametrize("margin", [0.0, 0.05, 0.25, 0.4])
@pytest.mark.parametrize("aspect", [None, (1, 1), (4, 3), (3, 1), (1, 10), (9.5, 16.1)])
def test_the_margin_is_of_the_shorter_side(
    margin: float, aspect: tuple[float, float] | None
) -> None:
    view = view_of(Frame(margin, aspect), BOX, *PHOTO)
    top, left, bottom, right = placed(view)
    gaps = top, left, view.height - bottom, view.width - right
    wanted = margin * min(view.width, view.height)
    assert min(gaps) == pytest.approx(wanted, abs=1)
    assert abs(gaps[0] - gaps[2]) <= 1
    assert abs(gaps[1] - gaps[3]) <= 1
    if aspect:
        assert view.width / view.height == pytest.approx(aspect[0] / aspect[1], rel=0.01)
        assert max(gaps) > wanted + 5, "grown one way only"
    else:
        assert max(gaps) - min(gaps) <= 1


def test_a_square_is_a_square() -> None:
    view = view_of(Frame(0.05, (1, 1), (2000, 2000)), BOX, *PHOTO)
    assert (view.width, view.height) == (2000, 2000)
    assert np.allclose(placed(view), (1000 - 600, 100, 1000 + 600, 1900))
    assert view.scale == pytest.approx(6)


def test_a_size_brings_its_aspect() -> None:
    one = view_of(Frame(0.1, (2, 1), (400, 200)), BOX, *PHOTO)
    assert one == view_of(Frame(0.1, None, (400, 200)), BOX, *PHOTO)
    assert (one.width, one.height) == (400, 200)


def test_not_centred_it_stays_where_it_is_on_the_photo() -> None:
    """The room around it is shared as on the photo: here 2 : 5 and 1 : 3."""
    view = view_of(Frame(0.0, (1, 1), (1000, 1000), centre=False), BOX, *PHOTO)
    top, left, bottom, right = placed(view)
    assert (left, right) == (pytest.approx(0), pytest.approx(1000))
    assert top / (1000 - bottom) == pytest.approx(1 / 3)
    whole = view_of(Frame(0.0, (5, 3), centre=False), BOX, *PHOTO)
    assert whole.left >= 0
    assert whole.top >= 0
    assert whole.left + whole.width <= 1000
    assert whole.top + whole.height <= 600
    # In the photo's very corner there is still a margin.
    corner = view_of(Frame(0.2, (1, 1), (100, 100), centre=False), (0, 0, 60, 60), *PHOTO)
    assert corner.left * corner.scale == pytest.approx(-20)
    assert corner.top * corner.scale == pytest.approx(-20)


def test_a_frame_as_large_as_the_photo_is_the_photo() -> None:
    view = view_of(Frame(0.0, (5, 3), (1000, 600), centre=False), (1, 200, 599, 500), *PHOTO)
    assert view.left == pytest.approx(200 - 200 / 700 * (view.width / view.scale - 300))
    assert view_of(Frame(0.3), None, *PHOTO) == View(0, 0, 1, 1000, 600), "no subject, no margin"
    square = view_of(Frame(0.3, (1, 1)), None, *PHOTO)
    assert square == View(0, -200, 1, 1000, 1000)


def test_a_preview_is_as_large_as_it_may_be() -> None:
    frame = Frame(0.1, (2, 1), (4000, 2000))
    small = view_of(frame, BOX, *PHOTO, side=500)
    assert (small.width, small.height) == (500, 250)
    assert np.allclose(np.float64(placed(small)) * 8, placed(view_of(frame, BOX, *PHOTO)), atol=1)
    wide = view_of(Frame(0.45), BOX, *PHOTO, side=500)
    assert max(wide.width, wide.height) == 500


def test_too_large_is_refused() -> None:
    for frame in (Frame(0.4999), Frame(0.5 - 1e-16), Frame(0.1, (1, 1e9))):
        with pytest.raises(OffcutError, match="million pixels") as caught:
            view_of(frame, BOX, *PHOTO)
        assert caught.value.code == "BAD_CONFIG"


# -- what comes into it ---------------------------------------------------------------------------


def test_at_the_photos_own_size_pixels_are_the_photos() -> None:
    rgb, share = noise(60, 80), disc(60, 80)
    cut = framed(rgb, share, (20, 30, 40, 50), View(30, 20, 1, 20, 20))
    assert np.array_equal(cut.rgb, rgb[20:40, 30:50])
    assert np.shares_memory(cut.rgb, rgb)
    assert (cut.top, cut.left) == (0, 0)
    around = framed(rgb, share, (20, 30, 40, 50), View(-5, -7, 1, 200, 200))
    assert np.array_equal(around.rgb, rgb)
    assert np.array_equal(around.share, share)
    assert (around.top, around.left) == (7, 5)


def over_black(cut: Cut, view: View) -> np.ndarray:
    out = np.zeros((view.height, view.width, 3))
    height, width = cut.share.shape
    part = cut.rgb * cut.share[..., np.newaxis]
    out[cut.top : cut.top + height, cut.left : cut.left + width] = part
    return out


def test_nothing_bleeds_in_from_under_alpha_0() -> None:
    """Red under alpha 0, green under alpha 1: no red in what is resized, at any alpha."""
    share = np.zeros((90, 120), np.float32)
    share[30:60, 40:80] = 1
    rgb = np.zeros((90, 120, 3), np.uint8)
    rgb[..., 0] = 255
    rgb[30:60, 40:80] = (0, 200, 0)
    for size in ((40, 30), (333, 250)):
        view = view_of(Frame(0.2, None, size), (30, 40, 60, 80), 120, 90)
        cut = framed(rgb, share, (30, 40, 60, 80), view)
        shown = cut.share > 0
        assert cut.rgb[..., 0].max() == 0
        assert np.abs(cut.rgb[..., 1][shown & (cut.share > 0.01)].astype(int) - 200).max() <= 1
        assert (cut.rgb[~shown] == 0).all()
        assert cut.share.max() <= 1
        # As much of it as there was.
        assert cut.share.sum() == pytest.approx(30 * 40 * view.scale**2, rel=0.02)


@pytest.mark.parametrize("size", [(50, 40), (211, 173), (700, 500)])
def test_bands_make_the_same_picture_as_one(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    rgb, share = noise(640, 480), disc(640, 480, soft=30)
    box = (150, 80, 500, 400)
    view = view_of(Frame(0.1, None, size), box, 480, 640)
    cut = framed(rgb, share, box, view)
    monkeypatch.setattr(module, "_BAND", 7)
    again = framed(rgb, share, box, view)
    assert np.abs(cut.share - again.share).max() < 1e-5
    gap = np.abs(cut.rgb.astype(int) - again.rgb)[cut.share > 0.01]
    assert gap.max() <= 1


def test_resized_it_lies_where_it_should() -> None:
    share = disc(300, 300, soft=3)
    rgb = np.full((300, 300, 3), 90, np.uint8)
    box = (49, 49, 251, 251)
    view = view_of(Frame(0.25, (2, 1), (1000, 500)), box, 300, 300)
    cut = framed(rgb, share, box, view)
    picture = over_black(cut, view)[..., 1] / 90
    row, column = np.mgrid[:500, :1000]
    assert (picture * row).sum() / picture.sum() == pytest.approx(249.5, abs=0.05)
    assert (picture * column).sum() / picture.sum() == pytest.approx(499.5, abs=0.05)
    assert picture[125:375, 500].mean() == pytest.approx(1, abs=0.02)
    assert picture[:122].max() < 0.05


@pytest.mark.parametrize("size", [(40, 40), (37, 31), (20, 20), (8, 8)])
def test_reduced_first_it_is_the_same(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    share, rgb = disc(500, 500, soft=20), noise(500, 500)
    box = (0, 0, 500, 500)
    view = view_of(Frame(0.0, None, size), box, 500, 500)
    cut = framed(rgb, share, box, view)
    monkeypatch.setattr(module, "_GAP", 1e9)
    wanted = framed(rgb, share, box, view)
    assert cut.share.shape == wanted.share.shape == size[::-1]
    assert np.abs(cut.share - wanted.share).max() < 0.02
    gap = np.abs(cut.rgb.astype(int) - wanted.rgb)[wanted.share > 0.1]
    assert gap.max() <= 3
    assert gap.mean() < 0.5


def test_a_frame_far_around_takes_little_memory() -> None:
    rgb, share = noise(600, 600), np.ones((600, 600), np.float32)
    view = view_of(Frame(0.499, None, (600, 600)), (0, 0, 600, 600), 600, 600)
    tracemalloc.start()
    cut = framed(rgb, share, (0, 0, 600, 600), view)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert cut.share.sum() == pytest.approx((600 * view.scale) ** 2, rel=0.5)
    assert peak < 4_000_000, "Lanczos alone would reach 1500 pixels beyond the photo"


def test_a_subject_at_the_photos_edge_is_cut_there_and_nowhere_else() -> None:
    share, rgb = np.ones((100, 50), np.float32), np.full((100, 50, 3), 200, np.uint8)
    view = view_of(Frame(0.1, (1, 1), (250, 250)), (0, 0, 100, 50), 50, 100)
    cut = framed(rgb, share, (0, 0, 100, 50), view)
    picture = over_black(cut, view)[..., 0]
    assert np.abs(picture[30:220, 80:170] - 200).max() < 0.6
    assert picture[:, :70].max() < 5
    assert picture[:20].max() < 5


def test_of_a_single_pixel() -> None:
    view = view_of(Frame(0.25, None, (8, 8)), (0, 0, 1, 1), 1, 1)
    cut = framed(np.full((1, 1, 3), 77, np.uint8), np.ones((1, 1), np.float32), (0, 0, 1, 1), view)
    assert cut.share[2:6, 2:6].min() > 0.3
    assert (cut.rgb[cut.share > 0.01] == 77).all()
