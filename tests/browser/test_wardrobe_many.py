"""How photos look, from one to the next: in a queue, in a visit, from visit to visit."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .test_wardrobe import OTHER, PHOTO, choose, opened, part, slide, start, written

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from .visitor import Visitor

THIRD = PHOTOS / "chelsea.jpg"


def green() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 200, 30)).save(file, "PNG")
    return file.getvalue()


def look_at(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=f"Look at {name}").click()


def back(visitor: Visitor) -> None:
    visitor.page.locator("#queue-back").click()
    visitor.wait("batch")
    expect(visitor.page.locator("#queue-stop")).to_be_hidden(timeout=120_000)


def card(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(".card", has_text=name)


def packed(visitor: Visitor) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
    """Mode of each result in the ZIP, and how the report says that it looks."""
    with visitor.page.expect_download() as download:
        visitor.page.locator("#queue-zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    report = io.StringIO(files.pop("offcut-report.csv").decode(), newline="")
    looks = {row["result"]: json.loads(row["look"]) for row in csv.DictReader(report)}
    return {name: opened(data).mode for name, data in files.items()}, looks


def test_each_photo_of_a_queue_has_its_own_look(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    tiny.pick(PHOTO, OTHER)
    done = tiny.page.locator(".card[data-state=done]")
    expect(done).to_have_count(2, timeout=120_000)
    before = card(tiny, "coffee.jpg").locator(".card-words").inner_text()
    look_at(tiny, "coffee.jpg")
    tiny.page.locator("#wardrobe summary").click()
    # The worker has no photo of a queue any more: this one is done again, and then held.
    choose(tiny, "Background", "White")
    tiny.wait("working", "improving")
    assert opened(written(tiny)).mode == "RGB"
    choose(tiny, "Frame", "1:1")
    assert opened(written(tiny)).size[0] == opened(written(tiny)).size[1]
    back(tiny)
    # Its card has the new picture's size; the other photo is as it was, and says so when opened.
    expect(card(tiny, "coffee.jpg").locator(".card-words")).not_to_have_text(before)
    look_at(tiny, "rocket.jpg")
    expect(part(tiny, "Background").get_by_label("None, transparent")).to_be_checked()
    expect(part(tiny, "Frame").get_by_label("As it is")).to_be_checked()
    expect(tiny.page.locator("#frame[data-framed]")).to_have_count(0)
    back(tiny)
    look_at(tiny, "coffee.jpg")
    expect(part(tiny, "Background").get_by_label("White")).to_be_checked()
    expect(part(tiny, "Frame").get_by_label("1:1")).to_be_checked()
    expect(tiny.page.locator("#frame[data-framed]")).to_be_attached()
    back(tiny)
    modes, looks = packed(tiny)
    assert modes == {"rocket-cutout.png": "RGBA", "coffee-cutout.png": "RGB"}
    assert looks["rocket-cutout.png"] == {}
    assert looks["coffee-cutout.png"]["frame"] == {"margin": 0.06, "centre": True, "aspect": [1, 1]}
    # One that is left before it is drawn is drawn in its turn.
    look_at(tiny, "rocket.jpg")
    choose(tiny, "Background", "Black")
    back(tiny)
    expect(done).to_have_count(2)
    modes, looks = packed(tiny)
    assert modes == {"rocket-cutout.png": "RGB", "coffee-cutout.png": "RGB"}
    assert looks["rocket-cutout.png"]["background"] == {"kind": "colour", "colour": [0, 0, 0]}


def test_all_photos_wear_what_one_does(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    tiny.pick(PHOTO, OTHER)
    done = tiny.page.locator(".card[data-state=done]")
    expect(done).to_have_count(2, timeout=120_000)
    look_at(tiny, "coffee.jpg")
    tiny.page.locator("#wardrobe summary").click()
    choose(tiny, "Background", "White")
    tiny.wait("working", "improving")
    written(tiny)
    tiny.page.get_by_role("button", name="Use for all photos").click()
    tiny.wait("batch")
    expect(tiny.page.locator("#queue-stop")).to_be_hidden(timeout=120_000)
    tiny.pick(THIRD)  # and what comes after them
    expect(done).to_have_count(3, timeout=60_000)
    modes, _ = packed(tiny)
    assert modes == dict.fromkeys(
        ("rocket-cutout.png", "coffee-cutout.png", "chelsea-cutout.png"), "RGB"
    )


def test_the_next_photo_wears_the_same_if_wished(tiny: Visitor) -> None:
    start(tiny)
    choose(tiny, "Background", "Black")
    written(tiny)
    tiny.drop(OTHER)
    expect(tiny.page.locator("#photo-name")).to_have_text("coffee.jpg")
    image = opened(tiny.file())
    assert (image.mode, image.size) == ("RGB", opened(OTHER.read_bytes()).size)
    tiny.page.get_by_label("Use for the next photos, too").uncheck()
    tiny.drop(PHOTO)
    expect(tiny.page.locator("#photo-name")).to_have_text("rocket.jpg")
    assert opened(tiny.file()).mode == "RGBA"
    expect(part(tiny, "Background").get_by_label("None, transparent")).to_be_checked()


def test_looks_of_ones_own_are_kept(tiny: Visitor) -> None:
    start(tiny)
    own = part(tiny, "Your looks")
    choose(tiny, "Background", "Gradient")
    outline = choose(tiny, "Outline", "Thin line")
    slide(outline, "Width", 15)
    kept = written(tiny)
    own.get_by_label("Name of this look").fill("Night market")
    own.get_by_role("button", name="Keep this look").click()
    expect(own.get_by_role("button", name="Night market", exact=True)).to_be_visible()
    # On the next visit it is there, and makes the same file.
    start(tiny)
    own.get_by_role("button", name="Night market", exact=True).click()
    expect(part(tiny, "Outline").get_by_role("slider", name="Width")).to_have_value("15")
    assert written(tiny) == kept
    # A picture is not kept: the look asks for it, once a visit.
    file = {"name": "green.png", "mimeType": "image/png", "buffer": green()}
    with tiny.page.expect_file_chooser() as chooser:
        part(tiny, "Background").get_by_label("A picture of your own").click()
    chooser.value.set_files(file)
    own.get_by_label("Name of this look").fill("Meadow")
    own.get_by_label("Name of this look").press("Enter")
    meadow = written(tiny)
    start(tiny)
    with tiny.page.expect_file_chooser() as chooser:
        own.get_by_role("button", name="Meadow", exact=True).click()
    chooser.value.set_files(file)
    expect(part(tiny, "Background").get_by_text("green.png")).to_be_visible()
    assert written(tiny) == meadow
    choose(tiny, "Background", "White")
    own.get_by_role("button", name="Meadow", exact=True).click()
    assert written(tiny) == meadow
    own.get_by_role("button", name="Delete Meadow").click()
    # Thrown away, brought back, thrown away.
    own.get_by_role("button", name="Delete Night market").click()
    expect(own.get_by_role("button", name="Night market", exact=True)).to_have_count(0)
    own.get_by_role("button", name="Bring it back").click()
    expect(own.get_by_role("button", name="Night market", exact=True)).to_be_visible()
    own.get_by_role("button", name="Delete Night market").click()
    assert tiny.page.evaluate("localStorage['offcut.looks']") == "[]"
