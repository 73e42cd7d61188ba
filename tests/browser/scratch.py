"""A tiny site with the real service worker: quick to load, easy to publish a version of."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'
 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self' blob:; style-src 'self'">
<link rel="stylesheet" href="app.css"><script type="module" src="page.mjs"></script>
</head><body data-version="{v}">version {v}</body></html>"""

WORKER = """
import "./part.mjs";
onmessage = () => postMessage({isolated: self.crossOriginIsolated, part: self.part});
"""


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
    # The built worker, with our list in the place of the site's.
    built = (dist / "sw.js").read_text()
    script, n = re.subn(
        r"^self\.__OFFCUT\s*=\s*\{.*?\};?$",
        lambda _: f"self.__OFFCUT={json.dumps(manifest)};",
        built, count=1, flags=re.MULTILINE,
    )  # fmt: skip
    assert n == 1, "dist/sw.js does not begin with the build's list"
    (root / "sw.js").write_text(script)
    return revisions
