"""The JavaScript door in a page that has a PyScript of its own: another origin's, with settings and
modules of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import PHOTOS
from .servers import CORS, Site
from .tiny import shrink
from .visitor import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

CORE = '<script type="module" src="./vendor/pyscript/core.js"></script>'
# A module of a name that ours have too, and something that Python is asked for once ours runs.
HOST = """
import js
import engine
from pyscript import when
from pyscript.ffi import create_proxy
js.ask = create_proxy(lambda: engine.HOST + 1)
"""
SETTINGS = (
    'interpreter = "./vendor/micropython/micropython.mjs"\n[files]\n"./host.py" = "./engine.py"\n'
)
DOOR = """<script type="module">
import {{ cut }} from "{address}";
const photo = await (await fetch("./photo.jpg")).blob();
try {{ globalThis.told = (await cut(photo, {{ model: "u2netp" }})).models; }}
catch (error) {{ globalThis.told = String(error); }}
</script>"""


@pytest.fixture
def host(dist: Path) -> Iterator[Site]:
    """Another site, without isolation, whose PyScript is a copy of ours at its own address."""
    with Site(dist) as site:
        site.overlay["photo.jpg"] = (PHOTOS / "astronaut.jpg").read_bytes()
        site.overlay["host.py"] = b"HOST = 41\n"
        yield site


@pytest.mark.parametrize("order", ["before", "after"])
def test_the_pages_own_pyscript_is_used(
    context: BrowserContext, host: Site, dist: Path, order: str
) -> None:
    """Whichever comes first in the page, one core runs, and the page's Python stays as it was."""
    with Site(dist, CORS) as offcut:
        shrink(offcut)
        door = DOOR.format(address=offcut.url + "offcut.js")
        config = f"<mpy-config>{SETTINGS}</mpy-config>"
        script = f'<script type="mpy">{HOST}</script>'
        parts = [CORE, script, door] if order == "before" else [door, script, CORE]
        host.overlay["host.html"] = f"<!doctype html><body>{config}{''.join(parts)}".encode()
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(host.url + "host.html")
        until(page, "() => globalThis.told && globalThis.ask")
        assert page.evaluate("told") == ["u2netp"]
        assert page.evaluate("ask()") == 42
        assert wrong == []
        assert offcut.seen("vendor/pyscript/*") == []
        assert offcut.seen("vendor/micropython/alone.mjs")
        assert not offcut.seen("vendor/micropython/micropython.mjs")
