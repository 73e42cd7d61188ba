"""Pack the site and its JavaScript API as the npm package "offcut".

python -m tools.npm    lays the package out, packs it below .cache/ and prints its sizes
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tools.packed import ENDINGS
from tools.paths import CACHE, DIST, ROOT, readable, say, stop

OWN = ROOT / "tools" / "npm_package"
# Of the site, what a site that uses the package has no use for: copies that servers make by
# themselves, documentation, pictures for the installation of Offcut's own page.
LEFT_OUT = ("docs", "screens")


def about() -> dict[str, Any]:
    """Return the package.json of the package."""
    own = json.loads((ROOT / "package.json").read_text("utf-8"))
    return {
        "name": "offcut",
        "version": own["version"],
        "description": "Takes the background off photos inside the browser tab",
        "license": own["license"],
        "keywords": ["background-removal", "image-matting", "onnx", "pyodide", "pyscript"],
        "type": "module",
        "sideEffects": False,
        "main": "./dist/offcut.js",
        "types": "./dist/offcut.d.ts",
        "exports": {
            ".": {"types": "./dist/offcut.d.ts", "default": "./dist/offcut.js"},
            "./dist/*": "./dist/*",
            "./package.json": "./package.json",
        },
        "bin": {"offcut-site": "offcut-site.mjs"},
        "files": ["dist", "THIRD_PARTY.md"],
    }


def lay_out(site: Path, folder: Path) -> None:
    """Make ``folder`` anew as the package of a built ``site`` on the same disk."""
    shutil.rmtree(folder, ignore_errors=True)
    copies = [f"*{ending}" for ending in ENDINGS.values()]

    def skipped(where: str, names: list[str]) -> set[str]:
        found = shutil.ignore_patterns(*copies)(where, names)
        return found | ({*LEFT_OUT} if Path(where) == site else set())

    shutil.copytree(site, folder / "dist", ignore=skipped, copy_function=os.link)
    for file in (*OWN.iterdir(), ROOT / "LICENSE", site / "THIRD_PARTY.md"):
        shutil.copyfile(file, folder / file.name)
    (folder / "package.json").write_text(json.dumps(about(), indent=2) + "\n", "utf-8")
    readable(folder)
    (folder / "offcut-site.mjs").chmod(0o755)


def pack(folder: Path, target: Path) -> Path:
    """Pack what ``lay_out`` has made into ``target``; the same bytes for the same files."""
    target.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", "--json", "--pack-destination", str(target)]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        stop(f"npm could not pack the package.\n{done.stderr}")
    return target / f"offcut-{about()['version']}.tgz"


def main() -> None:
    """Run the command."""
    if not (DIST / "version.json").exists():
        stop("There is no site to pack yet. Run: make build")
    folder = CACHE / "npm" / "package"
    lay_out(DIST, folder)
    made = pack(folder, CACHE / "npm")
    unpacked = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    packed = made.stat().st_size
    say(f"  {made.relative_to(ROOT)}: {packed / 1e6:.1f} MB, unpacked {unpacked / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
