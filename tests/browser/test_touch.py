"""Touching up by hand: the brush, back and forth, zoom, and what comes into the file."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import check_cutout, pixels, until

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import CDPSession

    from .visitor import Visitor

PHOTO, OTHER = PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg"  # 600 × 400, 640 × 427
WIDTH, HEIGHT = 600, 400
# Remembers every canvas, in the order in which the page draws on them first: of a sheet
# (touch.sheet) what is seen, the photo, how far it is removed.
RECORD = """() => {
  const pens = window.pens = [], get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (...wanted) {
    const pen = get.apply(this, wanted);
    if (pen && !pens.includes(pen)) pens.push(pen);
    return pen;
  };
}"""
LAYER = """([sheet, layer]) => {
  const node = document.querySelectorAll(".easel-sheet")[sheet];
  return pens[pens.findIndex((pen) => pen.canvas === node) + layer].canvas.toDataURL();
}"""
SEEN, COVER = 0, 2
# Nothing that the engine draws comes on the canvas until `together()`: what is there the page has
# drawn.
ALONE = """() => {
  const real = window.createImageBitmap, wait = new Promise((go) => { window.together = go; });
  window.createImageBitmap = async (...wanted) => { await wait; return real(...wanted); };
}"""
# Where a point of the photo is in the window.
PLACE = """([x, y]) => {
  const box = document.querySelector("#frame").getBoundingClientRect();
  const style = document.querySelector("#stage").style;
  return [box.left + x * box.width / style.getPropertyValue("--w"),
          box.top + y * box.height / style.getPropertyValue("--h")];
}"""


def start(visitor: Visitor, photo: Path = PHOTO) -> bytes:
    """Cut a photo; returns the file."""
    visitor.page.add_init_script(f"({RECORD})()")
    visitor.open()
    visitor.pick(photo)
    plain = visitor.file()
    expect(visitor.page.locator("#touch")).to_be_visible()
    return plain


def touch(visitor: Visitor) -> None:
    """Open the tools."""
    visitor.page.locator("#touch").click()
    expect(visitor.page.locator(".easel-sheet")).to_be_attached(timeout=60_000)


def done(visitor: Visitor) -> bytes:
    """Close them; returns the file as it then is."""
    visitor.page.locator("#touch-done").click()
    expect(visitor.page.locator("#tools")).to_be_hidden()
    expect(visitor.page.locator("#download[href]")).to_be_attached(timeout=60_000)
    return visitor.file()


def at(visitor: Visitor, x: float, y: float) -> tuple[float, float]:
    found = visitor.page.evaluate(PLACE, [x, y])
    return found[0], found[1]


def drag(visitor: Visitor, *points: tuple[float, float]) -> None:
    mouse = visitor.page.mouse
    mouse.move(*at(visitor, *points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*at(visitor, *point), steps=6)
    mouse.up()


def layer(visitor: Visitor, which: int, sheet: int = 0) -> NDArray[Any]:
    """A canvas of the easel, as it now is: (h, w, 3)."""
    visitor.page.evaluate("() => new Promise(requestAnimationFrame)")
    data = visitor.page.evaluate(LAYER, [sheet, which]).split(",")[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)


def alpha(data: bytes) -> NDArray[Any]:
    return pixels(data)[..., 3].astype(int)


def choose(visitor: Visitor, tool: str, **sliders: int) -> None:
    page = visitor.page
    page.locator(f"input[name=tool][value={tool}]").check()
    for name, value in sliders.items():
        page.locator(f"#touch-{name}").fill(str(value))


def settled(visitor: Visitor) -> None:
    """Wait until the engine has answered to what was done last."""
    expect(visitor.page.locator("#stage[data-settled]")).to_be_attached(timeout=60_000)


def test_brush_undo_and_the_plain_file(tiny: Visitor) -> None:
    """What is painted is in the file; what is undone leaves the plain export, to the byte."""
    plain = start(tiny)
    touch(tiny)
    undo, redo = tiny.page.locator("#touch-undo"), tiny.page.locator("#touch-redo")
    expect(undo).to_be_disabled()
    drag(tiny, (300, 200), (420, 260))
    expect(undo).to_be_enabled()
    painted = done(tiny)
    before, after = alpha(plain), alpha(painted)
    assert after[200:260:6, 300:420:12].diagonal().max() == 0
    assert np.array_equal(after[:150], before[:150])
    check_cutout(painted, PHOTO)
    # Again: one back and forth, one more, all back.
    touch(tiny)
    tiny.page.keyboard.press("Control+z")
    expect(undo).to_be_disabled()
    tiny.page.keyboard.press("Control+Shift+Z")
    expect(redo).to_be_disabled()
    assert done(tiny) == painted
    touch(tiny)
    drag(tiny, (100, 100), (200, 120))
    tiny.page.locator("#touch-restart").click()
    expect(undo).to_be_disabled()
    assert done(tiny) == plain


STROKES = (
    ("erase", {"size": 62, "hardness": 80}),
    ("erase", {"size": 75, "hardness": 0, "flow": 60}),
    ("restore", {"size": 70, "hardness": 30, "flow": 45}),
)


def test_a_stroke_is_what_the_file_will_have(tiny: Visitor) -> None:
    """On the canvas, before the engine has answered: within 1 of 255 of the file's alpha."""
    plain = start(tiny)
    for tool, sliders in STROKES:
        touch(tiny)
        choose(tiny, tool, **sliders)
        # The first dab has the engine draw the brush; then back, and the real one.
        drag(tiny, (20, 380))
        tiny.page.locator("#touch-undo").click()
        settled(tiny)
        rest = 255 - layer(tiny, COVER)[..., 0]
        assert np.array_equal(rest, alpha(plain))
        tiny.page.evaluate(ALONE)
        drag(tiny, (150, 60), (330, 230), (320, 320), (90, 250))
        shown = 255 - layer(tiny, COVER)[..., 0]
        seen = layer(tiny, SEEN)
        tiny.page.evaluate("() => together()")
        written = alpha(done(tiny))
        assert np.abs(written - alpha(plain)).max() > 60, tool
        assert np.abs(shown - written).max() <= 1, (tool, sliders)
        # What a person sees is the photo there, as much as it is kept (and a ghost of the rest).
        photo = pixels(plain)[..., :3]
        full, none = written == 255, written == 0
        assert np.abs(seen[full] - photo[full]).max(initial=0) <= 2
        if none.any():
            assert np.abs(seen[none] - photo[none]).max() > 60
        touch(tiny)
        tiny.page.locator("#touch-restart").click()
        assert done(tiny) == plain


