"""Offcut's own files in the site: page, worker, engine, service worker."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

from tools import bundle, frame, health, page
from tools.paths import NODE_MODULES, ROOT, sha256_file, stop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ENGINE = ROOT / "worker" / "offcut"
DOOR = tuple(
    ROOT / "worker" / name
    for name in ("main.py", "pyscript.toml", "attempt.js", "lazy.js", "deflate.js")
)
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
# Rooms that are for programs: the worker is called by the page and has no use for them.
NOT_IN_THE_WORKER = ("api", "cli", "native")
# What the engine needs and the page can be alive without: fetched behind it.
LAZY: tuple[str, ...] = (
    *(f"vendor/{name}/" for name in ("pyodide", "ort", "idb", "libheif", "avif", "zlib")),
    "vendor/client-zip/",
    "pyscript/messages/",
    "samples/",
    *("embed.html", "embed.js", "css/embed.css", "frame.js"),  # for other sites' visitors
    *("selftest.html", "health.js", "css/health.css", "pyscript/selftest.", "pyscript/health.json"),
)
# Not part of what a visitor's browser keeps: read by hosts and people.
NOT_KEPT: tuple[str, ...] = (
    *("_headers", "sw.js", "THIRD_PARTY.md", "parts.json", "licences/", "version.json"),
    "integrity.json",  # for pages of others
    "sbom.cdx.json",
    *("offcut.d.ts", "door.d.ts"),  # for editors
    "screens/",  # an installation dialog shows them, once
    "docs/",
    *(
        "wheels/",
        "vendor/pyodide/micropip-",
    ),  # for Python in other sites
)


def sources() -> list[Path]:
    """Return every file of ours that the site is made from, in a fixed order."""
    folders = (ROOT / "public", ROOT / "pyscript", ROOT / "pyscript.toml", ENGINE, *DOOR)
    found: list[Path] = []
    for folder in folders:
        found += [folder] if folder.is_file() else folder.rglob("*")
    return sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts)


def copy(site: Path) -> None:
    """Copy page, worker and configuration below ``site``; sw.js is bundled later."""
    shutil.copytree(
        ROOT / "public", site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("sw.js")
    )
    frame.write(site)
    clean = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "pyscript", site / "pyscript", dirs_exist_ok=True, ignore=clean)
    shutil.copy(ENGINE / "errors.py", site / "pyscript" / "errors.py")
    (site / "worker").mkdir(exist_ok=True)
    for file in DOOR:
        shutil.copy(file, site / "worker")
    (site / "worker" / "engine.zip").write_bytes(b"")
    zip_folder(ENGINE, "offcut", site / "worker" / "engine.zip", NOT_IN_THE_WORKER)
    shutil.copy(ROOT / "pyscript.toml", site)
    bundle.write(site)
    needed = health.write(site)
    page.write_words(site / "pyscript")
    # PyScript takes `files` from the config's own address, but `interpreter` from the page's.
    for name, interpreter, *doors in (
        ("page.json", "./vendor/micropython/micropython.mjs", "main"),
        ("page-pyodide.json", "./vendor/pyodide/pyodide.mjs", "main"),
        ("api.json", "./vendor/micropython/alone.mjs", "api"),
        ("selftest.json", "./vendor/micropython/micropython.mjs", "selftest", *needed),
    ):
        config = {"interpreter": interpreter, "files": page.files(site / "pyscript", *doors)}
        (site / "pyscript" / name).write_text(json.dumps(config, indent=1), "utf-8")


def zip_folder(folder: Path, inside: str, target: Path, leave_out: Sequence[str] = ()) -> None:
    """Write ``folder``'s Python files as a zip with the same bytes for the same content.

    ``leave_out``: folders of it that are not wanted.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*.py")):
            if path.relative_to(folder).parts[0] in leave_out:
                continue
            name = f"{inside}/{path.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def manifest(site: Path) -> dict[str, Any]:
    """Return what the service worker keeps: ``shell`` and ``lazy`` with the sha256 of each file."""
    shell: list[dict[str, str]] = []
    lazy: list[dict[str, str]] = []
    for path in sorted(site.rglob("*")):
        address = path.relative_to(site).as_posix()
        if path.is_dir() or address.startswith(NOT_KEPT):
            continue
        entry = {"url": address, "revision": sha256_file(path)}
        if address.startswith("models/") and address != "models/registry.json":
            if address.startswith("models/selftest/"):
                lazy.append(entry)
            continue  # the models' parts live in IndexedDB
        (lazy if address.startswith(LAZY) else shell).append(entry)
    return {"shell": shell, "lazy": lazy}


def bundle_service_worker(site: Path, listed: dict[str, Any]) -> None:
    """Bundle public/sw.js with Workbox into ``site``, the manifest in front."""
    banner = f"self.__OFFCUT={json.dumps(listed, separators=(',', ':'))};"
    target = site / "sw.js"
    command = [
        str(NODE_MODULES / ".bin" / "esbuild"),
        str(ROOT / "public" / "sw.js"),
        "--bundle",
        "--minify",
        "--format=iife",
        '--define:process.env.NODE_ENV="production"',
        "--log-level=warning",
        f"--outfile={target}",
    ]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        stop("esbuild could not bundle public/sw.js.")
    target.write_text(f"{banner}\n{target.read_text('utf-8')}", "utf-8")
