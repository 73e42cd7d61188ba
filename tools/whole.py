"""Whether a built site is whole: every address that its own files name is there."""

from __future__ import annotations

import json
import re
import tomllib
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any

from tools.paths import stop

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 24 * 1024 * 1024  # some static hosts refuse files over 25 MiB
NEEDED = (
    "THIRD_PARTY.md",
    "_headers",
    "docs/index.html",
    "models/registry.json",
    "api/config.js",
    "api/images.js",
    "core.js",
    "door.js",
    "element.js",
    "embed.py",
    "frame.js",
    "integrity.json",
    "offcut.js",
    "parts.json",
    "pyscript/engine.py",
    "pyscript.toml",
    "sbom.cdx.json",
    "pyscript/errors.py",
    "pyscript/health.json",
    "pyscript/remover.json",
    "sw.js",
    "version.json",
    "worker/engine.zip",
    "worker/main.py",
    "worker/pyscript.toml",
)
PAGES = ("index.html", "embed.html", "selftest.html")
CONFIGS = (
    "worker/pyscript.toml",
    "pyscript/page.json",
    "pyscript/page-pyodide.json",
    "pyscript/api.json",
    "pyscript/selftest.json",
)
_LINK = re.compile(r"""\b(?:src|href|config)="(\./[^"#?]*)""")


def check(site: Path) -> None:
    """Stop with a sentence when a file is missing or too large."""
    missing = sorted({f"{a} (named by {by})" for a, by in _named(site) if not (site / a).exists()})
    if missing:
        stop("The site is not whole. Missing:\n  " + "\n  ".join(missing))
    for path in site.rglob("*"):
        if path.is_file() and path.stat().st_size > LARGEST:
            stop(f"{path.name} is over 24 MiB; some hosts refuse it. Split it.")


def _named(site: Path) -> list[tuple[str, str]]:
    """Return (address below the site, who names it) for all that is looked at."""
    found = [(address, "the build") for address in (*NEEDED, *PAGES, *CONFIGS)]
    for by in PAGES:
        found += [(address, by) for address in _links(_read(site, by))]
    for by in CONFIGS:
        text = _read(site, by)
        config = tomllib.loads(text) if by.endswith(".toml") else json.loads(text or "{}")
        found += [(normpath(join(dirname(by), address)), by) for address in _configured(config)]
        if "interpreter" in config:
            # PyScript takes a worker's from its configuration, the page's from the page.
            start = dirname(by) if by.endswith(".toml") else "."
            found.append((normpath(join(start, config["interpreter"])), by))
    return found


def _read(site: Path, address: str) -> str:
    """Return a file's text, empty when it is missing: then it is in the list already."""
    path = site / address
    return path.read_text("utf-8") if path.exists() else ""


def _links(html: str) -> list[str]:
    return [normpath(address) for address in _LINK.findall(html)]


def _configured(config: dict[str, Any]) -> list[str]:
    """Return the addresses in a PyScript configuration that are relative to it."""
    modules = config.get("js_modules", {}).values()
    return [*config.get("files", {}), *(address for table in modules for address in table)]
