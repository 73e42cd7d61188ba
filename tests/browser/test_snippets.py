"""Every JavaScript and HTML snippet of the documentation, in a page, with tiny networks.

A file's snippets share a page, so that the engine starts once; nothing may go wrong on it.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tools.snippets import to_run

from .conftest import PHOTOS
from .tiny import shrink

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tools.snippets import Snippet

    from .servers import Site

# As if offcut had been installed from npm, too.
BARE = b"""<!doctype html><meta charset="utf-8"><title>bare</title>
<script type="importmap">{"imports": {"offcut": "./offcut.js"}}</script><body>"""
PHOTO = """(text) => {
  globalThis.photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))],
    {type: "image/jpeg"});
}"""


@pytest.mark.parametrize("page", to_run("page", "js"), ids=lambda page: page[0].file)
def test_javascript(page: list[Snippet], context: BrowserContext, isolated: Site) -> None:
    shrink(isolated)
    isolated.overlay["bare.html"] = BARE
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text) if message.type == "error" else 0)
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(isolated.url + "bare.html")
    tab.evaluate(PHOTO, base64.b64encode((PHOTOS / "astronaut.jpg").read_bytes()).decode())
    for one in page:
        name = f"snippet-{one.line}.js"
        isolated.overlay[name] = one.at(isolated.url).encode()
        outcome = tab.evaluate(
            "(name) => import(name).then(() => '', (error) => error.stack ?? String(error))",
            f"./{name}",
        )
        assert outcome == "", f"{one}: {outcome}"
        assert said == [], one
