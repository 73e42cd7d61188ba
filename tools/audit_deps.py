"""Ask whether anything that Offcut is made of, or built and tested with, has a known weakness.

python -m tools.audit_deps   ends with 0: none is known; 1: some are; 2: somebody could not be asked

pip-audit looks at every tools/requirements/*.txt, npm audit at package-lock.json. Both ask a
service elsewhere; where that is not reached nothing is known, which is no good news: that is a 2.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from typing import TYPE_CHECKING, Any

from tools.paths import CACHE, ROOT, say, sha256_file, stop

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENTS = ROOT / "tools" / "requirements"
HOME = CACHE / "audit"  # an environment of its own: what audits is not among what is audited
NONE, SOME, UNKNOWN = 0, 1, 2


def auditor() -> Path:
    """Return the path of pip-audit, installed where it is not."""
    listed, mark = REQUIREMENTS / "audit.txt", HOME / ".offcut"
    folder = HOME / ("Scripts" if os.name == "nt" else "bin")
    if not mark.exists() or mark.read_text("utf-8") != sha256_file(listed):
        say("  installing pip-audit (tools/requirements/audit.txt)")
        venv.create(HOME, with_pip=True, clear=True, symlinks=os.name != "nt")
        command = [str(folder / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "-r", str(listed)]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            stop("pip could not install pip-audit.")
        mark.write_text(sha256_file(listed), "utf-8")
    return folder / "pip-audit"


def of_python(text: str) -> tuple[list[str], list[str]]:
    """Return what pip-audit's JSON says: lines about weaknesses, and what it could not look up."""
    weak: list[str] = []
    unknown: list[str] = []
    for one in _json(text).get("dependencies", [{"name": "anything", "skip_reason": "no answer"}]):
        if "skip_reason" in one:
            unknown.append(one["name"])
        for found in one.get("vulns", []):
            better = ", ".join(found["fix_versions"]) or "none yet"
            weak.append(f"{one['name']} {one['version']}: {found['id']}; better: {better}")
    return weak, unknown


def of_npm(text: str) -> tuple[list[str], list[str]]:
    """Return what npm audit's JSON says, as ``of_python``."""
    told = _json(text)
    if "vulnerabilities" not in told:
        return [], ["package-lock.json"]
    weak = [
        f"{name} {one['range']}: {one['severity']}" for name, one in told["vulnerabilities"].items()
    ]
    return weak, []


def _json(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _told(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout


def judge(told: dict[str, tuple[list[str], list[str]]]) -> int:
    """Print what is known of each list, and return how the command ends."""
    result = NONE
    for name, (weak, unknown) in told.items():
        for line in weak:
            say(f"  {name}: {line}")
        if unknown:
            what = ", ".join(unknown[:3]) + (", …" if len(unknown) > 3 else "")
            say(f"  {name}: NOT AUDITED, nobody who knows could be asked about {what}")
        elif not weak:
            say(f"  {name}: no known weakness")
        result = SOME if weak or result == SOME else UNKNOWN if unknown else result
    return result


def main() -> None:
    """Run the command."""
    told = {}
    for listed in sorted(REQUIREMENTS.glob("*.txt")):
        options = ("--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json")
        text = _told(str(auditor()), *options, "-r", str(listed))
        told[listed.name] = of_python(text)
    told["package-lock.json"] = of_npm(_told("npm", "audit", "--json"))
    sys.exit(judge(told))


if __name__ == "__main__":
    main()
