"""What lies in dist/ beside what a browser asks for: the list of parts for scanners."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tools.packed import ENDINGS
from tools.sbom import NAME

from .conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def text(dist: Path) -> str:
    return (dist / NAME).read_text("utf-8")


def components(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All of them, also those in others."""
    for one in (*told.get("components", ()), told.get("metadata", {}).get("component", {})):
        if one:
            yield one
            yield from components(one)


def test_the_list_of_parts_is_what_its_schema_wants(text: str) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    check = JsonStrictValidator(SchemaVersion.V1_6)
    assert check.validate_str(text) is None
    assert check.validate_str(text.replace('"SHA-256"', '"sum"')) is not None


def test_every_file_of_others_is_in_a_part_with_its_sum(dist: Path, text: str) -> None:
    listed = {
        one["name"]: one["hashes"][0]["content"]
        for one in components(json.loads(text))
        if one["type"] == "file"
    }
    there = {
        path.relative_to(dist).as_posix(): path
        for folder in ("vendor", "models", "wheels")
        for path in (dist / folder).rglob("*")
        if path.is_file() and not path.name.endswith(tuple(ENDINGS.values()))
    }
    assert {one for one in listed if one.startswith(("vendor/", "models/", "wheels/"))} == {*there}
    for name, digest in listed.items():
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest, name


def test_every_package_is_named_as_scanners_know_it(text: str) -> None:
    told = json.loads(text)
    named = {one["purl"] for one in components(told) if "purl" in one}
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    npm = {f"pkg:npm/{name.replace('@', '%40')}@{version}" for name, version in wanted.items()}
    assert npm <= named
    for package in ("numpy", "pillow", "micropip"):
        assert any(one.startswith(f"pkg:pypi/{package}@") for one in named), package
    models = [one for one in components(told) if one["type"] == "machine-learning-model"]
    assert {one["name"] for one in models} == {"u2netp", "isnet", "modnet"}
    for one in told["components"]:
        assert one["licenses"], one["name"]
