"""Every JavaScript and HTML snippet of the documentation, in a page, with tiny networks.

What is no page of its own shares one, so that the engine starts once; nothing may go wrong on it.
"""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING

import pytest

from tools.snippets import in_text, to_run

from .conftest import LIMIT_S, PHOTOS, STILL
from .servers import CORS, ISOLATED, Site
from .tiny import shrink
from .visitor import WORK_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from tools.snippets import Snippet

    from .fleet import Fleet


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
  if (globalThis.pyodide) return;
  const { loadPyodide } = await import(`${site}vendor/pyodide/pyodide.mjs`);
  globalThis.pyodide = await loadPyodide();
  await pyodide.loadPackage(["numpy", "pillow", "micropip"]);
  await pyodide.runPythonAsync(`import micropip; await micropip.install("${site}${wheel}")`);
}"""
TIDY = "() => document.querySelectorAll('body > :not(script)').forEach((one) => one.remove())"
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
        self.site = site
        self.tab, self.said = listened(context)
        self.tab.goto(site.url + "bare.html")
        photo = base64.b64encode((PHOTOS / "astronaut.jpg").read_bytes()).decode()
        self.tab.evaluate(PHOTO, photo)

    def javascript(self, one: Snippet) -> None:
        """Run it as a module of its own."""
        name = f"{one.file}-{one.line}.js".replace("/", "-")
        self.site.overlay[name] = one.at(self.site.url).encode()
        self._runs(one, MODULE, f"./{name}")

    def python(self, one: Snippet) -> None:
        """Run it in Pyodide, the wheel installed."""
        (wheel,) = (self.site.root / "wheels").glob("*.whl")
        self.tab.evaluate(PYODIDE, [self.site.url, f"wheels/{wheel.name}"])
        self._runs(one, PYTHON, one.at(self.site.url))

    def _runs(self, one: Snippet, script: str, given: str) -> None:
        """That `script` of a snippet says nothing, and nobody complains."""
        self.said.clear()
        outcome = self.tab.evaluate(script, given)
        assert outcome == "", f"{one}: {outcome}"
        assert self.said == [], one
        self.tab.evaluate(TIDY)


@pytest.fixture(scope="module")
def bare(dist: Path, fleet: Fleet) -> Iterator[Bare]:
    browser = fleet.quick()
    context = browser.new_context(**STILL)
    context.set_default_timeout(30_000)
    with Site(dist, ISOLATED | CORS) as site, fleet.watch(browser, LIMIT_S):
        yield Bare(context, site)
        context.close()


@pytest.mark.parametrize("page", to_run("page", "js"), ids=lambda page: page[0].file)
def test_javascript(page: list[Snippet], bare: Bare) -> None:
    for one in page:
        bare.javascript(one)


@pytest.mark.parametrize("page", to_run("browser"), ids=lambda page: page[0].file)
def test_python(page: list[Snippet], bare: Bare) -> None:
    for one in page:
        bare.python(one)


def test_a_snippet_that_does_not_run_is_noticed(bare: Bare) -> None:
    """The runners themselves, on planted mistakes."""
    (broken,) = in_text("```js\nnobody.knowsThis();\n```", "planted.md")
    with pytest.raises(AssertionError, match="nobody is not defined"):
        bare.javascript(broken)
    (broken,) = in_text("```python\nnobody.knows_this()\n```", "planted.md")
    with pytest.raises(AssertionError, match=r"name .*nobody.* is not defined"):
        bare.python(broken)


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
