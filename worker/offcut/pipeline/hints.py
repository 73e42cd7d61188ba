"""A click on what the networks missed, or took though it is not wanted: a closer look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.models.crop import Box
from offcut.models.plan import DEFAULT, looks
from offcut.pipeline.edits import Patch
from offcut.pipeline.progress import Report, silent, tell
from offcut.pipeline.steps import look_at
from offcut.pixels.islands import regions
from offcut.pixels.refine import fit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from offcut.models.limit import Limit
    from offcut.models.registry import ModelSpec
    from offcut.pipeline.job import Job
    from offcut.runtime.session import Session

SHARE = 0.4
"""The side of what the network sees, as a share of the subject's box's longer side."""

LEAST = 64
"""And at least so many photo pixels."""

FOUND = 0.5
"""What the network must be sure of to have found something, and what holds a part together."""

NEAR = 0.01
"""How far from the click that may be, as a share of the longer side of what the network saw."""

HALO = 0.02
"""How far a part's soft edge may reach beyond where the network is sure, as a share of the same."""

PATCHES = 100
"""The most that a job keeps: each takes 1 MB or more, and a page may want any of them again."""

NONE = -1
"""The id of no patch: None would not reach a page as such."""

_KEYS = frozenset({"x", "y", "keep"})


async def hint(
    job: Job,
    session: Session,
    spec: ModelSpec,
    click: Mapping[str, object],
    report: Report = silent,
    *,
    limit: Limit | None = None,
) -> dict[str, object]:
    """Let a network look at the photo around a click and keep what it finds there as a patch.

    ``click``: ``x``, ``y`` in photo pixels, ``keep``: whether it belongs to the subject. ``limit``:
    as for ``steps.cut``. Gives the patch's ``id`` for the list of edits, or ``NONE`` with a
    ``note`` that says why. Nothing changes until the list has it. Raises BAD_CONFIG, JOB_UNKNOWN
    before any network has looked, and what ``Session.run`` raises.
    """
    job.check()
    x, y, keep = _read(click, job.frame)
    if len(job.patches) >= PATCHES:
        say = f"There were {PATCHES} hints on this photo: go on with the brush."
        raise fail("BAD_CONFIG", say, hints=PATCHES)
    job.mask()
    box = around(x, y, job.subject(), job.frame)
    tell(report, "run", model=spec.id)
    # At the size at which it looks at a subject by default: the part is smaller, so it sees more.
    look = looks(DEFAULT, spec.roles)[0]
    seen, took = await look_at(job, session, spec, look, box, limit=limit)
    job.check()
    job.ms["hint"] = took * 1000
    tell(report, "run", model=spec.id, done=1, total=1)
    height, width = seen.mask.shape
    place = (x - box.left) * width / box.width, (y - box.top) * height / box.height
    part = part_at(seen.mask, *place)
    if part is None:
        return {"id": NONE, "note": "The model finds nothing there. Use the brush."}
    rgb, of = job.view(box, part.size)
    job.patches.append(Patch(part, box, fit(rgb, part, part.size, of), keep))
    return {"id": len(job.patches) - 1, "note": ""}


def _read(click: Mapping[str, object], frame: tuple[int, int]) -> tuple[float, float, bool]:
    unknown = sorted(str(key) for key in click if key not in _KEYS)
    if unknown:
        raise fail("BAD_CONFIG", f"A hint has no key {unknown[0]!r}.", key=unknown[0])
    keep, places = click.get("keep"), []
    for key, most in zip("xy", frame, strict=True):
        value = click.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
            say = f"A hint lies on the photo: {key} goes from 0 to {most}."
            raise fail("BAD_CONFIG", say, value=value)
        places.append(float(value))
    if not isinstance(keep, bool):
        raise fail("BAD_CONFIG", "The setting 'keep' is true or false.", keep=keep)
    return places[0], places[1], keep


def around(x: float, y: float, subject: Box, frame: tuple[int, int]) -> Box:
    """The part of a photo to look at for a click there: a square, moved and cut to the photo.

    ``subject``: the box around the subject. ``frame``: (width, height) of the photo.
    """
    side = max(LEAST, round(SHARE * max(subject.width, subject.height)))
    width, height = min(side, frame[0]), min(side, frame[1])
    left = min(max(0, round(x - width / 2)), frame[0] - width)
    top = min(max(0, round(y - height / 2)), frame[1] - height)
    return Box(left, top, left + width, top + height)


def part_at(mask: NDArray[np.float32], x: float, y: float) -> NDArray[np.float32] | None:
    """The part of a mask that holds a place, with its soft edge: float32 (h, w), 0 elsewhere.

    ``mask``: float32 (h, w), 0..1. ``x``, ``y``: in its pixels. None where nothing is.
    """
    label = regions(mask >= FOUND)[0]
    far = NEAR * max(mask.shape)
    rows, columns = (slice(max(0, int(at - far)), int(at + far) + 1) for at in (y, x))
    close = label[rows, columns]
    i, j = np.nonzero(close)
    if not len(i):
        return None
    gap = np.hypot(i + rows.start + 0.5 - y, j + columns.start + 0.5 - x)
    nearest = int(np.argmin(gap))
    mine = label == close[i[nearest], j[nearest]]
    reach = max(1, round(HALO * max(mask.shape)))
    grown = _grown(_grown(mine, reach).T, reach).T & (mine | (label == 0))  # no other part
    return np.where(grown, mask, np.float32(0))


def _grown(where: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """``where``, so many pixels further up and down."""
    count = np.cumsum(np.pad(where, ((reach + 1, reach), (0, 0))), axis=0, dtype=np.int32)
    return np.asarray(count[2 * reach + 1 :] > count[: -2 * reach - 1])
