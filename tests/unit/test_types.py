"""The declarations of the JavaScript API: made from its JSDoc, and what TypeScript says of them."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tools.declare import SETTINGS, TSC, declare
from tools.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TYPES = ROOT / "tests" / "types"


@pytest.fixture(scope="module")
def refused() -> dict[str, set[int]]:
    """The lines that are refused, by file."""
    files = sorted(path.name for path in TYPES.glob("*.ts"))
    command = [*TSC, *files, "--noEmit", "--strict", "--pretty", "false", *SETTINGS]
    said = subprocess.run(command, cwd=TYPES, check=False, capture_output=True, text=True).stdout
    found: dict[str, set[int]] = {name: set() for name in files}
    for name, line in re.findall(r"(?m)^(\S+?)\((\d+),\d+\): error TS", said):
        found.setdefault(name, set()).add(int(line))
    return found


def test_they_are_what_the_code_says(tmp_path: Path) -> None:
    """And the code is what its JSDoc says."""
    for name, text in declare(tmp_path).items():
        assert (ROOT / "public" / name).read_text("utf-8") == text, "run: python -m tools.declare"


def test_every_export_and_setting_can_be_written(refused: dict[str, set[int]]) -> None:
    assert refused["sample.ts"] == set()
    sample = (TYPES / "sample.ts").read_text("utf-8")
    config = (ROOT / "public" / "api" / "config.js").read_text("utf-8")
    for table in ("KEYS", "OUTPUT"):
        inside = re.search(rf"(?s)const {table} = \{{(.*?)\n\}};", config)
        assert inside
        keys = set(re.findall(r"(?m)^  (\w+):", inside[1]))
        assert len(keys) > 6
        assert keys <= set(re.findall(r"\b(\w+)\b", sample))
    exported = re.findall(
        r"(?m)^export (?:declare )?(?:function|const|class|type) (\w+)",
        (ROOT / "public" / "offcut.d.ts").read_text("utf-8"),
    )
    assert len(exported) > 15
    assert set(exported) <= set(re.findall(r"\b(\w+)\b", sample))


def test_a_mistake_is_refused_where_it_is(refused: dict[str, set[int]]) -> None:
    lines = (TYPES / "mistakes.ts").read_text("utf-8").splitlines()
    wrong = {n for n, line in enumerate(lines, 1) if line.endswith("// wrong")}
    assert len(wrong) > 10
    assert refused["mistakes.ts"] == wrong
