"""The hashes of the site's scripts, for pages of others that load them from it: integrity.json.

Its keys are paths in the site, its values what the ``integrity`` of a script or of an import map
takes. docs/security.md says what such a page is then sure of.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE = "integrity.json"
SCRIPTS = {".js", ".mjs"}
# Never loaded by a page of others: the documentation's, and what only the site's own page takes.
NOT_LISTED = ("docs/", "sw.js")


def integrity(data: bytes) -> str:
    """Return the SHA-384 of ``data``, written as browsers take it."""
    return f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"


def listed(site: Path) -> dict[str, str]:
    """Return path -> integrity for every script below ``site``, in order."""
    paths = {file.relative_to(site).as_posix(): file for file in sorted(site.rglob("*"))}
    return {
        path: integrity(file.read_bytes())
        for path, file in paths.items()
        if file.suffix in SCRIPTS and file.is_file() and not path.startswith(NOT_LISTED)
    }


def write(site: Path) -> None:
    """Write the list into ``site``, whose scripts must be as they will be served."""
    (site / FILE).write_text(json.dumps(listed(site), indent=1) + "\n", "utf-8")
