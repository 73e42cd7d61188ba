"""A first try without a photo at hand, the camera, pasting, and help where saving is blocked."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from .conftest import PHOTOS, ROOT
from .tiny import shrink
from .visitor import BYTES, check_cutout, pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from .servers import Site
    from .visitor import Visitor

QUERY = "?model=u2netp"
INSTAGRAM = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Instagram 350.0.0.20.109"
# Several files pasted at once, as a file manager gives them.
PASTE = """(photos) => {
  const data = new DataTransfer();
  for (const [name, text] of photos) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  const event = new ClipboardEvent("paste", { bubbles: true, clipboardData: data });
  document.dispatchEvent(event);
}"""
DRAG_ADDRESS = """() => {
  const data = new DataTransfer();
  data.setData("text/uri-list", "https://example.com/cat.jpg");
  data.setData("text/html", '<img src="https://example.com/cat.jpg">');
  const options = { bubbles: true, cancelable: true, dataTransfer: data };
  document.body.dispatchEvent(new DragEvent("drop", options));
}"""


def test_samples_are_cut_out_by_the_real_small_network(visitor: Visitor) -> None:
    """The thing is there, the ground is gone."""
    visitor.open(QUERY)
    for name in ("A pear with a leaf", "A mug with pencils", "A fluffy chick"):
        visitor.page.get_by_role("button", name=name).click()
        alpha = pixels(visitor.file())[..., 3]
        height, width = alpha.shape
        assert (width, height) == (1200, 900)
        assert 0.1 < (alpha > 127).mean() < 0.2
        assert alpha[height // 2 : height * 2 // 3, width * 9 // 20 : width // 2].mean() > 230
        for corner in (alpha[:90, :120], alpha[:90, -120:], alpha[-60:, :120], alpha[-60:, -120:]):
            assert corner.mean() < 8
        visitor.open(QUERY)


def test_samples_are_light_and_come_last(tiny: Visitor) -> None:
    tiny.open(QUERY)
    thumbs = tiny.page.locator(".sample img")
    expect(thumbs).to_have_count(3)
    for at in range(3):
        assert thumbs.nth(at).get_attribute("loading") == "lazy"
        assert thumbs.nth(at).get_attribute("alt")
    for photo in (ROOT / "public" / "samples").glob("*.jpg"):
        assert photo.stat().st_size < 150_000
        assert f"samples/{photo.name}" in tiny.site.body("sw.js").decode()
    # No picture of a sample is asked for before it is wanted.
    assert not [url for url in tiny.asked if re.search(r"samples/\w+\.jpg", url)]


def test_a_sample_that_cannot_be_had_is_explained(tiny: Visitor) -> None:
    tiny.open(QUERY)
    tiny.page.route("**/samples/pear.jpg", lambda route: route.abort())
    tiny.expected.append("Failed to load resource")
    tiny.page.get_by_role("button", name="A pear with a leaf").click()
    expect(tiny.page.locator("#hint")).to_contain_text("connection")
    assert tiny.phase == "idle"


def test_a_phone_offers_its_camera(
    browser: Browser, enter: Callable[..., Visitor], isolated: Site
) -> None:
    shrink(isolated)
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, is_mobile=True, has_touch=True
    )
    phone = enter(context, isolated).open(QUERY)
    button = phone.page.get_by_role("button", name="Take a photo")
    expect(button).to_be_visible()
    field = phone.page.locator("#camera")
    assert field.get_attribute("capture") == "environment"
    assert field.get_attribute("accept") == "image/*"
    with phone.page.expect_file_chooser() as chooser:
        button.tap()
    chooser.value.set_files(PHOTOS / "rocket.jpg")
    check_cutout(phone.file(), PHOTOS / "rocket.jpg")
    context.close()


def test_a_desk_has_no_camera_button(tiny: Visitor) -> None:
    tiny.open(QUERY)
    expect(tiny.page.locator(".sample")).to_have_count(3)
    assert not tiny.page.locator("#camera").count()


def test_help_after_a_download(tiny: Visitor) -> None:
    photo = PHOTOS / "rocket.jpg"
    tiny.open(QUERY)
    tiny.cut(photo)
    ask = tiny.page.get_by_role("button", name="Nothing happened?")
    expect(ask).to_have_count(0)
    with tiny.page.expect_download():
        tiny.page.locator("#download").click()
    ask.click()
    help_ = tiny.page.get_by_role("dialog", name="Save it another way")
    expect(help_).to_be_visible()
    picture = help_.get_by_role("img")
    shown = tiny.page.evaluate(BYTES, picture.get_attribute("src"))
    check_cutout(base64.b64decode(shown), photo)
    with tiny.page.expect_popup() as popup:
        help_.get_by_role("link", name="Open in a new tab").click()
    popup.value.wait_for_load_state()
    assert popup.value.url.startswith("blob:")
    popup.value.close()
    tiny.page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    expect(ask).to_be_focused()
    # Another photo, and the question is gone.
    tiny.drop(PHOTOS / "coffee.jpg")
    tiny.wait("done")
    expect(ask).to_have_count(0)


def test_inside_another_app_help_is_there_at_once(
    browser: Browser, enter: Callable[..., Visitor], isolated: Site
) -> None:
    shrink(isolated)
    context = browser.new_context(user_agent=INSTAGRAM)
    visitor = enter(context, isolated).open(QUERY)
    visitor.cut(PHOTOS / "rocket.jpg")
    visitor.page.get_by_role("button", name="Nothing happened?").click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text("inside another app")
    context.close()


def test_several_files_are_pasted_at_once(tiny: Visitor) -> None:
    tiny.open(QUERY)
    names = ("coffee.jpg", "rocket.jpg")
    files = [[name, base64.b64encode((PHOTOS / name).read_bytes()).decode()] for name in names]
    tiny.page.evaluate(PASTE, files)
    expect(tiny.page.locator(".card[data-state=done]")).to_have_count(2, timeout=120_000)


def test_a_picture_dragged_out_of_another_page_is_explained(tiny: Visitor) -> None:
    tiny.open()
    tiny.page.evaluate(DRAG_ADDRESS)
    assert "Copy the picture" in tiny.shows("#hint").inner_text()
