"""Background, shadow, edge and frame, chosen on the page."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import BYTES, check_cutout

if TYPE_CHECKING:
    from .visitor import Visitor

PHOTO, OTHER = PHOTOS / "rocket.jpg", PHOTOS / "coffee.jpg"
# The same photo with the same settings through offcut.js, in the same tab.
THE_SAME = """async ([text, options]) => {
  const { cut } = await import("./offcut.js");
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  return URL.createObjectURL((await cut(photo, { model: "u2netp", ...options })).blob);
}"""
READY = "html[data-phase=done]:has(#download[href])"


def start(visitor: Visitor) -> None:
    visitor.open("?model=u2netp")
    visitor.cut(PHOTO)
    visitor.page.locator("#wardrobe summary").click()


def choose(visitor: Visitor, label: str) -> None:
    visitor.page.locator("#grounds").get_by_label(label, exact=True).check()


def written(visitor: Visitor) -> bytes:
    """The file, once it is written anew."""
    expect(visitor.page.locator(READY)).to_be_attached(timeout=60_000)
    return visitor.file()


def the_same(visitor: Visitor, **options: Any) -> bytes:
    text = base64.b64encode(PHOTO.read_bytes()).decode()
    href = visitor.page.evaluate(THE_SAME, [text, options])
    return base64.b64decode(visitor.page.evaluate(BYTES, href))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def corner(data: bytes, colour: tuple[int, int, int]) -> int:
    """How far the picture's corner is from a colour; the tiny network leaves a veil on it."""
    return int(np.abs(np.asarray(opened(data))[0, 0].astype(int) - colour).max())


def test_what_is_chosen_is_in_the_file(tiny: Visitor) -> None:
    """Each setting; the files are those of ``offcut.js`` to the byte. No network runs for it."""
    start(tiny)
    tiny.page.evaluate(
        """() => { window.phases = [];
        new MutationObserver(() => phases.push(document.documentElement.dataset.phase))
          .observe(document.documentElement, { attributeFilter: ["data-phase"] }); }"""
    )
    plain = tiny.file()
    choose(tiny, "White")
    expect(tiny.page.locator("#download[href]")).to_have_count(0)  # what was written is not it
    white = written(tiny)
    assert opened(white).mode == "RGB"
    assert white == the_same(tiny, background=[255, 255, 255])
    tiny.page.locator("#shadow").select_option("contact")
    tiny.page.locator("#outline").select_option("thick")
    shadow = {"kind": "contact", "y": 0.01, "blur": 0.025, "strength": 0.6}
    dressed = written(tiny)
    expected = the_same(tiny, background=[255, 255, 255], shadow=shadow, outline={"width": 0.03})
    assert dressed == expected != white
    tiny.page.locator("#shadow").select_option("")
    tiny.page.locator("#outline").select_option("")
    choose(tiny, "None, transparent")
    assert written(tiny) == plain
    check_cutout(plain, PHOTO)
    assert set(tiny.page.evaluate("phases")) <= {"done"}


def test_a_frame_is_shown_as_it_is(tiny: Visitor) -> None:
    start(tiny)
    tiny.page.locator("#frame-kind").select_option("shop")
    expect(tiny.page.locator("#frame[data-framed]")).to_be_attached()
    image = opened(written(tiny))
    assert (image.size, image.mode) == ((2000, 2000), "RGB")
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert "2000 × 2000" in tiny.shows("#result-facts").inner_text()
    box = tiny.shows("#frame").bounding_box()
    assert box is not None
    assert abs(box["width"] - box["height"]) < 2
    expect(tiny.page.locator("#compare")).to_be_hidden()
    # Back: the slider is there again, and the photo's own size.
    tiny.page.locator("#frame-kind").select_option("")
    choose(tiny, "None, transparent")
    check_cutout(written(tiny), PHOTO)
    expect(tiny.page.locator("#compare")).to_be_visible()


def test_own_picture_and_colour(tiny: Visitor) -> None:
    start(tiny)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 200, 30)).save(picture, "PNG")
    with tiny.page.expect_file_chooser() as chooser:
        tiny.page.locator("#ground-picture-on").click()
    chooser.value.set_files(
        {"name": "ground.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    assert corner(written(tiny), (10, 200, 30)) < 20
    tiny.page.locator("#ground-colour").fill("#f04060")
    assert corner(written(tiny), (0xF0, 0x40, 0x60)) < 20
    expect(tiny.page.locator("#ground-colour-on")).to_be_checked()


def test_the_next_photo_wears_the_same(tiny: Visitor) -> None:
    start(tiny)
    choose(tiny, "Black")
    written(tiny)
    tiny.drop(OTHER)
    expect(tiny.page.locator("#photo-name")).to_have_text("coffee.jpg")
    image = opened(tiny.file())
    assert image.mode == "RGB"
    assert image.size == Image.open(OTHER).size


def test_keyboard(tiny: Visitor) -> None:
    """The backgrounds are one stop of Tab, and arrows go from one to the next."""
    start(tiny)
    tiny.page.locator("#ground-none-on").focus()
    tiny.page.keyboard.press("ArrowRight")
    expect(tiny.page.locator("#ground-white-on")).to_be_checked()
    assert opened(written(tiny)).mode == "RGB"


def test_all_photos_wear_what_one_does(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    tiny.pick(PHOTO, OTHER)
    done = tiny.page.locator(".card[data-state=done]")
    expect(done).to_have_count(2, timeout=120_000)
    tiny.page.get_by_role("button", name="Look at coffee.jpg").click()
    tiny.page.locator("#wardrobe summary").click()
    # The worker has no photo of a queue any more: this one is done again, and then held.
    choose(tiny, "White")
    tiny.wait("working", "improving")
    assert opened(written(tiny)).mode == "RGB"
    tiny.page.locator("#wardrobe-all").click()
    tiny.wait("batch")
    expect(tiny.page.locator("#queue-stop")).to_be_hidden(timeout=120_000)
    expect(done).to_have_count(2)
    with tiny.page.expect_download() as download:
        tiny.page.locator("#queue-zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
        assert names == ["rocket-cutout.png", "coffee-cutout.png"]
        assert {opened(archive.read(name)).mode for name in names} == {"RGB"}
