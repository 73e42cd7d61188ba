"""The remover's bundle: its Python, its sentences, its icons, and styles fit for a shadow root."""

from __future__ import annotations

import ast
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tools import bundle
from tools.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's pages and Python with the bundle, and nothing else."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "public", folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / "pyscript", folder / "pyscript")
    shutil.copy(ROOT / "worker" / "offcut" / "errors.py", folder / "pyscript")
    bundle.write(folder)
    return folder


@pytest.fixture(scope="module")
def told(site: Path) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = json.loads((site / "pyscript" / "remover.json").read_text())
    return made


@pytest.fixture(scope="module")
def files(told: dict[str, dict[str, str]]) -> dict[str, str]:
    return told["files"]


def run(text: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    exec(text, made)
    return made


def test_all_that_is_imported_is_in_it(files: dict[str, str]) -> None:
    """And when it is imported: afterwards the names are the page's again (embed.py)."""
    names = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in files}
    outside = {
        "asyncio",
        "gc",
        "importlib",
        "js",
        "json",
        "math",
        "os",
        "sys",
        "__future__",
        "typing",
    }
    outside |= {"words", "polyscript", "pyscript", "pyscript.ffi", "pyodide.ffi", "jsffi"}
    for name, text in files.items():
        tree = ast.parse(text)
        early = {id(node) for one in tree.body for node in (one, *getattr(one, "body", ()))}
        early |= {id(node) for one in tree.body for node in getattr(one, "handlers", ())}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                asked = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                asked = {node.module or ""}
            else:
                continue
            assert asked <= names | outside, name
            late = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
            assert not any(node in ast.walk(one) for one in late), f"{name} imports later"


def test_the_page_has_nothing_of_it(site: Path) -> None:
    assert (site / "embed.py").exists()
    folder = site / "pyscript"
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert not [name for name in left if name.endswith(("embed.py", "remover.html"))]
    assert not list((folder / "remover").glob("*.py"))
    assert {"engine.py", "components/stage.py"} <= left  # which the page has, too


def test_every_sentence_that_is_said_is_in_it(told: dict[str, dict[str, str]]) -> None:
    files, words = told["files"], told["words"]
    markup = run(files["remover/material.py"])["MARKUP"]
    keys = set(re.findall(r'\sdata-t(?:-\w+)?="([^"]+)"', markup))
    for name, text in files.items():
        if name.startswith("remover/"):
            keys |= set(re.findall(r'\bt\("([\w.-]+[^.])"', text))
    assert len(keys) > 20
    assert keys <= set(words)


def test_every_icon_that_is_shown_is_in_it(files: dict[str, str]) -> None:
    markup = run(files["remover/material.py"])["MARKUP"]
    have = set(re.findall(r'<symbol id="i-([\w-]+)"', markup))
    assert set(re.findall(r'href="#i-([\w-]+)"', markup)) <= have
    assert {"check", "minus"} <= have


def test_styles_know_neither_the_pages_root_nor_its_window(files: dict[str, str]) -> None:
    styles = run(files["remover/material.py"])["STYLES"]
    assert not re.search(r"\d(?:r|R)em\b", styles)
    assert not re.search(r"(?<![\w.-])(?:html|body|:root)\b", styles)
    assert not re.search(r"@media[^{]*(?:width|height)", styles)
    assert '.remover[data-phase="done"] .slider' in styles
    assert styles.count("{") == styles.count("}")
    assert ".bar " not in styles  # the page's header is not shared


def test_a_heading_that_is_gone_stops_the_build(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bundle, "SHEETS", (("app.css", ("", "no such part")),))
    with pytest.raises(SystemExit):
        bundle.styles(site)
    assert "no such part" in capsys.readouterr().err
