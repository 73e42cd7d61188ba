"""What is installed is pinned: versions, hashes, and no address of a registry in the lock files."""

from __future__ import annotations

import json
import re

import pytest

from tools import carriers
from tools.paths import ROOT

REQUIREMENTS = ROOT / "tools" / "requirements"
PIN = re.compile(r"(?m)^([a-z0-9._-]+)==(\S+)([^\n]*)\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)")
LOCK = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
WANTED = json.loads((ROOT / "package.json").read_text("utf-8"))


def pins(name: str) -> dict[str, set[str]]:
    """Package → versions; numpy may have one for each Python."""
    found: dict[str, set[str]] = {}
    for package, version, _, _ in PIN.findall((REQUIREMENTS / f"{name}.txt").read_text("utf-8")):
        found.setdefault(package, set()).add(version)
    return found


@pytest.mark.parametrize("name", [one.stem for one in sorted(REQUIREMENTS.glob("*.in"))])
def test_every_python_package_is_pinned_with_hashes(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text("utf-8")
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(starts) == len(PIN.findall(text))
    named = [line for line in (REQUIREMENTS / f"{name}.in").read_text("utf-8").split("\n") if line]
    wanted = {line.split("[")[0] for line in named if not line.startswith("-")}
    assert wanted <= set(pins(name))


def test_the_tests_run_with_the_versions_that_build() -> None:
    dev = pins("dev")
    assert {package: dev[package] for package in pins("build")} == pins("build")
    both = pins("docs").keys() & dev.keys()
    assert {package: dev[package] for package in both} == {
        name: pins("docs")[name] for name in both
    }


@pytest.mark.parametrize("path", [*sorted(REQUIREMENTS.glob("*.txt")), ROOT / "package-lock.json"])
def test_lock_files_name_no_address(path: object) -> None:
    text = (ROOT / str(path)).read_text("utf-8")
    assert not re.search(r"https?:|file:|--index-url|--extra-index-url|--find-links", text)


def test_npm_packages_are_pinned_exactly() -> None:
    direct = {**WANTED["dependencies"], **WANTED["devDependencies"]}
    for name, version in direct.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+(-\d+)?", version)
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == version
    for name, entry in LOCK["packages"].items():
        assert not name or entry["integrity"].startswith("sha512-")


def test_carriers_are_pinned_to_the_byte() -> None:
    members = (*carriers.PHOTOBOOTH, *carriers.pyodide_wheels(), carriers.MICROPIP)
    assert len(members) == 5
    for digest in (*(member.sha256 for member in members), carriers.ISNET_SHA256):
        assert len(bytes.fromhex(digest)) == 32
