"""Python in the site as bytecode, without what the engine never imports.

Pyodide's standard library and wheels come as source text, which every start compiles anew in
WebAssembly: three quarters of the time until the engine answers. Here Pyodide itself, under Node,
compiles them once, so that the bytecode is of the very interpreter that will run it. Docstrings and
assertions go (``python -OO``).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.paths import CACHE, NODE_MODULES, sha256, sha256_file, stop

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT = CACHE / "bytecode"
INSIDE = Path(__file__).with_name("bytecode_inside.py")
LOCK = "vendor/pyodide/pyodide-lock.json"
START = """
import { loadPyodide } from "pyodide";
const [home, script, todo] = process.argv.slice(1);
const py = await loadPyodide({ indexURL: home });
py.mountNodeFS("/host", "/");
py.globals.set("TODO", todo);
py.runPython(script);
"""
# Debuggers, servers, mail, other processes: nothing that has a use in a browser's worker.
STDLIB = (
    "_pyrepl", "bdb", "cProfile", "cmd", "code", "curses", "dbm", "doctest", "ensurepip", "ftplib",
    "idlelib", "imaplib", "lib2to3", "mailbox", "modulefinder", "multiprocessing", "optparse",
    "pdb", "poplib", "profile", "pstats", "pydoc", "pydoc_data", "smtplib", "socketserver",
    "sqlite3", "test", "tkinter", "trace", "turtle", "turtledemo", "unittest", "venv", "wave",
    "webbrowser", "wsgiref", "xmlrpc", "zipapp",
)  # fmt: skip
# numpy.ma stays: functions of numpy itself import it when they are called (numpy.unique).
NUMPY = ("f2py", "fft", "polynomial", "random", "testing", "typing")
PILLOW = ("_imagingft",)


@dataclass(frozen=True)
class Archive:
    """A zip of Python, below the site. ``leave_out``: what is not wanted, as paths in it begin."""

    address: str
    leave_out: tuple[str, ...]

    @property
    def below(self) -> list[str]:
        """What a path begins with that is left out: a module, a package, or a library."""
        return [f"{name}{end}" for name in self.leave_out for end in ("/", ".py", ".cpython-")]


def archives(site: Path) -> list[Archive]:
    """Return every zip of Python in the site."""
    found = [
        Archive("vendor/pyodide/python_stdlib.zip", STDLIB),
        Archive("worker/engine.zip", ()),
    ]
    for prefix, inside, names in (("numpy-", "numpy", NUMPY), ("pillow-", "PIL", PILLOW)):
        wheel = next((site / "vendor" / "pyodide").glob(f"{prefix}*.whl"))
        out = tuple(f"{inside}/{name}" for name in names)
        found.append(Archive(wheel.relative_to(site).as_posix(), out))
    return found


def compile_all(site: Path) -> None:
    """Put bytecode in the place of source in the site, and the new sums into Pyodide's lock."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = {archive: KEPT / f"{_key(site, archive)}.zip" for archive in archives(site)}
    _make(site, [archive for archive, made in kept.items() if not made.exists()], kept)
    for old in set(KEPT.iterdir()) - set(kept.values()):
        old.unlink()
    for archive, made in kept.items():
        shutil.copyfile(made, site / archive.address)
    _lock(site)


def _key(site: Path, archive: Archive) -> str:
    version = json.loads((NODE_MODULES / "pyodide" / "package.json").read_text("utf-8"))["version"]
    parts = [sha256_file(site / archive.address), *archive.below, version, sha256_file(INSIDE)]
    return sha256("\n".join(parts).encode())


def _make(site: Path, missing: Sequence[Archive], kept: dict[Archive, Path]) -> None:
    if not missing:
        return
    todo = [
        [f"/host{site / one.address}", f"/host{kept[one].with_suffix('.half')}", one.below]
        for one in missing
    ]
    home = f"{NODE_MODULES / 'pyodide'}/"
    words = [home, INSIDE.read_text("utf-8"), json.dumps(todo)]
    command = ["node", "--input-type=module", "-e", START, "--", *words]
    done = subprocess.run(command, cwd=NODE_MODULES.parent, check=False, capture_output=True)
    if done.returncode:
        # Node shows the line that threw, which is a megabyte of Pyodide.
        print(done.stderr[-2000:].decode("utf-8", "replace"), file=sys.stderr)
        stop("Pyodide could not compile the Python of the site under Node.")
    for one in missing:
        kept[one].with_suffix(".half").replace(kept[one])


def _lock(site: Path) -> None:
    """Only the packages that are there, with their sums."""
    lock = json.loads((site / LOCK).read_text("utf-8"))
    folder = (site / LOCK).parent
    there = {
        name: {**entry, "sha256": sha256_file(folder / entry["file_name"])}
        for name, entry in lock["packages"].items()
        if (folder / entry["file_name"]).exists()
    }
    (site / LOCK).write_text(json.dumps({**lock, "packages": there}), "utf-8")
