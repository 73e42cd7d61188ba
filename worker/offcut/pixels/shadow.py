"""The shadow of a cut-out: behind it, or where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.pixels.sheet import Sheet, on_grid, shrunk, soften, step_for

if TYPE_CHECKING:
    from offcut.pixels.frame import Cut

KINDS = ("drop", "contact")

PART = 0.25
"""How much of what casts a shadow stands close to the ground: this much of its height."""

FLAT = 0.12
"""How deep a contact shadow is, of the width: the ground as a camera sees it that stands a little
above it."""


@dataclass(frozen=True)
class Shadow:
    """``kind``: "drop" lies behind the subject, "contact" on the ground below its lower edge.

    ``x``, ``y``: how far it is moved to the right and down; ``blur``: the standard deviation of a
    Gaussian; all of the longer side of the subject's box. ``strength``: its alpha where it is not
    blurred, 0..1. ``colour``: (R, G, B), 0..255.
    """

    kind: str
    x: float = 0.0
    y: float = 0.0
    blur: float = 0.03
    strength: float = 0.5
    colour: tuple[int, int, int] = (0, 0, 0)


def cast(
    shadow: Shadow,
    cut: Cut,
    box: tuple[int, int, int, int],
    longer: float,
    outline: Sheet | None = None,
) -> Sheet:
    """The alpha of a shadow, 0..1.

    ``cut``: the subject in its picture. ``box``: (top, left, bottom, right) of what is seen of it
    there, with its outline. ``longer``: what the shadow's sizes are fractions of, in pixels.
    ``outline``: what ``grown`` gives; it then casts the shadow, too.

    "drop": the matte, moved and blurred. "contact": its lowest ``PART``, pressed flat to ``FLAT``
    of the box's width, its middle on the lower edge of the box, then moved and blurred.
    """
    top, left, bottom, right = box
    sigma = shadow.blur * longer
    caster = _caster(cut, box, step_for(sigma, bottom - top, right - left), outline)
    if shadow.kind == "contact":
        caster = _flat(caster, box)
    moved = caster.moved(round(shadow.y * longer), round(shadow.x * longer))
    made = soften(moved, sigma)
    return replace(made, values=made.values * np.float32(shadow.strength))


def _caster(cut: Cut, box: tuple[int, int, int, int], step: int, outline: Sheet | None) -> Sheet:
    """The matte within the box, and the outline, in squares of ``step``."""
    top, left, bottom, right = box
    y0, x0 = max(top, cut.top), max(left, cut.left)
    part = cut.share[y0 - cut.top : bottom - cut.top, x0 - cut.left : right - cut.left]
    # In the middle of the squares, or a thin subject would cast its shadow to one side.
    over, before = (-part.shape[0] % step) // 2, (-part.shape[1] % step) // 2
    small = shrunk(lambda rows: part[rows], part.shape, step, (over, before))
    made = Sheet(small, y0 - over, x0 - before, step)
    if outline is None:
        return made
    # Grown to whole squares around the box, so that the outline has room.
    before, over = -(-(made.left - left) // step), -(-(made.top - top) // step)
    after = max(0, -(-(right - made.right) // step))
    under = max(0, -(-(bottom - made.bottom) // step))
    values = np.pad(made.values, ((over, under), (before, after)))
    y, x = made.top - over * step, made.left - before * step
    around = on_grid(outline, y, x, values.shape, step)
    return Sheet(np.maximum(values, around.values), y, x, step)


def _flat(caster: Sheet, box: tuple[int, int, int, int]) -> Sheet:
    """The lower part of what casts the shadow, pressed flat around the box's lower edge."""
    top, left, bottom, right = box
    deep = max(1.0, FLAT * (right - left))
    rows = max(1, round(deep / caster.step))
    low = min((bottom - caster.top) / caster.step, caster.values.shape[0])
    high = max(0.0, low - max(1.0, PART * (bottom - top) / caster.step))
    image = Image.fromarray(caster.values)
    width = caster.values.shape[1]
    pressed = image.resize((width, rows), Image.Resampling.BOX, box=(0, high, width, low))
    # Where a square is deeper than the shadow, it is only in part in it.
    values = np.asarray(pressed, np.float32) * np.float32(min(1.0, deep / (rows * caster.step)))
    return Sheet(values, bottom - (rows * caster.step + 1) // 2, caster.left, caster.step)
