"""What the device keeps and can hold, and what its connection may cost: asked before it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .test_settings import close, section
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"
METERED = """Object.defineProperty(navigator, "connection", {
  value: { saveData: false, type: "cellular", effectiveType: "4g" } })"""
LITTLE = 'Object.defineProperty(navigator, "deviceMemory", { value: 2 })'


def test_a_model_is_deleted_and_fetched_again(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    tiny.wait_engine()
    expect(section(tiny, "storage")).to_contain_text("in use")
    before = len(tiny.site.seen("models/u2netp/*"))
    tiny.page.get_by_role("button", name="Delete U²-Net small").click()
    expect(tiny.page.get_by_role("button", name="Delete U²-Net small")).to_have_count(0)
    tiny.wait_engine("asleep")
    close(tiny)
    tiny.cut(PHOTO)
    assert len(tiny.site.seen("models/u2netp/*")) == before + 1
    section(tiny, "storage")
    expect(tiny.page.get_by_role("button", name="Delete U²-Net small")).to_be_visible()


def test_all_of_it_for_offline_use(tiny: Visitor) -> None:
    tiny.open()
    until(tiny.page, "() => navigator.serviceWorker.controller")
    storage = section(tiny, "storage")
    expect(storage).to_contain_text("U²-Net small", timeout=60_000)  # all is in its place
    storage.get_by_role("button", name="Make available offline now").click()
    expect(storage).to_contain_text("Offcut works offline", timeout=60_000)
    for model in ("u2netp", "isnet", "modnet"):
        assert tiny.site.seen(f"models/{model}/*"), model
    tiny.site.stop()
    tiny.open()
    check_cutout(tiny.cut(PHOTO), PHOTO, tolerance=1)
    tiny.expected.append("Failed to load resource|Failed to fetch|sw.js")


def test_a_metered_connection_is_asked_for(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated, pad=6_000_000)
    context.add_init_script(METERED)
    visitor = enter(context, isolated).open()
    visitor.cut(PHOTO)
    question = visitor.shows(".sparing")
    expect(question).to_contain_text("12 MB")
    assert isolated.seen("models/isnet/*") == []
    question.get_by_role("button", name="Stay with the quick one").click()
    expect(question).to_be_hidden()
    # The quick result stands, also of the next photo, and the way on is there.
    visitor.drop(PHOTOS / "coffee.jpg")
    expect(visitor.page.locator("#photo-name")).to_have_text("coffee.jpg")
    visitor.wait("done")
    assert isolated.seen("models/isnet/*") == []
    visitor.shows("#finer").click()
    visitor.wait("working", "improving")
    visitor.wait("done")
    expect(visitor.page.locator("#finer")).to_be_hidden()
    assert isolated.seen("models/isnet/*")


@fault(
    "photo",
    "A photo that may be too large for the memory of the device",
    sees="A question before anything is tried",
    kept="The photo",
    retried="By the person: the photo, all the same",
)
def test_a_photo_that_may_be_too_large(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site, tmp_path: Path
) -> None:
    shrink(isolated)
    context.add_init_script(LITTLE)
    large = tmp_path / "large.png"
    Image.new("RGB", (4500, 3000), (200, 180, 90)).save(large)
    visitor = enter(context, isolated).open("?model=u2netp")
    visitor.pick(large)
    question = visitor.shows("dialog.question")
    expect(question).to_contain_text("14 megapixels")
    question.get_by_role("button", name="Cancel").click()
    assert visitor.wait("error", "done") == "error"
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", "CANCELLED")
    visitor.page.locator("#retry").click()
    visitor.shows("dialog.question").get_by_role("button", name="Try it all the same").click()
    visitor.wait("done")
    # A photo of a usual size is no question.
    visitor.drop(PHOTO)
    expect(visitor.page.locator("#photo-name")).to_have_text("rocket.jpg")
    visitor.wait("done")
    expect(visitor.page.locator("dialog.question")).to_have_count(0)


def test_a_queue_asks_once(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated, pad=6_000_000)
    context.add_init_script(METERED)
    visitor = enter(context, isolated).open()
    visitor.wait_engine()
    visitor.pick(PHOTO, PHOTOS / "coffee.jpg")
    visitor.shows("dialog.question").get_by_role("button", name="Cancel").click()
    expect(visitor.page.locator(".card[data-state=done]")).to_have_count(2, timeout=60_000)
    expect(visitor.page.locator("dialog.question")).to_have_count(0)
    assert isolated.seen("models/isnet/*") == []
