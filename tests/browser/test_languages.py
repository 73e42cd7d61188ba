"""The page in other languages: from the first moment, changed in the middle, kept, offline."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .conftest import PHOTOS, ROOT
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "chelsea.jpg"
FOLDER = ROOT / "pyscript" / "messages"
# What every language may say as English does: names and signs.
NAMES = re.compile(r"[\W\d]*(Offcut|Original|Version|Details|Ctrl V|MB|KB)?[\W\d]*")
# The page's own Python: what a "Language" box in its settings calls.
CHANGE = """(code) => {
  const script = document.createElement("script");
  script.type = "mpy";
  // From an address: of text, the page's policy lets no script be made.
  const told = `from languages import use\\napp.run(use(app, "${code}"))`;
  script.src = URL.createObjectURL(new Blob([told]));
  document.body.append(script);
}"""
# Every text that can be seen now, and every name that is read out.
TEXTS = """() => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!element.closest("script, noscript") && element.checkVisibility({visibilityProperty: true}))
      found.push(walker.currentNode.data.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [aria-valuetext]"))
    if (element.checkVisibility())
      for (const name of ["aria-label", "title", "aria-valuetext"])
        if (element.hasAttribute(name)) found.push(element.getAttribute(name));
  return found.filter(Boolean);
}"""


def words(code: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDER / f"{code}.json").read_text("utf-8"))
    return found


ENGLISH = [
    re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)))
    for text in words("en").values()
    if not NAMES.fullmatch(re.sub(r"\{\w+\}", "", text))
]


def english(visitor: Visitor) -> list[str]:
    """What on the page is a sentence of the English file."""
    return [
        text
        for text in visitor.page.evaluate(TEXTS)
        if any(sentence.fullmatch(text) for sentence in ENGLISH)
    ]


@pytest.fixture
def reader(
    browser: Browser, enter: Callable[..., Visitor], isolated: Site
) -> Iterator[Callable[..., Visitor]]:
    """`reader("de-AT")`: a visitor with a browser in that language."""
    shrink(isolated, slow="isnet")
    contexts: list[Any] = []

    def arrive(locale: str) -> Visitor:
        contexts.append(browser.new_context(locale=locale))
        contexts[-1].set_default_timeout(30_000)
        visitor: Visitor = enter(contexts[-1], isolated)
        return visitor

    yield arrive
    for context in contexts:
        context.close()


def speaks(visitor: Visitor, code: str, direction: str = "ltr") -> None:
    root = visitor.page.locator(f'html[lang="{code}"][dir="{direction}"]')
    expect(root).to_be_attached()


def test_english_where_it_is_wanted_asks_for_nothing_more(tiny: Visitor) -> None:
    """And the measure of the other tests here finds English, where there is some."""
    tiny.open("?model=u2netp")
    assert [url for url in tiny.asked if "/messages/" in url] == []
    speaks(tiny, "en")
    assert len(english(tiny)) > 20


def test_a_photo_in_arabic_and_german_from_the_middle_on(reader: Callable[..., Visitor]) -> None:
    """The detailed model takes minutes here: there is time for that while it works."""
    arabic, german = words("ar"), words("de")
    visitor = reader("ar-EG").open()
    page = visitor.page
    speaks(visitor, "ar", "rtl")
    expect(page.locator("#promise")).to_have_text(arabic["page.promise"])
    visitor.wait_engine()
    page.locator("#engine summary").click()
    assert english(visitor) == []
    page.keyboard.press("Escape")
    visitor.pick(PHOTO)
    visitor.wait("improving")
    expect(page.locator("#now-title")).to_have_text(arabic["stage.run.detail"])
    assert english(visitor) == []
    # The original is where reading begins, at the right; and so is the slider's start.
    box = page.locator("#frame").bounding_box()
    tag = page.locator(".tag-before").bounding_box()
    assert box
    assert tag
    assert tag["x"] > box["x"] + box["width"] / 2
    page.evaluate(CHANGE, "de")
    speaks(visitor, "de")
    expect(page.locator("#now-title")).to_have_text(german["stage.run.detail"])
    expect(page.locator("#steps li").nth(1)).to_contain_text(german["step.cut"])
    expect(page.locator("#result-title")).to_have_text(german["result.improving"])
    assert english(visitor) == []
    page.locator("#cancel").click()
    check_cutout(visitor.file(), PHOTO)
    page.locator("#checks-more summary").click()
    assert english(visitor) == []
    expect(page.locator("#checks")).to_contain_text(german["said.check.exact"])
    expect(page.locator("#result-facts")).to_contain_text(re.compile(r"\d+\xa0KB"))
    # It stays so, whatever the browser reads.
    visitor.open()
    speaks(visitor, "de")
    page.evaluate(CHANGE, "en")
    speaks(visitor, "en")
    expect(page.locator("#promise")).to_have_text(words("en")["page.promise"])
    assert "Offcut – take" in page.title()


def test_an_error_in_japanese_and_spanish_by_the_address(reader: Callable[..., Visitor]) -> None:
    japanese = words("ja")
    visitor = reader("ja-JP").open("?model=u2netp")
    speaks(visitor, "ja")
    assert visitor.page.title() == japanese["title"]
    visitor.hand_over("drop", "写真.jpg", "image/jpeg", b"no picture at all")
    visitor.wait("error")
    expect(visitor.page.locator("#error-text")).to_have_text(japanese["error.NOT_AN_IMAGE"])
    assert english(visitor) == []
    visitor.open("?lang=es")  # an address can ask for another one
    speaks(visitor, "es")
    assert english(visitor) == []


def test_german_offline(reader: Callable[..., Visitor]) -> None:
    visitor = reader("de-AT").open("?model=u2netp")
    visitor.cut(PHOTO)
    until(visitor.page, KEPT)
    visitor.site.stop()
    visitor.expected.append("Failed to load resource|ERR_CONNECTION|fetching the script")
    visitor.open("?model=u2netp")
    speaks(visitor, "de")
    assert english(visitor) == []
    check_cutout(visitor.cut(PHOTO), PHOTO)


# The sentences, and the engine behind them.
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      kept.push(new URL(request.url).pathname);
  return ["messages/de.json", "pyodide.asm.wasm", "python_stdlib.zip", "ort.wasm.min.mjs",
          "ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.mjs"]
    .every((file) => kept.some((path) => path.endsWith(file)));
}"""


def test_without_its_file_the_page_is_there_in_english(reader: Callable[..., Visitor]) -> None:
    visitor = reader("fr-FR")
    visitor.page.route("**/messages/fr.json", lambda route: route.abort())
    visitor.expected.append("Failed to load resource")
    visitor.open("?model=u2netp")
    speaks(visitor, "en")
    check_cutout(visitor.cut(PHOTO), PHOTO)
