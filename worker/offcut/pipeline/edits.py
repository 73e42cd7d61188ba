"""What a person changed on a matte, read and checked: strokes, and patches that hints found.

The page keeps the list and sends it whole, so undo and redo are operations on a list. The format is
in ``docs/strokes.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.pixels.strokes import Stroke, stamps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from offcut.models.crop import Box
    from offcut.pixels.refine import Edges

EDITS, POINTS, STAMPS = 10_000, 1_000_000, 2_000_000
"""The most entries of a list, and points and stamps in all of it: 24 and 16 bytes each."""

SIZE = 1024.0
"""The largest diameter, in photo pixels: the picture of such a stamp takes 1 MB."""

FAR = 100_000.0
"""How far from the photo's corner a point may lie, in photo pixels: a pointer leaves the photo."""

_STROKE = frozenset({"tool", "smart", "size", "hardness", "flow", "points"})
_PATCH = frozenset({"tool", "id"})
_TOOLS = ("erase", "restore", "patch")


@dataclass(frozen=True, eq=False)
class Patch:
    """What a network found at a hint. ``values``: float32 (h, w), 0..1, of the part ``box`` of the
    photo. ``edges``: of the same part. ``keep``: it becomes part of the subject, else it goes."""

    values: NDArray[np.float32]
    box: Box
    edges: Edges
    keep: bool


@dataclass(frozen=True)
class Edits:
    """Strokes and patches in the order in which they change the matte."""

    items: tuple[Stroke | Patch, ...] = ()

    @classmethod
    def of(cls, given: object, patches: Sequence[Patch] = ()) -> Edits:
        """Read and check a page's list. ``patches``: of the job; an entry names one by its place.

        Raises BAD_CONFIG and says what is wrong, with the entry's place in the list.
        """
        if not isinstance(given, (list, tuple)):
            raise fail("BAD_CONFIG", "The edits are a list.", edits=type(given).__name__)
        if len(given) > EDITS:
            raise fail("BAD_CONFIG", f"There are over {EDITS} edits.", edits=len(given))
        items: list[Stroke | Patch] = []
        points = drawn = 0
        for place, entry in enumerate(given):
            item = _item(entry, place, patches)
            items.append(item)
            if isinstance(item, Stroke):
                points += len(item.points)
                drawn += stamps(item)
            if points > POINTS:
                raise fail("BAD_CONFIG", f"The strokes have over {POINTS} points.", edit=place)
            if drawn > STAMPS:
                say = f"The strokes take over {STAMPS} stamps: draw with a larger brush."
                raise fail("BAD_CONFIG", say, edit=place)
        return cls(tuple(items))


def _item(entry: object, place: int, patches: Sequence[Patch]) -> Stroke | Patch:
    if not isinstance(entry, dict):
        raise fail("BAD_CONFIG", "Each edit is a table of keys.", edit=place)
    tool = entry.get("tool")
    if tool not in _TOOLS:
        raise fail("BAD_CONFIG", f"The tool is one of {', '.join(_TOOLS)}.", edit=place, tool=tool)
    unknown = sorted(
        str(key) for key in entry if key not in (_PATCH if tool == "patch" else _STROKE)
    )
    if unknown:
        say = f"A {tool} edit has no key {unknown[0]!r}."
        raise fail("BAD_CONFIG", say, edit=place, key=unknown[0])
    if tool == "patch":
        number = entry.get("id")
        if isinstance(number, bool) or not isinstance(number, int):
            raise fail("BAD_CONFIG", "A patch is named by a whole number.", edit=place, id=number)
        if not 0 <= number < len(patches):
            raise fail("BAD_CONFIG", "There is no patch of that id.", edit=place, id=number)
        return patches[number]
    smart = entry.get("smart")
    if smart is not None and not isinstance(smart, bool):
        raise fail("BAD_CONFIG", "The setting 'smart' is true or false.", edit=place, smart=smart)
    return Stroke(
        restore=tool == "restore",
        smart=bool(smart),
        size=_size(entry, place),
        hardness=_share(entry, "hardness", place),
        flow=_share(entry, "flow", place),
        points=_points(entry.get("points"), place),
    )


def tip(given: Mapping[str, object]) -> tuple[float, float]:
    """The size and the hardness of a brush that is not a stroke yet. Raises BAD_CONFIG."""
    unknown = sorted(str(key) for key in given if key not in ("size", "hardness"))
    if unknown:
        raise fail("BAD_CONFIG", f"A brush has no key {unknown[0]!r} here.", key=unknown[0])
    return _size(given, 0), _share(given, "hardness", 0)


def _size(entry: Mapping[str, object], place: int) -> float:
    size = _number(entry.get("size"), "size", SIZE, place)
    if size <= 0:
        raise fail("BAD_CONFIG", "A brush has a size over 0.", edit=place, size=size)
    return size


def _share(entry: Mapping[str, object], key: str, place: int) -> float:
    value = entry.get(key)
    return 1.0 if value is None else _number(value, key, 1.0, place)


def _number(value: object, key: str, most: float, place: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        say = f"The setting {key!r} is a number from 0 to {most:g}."
        raise fail("BAD_CONFIG", say, edit=place, value=value)
    return float(value)


def _points(value: object, place: int) -> NDArray[np.float64]:
    say = "A stroke has points, each of three numbers: x, y and pressure."
    if not isinstance(value, (list, tuple)) or not value:
        raise fail("BAD_CONFIG", say, edit=place)
    try:
        given = np.array(value)
    except ValueError as error:  # of different lengths
        raise fail("BAD_CONFIG", say, edit=place, reason=str(error)) from error
    if given.ndim != 2 or given.shape[1] != 3 or given.dtype.kind not in "iuf":
        raise fail("BAD_CONFIG", say, edit=place, shape=given.shape)
    points: NDArray[np.float64] = given.astype(np.float64)
    if not (np.abs(points[:, :2]) <= FAR).all():
        say = f"A stroke's points lie within {FAR:g} pixels of the photo's corner."
        raise fail("BAD_CONFIG", say, edit=place)
    if not ((points[:, 2] >= 0) & (points[:, 2] <= 1)).all():
        raise fail("BAD_CONFIG", "The pressure goes from 0 to 1.", edit=place)
    return points
