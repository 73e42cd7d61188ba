"""Where results go, and how they get there: never over a file unless that was asked for."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from offcut.cli.finding import STDIN
from offcut.errors import fail
from offcut.native.typed import typed

if TYPE_CHECKING:
    from offcut.cli.finding import Found

STDOUT = "-"
MOST = 10_000
"""Numbers tried for a free name."""


@dataclass(frozen=True)
class Task:
    """A photo and where its result goes; None is the standard input, or output."""

    source: Path | None
    target: Path | None

    @property
    def shown(self) -> str:
        """The photo's name for a person, as it was typed."""
        return STDIN if self.source is None else str(self.source)

    @property
    def name(self) -> str:
        """The photo's file name; "" for the standard input."""
        return "" if self.source is None else self.source.name


@dataclass(frozen=True)
class Places:
    """Where results go.

    ``output``: as it was typed. ``ending``: of a result's name, with its dot. ``suffix``: what a
    name gets in front of it.
    """

    output: str | None
    ending: str
    suffix: str

    def folder(self) -> Path | None:
        """The folder of all results, where there is one."""
        if self.output in (None, STDOUT) or self._is_file():
            return None
        return typed(str(self.output))

    def _is_file(self) -> bool:
        """Whether what was typed is a file's name: it has an ending, and no folder is called so."""
        text = str(self.output)
        if text.endswith(("/", os.sep)):
            return False
        return bool(PurePath(text).suffix) and not typed(text).is_dir()

    def task(self, found: Found) -> Task:
        """Where the result of that photo goes."""
        if self.output == STDOUT or (self.output is None and found.path is None):
            return Task(found.path, None)
        if self.output is not None and self._is_file():
            return Task(found.path, typed(self.output))
        stem = "photo" if found.path is None else found.path.stem
        name = f"{stem}{self.suffix}{self.ending}"
        folder = self.folder()
        if folder is not None:
            return Task(found.path, folder / found.below / name)
        assert found.path is not None
        return Task(found.path, found.path.with_name(name))

    def check_room(self, photos: int) -> None:
        """Raise BAD_CONFIG where so many would go into one file."""
        if photos > 1 and self.output is not None and self.folder() is None:
            say = f"{photos} photos do not go into one file: name a folder, {self.output}/."
            raise fail("BAD_CONFIG", say)


class Tasks:
    """Photos of a run with the names of their results: two photos of one name get two."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._taken: dict[str, Path | None] = {}  # by whom

    def of(self, found: Found) -> Task:
        """Where the result of that photo goes; the same when it is asked for again."""
        task = self._places.task(found)
        if task.target is None:
            return task
        names = (task.target, *(numbered(task.target, number) for number in range(2, MOST)))
        for name in names:
            if self._taken.setdefault(_key(name), found.path) == found.path:
                return Task(task.source, name)
        raise fail("FILE_EXISTS", f"{task.target} is there already.", file=task.target)


def _key(path: Path) -> str:
    """Names that differ by upper and lower case alone are one file on many disks."""
    return os.path.normcase(path.absolute()).casefold()


def numbered(path: Path, number: int) -> Path:
    """photo-cutout.png becomes photo-cutout-2.png."""
    return path.with_name(f"{path.stem}-{number}{path.suffix}")


def check(task: Task, existing: str) -> bool:
    """Whether the work is to be done at all; False to skip it.

    ``existing``: see ``CutOrder``. Raises FILE_EXISTS, or BAD_CONFIG for a result that would take
    its photo's place.
    """
    if task.target is None or not _is_there(task.target):
        return True
    if task.source is not None and task.source.exists() and task.target.samefile(task.source):
        say = f"The result would be written over its photo, {task.source}."
        raise fail("BAD_CONFIG", say)
    if existing == "refuse":
        raise fail("FILE_EXISTS", f"{task.target} is there already.", file=task.target)
    return existing != "skip"


def _is_there(target: Path) -> bool:
    try:
        return target.exists()
    except OSError as error:  # a name that is too long with what was put behind it
        raise fail("ENCODE_FAILED", f"{target}: {error.strerror or error}.") from error


def put(target: Path, data: bytes, existing: str) -> Path:
    """Write a result, whole or not at all; gives where it went.

    ``existing``: see ``CutOrder``. Raises FILE_EXISTS where another program was quicker, and
    ENCODE_FAILED where the disk does not take it.
    """
    half = target.with_name(f".{target.name}.{secrets.token_hex(4)}.half")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(data)
        try:
            return _move(half, target, existing)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise fail("ENCODE_FAILED", f"{target}: {error.strerror or error}.") from error


def _move(half: Path, target: Path, existing: str) -> Path:
    if existing == "overwrite":
        half.replace(target)
        return target
    names = [target]
    if existing == "rename":
        names += [numbered(target, number) for number in range(2, MOST)]
    for name in names:
        if _claimed(half, name):
            return name
    raise fail("FILE_EXISTS", f"{target} is there already.", file=target)


def _claimed(half: Path, name: Path) -> bool:
    """Give the file its name, if nobody has it, in one step; whether it has it now."""
    try:
        os.link(half, name)
    except FileExistsError:
        return False
    except OSError:  # a disk without links: two steps have to do
        if name.exists():
            return False
        half.rename(name)
    return True
