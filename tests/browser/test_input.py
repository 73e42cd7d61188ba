"""How photos come in: picked, dropped, pasted, by keyboard alone; and what is no photo."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import check_cutout, pixels

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"


def test_pick_drop_paste(at_hand: Visitor) -> None:
    """Each way in, one after another, in one visit."""
    check_cutout(at_hand.cut(PHOTO), PHOTO)
    other = PHOTOS / "coffee.jpg"
    at_hand.drop(other)
    expect(at_hand.page.locator("#photo-name")).to_have_text("coffee.jpg")
    check_cutout(at_hand.file(), other)
    third = PHOTOS / "chelsea.jpg"
    at_hand.hand_over("paste", "image.png", "image/jpeg", third.read_bytes())
    expect(at_hand.page.locator("#photo-name")).to_have_text("image.png")
    check_cutout(at_hand.file(), third)


def test_a_photo_picked_before_the_page_is_alive(tiny: Visitor) -> None:
    held = tiny.site.hold("pyscript/main.py")
    tiny.page.goto(tiny.site.url + "?model=u2netp")
    assert held.reached.wait(30)
    tiny.pick(PHOTO)
    held.release()
    check_cutout(tiny.file(), PHOTO)


def tab_to(page: Page, element: str) -> None:
    """Press Tab until that element has the focus, as somebody without a mouse does."""
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id"))
        if seen[-1] == element:
            return
    pytest.fail(f"Tab does not lead to {element}: {seen}")


def test_keyboard_alone(tiny: Visitor) -> None:
    page = tiny.page
    # Listening from the start: Playwright takes dialogs over only some time after it is asked to.
    page.on("filechooser", lambda _: None)
    tiny.open("?model=u2netp")
    tab_to(page, "file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(PHOTO)
    tiny.wait("done")
    tab_to(page, "download")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "rocket-cutout.png"


@pytest.fixture(scope="module")
def at_hand(staying: Visitor) -> Visitor:
    """The page, for all tests that do no more than give it a file."""
    return staying.open("?model=u2netp")


def _picture(kind: str) -> bytes:
    """A photo's first half, as a broken download leaves it."""
    whole = io.BytesIO()
    noise = np.random.default_rng(3).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(whole, kind)
    return whole.getvalue()[: len(whole.getvalue()) // 3]


@pytest.mark.parametrize(
    ("name", "mime", "body", "code"),
    [
        ("notes.txt", "text/plain", b"This is no photo.\n" * 40, "NOT_AN_IMAGE"),
        ("empty.jpg", "image/jpeg", b"", "EMPTY_FILE"),
        ("half.png", "image/png", _picture("PNG"), "DECODE_FAILED"),
        ("lies.jpg", "image/jpeg", b"\xff\xd8\xff\xe0" + bytes(2000), "DECODE_FAILED"),
    ],
)
def test_a_bad_file_gives_a_sentence(
    at_hand: Visitor, name: str, mime: str, body: bytes, code: str
) -> None:
    at_hand.hand_over("drop", name, mime, body)
    at_hand.wait("error")
    expect(at_hand.page.locator("#error")).to_have_attribute("data-code", code)
    sentence = at_hand.page.locator("#error-text").inner_text()
    assert sentence.count(" ") > 5
    assert "Traceback" not in sentence
    # The page lives on, in the same worker.
    check_cutout(at_hand.cut(PHOTO), PHOTO)


def test_a_drop_without_a_file_is_explained(tiny: Visitor) -> None:
    tiny.open()
    tiny.hand_over("drop", "", "", b"just words")
    assert "picture" in tiny.shows("#hint").inner_text()
    assert tiny.phase == "idle"


def test_alpha_and_colours_of_a_png_are_kept(at_hand: Visitor) -> None:
    """What was see-through stays so, and keeps its colours even where nobody sees them."""
    rng = np.random.default_rng(5)
    rgba = rng.integers(0, 256, (120, 90, 4), dtype=np.uint8)
    rgba[:40, :, 3] = 0
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, "PNG")
    at_hand.hand_over("drop", "glass.png", "image/png", file.getvalue())
    expect(at_hand.page.locator("#photo-name")).to_have_text("glass.png")
    result = pixels(at_hand.file())
    assert np.array_equal(result[..., :3], rgba[..., :3])
    assert (result[:40, :, 3] == 0).all()
    assert (result[..., 3] <= rgba[..., 3]).all()
    assert len(np.unique(result[..., 3])) > 16


def test_exif_orientation_is_applied(at_hand: Visitor) -> None:
    upright = np.zeros((64, 96, 3), np.uint8)
    upright[:32, :48] = (220, 30, 30)
    upright[32:, 48:] = (30, 30, 220)
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the picture must be turned clockwise
    Image.fromarray(np.rot90(upright)).save(file, "JPEG", quality=95, exif=exif)
    at_hand.hand_over("drop", "turned.jpg", "image/jpeg", file.getvalue())
    expect(at_hand.page.locator("#photo-name")).to_have_text("turned.jpg")
    result = pixels(at_hand.file())
    assert result.shape == (64, 96, 4)
    assert np.abs(result[8:24, 8:40, :3].astype(int) - (220, 30, 30)).max() < 12
    assert np.abs(result[40:56, 56:88, :3].astype(int) - (30, 30, 220)).max() < 12
