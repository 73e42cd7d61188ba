"""Typed values out of a list of entries (JSON), with errors that say where the list is wrong."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import cast

from offcut.errors import OffcutError, fail

Entry = Mapping[str, object]
LARGEST = sys.float_info.max


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
    first, second, third = (number(item, where) for item in value)
    return first, second, third


def number(value: object, where: str) -> float:
    """A number that is finite."""
    # The largest first: an int may be too large for any float.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST:
        raise wrong(where)
    return float(value)


def shape(value: object, where: str) -> tuple[int, int, int, int]:
    """Four whole numbers."""
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise wrong(where)
    first, second, third, fourth = wholes(value, where)
    return first, second, third, fourth
