"""The wheel: what is in it, what it says of itself, and that pip takes it."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PathDistribution
from typing import TYPE_CHECKING

import pytest

import offcut
from tools import wheel
from tools.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.build(tmp_path_factory.mktemp("site"))


def test_the_package_and_the_project_are_of_one_version(made: Path) -> None:
    assert offcut.__version__ == ABOUT["version"]
    assert made.name == f"offcut-{offcut.__version__}-py3-none-any.whl"


def test_the_same_source_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    assert wheel.build(tmp_path).read_bytes() == made.read_bytes()


def test_it_holds_the_whole_engine_and_its_licence(made: Path) -> None:
    engine = wheel.PACKAGE
    wanted = {f"offcut/{path.relative_to(engine).as_posix()}" for path in engine.rglob("*.py")}
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        licence = next(name for name in names if name.endswith("/licenses/LICENSE"))
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()
    inside = [name for name in names if ".dist-info/" not in name]
    assert set(inside) == wanted | {"offcut/py.typed"}
    assert len(names) == len(set(names))


def test_every_file_is_in_the_record_with_its_sum(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        record = next(name for name in archive.namelist() if name.endswith("/RECORD"))
        rows = [line.split(",") for line in archive.read(record).decode().splitlines()]
        assert {row[0] for row in rows} == set(archive.namelist())
        for name, digest, size in rows:
            data = archive.read(name)
            if name == record:
                assert (digest, size) == ("", "")
                continue
            kind, _, code = digest.partition("=")
            code += "=" * (-len(code) % 4)
            assert base64.urlsafe_b64decode(code) == hashlib.new(kind, data).digest()
            assert int(size) == len(data)


def test_pip_installs_it_and_reads_what_the_project_says(made: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-index", "--target", str(tmp_path), str(made)]
    subprocess.run([*command, *options], check=True)
    found = PathDistribution(next(tmp_path.glob("*.dist-info")))
    told = found.metadata
    assert (told["Name"], told["Version"]) == (ABOUT["name"], ABOUT["version"])
    assert told["License-Expression"] == ABOUT["license"]
    assert told["Requires-Python"] == ABOUT["requires-python"]
    assert told.get_payload() == (ROOT / ABOUT["readme"]).read_text("utf-8")
    wanted = set(ABOUT["dependencies"])
    for extra, more in ABOUT["optional-dependencies"].items():
        wanted |= {f'{one}; extra == "{extra}"' for one in more}
    assert set(found.requires or ()) == wanted
    scripts = {point.name: point.value for point in found.entry_points}
    assert scripts == ABOUT.get("scripts", {})
    called = "import offcut, sys; print(offcut.__file__, 'numpy' in sys.modules)"
    run = [sys.executable, "-c", called]
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    said = subprocess.run(run, env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
    # Importing it loads nothing heavy: the engine's worker imports it too.
    assert said.stdout.split() == [str(tmp_path / "offcut" / "__init__.py"), "False"]