def test_keys_paint(tiny: Visitor) -> None:
    """Arrows move the brush, Enter puts it down: all of it without a pointer."""
    plain = start(tiny)
    page = tiny.page
    page.locator("#touch").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".easel-sheet")).to_be_attached(timeout=60_000)
    expect(page.locator("input[name=tool][value=erase]")).to_be_focused()
    page.locator("#stage").focus()
    for key in ("]", "]", "Enter", *["ArrowRight"] * 5, *["ArrowDown"] * 4, "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#touch-undo")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.locator("#touch")).to_be_focused()
    expect(page.locator("#download[href]")).to_be_attached()
    written = alpha(tiny.file())
    assert written[200, 300:330].max() == 0 < alpha(plain)[200, 300:330].max()


def pen(cdp: CDPSession, kind: str, x: float, y: float, force: float = 0.0) -> None:
    cdp.send(
        "Input.dispatchMouseEvent",
        {
            "type": kind,
            "x": x,
            "y": y,
            "button": "left",
            "buttons": 1,
            "clickCount": 1,
            "force": force,
            "pointerType": "pen",
        },
    )


def finger(cdp: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_pens_and_fingers(tiny: Visitor) -> None:
    """Pressure makes a pen's stroke thinner, a palm beside it draws nothing, two fingers move and
    zoom, and the first of the two leaves no dot."""
    start(tiny)
    touch(tiny)
    choose(tiny, "erase", size=62, hardness=100)
    cdp = tiny.page.context.new_cdp_session(tiny.page)
    pen(cdp, "mousePressed", *at(tiny, 100, 50), force=0.5)
    for step in range(1, 9):
        pen(cdp, "mouseMoved", *at(tiny, 100 + 10 * step, 50), force=0.5)
    finger(cdp, "touchStart", at(tiny, 300, 350))
    finger(cdp, "touchMove", at(tiny, 400, 350))
    finger(cdp, "touchEnd")
    pen(cdp, "mouseReleased", *at(tiny, 180, 50))
    cover = layer(tiny, COVER)[..., 0]
    size = int(tiny.page.locator("#touch-size + output").inner_text().split()[0])
    wide = int((cover[:, 140] == 255).sum())
    assert abs(wide - size / 2) <= 2
    tiny.page.wait_for_timeout(900)  # the pen is away
    before = layer(tiny, COVER)[..., 0]
    one, other = at(tiny, 250, 200), at(tiny, 350, 200)
    finger(cdp, "touchStart", one)
    finger(cdp, "touchStart", one, other)
    finger(cdp, "touchMove", (one[0] - 50, one[1] + 20), (other[0] + 50, other[1] + 20))
    finger(cdp, "touchEnd")
    expect(tiny.page.locator("#frame[data-zoomed]")).to_be_attached()
    moved = at(tiny, 300, 200)
    assert abs(moved[0] - (one[0] + other[0]) / 2) < 3
    assert abs(moved[1] - one[1] - 20) < 3
    settled(tiny)
    assert np.array_equal(layer(tiny, COVER)[..., 0], before)
    # One finger alone paints.
    finger(cdp, "touchStart", at(tiny, 300, 250))
    finger(cdp, "touchMove", at(tiny, 340, 250))
    finger(cdp, "touchEnd")
    assert layer(tiny, COVER)[250, 320, 0] == 255


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A photo of twice a preview's size: a bright disc on noise."""
    rng = np.random.default_rng(3)
    made = rng.integers(0, 90, (2400, 3200, 3), dtype=np.uint8)
    y, x = np.mgrid[:2400, :3200]
    made[np.hypot(x - 1600, y - 1200) < 800] += 130
    file = tmp_path / "large.png"
    Image.fromarray(made).save(file, compress_level=1)
    return file


def test_zoom_and_pixel_for_pixel(tiny: Visitor, large: Path) -> None:
    plain = start(tiny, large)
    page = tiny.page
    page.keyboard.press("1")
    expect(page.locator(".zoom-percent")).to_have_text("100 %")
    x, y = at(tiny, 1500, 1100)
    assert (x, y) == (round(x), round(y))
    clip = {"x": x, "y": y, "width": 200, "height": 150}
    page.keyboard.down("x")
    wanted = pixels(plain)[1100:1250, 1500:1700, :3]
    for _ in range(50):  # until it has been drawn
        shot = Image.open(io.BytesIO(page.screenshot(clip=clip)))  # type: ignore[arg-type]
        if np.array_equal(seen := np.asarray(shot.convert("RGB")), wanted):
            break
    page.keyboard.up("x")
    assert np.array_equal(seen, wanted)
    # The wheel with Ctrl zooms about the pointer, without it moves the picture.
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    expect(page.locator(".zoom-percent")).not_to_have_text("100 %")
    now = at(tiny, 1500, 1100)
    assert abs(now[0] - x) < 2
    assert abs(now[1] - y) < 2
    page.mouse.wheel(30, 40)
    until(page, f"() => ({PLACE})([1500, 1100])[0] < {now[0] - 20}")
    # All of it again; the original while the button is held.
    page.keyboard.press("0")
    expect(page.locator("#frame[data-zoomed]")).to_have_count(0)
    page.locator(".zoombar .icon-button").last.hover()
    page.mouse.down()
    expect(page.locator("#after")).to_be_hidden()
    page.mouse.up()
    expect(page.locator("#after")).to_be_visible()


def test_a_closer_look_paints_on_the_photos_own_pixels(tiny: Visitor, large: Path) -> None:
    start(tiny, large)
    touch(tiny)
    sheets = tiny.page.locator(".easel-sheet")
    tiny.page.keyboard.press("1")
    expect(sheets).to_have_count(2, timeout=20_000)
    choose(tiny, "erase", size=60, hardness=50)
    drag(tiny, (1600, 1200))
    tiny.page.locator("#touch-undo").click()
    settled(tiny)
    tiny.page.evaluate(ALONE)
    drag(tiny, (1500, 1100), (1700, 1250))
    shown = 255 - layer(tiny, COVER, 1)[..., 0]
    place = "(node) => [parseFloat(node.style.left) * 32, parseFloat(node.style.top) * 24]"
    left, top = (round(one) for one in sheets.nth(1).evaluate(place))
    written = alpha(done(tiny))
    part = written[top : top + shown.shape[0], left : left + shown.shape[1]]
    assert part.min() == 0
    assert np.abs(shown - part).max() <= 1


def test_parts_and_smart_strokes(tiny: Visitor) -> None:
    """A press asks the model; a smart stroke ends at edges. With tiny networks only the way there
    is tested: the list, the wait, the answer."""
    start(tiny)
    touch(tiny)
    choose(tiny, "remove")
    expect(tiny.page.locator("#touch-size")).to_be_hidden()
    drag(tiny, (300, 200))
    hint = tiny.page.locator("#hint")
    found = "() => !document.querySelector('#touch-undo').disabled || "
    until(tiny.page, found + "!document.querySelector('#hint').hidden")
    assert tiny.page.locator("#touch-undo").is_enabled() or hint.inner_text()
    choose(tiny, "restore", size=70)
    tiny.page.locator("#touch-smart").check()
    drag(tiny, (100, 100), (200, 150))
    settled(tiny)
    smart = 255 - layer(tiny, COVER)[..., 0]
    assert np.array_equal(smart, alpha(done(tiny)))


def test_a_photo_that_the_worker_no_longer_has_is_done_again(tiny: Visitor) -> None:
    """One of many: its job is gone. It is cut again, and opens with what was done to it."""
    tiny.open()
    tiny.pick(PHOTO, OTHER)
    cards = tiny.page.locator(".card[data-state=done]")
    expect(cards).to_have_count(2, timeout=120_000)
    cards.first.locator(".card-open").click()
    plain = tiny.file()
    touch(tiny)
    drag(tiny, (300, 200), (420, 260))
    expect(tiny.page.locator("#touch-undo")).to_be_enabled()
    painted = done(tiny)
    assert alpha(painted)[230, 360] == 0 < alpha(plain)[230, 360]
    # The other one takes the worker; then the first again, with its stroke.
    tiny.page.locator("#queue-back").click()
    cards.last.locator(".card-open").click()
    touch(tiny)
    done(tiny)
    tiny.page.locator("#queue-back").click()
    cards.first.locator(".card-open").click()
    assert tiny.file() == painted
    touch(tiny)
    tiny.page.keyboard.press("Escape")  # ends the touching up, and not the look at this photo
    expect(tiny.page.locator("#tools")).to_be_hidden()
    expect(tiny.page.locator("#queue-back")).to_be_visible()
    touch(tiny)
    expect(tiny.page.locator("#touch-undo")).to_be_enabled()
    tiny.page.locator("#touch-undo").click()
    assert done(tiny) == plain
