"""From the first photo to the last file with nothing but the keyboard."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import check_cutout

if TYPE_CHECKING:
    from pathlib import Path

    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"
# Everything that is spoken by itself, in order.
LISTEN = """() => { window.spoken = [];
  new MutationObserver(() => spoken.push(document.querySelector("#live").textContent))
    .observe(document.querySelector("#live"), { childList: true, characterData: true }); }"""
HAS_FOCUS = "document.activeElement.id || document.activeElement.tagName"


@pytest.fixture
def hands(tiny: Visitor) -> Visitor:
    """A visitor who has a keyboard and nothing else."""
    tiny.page.on("filechooser", lambda _: None)  # from the first dialog on, they are Playwright's
    return tiny


def tab_to(visitor: Visitor, selector: str, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until that has the focus."""
    keyboard = visitor.page.keyboard
    for _ in range(60):
        keyboard.press(key)
        if visitor.page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    pytest.fail(f"{key} does not come to {selector}")


def pick(visitor: Visitor, *photos: Path) -> None:
    tab_to(visitor, "#file")
    with visitor.page.expect_file_chooser() as chooser:
        visitor.page.keyboard.press("Enter")
    chooser.value.set_files(list(photos))


def test_one_photo(hands: Visitor) -> None:
    hands.open("?model=u2netp").wait_engine()
    hands.page.evaluate(LISTEN)
    keyboard = hands.page.keyboard
    pick(hands, PHOTO)
    hands.wait("done")
    # Where things go on has the focus; each stage was said once.
    assert hands.page.evaluate(HAS_FOCUS) == "photo-head"
    spoken = hands.page.evaluate("spoken")
    assert len(spoken) == len(set(spoken)) >= 3
    assert spoken[-1] == "Cut-out ready. Download PNG is available."

    tab_to(hands, "#compare", "Shift+Tab")
    slider = hands.page.locator("#compare")
    for _ in range(5):
        keyboard.press("ArrowRight")
    expect(slider).to_have_value("5")
    expect(slider).to_have_attribute("aria-valuetext", "5 % original")
    keyboard.press("End")
    expect(hands.page.locator("#frame")).to_have_attribute("data-side", "before")
    keyboard.press("Home")

    tab_to(hands, "#download")
    with hands.page.expect_download() as download:
        keyboard.press("Enter")
    check_cutout(download.value.path().read_bytes(), PHOTO)

    tab_to(hands, "#wardrobe summary")
    keyboard.press("Enter")
    tab_to(hands, "#wardrobe-body input[value=none]")
    keyboard.press("ArrowRight")
    expect(hands.page.locator("#wardrobe-body input[value=white]")).to_be_checked()
    tab_to(hands, "#wardrobe-body .look:nth-child(2) input")
    keyboard.press("ArrowRight")
    expect(hands.page.locator("#wardrobe-body input[value=drop]")).to_be_checked()
    expect(hands.page.locator("#download:not([href])")).to_be_attached()
    expect(hands.page.locator("#download[href]")).to_be_attached(timeout=60_000)
    assert Image.open(io.BytesIO(hands.file())).mode == "RGB"
    expect(hands.page.locator("#wardrobe-body input[value=drop]")).to_be_focused()


def test_stopped_and_begun_again(hands: Visitor) -> None:
    """What is pressed goes from sight each time; the focus stays near."""
    keyboard = hands.page.keyboard
    held = hands.site.hold("models/u2netp/*", times=99)
    hands.open("?model=u2netp")
    pick(hands, PHOTO)
    hands.wait("working")
    for _ in range(2):
        tab_to(hands, "#cancel")
        keyboard.press("Enter")
        hands.wait("error")
        expect(hands.page.locator("#photo-head")).to_be_focused()
        tab_to(hands, "#retry")
        keyboard.press(" ")
        hands.wait("working")
        expect(hands.page.locator("#photo-head")).to_be_focused()
    tab_to(hands, "#cancel")
    held.release()
    hands.wait("done")
    expect(hands.page.locator("#download")).to_be_focused()
    # Further photos: the button opens the same dialog.
    tab_to(hands, "#another")
    with hands.page.expect_file_chooser() as chooser:
        keyboard.press("Enter")
    chooser.value.set_files(PHOTOS / "coffee.jpg")
    expect(hands.page.locator("#photo-name")).to_have_text("coffee.jpg")
    expect(hands.page.locator("#photo-head")).to_be_focused()
    hands.wait("done")


def test_many_photos(hands: Visitor) -> None:
    keyboard = hands.page.keyboard
    held = hands.site.hold("models/u2netp/*", times=99)
    hands.open("?model=u2netp")
    pick(hands, PHOTO, PHOTOS / "coffee.jpg", PHOTOS / "chelsea.jpg")
    hands.wait("batch")
    title = hands.page.locator("#queue-title")
    expect(title).to_be_focused()
    # One is stopped and wanted again: the same button.
    tab_to(hands, "[aria-label='Cancel chelsea.jpg']")
    keyboard.press("Enter")
    expect(hands.page.locator("[aria-label='Try chelsea.jpg again']")).to_be_focused()
    keyboard.press("Enter")
    tab_to(hands, "#queue-stop", "Shift+Tab")
    keyboard.press("Enter")
    expect(hands.page.locator(".card[data-state=stopped]")).to_have_count(3)
    expect(title).to_be_focused()
    tab_to(hands, "#queue-again")
    keyboard.press("Enter")
    expect(title).to_be_focused()
    held.release()
    # A card's button goes when its photo is done.
    tab_to(hands, "[aria-label='Cancel chelsea.jpg']")
    expect(hands.page.locator(".card[data-state=done]")).to_have_count(3, timeout=120_000)
    expect(title).to_be_focused()
    for _ in range(2):  # the second time it is the same photo
        tab_to(hands, "[aria-label='Look at coffee.jpg']")
        keyboard.press("Enter")
        expect(hands.page.locator("#photo-head")).to_be_focused()
        tab_to(hands, "#queue-back", "Shift+Tab")
        keyboard.press("Enter")
        expect(title).to_be_focused()
    tab_to(hands, "#queue-zip")
    with hands.page.expect_download() as download:
        keyboard.press("Enter")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 4
