"""The page's Python is the same under MicroPython and under Pyodide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import PHOTOS
from .scratch import relist
from .visitor import check_cutout

if TYPE_CHECKING:
    from .visitor import Visitor

PHOTO, OTHER = PHOTOS / "rocket.jpg", PHOTOS / "chelsea.jpg"
SCRIPT = '<script type="mpy" src="./pyscript/main.py" config="./pyscript/page.json"></script>'
ASKED = "() => performance.getEntriesByType('resource').map((entry) => entry.name)"


@pytest.mark.parametrize("interpreter", ["mpy", "py"])
def test_page_lives_under(tiny: Visitor, interpreter: str) -> None:
    page = (tiny.site.body("index.html") or b"").decode()
    assert SCRIPT in page
    if interpreter == "py":
        other = SCRIPT.replace('"mpy"', '"py"').replace("page.json", "page-pyodide.json")
        tiny.site.overlay["index.html"] = page.replace(SCRIPT, other).encode()
        relist(tiny.site)
    tiny.open()
    # What the page itself fetched; the service worker fetches all that it keeps.
    asked = " ".join(tiny.page.evaluate(ASKED))
    assert ("vendor/micropython/" in asked) == (interpreter == "mpy")
    tiny.pick(PHOTO)
    check_cutout(tiny.file(), PHOTO)
    assert tiny.backend == "wasm-mt"
    # Every component has done its part: facts, proof, slider, the way on, an error and back.
    assert "640 × 427" in tiny.shows("#photo-facts").inner_text()
    assert "rocket-cutout.png" in tiny.shows("#result-facts").inner_text()
    tiny.page.locator("#checks-more summary").click()
    assert "soft edges kept" in tiny.shows("#checks").inner_text()
    tiny.page.locator("#engine summary").click()
    assert tiny.shows("#engine-ways").locator("li").count() == 3
    tiny.hand_over("drop", "notes.txt", "text/plain", b"no photo at all")
    tiny.wait("error")
    tiny.drop(OTHER)
    tiny.wait("working", "improving", "done")
    check_cutout(tiny.file(), OTHER)
