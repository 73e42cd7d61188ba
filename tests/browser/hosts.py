"""Other people's pages: the HTML of each way to embed Offcut, given the site's address.

``host(...)`` serves them from another origin, without a header of its own.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from .servers import PLAIN, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What the page keeps of the remover's events, for a test to look at.
LISTEN = """
  globalThis.told = [];
  for (const kind of ["result", "error", "progress"])
    addEventListener(`offcut:${kind}`, (event) => told.push({ kind, tag: event.target, ...event.detail }));
"""
# The content security policy of docs/embedding.md, with the site's origin in the place of SITE.
POLICY = (
    "default-src 'none'; script-src 'self' SITE 'wasm-unsafe-eval'; worker-src blob:; "
    "connect-src SITE; img-src blob:"
)


def page(body: str, *, head: str = "", policy: str = "") -> bytes:
    """A whole page around ``body``, with a style that would spoil what it reached."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{meta}'
        '<meta name="viewport" content="width=device-width"><title>A host</title>'
        '<link rel="icon" href="data:,">'
        f'<script src="./listen.js"></script>{head}<body>{body}</body></html>'
    ).encode()


def core(site: str) -> str:
    """The line that brings PyScript in."""
    return f'<script type="module" src="{site}core.js"></script>'


def py_script(site: str, attributes: str = "") -> str:
    """The two lines of the documentation, under Pyodide."""
    tag = f'<py-script src="{site}embed.py" config="{site}pyscript.toml" {attributes}></py-script>'
    return core(site) + tag


def mpy_script(site: str, attributes: str = "") -> str:
    """The same under MicroPython."""
    tag = (
        f'<mpy-script src="{site}embed.py" config="{site}pyscript.toml" {attributes}></mpy-script>'
    )
    return core(site) + tag


def script_tag(site: str, attributes: str = "") -> str:
    """The same as a script."""
    tag = f'<script type="mpy" src="{site}embed.py" config="{site}pyscript.toml" {attributes}></script>'
    return core(site) + tag


def component(site: str, attributes: str = "") -> str:
    """The web component, for pages without PyScript."""
    tag = f"<offcut-remover {attributes}></offcut-remover>"
    return f'<script type="module" src="{site}offcut.js"></script>' + tag


def own_config(site: str, attributes: str = "") -> str:
    """A host with a configuration, a module and scripts of its own, one of which is called as one
    of ours is."""
    config = '<mpy-config>{"files": {"./text.py": "./text.py"}, "offcut": {"output": "webp"}}</mpy-config>'
    before = '<script type="mpy">import text\ntext.say("before")</script>'
    tag = f'<mpy-script src="{site}embed.py" {attributes}></mpy-script>'
    return config + before + core(site) + tag


OWN_MODULE = b"""
import js
def say(word):
    js.document.documentElement.setAttribute("data-own-" + word, "")
"""


@contextlib.contextmanager
def host(folder: Path, pages: dict[str, bytes]) -> Iterator[Site]:
    """A server for host pages: another origin, no isolation, no CORS."""
    with Site(folder, PLAIN) as site:
        site.overlay.update({**pages, "listen.js": LISTEN.encode(), "text.py": OWN_MODULE})
        yield site
