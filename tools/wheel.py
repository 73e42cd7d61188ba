"""The engine as a Python wheel, ``dist/wheels/``: for PyScript and Pyodide by address, and for pip.

Written here and not by setuptools: a wheel of pure Python is a zip with four files of metadata, the
build needs no package and no folder of its own for it, and the same source gives the same bytes.
``pyproject.toml`` says all that the metadata says.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any

from tools.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "wheels"
PACKAGE = ROOT / "worker" / "offcut"
PROJECT = ROOT / "pyproject.toml"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644 << 16  # a plain file that all may read: pip unpacks what the zip says
INSIDE = {".py", ".typed"}
SAYS = """\
Wheel-Version: 1.0
Generator: offcut
Root-Is-Purelib: true
Tag: py3-none-any
"""


def sources() -> list[Path]:
    """Return every file that a wheel is made from besides the engine's Python."""
    about = _about()
    named = [about["readme"], *about["license-files"]]
    return [PROJECT, *(ROOT / name for name in named), PACKAGE / "py.typed"]


def build(site: Path) -> Path:
    """Write the wheel below ``site`` and return its path."""
    about = _about()
    stem = f"{about['name']}-{about['version']}"
    files = {
        f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes()
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in INSIDE
    }
    info = f"{stem}.dist-info"
    files[f"{info}/METADATA"] = metadata(about).encode()
    files[f"{info}/WHEEL"] = SAYS.encode()
    if about.get("scripts"):
        lines = [f"{name} = {call}" for name, call in about["scripts"].items()]
        files[f"{info}/entry_points.txt"] = "\n".join(["[console_scripts]", *lines, ""]).encode()
    for name in about["license-files"]:
        files[f"{info}/licenses/{name}"] = (ROOT / name).read_bytes()
    record = f"{info}/RECORD"
    rows = [f"{name},{_digest(data)},{len(data)}" for name, data in files.items()]
    files[record] = "\n".join([*rows, f"{record},,", ""]).encode()
    target = site / FOLDER / f"{stem}-py3-none-any.whl"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = MODE
            archive.writestr(entry, data)
    return target


def metadata(about: dict[str, Any]) -> str:
    """Return METADATA (core metadata 2.4) from the table ``[project]``."""
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {about['name']}",
        f"Version: {about['version']}",
        f"Summary: {about['description']}",
        f"License-Expression: {about['license']}",
        *(f"License-File: {name}" for name in about["license-files"]),
        f"Requires-Python: {about['requires-python']}",
        *(f"Requires-Dist: {one}" for one in about["dependencies"]),
    ]
    for extra, wanted in about.get("optional-dependencies", {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {one}; extra == "{extra}"' for one in wanted]
    readme = (ROOT / about["readme"]).read_text("utf-8")
    lines += ["Description-Content-Type: text/markdown", "", readme]
    return "\n".join(lines)


def _about() -> dict[str, Any]:
    about: dict[str, Any] = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    return about


def _digest(data: bytes) -> str:
    """As RECORD wants it: URL-safe base64 without padding."""
    code = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={code.decode().rstrip('=')}"
