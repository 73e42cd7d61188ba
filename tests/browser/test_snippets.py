"""Every JavaScript and HTML snippet of the documentation, in a page, with tiny networks.

A file's snippets share a page, so that the engine starts once; nothing may go wrong on it.
"""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING

import pytest

from tools.snippets import in_text, to_run

from .conftest import PHOTOS
from .servers import Site
from .tiny import shrink
from .visitor import WORK_S

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tools.snippets import Snippet


# As if offcut had been installed from npm, too.
BARE = b"""<!doctype html><meta charset="utf-8"><title>bare</title>
<script type="importmap">{"imports": {"offcut": "./offcut.js"}}</script><body>"""
PHOTO = """(text) => {
  globalThis.photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))],
    {type: "image/jpeg"});
}"""
# What Offcut in a page of others tells it.
HEARD = """
  globalThis.heard = [];
  addEventListener("offcut:result", () => heard.push("event"), true);
"""
PLACES = re.compile(r"<(offcut-remover|py-script|mpy-script|iframe)\b")
# The app's own page, in a frame, takes a photo once its Python is up.
ALIVE = """() => document.documentElement.dataset.alive !== undefined
  || !document.querySelector("html[data-phase]")"""
MODULE = "(name) => import(name).then(() => '', (error) => error.stack ?? String(error))"
PYODIDE = """async ([site, wheel]) => {
  const { loadPyodide } = await import(`${site}vendor/pyodide/pyodide.mjs`);
  globalThis.pyodide = await loadPyodide();
  await pyodide.loadPackage(["numpy", "pillow", "micropip"]);
  await pyodide.runPythonAsync(`import micropip; await micropip.install("${site}${wheel}")`);
}"""
PYTHON = """async (code) => {
  const globals = pyodide.runPython("import js; {'photo': js.photo, '__name__': '__main__'}");
  return pyodide.runPythonAsync(code, {globals}).then(() => "", String);
}"""


def listened(context: BrowserContext) -> tuple[Page, list[str]]:
    """A new tab, and what goes wrong in it from now on."""
    said: list[str] = []
    tab = context.new_page()
    tab.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    tab.on("pageerror", lambda error: said.append(str(error)))
    return tab, said


class Bare:
    """An empty page beside the site's own, with a photo; what goes wrong in it is in `said`."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        shrink(site)
        site.overlay["bare.html"] = BARE
        self.tab, self.said = listened(context)
        self.tab.goto(site.url + "bare.html")
        photo = base64.b64encode((PHOTOS / "astronaut.jpg").read_bytes()).decode()
        self.tab.evaluate(PHOTO, photo)

    def runs(self, one: Snippet, script: str, given: str) -> None:
        """That `script` of a snippet says nothing, and nobody complains."""
        assert (self.tab.evaluate(script, given), self.said) == ("", []), one


@pytest.mark.parametrize("page", to_run("page", "js"), ids=lambda page: page[0].file)
def test_javascript(page: list[Snippet], context: BrowserContext, isolated: Site) -> None:
    bare = Bare(context, isolated)
    for one in page:
        name = f"snippet-{one.line}.js"
        isolated.overlay[name] = one.at(isolated.url).encode()
        bare.runs(one, MODULE, f"./{name}")


@pytest.mark.parametrize("page", to_run("browser"), ids=lambda page: page[0].file)
def test_python(page: list[Snippet], context: BrowserContext, isolated: Site) -> None:
    bare = Bare(context, isolated)
    (wheel,) = (isolated.root / "wheels").glob("*.whl")
    bare.tab.evaluate(PYODIDE, [isolated.url, f"wheels/{wheel.name}"])
    for one in page:
        bare.runs(one, PYTHON, one.at(isolated.url))
    (broken,) = in_text("```python\nnobody.knows_this()\n```", "planted.md")
    with pytest.raises(AssertionError, match=r"name .*nobody.* is not defined"):
        bare.runs(broken, PYTHON, broken.code)


@pytest.mark.parametrize("page", to_run("page", "html"), ids=lambda page: page[0].file)
def test_html(page: list[Snippet], context: BrowserContext, isolated: Site, tmp_path: Path) -> None:
    """As a page on another host, without headers; what places Offcut there must cut a photo."""
    shrink(isolated)
    context.add_init_script(HEARD)
    with Site(tmp_path) as host:
        host.overlay["favicon.ico"] = b""  # browsers ask for it
        for one in page:
            host.overlay["host.html"] = one.at(isolated.url).encode()
            tab, said = listened(context)
            tab.goto(host.url + "host.html")
            if PLACES.search(one.code):
                assert cuts(tab), f"{one} has no result; {said}"
            assert said == [], one
            tab.close()


def cuts(tab: Page) -> bool:
    """Whether a photo comes out that is given to the first field for files, in whichever frame."""
    given, end = False, time.monotonic() + WORK_S
    while time.monotonic() < end and not tab.evaluate("globalThis.heard.length > 0"):
        for frame in [] if given else tab.frames:
            field = frame.locator("input[type=file]:enabled").first
            if field.count() and frame.evaluate(ALIVE):
                field.set_input_files(PHOTOS / "astronaut.jpg")
                given = True
                break
        if any(frame.locator("html[data-phase=done]").count() for frame in tab.frames):
            return True
        tab.wait_for_timeout(100)
    return bool(tab.evaluate("globalThis.heard.length > 0"))


def test_a_snippet_that_does_not_run_is_noticed(context: BrowserContext, isolated: Site) -> None:
    bare = Bare(context, isolated)
    (broken,) = in_text("```js\nnobody.knowsThis();\n```", "planted.md")
    isolated.overlay["broken.js"] = broken.code.encode()
    with pytest.raises(AssertionError, match="nobody is not defined"):
        bare.runs(broken, MODULE, "./broken.js")
