"""sbom.cdx.json: what the site is made of, as CycloneDX 1.6, for scanners.

The same content gives the same bytes: there is no date in it, and its serial number is a name of
what it lists. The tests hold it against the official schema.
"""

from __future__ import annotations

import json
import re
import tomllib
import uuid
from typing import TYPE_CHECKING, Any

from tools.paths import ROOT, sha256_file

if TYPE_CHECKING:
    from pathlib import Path

    from tools.vendor import Part

NAME = "sbom.cdx.json"
PROJECT = ROOT / "pyproject.toml"
# In the site, and Offcut's own: made here, from here.
OWN = (
    "wheels/offcut-*.whl",
    "models/selftest/*.bin",
    "models/registry.json",
    "vendor/ort/parts.json",
)
# Put into sw.js by the bundler, where no file of theirs is left.
BUNDLED = "workbox-"
Table = dict[str, Any]


def write(
    site: Path, vendored: list[tuple[Part, list[str]]], models: dict[str, Table], version: str
) -> None:
    """Write the list below ``site``.

    Args:
        site: The folder that is being built, whole but for this file and the packed copies.
        vendored: Each part of others with the addresses of its files.
        models: The entries of the registry that are shipped.
        version: The site's version.
    """
    about = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    own = [path for pattern in OWN for path in sorted(site.glob(pattern))]
    ours = {path.relative_to(site).as_posix() for path in own}
    root = {
        "type": "application",
        "bom-ref": f"offcut@{about['version']}",
        "name": about["name"],
        "version": about["version"],
        "description": about["description"],
        "licenses": licences(about["license"]),
        "purl": f"pkg:generic/offcut@{about['version']}",
        "properties": [{"name": "offcut:site-version", "value": version}],
        "components": [_file(path, path.relative_to(site).as_posix()) for path in own],
    }
    listed = [
        _software(site, part, [f for f in files if f not in ours]) for part, files in vendored
    ]
    listed += _bundled()
    listed += [_model(site, name, entry) for name, entry in models.items()]
    told: Table = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": listed,
        "dependencies": [
            {"ref": root["bom-ref"], "dependsOn": [one["bom-ref"] for one in listed]},
            *({"ref": one["bom-ref"]} for one in listed),
        ],
    }
    content = json.dumps(told, sort_keys=True)
    told["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, content).urn
    (site / NAME).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")


def licences(text: str) -> list[Table]:
    """Return a licence as CycloneDX has it: an identifier of SPDX, an expression, or a name."""
    if re.search(r" (?:AND|OR|WITH) ", text):
        return [{"expression": text}]
    return [{"license": {"id" if re.fullmatch(r"[\w.+-]+", text) else "name": text}}]


def _software(site: Path, part: Part, files: list[str]) -> Table:
    made_from = {address: sha256_file(source) for source, address in part.files}
    reference = part.purl or f"offcut:{part.name}@{part.version}"
    told: Table = {
        "type": "library" if part.purl else "data",
        "bom-ref": reference,
        "name": _of_purl(part.purl) or part.name,
        "version": part.version,
        "description": part.name,
        "licenses": licences(part.licence),
        "components": [_file(site / file, file, made_from.get(file, "")) for file in sorted(files)],
    }
    if part.purl:
        told["purl"] = part.purl
    return told


def _of_purl(purl: str) -> str:
    """The package's own name, with its scope."""
    return purl.partition("/")[2].rpartition("@")[0].replace("%40", "@")


def _file(path: Path, address: str, made_from: str = "") -> Table:
    digest = sha256_file(path)
    told: Table = {
        "type": "file",
        "bom-ref": f"file:{address}",
        "name": address,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    if made_from and made_from != digest:
        told["properties"] = [{"name": "offcut:made-from-sha256", "value": made_from}]
    return told


def _bundled() -> list[Table]:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    names = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    found = []
    for name in sorted(one for one in names if one.startswith(BUNDLED) and one != "workbox-core"):
        entry = lock[f"node_modules/{name}"]
        purl = f"pkg:npm/{name}@{entry['version']}"
        told = {"type": "library", "bom-ref": purl, "purl": purl, "name": name}
        told |= {"version": entry["version"], "description": "Workbox, in sw.js"}
        found.append({**told, "licenses": licences(entry["license"])})
    return found


def _model(site: Path, name: str, entry: Table) -> Table:
    files = [f"models/{part['file']}" for part in entry["parts"]]
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{name}@{entry['sha256'][:12]}",
        "name": name,
        "version": entry["sha256"][:12],
        "description": entry["title"],
        "licenses": licences(entry["licence"]),
        "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
        "externalReferences": [{"type": "license", "url": entry["licence_url"]}],
        "modelCard": {"modelParameters": {"task": "image segmentation"}},
        "components": [_file(site / file, file) for file in files],
    }
