"""The shadow of a cut-out: behind it, or where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.pixels.sheet import Sheet, on_grid, shrunk, soften, step_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

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

    "drop": the matte, moved and blurred. "contact": its lowest ``PART``, pressed flat into an
    ellipse with ``FLAT`` of the box's width for its height and its middle on the box's lower edge,
    then moved and blurred.
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
    """The lower part of what casts the shadow, pressed flat around the box's lower edge, and no
    more of it than is in the ellipse between its ends: what stands on the ground is round there,
    or the light from beside it makes it so."""
    top, left, bottom, right = box
    deep = max(1.0, FLAT * (right - left))
    rows, width = max(1, round(deep / caster.step)), caster.values.shape[1]
    low = min((bottom - caster.top) / caster.step, caster.values.shape[0])
    high = max(0.0, low - max(1.0, PART * (bottom - top) / caster.step))
    image = Image.fromarray(caster.values)
    pressed = image.resize((width, rows), Image.Resampling.BOX, box=(0, high, width, low))
    values = np.array(pressed, np.float32)
    values *= _ellipse(values, deep / caster.step)
    return Sheet(values, bottom - (rows * caster.step + 1) // 2, caster.left, caster.step)


def _ellipse(values: NDArray[np.float32], deep: float) -> NDArray[np.float32]:
    """How much of each square lies in the ellipse that is as wide as what is seen, and ``deep``."""
    rows, width = values.shape
    columns = np.flatnonzero((values >= 1 / 255).any(axis=0))
    if not len(columns):
        return np.zeros_like(values)
    middle, half = (columns[0] + columns[-1] + 1) / 2, (columns[-1] + 1 - columns[0]) / 2
    across = (np.arange(width) + 0.5 - middle) / half
    reach = np.sqrt(np.clip(1 - across**2, 0, 1)) * (deep / 2)
    edges = (np.arange(rows + 1) - rows / 2)[:, np.newaxis]
    share = np.minimum(edges[1:], reach) - np.maximum(edges[:-1], -reach)
    return np.asarray(np.clip(share, 0, 1), np.float32)
