"""Build the site twice, under other circumstances, and compare every file: ``make reproduce``.

python -m tools.reproduce               of what is committed
python -m tools.reproduce --ref v0.2.0  of another commit
python -m tools.reproduce --keep DIR    leave both builds in DIR

The two share nothing that is made: only the installed packages and the carriers, whose sums the
build compares. One is an archive, one a clone, at paths of other lengths; time zone, language, hash
seed, umask, cores and, where ``faketime`` is installed, the date are not the same.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.paths import CACHE, NODE_MODULES, ROOT, say, sha256, sha256_file, stop

SHOWN = 40
MADE = ("dist", "release")


@dataclass(frozen=True)
class Circumstances:
    """Under which a build runs. ``clone``: else an archive. ``days``: how far its clock is off."""

    path: str
    clone: bool
    environment: dict[str, str]
    umask: int
    one_core: bool
    days: int

    def command(self, *words: str) -> list[str]:
        """The words of a command, under another date where that is possible."""
        python = [str(ROOT / ".venv" / "bin" / "python"), *words]
        faketime = shutil.which("faketime")
        return [faketime, "-f", f"{self.days:+}d", *python] if faketime and self.days else python


HERE = Circumstances(
    path="a",
    clone=False,
    environment={"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
    umask=0o022,
    one_core=False,
    days=0,
)
ELSEWHERE = Circumstances(
    path="another place/with a longer name",
    clone=True,
    environment={"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "4242"},
    umask=0o077,
    one_core=True,
    days=400,
)


def sums(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below ``folder``, by its path there."""
    return {
        path.relative_to(folder).as_posix(): sha256_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Return a line for each file that is not the same in both, or in one of them alone."""
    lines = []
    for path in sorted({*one, *other}):
        if path not in one or path not in other:
            lines.append(f"{path}: only in the {'first' if path in one else 'second'}")
        elif one[path] != other[path]:
            lines.append(f"{path}: {one[path][:12]} and {other[path][:12]}")
    return lines


def lay_out(ref: str, at: Path, *, clone: bool) -> None:
    """Have the files of the commit ``ref`` at ``at``, with the installed packages beside them."""
    at.mkdir(parents=True)
    if clone:
        _run(["git", "clone", "--quiet", "--no-checkout", str(ROOT), str(at)], ROOT)
        commit = subprocess.run(
            ["git", "rev-parse", f"{ref}^{{commit}}"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        _run(["git", "checkout", "--quiet", "--detach", commit], at)
    else:
        archive = at.parent / "archive.tar"
        _run(["git", "archive", "--output", str(archive), ref], ROOT)
        _run(["tar", "-xf", str(archive), "-C", str(at)], ROOT)
        archive.unlink()
    (at / ".venv").symlink_to((ROOT / ".venv").resolve())
    (at / "node_modules").symlink_to(NODE_MODULES.resolve())
    if (CACHE / "carriers").exists():
        shutil.copytree(CACHE / "carriers", at / ".cache" / "carriers")


def build(ref: str, folder: Path, around: Circumstances) -> dict[str, str]:
    """Build the commit ``ref`` in ``folder`` with nothing in the cache; returns all sums."""
    at = folder / around.path
    say(f"Building {ref} in {at}")
    lay_out(ref, at, clone=around.clone)
    environment = os.environ | around.environment | {"PYTHONPATH": "worker"}
    cores = os.sched_getaffinity(0)
    if around.one_core:  # a child starts with its parent's
        os.sched_setaffinity(0, {min(cores)})
    try:
        for tool in ("tools.build", "tools.release"):
            words = ["-m", tool, *(["--draft"] if tool == "tools.release" else [])]
            _run(around.command(*words), at, env=environment, umask=around.umask)
    finally:
        os.sched_setaffinity(0, cores)
    return {f"{name}/{path}": one for name in MADE for path, one in sums(at / name).items()}


def _run(
    command: list[str], at: Path, *, env: dict[str, str] | None = None, umask: int = -1
) -> None:
    if subprocess.run(command, cwd=at, env=env, umask=umask, check=False).returncode:
        stop(f"This did not work: {' '.join(command)}")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.reproduce")
    parser.add_argument("--ref", default="HEAD", help="the commit to build (default: HEAD)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave both builds there")
    arguments = parser.parse_args()
    if not shutil.which("faketime"):
        say("faketime is not installed: both builds run on the same day.")
    with tempfile.TemporaryDirectory(prefix="offcut-") as scratch:
        folder = (arguments.keep or Path(scratch)).resolve()
        one, other = (build(arguments.ref, folder, how) for how in (HERE, ELSEWHERE))
    lines = differing(one, other)
    for line in lines[:SHOWN]:
        say(f"  {line}")
    if lines:
        stop(f"{len(lines)} of {len({*one, *other})} files are not the same in both builds.")
    rows = "\n".join(f"{digest}  {path}" for path, digest in one.items())
    say(f"{len(one)} files, all the same in both builds.")
    say(f"The sha256 of their list: {sha256(rows.encode())}")


if __name__ == "__main__":
    main()
