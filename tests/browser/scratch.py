"""A tiny site with the real service worker: quick to load, easy to publish a version of."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from .servers import Site

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'
 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self' blob:; style-src 'self'">
<link rel="stylesheet" href="app.css"><script type="module" src="page.mjs"></script>
</head><body data-version="{v}">version {v}</body></html>"""

WORKER = """
import "./part.mjs";
onmessage = () => postMessage({isolated: self.crossOriginIsolated, part: self.part});
"""


BANNER = re.compile(r"^self\.__OFFCUT\s*=\s*(\{.*?\});?$", re.MULTILINE)


def with_list(script: str, manifest: dict[str, Any]) -> str:
    """The built service worker with another list of files in the place of its own."""
    line = f"self.__OFFCUT={json.dumps(manifest)};"
    script, n = BANNER.subn(lambda _: line, script, count=1)
    assert n == 1, "dist/sw.js does not begin with the build's list"
    return script


def relist(site: Site) -> None:
    """Brings the service worker's list up to the site's overlay, as a build would."""
    site.overlay.pop("sw.js", None)
    script = (site.body("sw.js") or b"").decode()
    found = BANNER.search(script)
    assert found is not None
    manifest = json.loads(found[1])
    for entry in (*manifest["shell"], *manifest["lazy"]):
        body = site.overlay.get(entry["url"])
        if body is not None:
            entry["revision"] = hashlib.sha256(body).hexdigest()
    site.overlay["sw.js"] = with_list(script, manifest).encode()


def publish(root: Path, dist: Path, version: str, *, big: str | None = None) -> dict[str, str]:
    """Writes version `version` of the site into `root`; `big` is the content of the large lazy
    file, which need not change with the version. Returns path -> revision."""
    shell = {
        "index.html": PAGE.format(v=version),
        "app.css": f"body {{ --version: '{version}' }}",
        "page.mjs": f'document.body.dataset.script = "{version}";',
        "worker.mjs": WORKER,
        "part.mjs": f'self.part = "{version}";',
    }
    lazy = {
        "lazy/big.bin": (big or f"{version}-big ") * 5000,
        "lazy/small.mjs": f'export const version = "{version}";',
        "lazy/pool.mjs": "onmessage = () => postMessage(self.crossOriginIsolated);",
    }
    for path, text in {**shell, **lazy}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    revisions = {
        path: hashlib.sha256(text.encode()).hexdigest() for path, text in {**shell, **lazy}.items()
    }
    manifest = {
        "version": version,
        "shell": [{"url": path, "revision": revisions[path]} for path in shell],
        "lazy": [{"url": path, "revision": revisions[path]} for path in lazy],
    }
    script = with_list((dist / "sw.js").read_text(), manifest)
    (root / "sw.js").write_text(script)
    return revisions
