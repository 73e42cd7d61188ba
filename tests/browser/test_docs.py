"""The documentation in a browser: under its own strict policy, past the page's service worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from .visitor import until

if TYPE_CHECKING:
    from .visitor import Visitor

SCHEME = "() => document.body.dataset.mdColorScheme"


def test_it_can_be_read_searched_and_switched(tiny: Visitor) -> None:
    """Reached by the page's own link; nothing refused by its policy, nothing asked of others (both
    are checked at the end of every visit)."""
    tiny.open()
    until(tiny.page, "() => navigator.serviceWorker.controller")
    page = tiny.page
    page.locator("footer.foot a[href^='./docs/']").click()
    expect(page.locator("h1")).to_contain_text("Offcut")
    assert page.url == tiny.site.url + "docs/index.html", "the service worker answered"
    until(page, "() => document.querySelector('.md-content img').naturalWidth > 0")

    expect(page.locator(".md-search-result__meta")).to_have_text("Type to start searching")
    search = page.locator(".md-search__input")
    search.click()
    search.press_sequentially("precompressed")
    found = page.locator(".md-search-result__item a").first
    expect(found).to_be_visible()
    found.click()
    expect(page.locator("h1")).to_contain_text("Hosting")
    expect(page.locator("pre", has_text="precompressed br gzip")).to_be_visible()

    page.keyboard.press("Escape")
    before = page.evaluate(SCHEME)
    page.locator(".md-header label[for^='__palette']:visible").click()
    assert page.evaluate(SCHEME) != before

    page.goto(tiny.site.url + "docs/reference/errors.html")
    assert page.evaluate(SCHEME) != before, "what was chosen is kept"
    expect(page.locator("td", has_text="NOT_AN_IMAGE")).to_be_visible()
    tiny.expected.append("404")
    missing = page.evaluate("async () => (await fetch('nothing-here.html')).status")
    assert missing == 404, "the service worker answered"
