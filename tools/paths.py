"""Where things lie, and small helpers that every tool needs."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
DIST = ROOT / "dist"
NODE_MODULES = ROOT / "node_modules"
REGISTRY = ROOT / "models" / "registry.toml"
PHOTOS = ROOT / "tests" / "photos"
SHARED = ROOT.parent / "shared"


def say(*words: object) -> None:
    """Tell whoever runs the command what is happening, at once."""
    print(*words, flush=True)


def stop(message: str) -> NoReturn:
    """End the command with a sentence and exit status 1."""
    print(f"\n{message}", file=sys.stderr, flush=True)
    raise SystemExit(1)


def readable(folder: Path) -> None:
    """Let everybody read what is below ``folder``, whatever the umask says: servers and packages
    take the modes along."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of the file at ``path`` in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
