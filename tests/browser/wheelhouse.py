"""A Python of its own with the site's wheel in it, as a person has who installs it from a site.

No package is fetched: numpy, Pillow and ONNX Runtime are those of the environment that the tests
run in, which the new one sees by a path file; the wheel comes from a server on this machine.
"""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_S = 300


@dataclass(frozen=True)
class Native:
    """A virtual environment, and what its commands are started with."""

    folder: Path
    environment: dict[str, str]

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def run(self, command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        """Run ``command`` in ``folder``; what it says comes back, whatever becomes of it."""
        return subprocess.run(
            command,
            cwd=folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
            stdin=subprocess.DEVNULL,
        )


def native(folder: Path, site: str, wheel: str) -> Native:
    """Make one in ``folder`` and install ``site``'s ``wheel``, its path there, by address."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    bin_ = folder / "venv" / "bin"
    made = Native(
        folder / "venv",
        {
            "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "OFFCUT_CACHE": str(folder / "kept"),
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_CACHE_DIR": "1",
        },
    )
    pip = bin_ / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{made.python}" -m pip "$@"\n')
    pip.chmod(0o755)
    done = made.run([str(pip), "install", "--quiet", site + wheel], folder)
    assert done.returncode == 0, done.stderr
    return made
