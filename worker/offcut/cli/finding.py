"""Which photos are meant by what was typed: files, folders, patterns, the standard input."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from offcut.native.typed import typed
from offcut.pixels.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = "-"
NAMED = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".apng",
        ".webp",
        ".avif",
        ".gif",
        ".bmp",
        ".ico",
        ".tif",
        ".tiff",
        ".heic",
        ".heif",
    ]
)
"""Endings that promise a photo: such a file in a folder is tried even if its bytes say otherwise,
so that a broken one is told and not passed over."""

PARTIAL = frozenset([".part", ".partial", ".crdownload", ".download", ".tmp", ".half"])
"""Endings of what another program is still writing."""

RESULT = re.compile(r"-(cutout|mask|background)(-\d+)?$")
_HEAD = 4096


@dataclass(frozen=True)
class Found:
    """A photo. ``path``: None for the standard input. ``below``: the folder that it lies in, seen
    from the folder that was named; "" where the photo itself was."""

    path: Path | None
    below: Path = Path()


@dataclass(frozen=True)
class Search:
    """What was found, in order, and how many files in folders are no photos."""

    photos: tuple[Found, ...]
    others: int = 0


def find_photos(names: tuple[str, ...], *, recursive: bool, out: Path | None = None) -> Search:
    """All photos behind ``names``, as they were typed, each once.

    ``out``: the folder of results, passed over.
    """
    photos: dict[str, Found] = {}
    others = 0
    for text in names:
        for found in _behind(text, recursive=recursive, out=out):
            if isinstance(found, int):
                others += found
            else:
                key = STDIN if found.path is None else os.path.normcase(found.path.absolute())
                photos.setdefault(key, found)
    return Search(tuple(photos.values()), others)


def _behind(text: str, *, recursive: bool, out: Path | None) -> Iterator[Found | int]:
    """Photos, and for each other file a 1."""
    if text == STDIN:
        yield Found(None)
        return
    path = typed(text)
    if path.is_dir():
        yield from in_folder(path, recursive=recursive, out=out)
        return
    # Shells on Windows leave patterns alone.
    yield from map(Found, _like(path) or [path])


def _like(path: Path) -> list[Path]:
    """The files that a pattern means; none where it is a file's name, or no pattern either."""
    if path.exists():
        return []
    try:
        return sorted(one for one in path.parent.glob(path.name) if one.is_file())
    except ValueError:  # "**x"
        return []


def in_folder(folder: Path, *, recursive: bool, out: Path | None = None) -> Iterator[Found | int]:
    """The photos of a folder in the order of their names, and for each other file a 1.

    What is hidden is passed over, and what an earlier run wrote beside its photo.
    """
    inside = out is not None and out.resolve() != folder.resolve()
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if recursive
            and not name.startswith(".")
            and not (inside and out is not None and (here / name).resolve() == out.resolve())
        )
        stems = {Path(name).stem for name in names}
        for name in sorted(names):
            path = here / name
            if name.startswith(".") or path.suffix.lower() in PARTIAL or not path.is_file():
                continue
            if RESULT.search(path.stem) and RESULT.sub("", path.stem) in stems:
                continue
            yield Found(path, here.relative_to(folder)) if is_photo(path) else 1


def is_photo(path: Path) -> bool:
    """Whether a file in a folder is to be tried: by its bytes, or by what its name promises."""
    if path.suffix.lower() in NAMED:
        return True
    try:
        with path.open("rb") as file:
            return sniff(file.read(_HEAD)).format != "unknown"
    except OSError:
        return False
