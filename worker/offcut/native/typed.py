"""Paths as people type them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from offcut.errors import fail

SHOWN = 60
"""Letters of a name that are shown where nothing can be called so."""


def typed(text: str) -> Path:
    """The path that was typed, with ``~`` as the home that it stands for, whether there is
    anything or not. BAD_CONFIG where no file can be called so, or nobody may look there."""
    try:
        path = Path(text).expanduser()
        with suppress(FileNotFoundError, NotADirectoryError):
            path.stat()
    except (OSError, RuntimeError, ValueError) as error:  # too long; nobody's home; a NUL
        reason = error.strerror if isinstance(error, OSError) else str(error)
        short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        raise fail("BAD_CONFIG", f"{short!r} is no file's name here: {reason}.") from error
    return path
