"""Update from an older release in a browser: ``make upgrade ARGS="--from <commit, tag or zip>"``.

A commit is built for it, in a folder of its own, with what is installed here; a zip is one that
``make release`` made. The journey is tests/browser/test_upgrade.py's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.paths import CACHE, ROOT, say, stop
from tools.reproduce import lay_out

TEST = "tests/browser/test_upgrade.py"


def unzipped(archive: Path, folder: Path) -> Path:
    """Return the site in a release's zip, laid out below ``folder``."""
    with zipfile.ZipFile(archive) as inside:
        inside.extractall(folder)
    return next(folder.iterdir())


def built(ref: str, folder: Path) -> Path:
    """Return the site of the commit ``ref``, built below ``folder``."""
    at = folder / "older"
    lay_out(ref, at, clone=False)
    # The same models need not be made again; whether they are the same, their sums say.
    shutil.copytree(CACHE / "models", at / ".cache" / "models")
    say(f"Building {ref}")
    environment = os.environ | {"PYTHONPATH": "worker"}
    command = [sys.executable, "-m", "tools.build"]
    if subprocess.run(command, cwd=at, env=environment, check=False).returncode:
        stop(f"{ref} could not be built with what is installed here.")
    return at / "dist"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.upgrade")
    parser.add_argument("--from", dest="older", required=True, metavar="COMMIT|ZIP")
    older = parser.parse_args().older
    with tempfile.TemporaryDirectory(prefix="offcut-") as scratch:
        folder = Path(scratch).resolve()
        is_zip = older.endswith(".zip")
        site = unzipped(Path(older), folder) if is_zip else built(older, folder)
        say(f"From {older} to what lies here")
        environment = os.environ | {"OFFCUT_OLDER": str(site), "PYTHONPATH": "worker"}
        command = [sys.executable, "-m", "pytest", "-q", TEST]
        raise SystemExit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
