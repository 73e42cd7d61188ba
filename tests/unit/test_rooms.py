"""The house: who knows the browser, and which room may import which."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ENGINE = Path(__file__).resolve().parents[2] / "worker" / "offcut"
FLOORS = [
    "errors",
    "pixels",
    "storage",
    "models",
    "runtime",
    "pipeline",
    "native",
    "browser",
    "api",
    "cli",
    "__main__",
]
BROWSER_MODULES = {"js", "pyodide", "pyodide_js", "pyscript", "polyscript", "_pyodide"}
FILES = sorted(path for path in ENGINE.rglob("*.py"))


def room(path: Path) -> str:
    first = path.relative_to(ENGINE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def test_all_rooms_are_there() -> None:
    assert {room(path) for path in FILES} >= set(FLOORS) - {"browser"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_only_the_browser_room_knows_the_browser(path: Path) -> None:
    if room(path) != "browser":
        assert not {name.split(".")[0] for name in imported(path)} & BROWSER_MODULES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_rooms_import_only_those_below(path: Path) -> None:
    if room(path) == "__init__":
        return
    floor = FLOORS.index(room(path))
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "offcut" and len(parts) > 1 and parts[1] in FLOORS:
            assert FLOORS.index(parts[1]) <= floor, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_modules_stay_small_and_tell_what_they_are(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 300
    assert ast.get_docstring(ast.parse(text))


def test_importing_the_package_loads_nothing_heavy() -> None:
    """The engine's worker does so at its start, and has no use for the names of the API."""
    told = "import sys, offcut; print(*(n for n in sys.modules if n.split('.')[0] in NAMES))"
    names = "NAMES = {'offcut', 'numpy', 'PIL', 'asyncio'}; "
    run = [sys.executable, "-c", names + told]
    env = os.environ | {"PYTHONPATH": str(ENGINE.parent)}
    said = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["offcut"]
