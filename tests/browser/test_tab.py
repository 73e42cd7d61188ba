"""The tab that `make bench` measures in: a block of the page's thread must not go unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.tab import Tab

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

EMPTY = "<!doctype html><title>empty</title>"
MADE = """
const busy = (ms) => { const began = performance.now(); while (performance.now() - began < ms); };
export async function cut(photo, { before, after }) {
  busy(before);
  await new Promise((resolve) => setTimeout(resolve, 100));
  busy(after);
  return { blob: photo, ms: { decode: 1 } };
}
"""


@pytest.fixture
def tab(context: BrowserContext) -> Tab:
    """A tab whose offcut.js only keeps the page busy."""

    def answer(route: Route) -> None:
        if route.request.url.endswith("/offcut.js"):
            route.fulfill(content_type="text/javascript", body=MADE)
        else:
            route.fulfill(content_type="text/html", body=EMPTY)

    page = context.new_page()
    page.route("**/*", answer)
    page.goto("http://127.0.0.1:9/empty")
    return Tab(page)


@pytest.mark.parametrize(("before", "after"), [(250, 0), (0, 250)])
def test_a_block_of_the_page_is_told(tab: Tab, before: int, after: int) -> None:
    made = tab.cut(b"photo", before=before, after=after)
    assert made.data == b"photo"
    assert made.split == {"decode": 1}
    assert 250 <= made.blocked < made.ms + 50


def test_a_page_that_is_free_is_told_so(tab: Tab) -> None:
    assert tab.cut(b"photo", before=0, after=0).blocked < 200  # a busy machine makes some


def test_a_cut_is_timed_without_its_bytes(tab: Tab) -> None:
    made = tab.time("/photo.jpg", before=0, after=250)
    assert made.bytes == len(EMPTY), "what the server gives is what is cut"
    assert made.split == {"decode": 1}
    assert 250 <= made.blocked < made.ms + 50
