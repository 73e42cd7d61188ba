"""Other people's pages: the HTML of each way to embed Offcut, given the site's address.

``host(...)`` serves them from another origin, without a header of its own.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from .conftest import ROOT
from .servers import PLAIN, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What the page keeps of the remover's events, for a test to look at.
LISTEN = """
  globalThis.told = [];
  for (const kind of ["result", "error", "progress"])
    addEventListener(`offcut:${kind}`, ({ target, detail }) =>
      told.push({ kind, tag: target, ...detail }));
  globalThis.refused = [];
  addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
"""


def policy(site: str) -> str:
    """The content security policy that docs/embedding.md asks a host for."""
    text = (ROOT / "docs" / "embedding.md").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("default-src"))
    return line.replace("https://your.site", site.rstrip("/"))


def page(body: str, *, head: str = "", policy: str = "") -> bytes:
    """A whole page around ``body``, with a style that would spoil what it reached."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{meta}'
        '<meta name="viewport" content="width=device-width"><title>A host</title>'
        f'<script src="./listen.js"></script>{head}<body>{body}</body></html>'
    ).encode()


def core(site: str) -> str:
    """The line that brings PyScript in."""
    return f'<script type="module" src="{site}core.js"></script>'


def tag(site: str, name: str, attributes: str = "") -> str:
    """A tag of embed.py: py-script, mpy-script, or script with its type."""
    addresses = f'src="{site}embed.py" config="{site}pyscript.toml"'
    return f"<{name} {addresses} {attributes}></{name.partition(' ')[0]}>"


def py_script(site: str, attributes: str = "") -> str:
    """The two lines of the documentation, under Pyodide."""
    return core(site) + tag(site, "py-script", attributes)


def mpy_script(site: str, attributes: str = "") -> str:
    """The same under MicroPython."""
    return core(site) + tag(site, "mpy-script", attributes)


def script_tag(site: str, attributes: str = "") -> str:
    """The same as a script."""
    return core(site) + tag(site, 'script type="mpy"', attributes)


def component(site: str, attributes: str = "") -> str:
    """The web component, for pages without PyScript."""
    door = f'<script type="module" src="{site}offcut.js"></script>'
    return f"{door}<offcut-remover {attributes}></offcut-remover>"


def own_config(site: str, attributes: str = "") -> str:
    """A host with PyScript as its makers give it out, a configuration, a module and scripts of its
    own, one of which is called as one of ours is."""
    wishes = {
        "interpreter": "./mpy/micropython.mjs",
        "files": {"./text.py": "./text.py"},
        "offcut": {"output": "webp"},
    }
    core = '<script type="module" src="./core/core.js"></script>'
    config = f"<mpy-config>{json.dumps(wishes)}</mpy-config>"
    before = '<script type="mpy">import text\ntext.say("before")</script>'
    here = f'<mpy-script src="{site}embed.py" {attributes}></mpy-script>'
    return config + before + core + here


OWN_MODULE = b"""
import js
def say(word):
    js.document.documentElement.setAttribute("data-own-" + word, "")
"""


@contextlib.contextmanager
def host(folder: Path, pages: dict[str, bytes]) -> Iterator[Site]:
    """A server for host pages: another origin, no isolation, no CORS."""
    with Site(folder, PLAIN) as site:
        own = {"listen.js": LISTEN.encode(), "text.py": OWN_MODULE, "favicon.ico": b""}
        site.overlay.update({**own, **pages})
        yield site
