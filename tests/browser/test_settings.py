"""The settings: what is chosen there is what runs, what is saved and what is kept."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator

    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"
METERED = """Object.defineProperty(navigator, "connection", {
  value: { saveData: false, type: "cellular", effectiveType: "4g" } })"""
LITTLE = 'Object.defineProperty(navigator, "deviceMemory", { value: 2 })'
DONE = "html[data-phase=done]:has(#download[href])"


def section(visitor: Visitor, name: str) -> Locator:
    """Open the settings there."""
    if not visitor.page.locator("dialog.settings[open]").count():
        visitor.page.locator("#settings-open:not([disabled])").click()
    visitor.page.locator(f"#tab-{name}").click()
    return visitor.shows(f"#section-{name}")


def choose(visitor: Visitor, name: str, title: str) -> None:
    section(visitor, name).locator(".set-title").get_by_text(title, exact=True).click()


def close(visitor: Visitor) -> None:
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("dialog.settings")).to_be_hidden()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_model_and_backend_are_what_runs_and_stay(tiny: Visitor) -> None:
    tiny.open()
    tiny.wait_engine()
    choose(tiny, "models", "Quick")
    choose(tiny, "runs", "Processor, one thread")
    expect(tiny.page.locator("#engine[data-backend=wasm-st][data-status=ready]")).to_be_attached(
        timeout=60_000
    )
    expect(tiny.shows("#section-runs")).to_contain_text("with one thread")
    close(tiny)
    expect(tiny.page.locator("#settings-open")).to_be_focused()
    check_cutout(tiny.cut(PHOTO), PHOTO, tolerance=1)
    tiny.page.locator("#checks-more summary").click()
    expect(tiny.shows("#checks")).to_contain_text("Made by U²-Net small.")
    assert tiny.site.seen("models/isnet/*") == []
    section(tiny, "models")
    expect(tiny.shows("#section-models")).to_contain_text("last photo took")
    # It stays; what the address asks for counts for the visit.
    tiny.open("?model=isnet")
    tiny.wait_engine()
    assert tiny.backend == "wasm-st"
    section(tiny, "models").locator("summary").first.click()
    expect(tiny.page.get_by_role("radio", name="IS-Net")).to_be_checked()
    expect(tiny.shows("#section-models")).to_contain_text("This visit’s address asks for it")


def test_files_are_as_was_chosen(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    choose(tiny, "files", "WebP")
    close(tiny)
    webp = opened(tiny.cut(PHOTO))
    assert (webp.format, webp.mode) == ("WEBP", "RGBA")
    label = tiny.page.locator("#download-label")
    expect(label).to_have_text("Download WebP")
    assert tiny.page.locator("#download").get_attribute("download") == "rocket-cutout.webp"
    # The photo on screen is written anew, without a network.
    choose(tiny, "files", "JPEG")
    expect(label).to_have_text("Download JPEG")
    close(tiny)
    expect(tiny.page.locator(DONE)).to_be_attached(timeout=30_000)
    assert opened(tiny.file()).format == "JPEG"
    tiny.open("?model=u2netp")
    assert opened(tiny.cut(PHOTO)).format == "JPEG"
    choose(tiny, "files", "PNG")
    section(tiny, "files").get_by_text("16 bits a channel").click()
    close(tiny)
    expect(tiny.page.locator(DONE)).to_be_attached(timeout=30_000)
    assert tiny.file()[24] == 16  # the header's bit depth


def test_theme_and_language(tiny: Visitor) -> None:
    tiny.open()
    paper = "getComputedStyle(document.body).backgroundColor"
    light = tiny.page.evaluate(paper)
    choose(tiny, "looks", "Dark")
    dark = tiny.page.evaluate(paper)
    assert dark != light
    tiny.page.emulate_media(color_scheme="dark")
    assert tiny.page.evaluate(paper) == dark
    choose(tiny, "looks", "Light")
    assert tiny.page.evaluate(paper) == light
    # Before Python is there, and the browser's own bar too.
    held = tiny.site.hold("pyscript/main.py")
    tiny.page.reload(wait_until="commit")
    tiny.page.wait_for_selector("#dropzone")
    assert tiny.page.evaluate(paper) == light
    medias = tiny.page.locator("meta[name=theme-color]").evaluate_all(
        "all => all.map(m => m.media)"
    )
    assert medias == ["all", "not all"]
    held.release()
    expect(tiny.page.locator("html[data-alive]")).to_be_attached(timeout=60_000)
    choose(tiny, "looks", "As the system")
    assert tiny.page.evaluate(paper) == dark
    section(tiny, "looks").get_by_role("combobox").select_option("de")
    expect(tiny.page.locator("html[lang=de]")).to_be_attached()
    # The dialog is open still, at the same place, and speaks German.
    expect(tiny.page.locator("#section-looks")).to_be_visible()
    expect(tiny.page.locator("#section-looks select")).to_have_value("de")
    expect(tiny.page.locator("#settings-title")).to_have_text("Einstellungen")


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
    section(tiny, "storage").get_by_role("button", name="Make available offline now").click()
    expect(tiny.shows("#section-storage")).to_contain_text("Offcut works offline", timeout=90_000)
    for model in ("u2netp", "isnet", "modnet"):
        assert tiny.site.seen(f"models/{model}/*"), model
    tiny.site.stop()
    tiny.open()
    check_cutout(tiny.cut(PHOTO), PHOTO, tolerance=1)
    tiny.expected.append("Failed to load resource|Failed to fetch|sw.js")


def test_the_map_of_the_keys(tiny: Visitor) -> None:
    tiny.open()
    expect(tiny.page.locator("#settings-open:not([disabled])")).to_be_visible()
    tiny.page.keyboard.press("?")
    shown = tiny.shows("#section-keys")
    caps = [one.inner_text() for one in shown.locator(".set-combo").all()]
    assert {"O", "N", "D", "C", "Esc", "?", ","} <= {text.replace("\n", "") for text in caps}
    assert len(caps) == len(set(caps)), "one key, two meanings"
    # A press outside closes it.
    tiny.page.mouse.click(5, 5)
    expect(tiny.page.locator("dialog.settings")).to_be_hidden()
    tiny.page.keyboard.press(",")
    expect(tiny.shows("#section-models")).to_be_visible()
    tiny.page.keyboard.press("ArrowDown")
    tiny.shows("#section-runs")
    close(tiny)
    with tiny.page.expect_file_chooser() as chooser:
        tiny.page.keyboard.press("o")
    chooser.value.set_files(PHOTO)
    tiny.wait("working", "improving", "done")
    # Single keys can be switched off.
    section(tiny, "looks").get_by_text("Single keys do something").click()
    close(tiny)
    tiny.page.keyboard.press("?")
    expect(tiny.page.locator("dialog.settings")).to_be_hidden()
    tiny.page.keyboard.press("Control+,")
    tiny.shows("dialog.settings")


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
