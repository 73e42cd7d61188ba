"""Install what the other commands need. Runs on a bare machine: nothing but Python's own library.

python3 tools/setup.py           what building and serving need
python3 tools/setup.py --tests   also what the tests need (linters, Playwright, browsers, servers)

Each step leaves a mark with the hash of what it installed from; a second run only compares.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "tools" / "requirements"
LOCK = ROOT / "package-lock.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A browser's name, the variable that has its path, its programs, and Debian's package.
CHROMIUM = ("Chromium", "CHROMIUM", BROWSERS, "chromium")
FIREFOX = ("Firefox", "OFFCUT_FIREFOX", ("firefox-esr", "firefox"), "firefox-esr")
# Program -> Debian's package. Without them, their tests are skipped.
WEBKIT = {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"}
SERVERS = {"nginx": "nginx-light", "caddy": "caddy"}
FONT, FONT_PACKAGE = "Inter", "fonts-inter"  # which the pictures in tests/looks/ are set in
LEAST_PYTHON, LEAST_NODE = (3, 11), 20


def say(*words: object) -> None:
    """Tell what happens, at once."""
    print(*words, flush=True)


def run(command: list[str], failed: str) -> None:
    """Run ``command`` in the project; stop with a sentence when it fails."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"\n{failed} Run the same command again to go on from here.")


def done_already(mark: Path, wanted: str) -> bool:
    """Whether the step that leaves ``mark`` was done from the same inputs."""
    return mark.exists() and mark.read_text("utf-8") == wanted


def digest(*paths: Path) -> str:
    """Return one hash over files, and over the Python that runs: another one needs other wheels."""
    parts = [path.read_bytes() for path in paths]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode()])).hexdigest()


def of_this_python(folder: Path) -> bool:
    """Whether a virtual environment was made by this minor version of Python."""
    found = re.search(r"(?m)^version = (\d+)\.(\d+)", (folder / "pyvenv.cfg").read_text("utf-8"))
    return found is not None and (int(found[1]), int(found[2])) == sys.version_info[:2]


def python_packages(name: str) -> None:
    """Make the virtual environment and install the pinned, hashed packages of ``name``.txt."""
    listed = REQUIREMENTS / f"{name}.txt"
    mark, wanted = VENV / f".offcut-{name}", digest(listed)
    if PYTHON.exists() and done_already(mark, wanted):
        return
    if not PYTHON.exists() or not of_this_python(VENV):
        say("  making a virtual environment in .venv")
        venv.create(VENV, with_pip=True, clear=VENV.exists(), symlinks=os.name != "nt")
    say(f"  installing Python packages ({listed.relative_to(ROOT)})")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(
        [*command, "--require-hashes", "--only-binary=:all:", "-r", str(listed)],
        "pip could not install the Python packages.",
    )
    mark.write_text(wanted, "utf-8")


def node_packages() -> None:
    """Install the npm packages of the lock file; their install scripts are not run."""
    mark, wanted = ROOT / "node_modules" / ".offcut", digest(LOCK)
    if done_already(mark, wanted):
        return
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        sys.exit(f"Node.js {LEAST_NODE} or newer with npm is needed to build the site.")
    say("  installing npm packages (package-lock.json)")
    run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "npm could not install its packages.",
    )
    mark.write_text(wanted, "utf-8")


def browser(name: str, variable: str, programs: tuple[str, ...], package: str) -> None:
    """Install Debian's package of a browser when there is none; elsewhere say what is missing."""
    if os.environ.get(variable) or any(shutil.which(program) for program in programs):
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"The tests need {name}: install it, or set {variable} to the path of one.")
    say(f"  installing {name} (apt-get)")
    debian_packages(package)


def optional(packages: dict[str, str]) -> None:
    """Install those of these programs that are missing, where Debian's apt can.

    Elsewhere their tests are skipped, and say so. ``packages``: Debian's package by program.
    """
    missing = [name for name in packages if not shutil.which(name)]
    if not missing:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        say(f"  {' and '.join(missing)} not found: their tests will be skipped")
        return
    say(f"  installing {' and '.join(missing)} (apt-get)")
    debian_packages(*(packages[name] for name in missing))


def font() -> None:
    """Install the page's first font, which is not shipped, where Debian's apt can.

    Elsewhere the pictures of the page (tests/looks/) may differ by their letters, and it is said.
    """
    lister = shutil.which("fc-list")
    if lister:
        command = [lister, f":family={FONT}", "family"]
        if subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip():
            return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        say(f"  the font {FONT} not found: tests of how the page looks may fail")
        return
    say(f"  installing the font {FONT} (apt-get)")
    debian_packages(FONT_PACKAGE)


def debian_packages(*packages: str) -> None:
    """Install packages of the system; a server among them is not started by that."""
    quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    names = " and ".join(packages)
    run([*quiet, "update"], "apt-get could not update its lists.")
    os.environ["RUNLEVEL"] = "1"  # invoke-rc.d starts nothing in a system that is coming down
    run([*quiet, "install", "-y", *packages], f"apt-get could not install {names}.")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python3 tools/setup.py")
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    tests = parser.parse_args().tests
    if sys.version_info < LEAST_PYTHON:
        sys.exit("Python 3.11 or newer is needed.")
    python_packages("dev" if tests else "build")
    python_packages("docs")
    node_packages()
    if tests:
        browser(*CHROMIUM)
        browser(*FIREFOX)
        optional(WEBKIT)  # an engine more, where there is one: it comes with MiniBrowser
        optional(SERVERS)  # those that docs/hosting.md has configurations for
        font()


if __name__ == "__main__":
    main()
