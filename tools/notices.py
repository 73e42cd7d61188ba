"""THIRD_PARTY.md and parts.json: what the site is made of, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tools.paths import ROOT, sha256_file

if TYPE_CHECKING:
    from pathlib import Path

    from tools.vendor import Part


def write(site: Path, vendored: list[tuple[Part, list[str]]], models: dict[str, Any]) -> None:
    """Write both files below ``site``.

    Args:
        site: The folder that is being built.
        vendored: Each part of others with the addresses of its files.
        models: The entries of the registry that are shipped.
    """
    listed = [_software(site, part, files) for part, files in vendored]
    listed += [_model(name, entry) for name, entry in models.items()]
    (site / "parts.json").write_text(json.dumps({"parts": listed}, indent=1), "utf-8")
    (site / "THIRD_PARTY.md").write_text(_text(vendored, models), "utf-8")


def _software(site: Path, part: Part, files: list[str]) -> dict[str, Any]:
    return {
        "name": part.name,
        "version": part.version,
        "licence": part.licence,
        "source": part.source,
        "files": [
            {
                "file": file,
                "bytes": (site / file).stat().st_size,
                "sha256": sha256_file(site / file),
            }
            for file in sorted(files)
        ],
    }


def _model(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": f"model {name}",
        "version": entry["sha256"][:12],
        "licence": entry["licence"],
        "source": entry["licence_url"],
        "bytes": entry["bytes"],
        "sha256": entry["sha256"],
        "files": [
            {"file": f"models/{part['file']}", "bytes": part["bytes"], "sha256": part["sha256"]}
            for part in entry["parts"]
        ],
    }


def _text(vendored: list[tuple[Part, list[str]]], models: dict[str, Any]) -> str:
    lines = [
        "# Third parties in this site",
        "",
        "Offcut itself is licensed under Apache-2.0. This is what it is made of besides;",
        "`parts.json` lists every file with its sha256.",
        "",
        "| part | version | licence | source |",
        "|---|---|---|---|",
    ]
    lines += [f"| {p.name} | {p.version} | {p.licence} | {p.source} |" for p, _ in vendored]
    lines += [
        f"| model {name} | {entry['sha256'][:12]} | {entry['licence']} | {entry['licence_url']} |"
        for name, entry in models.items()
    ]
    lines += ["", "# The models", ""]
    for entry in models.values():
        card = (ROOT / entry["card"]).read_text("utf-8").strip()
        lines += [card.replace("# ", "## ", 1), ""]
    lines += ["# Notices", ""]
    for part, _ in vendored:
        for title, text in part.notices:
            # Four backticks: some notices hold fences of their own.
            lines += [f"## {part.name} {part.version}: {title}", "", "````text", text.rstrip()]
            lines += ["````", ""]
    return "\n".join(lines)
