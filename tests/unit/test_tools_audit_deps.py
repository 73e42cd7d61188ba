"""What auditors say of dependencies, and that one who could not ask is not taken for a yes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tools import audit_deps
from tools.audit_deps import NONE, SOME, UNKNOWN, judge, of_npm, of_python

WEAK = {"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}
FINE = {"name": "a", "version": "1", "vulns": []}


@pytest.mark.parametrize(
    ("told", "weak", "unknown"),
    [
        ({"dependencies": [FINE]}, [], []),
        (
            {"dependencies": [FINE, {"name": "b", "version": "2", "vulns": [WEAK]}]},
            ["b 2: PYSEC-1; better: 2.1"],
            [],
        ),
        ({"dependencies": [FINE, {"name": "c", "skip_reason": "not found"}]}, [], ["c"]),
        ("no JSON at all", [], ["anything"]),
        ([], [], ["anything"]),
    ],
)
def test_pip_audit(told: Any, weak: list[str], unknown: list[str]) -> None:
    text = told if isinstance(told, str) else json.dumps(told)
    assert of_python(text) == (weak, unknown)


@pytest.mark.parametrize(
    ("told", "weak", "unknown"),
    [
        ({"vulnerabilities": {}}, [], []),
        (
            {"vulnerabilities": {"d": {"range": "<3", "severity": "high"}}},
            ["d <3: high"],
            [],
        ),
        ({"message": "405 Method Not Allowed", "error": {}}, [], ["package-lock.json"]),
        ("", [], ["package-lock.json"]),
    ],
)
def test_npm_audit(told: Any, weak: list[str], unknown: list[str]) -> None:
    text = told if isinstance(told, str) else json.dumps(told)
    assert of_npm(text) == (weak, unknown)


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ({"x": ([], [])}, NONE),
        ({"x": ([], []), "y": ([], ["c"])}, UNKNOWN),
        ({"x": (["weak"], []), "y": ([], ["c"])}, SOME),
        ({"x": ([], ["c"]), "y": (["weak"], []), "z": ([], [])}, SOME),
    ],
)
def test_how_it_ends(
    told: dict[str, tuple[list[str], list[str]]], ends: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge(told) == ends
    assert ("NOT AUDITED" in capsys.readouterr().out) is ("c" in str(told))


def test_all_lists_are_audited() -> None:
    names = {file.name for file in audit_deps.REQUIREMENTS.glob("*.txt")}
    assert {"build.txt", "dev.txt", "docs.txt", "audit.txt"} <= names
