"""What the page says of its own requests is what the server saw."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import PHOTOS
from .scratch import ASK
from .visitor import until

if TYPE_CHECKING:
    from .visitor import Visitor

# What the service worker fetches for itself, and the browser: in no list of the page's.
OWN = "favicon.ico", "favicon.svg", "sw.js", "manifest.webmanifest", "icons/"


def listed(visitor: Visitor) -> Counter[str]:
    """The requests that the panel lists, by path."""
    lines = visitor.page.locator(".set-requests li bdi").all_text_contents()
    return Counter("" if line == visitor.site.url else line.split("?")[0] for line in lines)


@pytest.mark.parametrize("where", ["footer", "settings"])
def test_nothing_is_sent_and_it_says_so(tiny: Visitor, where: str) -> None:
    # A visit without a service worker: all that is asked for reaches the server.
    tiny.page.add_init_script("delete Navigator.prototype.serviceWorker")
    tiny.open("?model=u2netp")
    tiny.cut(PHOTOS / "rocket.jpg")
    if where == "footer":
        tiny.page.locator("#privacy-open").click()
    else:
        tiny.page.keyboard.press(",")
        tiny.page.locator("#tab-privacy").click()
    panel = tiny.shows("#section-privacy")
    expect(panel.locator(".set-live")).to_contain_text("You are online")
    rows = panel.locator(".set-table tr")
    expect(rows).to_have_count(4)
    # The engine's own list has come, too.
    expect(panel.locator(".set-requests")).to_contain_text("models/u2netp/")
    seen = Counter(entry.path for entry in tiny.site.seen() if not entry.path.startswith(OWN))
    told = listed(tiny)
    for kind in ("models/", "vendor/", "worker/", "pyscript/", "css/"):
        assert {path for path in told if path.startswith(kind)} == {
            path for path in seen if path.startswith(kind)
        }, kind
    # Each of the server's answers for a model is one in the list, and none is missing from the sum.
    assert told["models/registry.json"] >= 1
    total = int(panel.locator(".set-figures dd").first.inner_text())
    assert total == sum(told.values())
    counts = [int(row.locator("td").nth(1).inner_text()) for row in rows.all()[1:]]
    assert sum(counts) == total
    assert counts[2] == sum(count for path, count in told.items() if path.startswith("models/"))
    expect(panel).to_contain_text(f"this site’s own host, {tiny.site.url.split('/')[2]}")
    assert panel.locator(".set-figures dd").nth(2).inner_text() == "none"
    expect(panel).to_contain_text("No service worker watches this visit")


def test_offline_and_the_service_workers_count(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    until(tiny.page, "() => navigator.serviceWorker.controller")
    tiny.wait_engine()
    tiny.page.reload()
    tiny.wait_engine()
    told = tiny.page.evaluate(ASK, [{"type": "TRAFFIC"}, False])
    assert told["asked"] > 20
    assert told["carried"] == 0
    tiny.page.locator("#privacy-open").click()
    expect(tiny.shows("#section-privacy")).to_contain_text("seen pass since it last woke")
    tiny.page.context.set_offline(True)
    expect(tiny.page.locator(".set-live")).to_contain_text("You are offline and it works.")
    tiny.page.context.set_offline(False)
    expect(tiny.page.locator(".set-live")).to_contain_text("You are online")
