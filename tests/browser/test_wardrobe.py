"""Background, shadow, outline and frame, chosen on the page for one photo."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import BYTES, check_cutout, original

if TYPE_CHECKING:
    from playwright.sync_api import Locator

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


def part(visitor: Visitor, name: str) -> Locator:
    """Background, Shadow, Outline or Frame."""
    return visitor.page.locator("#wardrobe-body").get_by_role("group", name=name, exact=True)


def choose(visitor: Visitor, name: str, label: str) -> Locator:
    found = part(visitor, name)
    found.get_by_label(label, exact=True).check()
    return found


def slide(where: Locator, label: str, value: int) -> None:
    where.get_by_role("slider", name=label).fill(str(value))


def write(where: Locator, label: str, text: str) -> None:
    field = where.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


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
    """The files are those of ``offcut.js`` to the byte. No network runs for it."""
    start(tiny)
    tiny.page.evaluate(
        """() => { window.phases = [];
        new MutationObserver(() => phases.push(document.documentElement.dataset.phase))
          .observe(document.documentElement, { attributeFilter: ["data-phase"] }); }"""
    )
    plain = tiny.file()
    choose(tiny, "Background", "White")
    expect(tiny.page.locator("#download[href]")).to_have_count(0)  # what was written is not it
    white = written(tiny)
    assert opened(white).mode == "RGB"
    assert white == the_same(tiny, background=[255, 255, 255])
    shadow = choose(tiny, "Shadow", "On the ground")
    slide(shadow, "Softness", 40)
    slide(shadow, "Down", 25)
    slide(shadow, "Strength", 80)
    write(shadow, "Shadow colour, written", "#203")
    outline = choose(tiny, "Outline", "Sticker")
    slide(outline, "Width", 45)
    write(outline, "Outline colour, written", "rgb(255, 0, 10)")
    dressed = written(tiny)
    settings = {"kind": "contact", "y": 0.025, "blur": 0.04, "strength": 0.8}
    settings["colour"] = [0x22, 0, 0x33]
    expected = the_same(
        tiny,
        background=[255, 255, 255],
        shadow=settings,
        outline={"width": 0.045, "colour": [255, 0, 10]},
    )
    assert dressed == expected != white
    # A group goes back to how it is at first; then all are taken off.
    shadow.get_by_role("button", name="Reset Shadow").click()
    expect(shadow.get_by_role("slider", name="Softness")).to_have_value("25")
    expect(shadow.get_by_role("button", name="Reset Shadow")).to_be_hidden()
    for name, label in (("Shadow", "None"), ("Outline", "None")):
        choose(tiny, name, label)
    choose(tiny, "Background", "None, transparent")
    assert written(tiny) == plain
    check_cutout(plain, PHOTO)
    assert set(tiny.page.evaluate("phases")) <= {"done"}


def test_a_gradient_and_a_shadow_that_falls_somewhere(tiny: Visitor) -> None:
    start(tiny)
    ground = choose(tiny, "Background", "Gradient")
    ground.get_by_label("Sand").check()
    tiny.page.keyboard.press("ArrowRight")
    expect(ground.get_by_label("Dawn")).to_be_focused()
    expect(ground.get_by_label("From, written")).to_have_value("#ffd6a5")
    write(ground, "From, written", "f00")
    ground.get_by_role("slider", name="Direction").focus()
    tiny.page.keyboard.press("ArrowLeft")
    expect(ground.get_by_text("134°")).to_be_visible()
    slide(ground, "Direction", 90)
    shadow = choose(tiny, "Shadow", "Behind it")
    slide(shadow, "Direction", 90)
    slide(shadow, "Distance", 80)
    expected = the_same(
        tiny,
        background={"kind": "gradient", "from": [255, 0, 0], "to": [242, 132, 130], "angle": 90},
        shadow={"kind": "drop", "x": 0.08, "y": 0, "blur": 0.03, "strength": 0.45},
    )
    assert written(tiny) == expected
    # What is no colour is marked, and changes nothing.
    write(ground, "To, written", "reddish")
    expect(ground.get_by_label("To, written")).to_have_attribute("aria-invalid", "true")
    assert written(tiny) == expected


def test_a_frame_is_shown_as_it_is(tiny: Visitor) -> None:
    start(tiny)
    frame = choose(tiny, "Frame", "Shop")
    expect(tiny.page.locator("#frame[data-framed]")).to_be_attached()
    image = opened(written(tiny))
    assert (image.size, image.mode) == ((2000, 2000), "RGB")
    assert image.getpixel((0, 0)) == (255, 255, 255)
    expect(part(tiny, "Background").get_by_label("White")).to_be_checked()
    assert "2000 × 2000" in tiny.shows("#result-facts").inner_text()
    box = tiny.shows("#frame").bounding_box()
    assert box is not None
    assert abs(box["width"] - box["height"]) < 2
    expect(tiny.page.locator("#compare")).to_be_hidden()
    # Of one's own: the other side follows the shape.
    choose(tiny, "Frame", "4:5")
    write(frame, "Width in pixels", "400")
    expect(frame.get_by_label("Height in pixels")).to_have_value("500")
    expect(frame.get_by_label("Width in pixels")).to_be_focused()
    slide(frame, "Margin", 12)
    frame.get_by_label("Subject in the middle").uncheck()
    settings = {"margin": 0.12, "aspect": [4, 5], "size": [400, 500], "centre": False}
    assert written(tiny) == the_same(tiny, background=[255, 255, 255], frame=settings)
    # Back: the slider is there again, and the photo's own size.
    choose(tiny, "Frame", "As it is")
    choose(tiny, "Background", "None, transparent")
    check_cutout(written(tiny), PHOTO)
    expect(tiny.page.locator("#compare")).to_be_visible()


def test_a_picture_of_ones_own_is_placed(tiny: Visitor) -> None:
    """Three stripes, six times as wide as high: a photo's frame shows one of them at a time."""
    start(tiny)
    stripes = np.zeros((50, 300, 3), np.uint8)
    red, green, blue = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    stripes[:, :100], stripes[:, 100:200], stripes[:, 200:] = red, green, blue
    file = io.BytesIO()
    Image.fromarray(stripes).save(file, "PNG")
    ground = part(tiny, "Background")
    with tiny.page.expect_file_chooser() as chooser:
        ground.get_by_label("A picture of your own").click()
    chooser.value.set_files(
        {"name": "stripes.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(ground.get_by_text("stripes.png")).to_be_visible()
    expect(ground.locator(".chip-picture img")).to_be_visible()
    assert corner(written(tiny), green) < 20
    ground.get_by_label("Left", exact=True).check()
    assert corner(written(tiny), red) < 20
    expect(ground.get_by_role("slider", name="Across")).to_have_value("0")
    # Drawn along on the picture itself, to the left: its right end comes into sight.
    ground.get_by_role("button", name="Drag it in place").click()
    box = tiny.shows(".overlay-mover").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for _ in range(8):  # it is several frames wide
        tiny.page.mouse.move(x, y)
        tiny.page.mouse.down()
        tiny.page.mouse.move(x - box["width"] / 3, y)
        tiny.page.mouse.move(x - box["width"] * 0.49, y)
        tiny.page.mouse.up()
    expect(ground.get_by_role("slider", name="Across")).to_have_value("100")
    tiny.page.keyboard.press("ArrowLeft")
    expect(ground.get_by_role("slider", name="Across")).to_have_value("99")
    tiny.page.keyboard.press("Escape")
    expect(tiny.page.locator(".overlay")).to_have_count(0)
    assert corner(written(tiny), blue) < 20
    # Whole: the rest is white.
    ground.get_by_label("Whole").check()
    assert corner(written(tiny), (255, 255, 255)) < 20


def test_a_colour_is_picked_from_the_photo(tiny: Visitor) -> None:
    start(tiny)
    rgb = original(PHOTO)
    height, width = rgb.shape[:2]
    ground = choose(tiny, "Background", "A colour of your own")
    expect(
        ground.get_by_role("group", name="In this photo").get_by_role("button")
    ).not_to_have_count(0)
    field = ground.get_by_label("Colour, written")

    def picked() -> np.ndarray:
        text = field.input_value()
        return np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)])

    def mean(x: float, y: float) -> np.ndarray:
        row, column = int(y * height), int(x * width)
        around = rgb[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
        return around.reshape(-1, 3).mean(axis=0)

    dropper = ground.get_by_role("button", name="Pick from the photo")
    dropper.click()
    layer = tiny.shows(".overlay-dropper")
    box = layer.bounding_box()
    assert box is not None
    layer.click(position={"x": 0.25 * box["width"], "y": 0.8 * box["height"]})
    expect(field).not_to_have_value("#ffca3a")
    assert np.abs(picked() - mean(0.25, 0.8)).max() <= 6, "two decoders, half a pixel apart"
    expect(layer).to_have_count(0)
    expect(dropper).to_be_focused()
    taken = picked()
    assert corner(written(tiny), (taken[0], taken[1], taken[2])) < 20
    # By keys alone, from the middle; Escape leaves things as they are.
    before = field.input_value()
    tiny.page.keyboard.press("Enter")
    for _ in range(3):
        tiny.page.keyboard.press("Shift+ArrowDown")
    tiny.page.keyboard.press("ArrowRight")
    tiny.page.keyboard.press("Escape")
    expect(layer).to_have_count(0)
    expect(field).to_have_value(before)
    tiny.page.keyboard.press("Enter")
    for _ in range(3):
        tiny.page.keyboard.press("Shift+ArrowDown")
    tiny.page.keyboard.press("Enter")
    expect(field).not_to_have_value(before)
    assert np.abs(picked() - mean(0.5, 0.8)).max() <= 6


def test_the_background_by_keys_alone(tiny: Visitor) -> None:
    """The backgrounds are one stop of Tab, and arrows go from one to the next; no dialog jumps
    at those who only pass the picture."""
    tiny.open("?model=u2netp")
    tiny.cut(PHOTO)
    tiny.page.locator("#wardrobe summary").focus()
    tiny.page.keyboard.press("Enter")
    ground = part(tiny, "Background")
    expect(ground).to_be_visible()
    tiny.page.keyboard.press("Tab")
    expect(ground.get_by_label("None, transparent")).to_be_focused()
    tiny.page.keyboard.press("ArrowRight")
    expect(ground.get_by_label("White")).to_be_checked()
    assert opened(written(tiny)).mode == "RGB"
    tiny.page.keyboard.press("ArrowLeft")
    tiny.page.keyboard.press("ArrowLeft")
    expect(ground.get_by_label("A picture of your own")).to_be_checked()
    expect(ground.get_by_role("button", name="Choose a picture")).to_be_visible()
    tiny.page.keyboard.press("ArrowLeft")
    slider = ground.get_by_role("slider", name="Blur")
    tiny.page.keyboard.press("Tab")
    expect(slider).to_be_focused()
    tiny.page.keyboard.press("Home")
    assert written(tiny) == the_same(tiny, background={"kind": "blur", "amount": 0.05})
