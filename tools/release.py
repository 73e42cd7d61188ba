"""Write the files of a release into release/: ``make release``.

python -m tools.release            of what is committed; refuses what is not ready
python -m tools.release --draft    of what lies here, ready or not

The site as a zip, the wheel, the npm package, the list of parts, and the sums of all of them. The
same site gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import tomllib
import zipfile
from typing import TYPE_CHECKING

from offcut import __version__
from tools import build, npm, sbom
from tools.paths import CACHE, DIST, ROOT, say, sha256, sha256_file, stop
from tools.site import FIXED_DATE

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = ROOT / "release"
CHANGELOG = ROOT / "CHANGELOG.md"
SUMS = "SHA256SUMS"
MODE = 0o100644 << 16  # a plain file that all may read
PACKED = (".br", ".gz", ".zip", ".whl", ".bin", ".jpg", ".webp", ".png", ".part0", ".part1")


def versions() -> dict[str, str]:
    """Return the version as each file that has one says it."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    return {
        "pyproject.toml": tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
            "version"
        ],
        "package.json": json.loads((ROOT / "package.json").read_text("utf-8"))["version"],
        "package-lock.json": lock["version"],
        "package-lock.json, packages": lock["packages"][""]["version"],
        "worker/offcut/__init__.py": __version__,
    }


def refusals(told: dict[str, str], changes: str, altered: str) -> list[str]:
    """Return why this cannot be released, a sentence each.

    Args:
        told: ``versions()``.
        changes: The text of CHANGELOG.md.
        altered: What git says of files that are not committed, "" for nothing.
    """
    found = []
    if len(set(told.values())) > 1:
        rows = ", ".join(f"{name} has {version}" for name, version in told.items())
        found.append(f"The version is not the same everywhere: {rows}.")
    version = told["pyproject.toml"]
    if not re.search(rf"(?m)^## {re.escape(version)}\b", changes):
        found.append(f"CHANGELOG.md has no section for {version}.")
    if altered.strip():
        found.append(f"Not everything is committed:\n{altered.rstrip()}")
    return found


def zip_site(site: Path, target: Path) -> None:
    """Write ``site`` as a zip with one folder of the zip's own name; the same bytes for the same
    site. Raises SystemExit where it does not hold what the folder does."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(one for one in site.rglob("*") if one.is_file()):
            name = f"{target.stem}/{path.relative_to(site).as_posix()}"
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.external_attr = MODE
            packed = path.name.endswith(PACKED)
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=6)
    with zipfile.ZipFile(target) as archive:
        for name in archive.namelist():
            if sha256(archive.read(name)) != sha256_file(site / name.partition("/")[2]):
                stop(f"{name} in {target.name} is not the site's.")


def write(site: Path, folder: Path, version: str) -> list[Path]:
    """Make ``folder`` anew with all files of a release of ``site``; returns them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    zip_site(site, folder / f"offcut-site-{version}.zip")
    for path in (site / "wheels" / f"offcut-{version}-py3-none-any.whl", site / sbom.NAME):
        shutil.copyfile(path, folder / path.name)
    package = CACHE / "npm" / "package"
    npm.lay_out(site, package)
    npm.pack(package, folder)
    made = sorted(folder.iterdir())
    rows = "".join(f"{sha256_file(path)}  {path.name}\n" for path in made)
    (folder / SUMS).write_text(rows, "utf-8")
    return [*made, folder / SUMS]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.release")
    parser.add_argument("--draft", action="store_true", help="write it, ready or not")
    draft = parser.parse_args().draft
    told = versions()
    if not draft:
        changes = CHANGELOG.read_text("utf-8") if CHANGELOG.exists() else ""
        git = ["git", "status", "--porcelain"]
        altered = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        if found := refusals(told, changes, altered):
            stop("\n".join(found))
    if not build.fresh():
        stop("dist/ is not made from what lies here. Run: make build")
    for path in write(DIST, RELEASE, told["pyproject.toml"]):
        say(f"  {path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
