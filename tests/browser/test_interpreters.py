"""The page's Python is the same under MicroPython and under Pyodide."""

from __future__ import annotations

import pytest

from .conftest import PHOTOS
from .scratch import relist
from .tiny import shrink
from .visitor import Visitor, check_cutout

MICROPYTHON = b'type="mpy" src="./pyscript/main.py" config="./pyscript/page.json"'
PYODIDE = b'type="py" src="./pyscript/main.py" config="./pyscript/page-pyodide.json"'
ASKED = "() => performance.getEntriesByType('resource').map((entry) => entry.name)"


@pytest.mark.parametrize("interpreter", ["MicroPython", "Pyodide"])
def test_the_page_cuts_a_photo(visitor: Visitor, interpreter: str) -> None:
    site = visitor.site
    shrink(site)
    if interpreter == "Pyodide":
        page = site.body("index.html") or b""
        assert MICROPYTHON in page
        site.overlay["index.html"] = page.replace(MICROPYTHON, PYODIDE)
        relist(site)
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(PHOTOS / "rocket.jpg"), PHOTOS / "rocket.jpg")
    # What the page itself fetched; the service worker fetches all that it keeps.
    asked = " ".join(visitor.page.evaluate(ASKED))
    assert ("vendor/micropython/" in asked) == (interpreter == "MicroPython")
    visitor.shows("#compare").focus()
    visitor.page.keyboard.press("End")
    visitor.page.locator("#another").click()
