"""The browser's result beside the computer's: the same photo, the same profile, the same alpha."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tools.parity import browser, gap, native, photos

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from .servers import Site

EMPTY = b"<!doctype html><meta charset=utf-8><title>empty</title><body>"


def compare(context: BrowserContext, site: Site, wanted: str) -> None:
    given = photos()
    assert len(given) == 10
    site.overlay["empty.html"] = EMPTY
    page = context.new_page()
    page.goto(site.url + "empty.html")
    # A thread of its own: Playwright's event loop runs in this one.
    with ThreadPoolExecutor(1) as pool:
        computed = pool.submit(native, given, wanted, site.root / "models")
        cut = {name: browser(page, photo, wanted) for name, photo in given.items()}
        expected = computed.result()
    found = {name: gap(data, expected[name]) for name, (data, _) in cut.items()}
    told = "\n".join(f"{name}: {one}" for name, one in found.items())
    assert all(one.is_parity for one in found.values()), told
    assert all(one.soft > 0.005 for one in found.values()), f"nothing soft to compare:\n{told}"
    # The decoders read the same numbers, of lossy files too.
    assert all(one.colour == 0 for one in found.values()), told


def test_the_quick_model_sees_the_same(context: BrowserContext, isolated: Site) -> None:
    compare(context, isolated, "fast")


@pytest.mark.slow
def test_all_models_see_the_same(context: BrowserContext, isolated: Site) -> None:
    compare(context, isolated, "auto")
