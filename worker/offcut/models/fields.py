"""Typed values out of a list of entries (JSON), with errors that say where the list is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from offcut.errors import OffcutError, fail

Entry = Mapping[str, object]


def wrong(where: str, key: str = "", why: str = "missing or not valid") -> OffcutError:
    """The error of a list that is wrong at ``where``, or at ``key`` of it."""
    where = f"{where}.{key}" if key else where
    return fail("BAD_CONFIG", f"The list of models is broken at {where}: {why}.", where=where)


def table(value: object, where: str) -> Entry:
    """A table of names and values."""
    if not isinstance(value, Mapping):
        raise wrong(where)
    return cast("Entry", value)


def text(entry: Entry, key: str, where: str) -> str:
    """A text that is not empty."""
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise wrong(where, key)
    return value


def texts(value: object, where: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise wrong(where)
    return tuple(value)


def whole(entry: Entry, key: str, where: str) -> int:
    """A whole number of at least 0."""
    value = entry.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON that came through JavaScript knows one kind of number
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise wrong(where, key)
    return value


def wholes(value: object, where: str) -> tuple[int, ...]:
    """A list of whole numbers of at least 0."""
    if not isinstance(value, (list, tuple)):
        raise wrong(where)
    return tuple(whole({f"[{n}]": item}, f"[{n}]", where) for n, item in enumerate(value))


def digest(entry: Entry, where: str) -> str:
    """The ``sha256`` of an entry: 64 hexadecimal digits."""
    value = text(entry, "sha256", where)
    if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise wrong(where, "sha256")
    return value


def one_of(value: str, allowed: tuple[str, ...], where: str) -> str:
    """The value, if it is one of those allowed."""
    if value not in allowed:
        raise wrong(where, why=f"{value!r} is not one of {', '.join(allowed)}")
    return value


def triple(value: object, where: str) -> tuple[float, float, float]:
    """Three numbers."""
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        raise wrong(where)
    if not all(isinstance(item, (int, float)) for item in value):
        raise wrong(where)
    return (float(value[0]), float(value[1]), float(value[2]))


def shape(value: object, where: str) -> tuple[int, int, int, int]:
    """Four whole numbers."""
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise wrong(where)
    return (int(value[0]), int(value[1]), int(value[2]), int(value[3]))
