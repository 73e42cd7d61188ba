"""The list of parts for scanners: the same bytes for the same content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tools import sbom
from tools.vendor import Part

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = {
    "title": "Small",
    "licence": "Apache-2.0",
    "licence_url": "https://a.example/LICENSE",
    "sha256": "ab" * 32,
    "parts": [{"file": "small/1.bin"}],
}


def made(folder: Path, content: str = "code") -> dict[str, Any]:
    """The list of a site with one package and one model."""
    for name in ("vendor/a/a.js", "models/small/1.bin", "wheels/offcut-1-py3-none-any.whl"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    source = folder.parent / "a.js"
    source.write_text("as it came", "utf-8")
    part = Part("A", "1.0", "MIT", "npm @s/a", "vendor/a", ((source, "vendor/a/a.js"),), (),
                "pkg:npm/%40s/a@1.0")  # fmt: skip
    sbom.write(folder, [(part, ["vendor/a/a.js"])], {"small": ENTRY}, "abc")
    told: dict[str, Any] = json.loads((folder / sbom.NAME).read_text("utf-8"))
    return told


def test_the_same_content_gives_the_same_list(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "a longer name")
    assert one == other
    changed = made(tmp_path / "one", "other code")
    assert changed["serialNumber"] != one["serialNumber"]
    assert "timestamp" not in json.dumps(one)


def test_a_part_is_named_with_its_scope_and_what_its_files_were_made_from(tmp_path: Path) -> None:
    part = next(one for one in made(tmp_path / "site")["components"] if one["name"] == "@s/a")
    (file,) = part["components"]
    assert file["name"] == "vendor/a/a.js"
    assert file["properties"][0]["name"] == "offcut:made-from-sha256"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("MIT", {"license": {"id": "MIT"}}),
        ("ISC AND MIT", {"expression": "ISC AND MIT"}),
        (
            "Apache-2.0 (code; see the card)",
            {"license": {"name": "Apache-2.0 (code; see the card)"}},
        ),
    ],
)
def test_licences_are_told_as_what_they_are(text: str, wanted: dict[str, Any]) -> None:
    assert sbom.licences(text) == [wanted]
