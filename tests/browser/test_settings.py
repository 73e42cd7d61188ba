"""The settings: what is chosen there is what runs, what is saved and what is kept."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"
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
    tiny.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert tiny.page.evaluate(paper) == dark
    choose(tiny, "looks", "Light")
    until(tiny.page, f"() => {paper} === {light!r}")  # it fades
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


def test_the_map_of_the_keys(tiny: Visitor) -> None:
    tiny.page.on("filechooser", lambda chooser: chooser.set_files(PHOTO))
    tiny.open()
    expect(tiny.page.locator("#settings-open:not([disabled])")).to_be_visible()
    tiny.page.keyboard.press("?")
    shown = tiny.shows("#section-keys")
    caps = [one.inner_text() for one in shown.locator(".set-combo").all()]
    assert {"O", "N", "D", "C", "Esc", "?", ","} <= {text.replace("\n", "") for text in caps}
    twice = {one for one in caps if caps.count(one) > 1}
    # Not at the same time: those of touching up count while it is open.
    assert twice == {"Esc", "←", "→", "↑", "↓"}
    # A press outside closes it.
    tiny.page.mouse.click(5, 5)
    expect(tiny.page.locator("dialog.settings")).to_be_hidden()
    tiny.page.keyboard.press(",")
    expect(tiny.shows("#section-models")).to_be_visible()
    tiny.page.keyboard.press("ArrowDown")
    tiny.shows("#section-runs")
    close(tiny)
    tiny.page.keyboard.press("o")
    tiny.wait("working", "improving", "done")
    # Single keys can be switched off.
    section(tiny, "looks").get_by_text("Single keys do something").click()
    close(tiny)
    tiny.page.keyboard.press("?")
    expect(tiny.page.locator("dialog.settings")).to_be_hidden()
    tiny.page.keyboard.press("Control+,")
    tiny.shows("dialog.settings")
