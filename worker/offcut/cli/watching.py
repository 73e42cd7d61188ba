"""A folder that photos come into: which of them are there whole, and new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offcut.cli.finding import Found, in_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Stamp = tuple[int, int]
    """Size in bytes and the time of the last change in nanoseconds."""

EVERY_S = 0.5
SETTLED_S = 1.5
"""A file that has not changed for so long is there whole: copies, downloads and cameras write in
pieces, and no system tells of their end the same way."""


class Watched:
    """Looks at a folder again and again; polling works on every disk, also in a network."""

    def __init__(
        self, folder: Path, *, recursive: bool, out: Path | None, clock: Callable[[], float]
    ) -> None:
        self._folder = folder
        self._recursive = recursive
        self._out = out
        self._clock = clock
        self._seen: dict[Path, tuple[Stamp, float]] = {}  # and since when it is like that
        self._given: dict[Path, Stamp] = {}

    def look(self) -> list[Found]:
        """The photos that have settled since the last look. One that was written anew counts as
        new; an empty file is one that is still to be written."""
        now = self._clock()
        ready = []
        there = set()
        for found in in_folder(self._folder, recursive=self._recursive, out=self._out):
            if isinstance(found, int) or found.path is None:
                continue
            stamp = _stamp(found.path)
            if stamp is None:
                continue
            there.add(found.path)
            before, since = self._seen.get(found.path, (None, now))
            if stamp != before:
                since = now
            self._seen[found.path] = (stamp, since)
            if stamp[0] and now - since >= SETTLED_S and self._given.get(found.path) != stamp:
                self._given[found.path] = stamp
                ready.append(found)
        for kept in (self._seen, self._given):
            for path in set(kept) - there:
                del kept[path]
        return ready


def _stamp(path: Path) -> Stamp | None:
    try:
        about = path.stat()
    except OSError:  # it has just gone
        return None
    return about.st_size, about.st_mtime_ns
