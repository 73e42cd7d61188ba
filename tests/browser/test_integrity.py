"""A page of others that pins what it loads of Offcut, by integrity.json: all of it runs, and a
script that is not the one which was built does not."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from . import hosts
from .test_offcut_js import PHOTO, call
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from .servers import Site

SPOILED = (
    *("offcut.js", "door.js", "element.js", "api/config.js", "core.js"),
    *("vendor/pyscript/core.js", "vendor/micropython/alone.mjs"),
)
TRY = """(addresses) => Promise.all(
  addresses.map((one) => import(one).then(() => "runs", (error) => error.name)))"""


def pinned(site: Site) -> bytes:
    """The page of docs/security.md."""
    listed = json.loads(site.body("integrity.json") or b"")
    whole = {f"{site.other_host}{path}": value for path, value in listed.items()}
    imports = f'<script type="importmap">{json.dumps({"integrity": whole})}</script>'
    door = (
        f'<script type="module" src="{site.other_host}offcut.js" crossorigin'
        f' integrity="{listed["offcut.js"]}"></script>'
    )
    return hosts.page("<offcut-remover></offcut-remover>", head=imports + door)


def test_what_is_pinned_runs(context: BrowserContext, isolated: Site, tmp_path: Path) -> None:
    """A photo is cut, and no script was loaded that the list does not have."""
    shrink(isolated)
    listed = json.loads(isolated.body("integrity.json") or b"")
    with hosts.host(tmp_path, {"index.html": pinned(isolated)}) as host:
        page = context.new_page()
        page.goto(host.url)
        made = call(
            page,
            'return coded(await o.removeBackground(photo, { model: "u2netp" }));',
            f"{isolated.other_host}offcut.js",
        )
        check_cutout(base64.b64decode(made), PHOTO)
    loaded = {
        entry.path
        for entry in isolated.seen()
        if entry.headers.get("Sec-Fetch-Dest") == "script" and not entry.path.endswith(".py")
    }
    assert {"offcut.js", "door.js", "vendor/pyscript/core.js"} <= loaded
    assert loaded <= listed.keys()


def test_what_was_changed_does_not(context: BrowserContext, isolated: Site, tmp_path: Path) -> None:
    with hosts.host(tmp_path, {"index.html": pinned(isolated)}) as host:
        for path in SPOILED:
            isolated.overlay[path] = (isolated.body(path) or b"") + b"\n// and more\n"
        page = context.new_page()
        page.goto(host.url)
        addresses = [f"{isolated.other_host}{path}" for path in (*SPOILED, "frame.js")]
        assert page.evaluate(TRY, addresses) == [*["TypeError"] * len(SPOILED), "runs"]
        assert page.evaluate("() => customElements.get('offcut-remover') === undefined")
