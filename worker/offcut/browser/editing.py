"""A job drawn again for the screen: with edits, with another background; and the brush."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offcut.browser.messages import blob
from offcut.errors import fail
from offcut.models.crop import Box
from offcut.pipeline import hints
from offcut.pipeline.edits import Edits, tip
from offcut.pipeline.options import ExportOptions
from offcut.pipeline.steps import edited_png, is_empty, matte_part, preview, preview_png
from offcut.pixels.encode import encode_png
from offcut.pixels.strokes import sheet
from offcut.pixels.swatches import colour_at, main_colours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offcut.browser.backdrop import Backdrop
    from offcut.browser.shelf import Shelf
    from offcut.models.limit import Limit
    from offcut.models.registry import ModelSpec
    from offcut.pipeline.job import Job
    from offcut.pipeline.progress import Report
    from offcut.pixels.photo import Photo


async def look(job: Job, options: Mapping[str, Any], backdrop: Backdrop) -> dict[str, Any]:
    """Show the job as ``export`` would write it with these options; no network runs.

    ``backdrop``: gives the background's picture. ``width`` and ``height`` are the preview's own.
    With ``part`` alone, [left, top, width, height] in photo pixels: that part of the matte at the
    photo's own size, a gray PNG. Raises BAD_CONFIG, JOB_UNKNOWN.
    """
    if "part" in options:
        return await _part(job, options["part"])
    wanted = ExportOptions.of(options)
    pixels = preview(job, wanted, await backdrop.of(options))
    return {
        "preview": blob(await preview_png(job, pixels), "image/png"),
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "empty": is_empty(job),
    }


async def _part(job: Job, given: object) -> dict[str, Any]:
    numbers = given if isinstance(given, (list, tuple)) else ()
    if len(numbers) != 4 or any(isinstance(n, bool) or not isinstance(n, int) for n in numbers):
        raise fail("BAD_CONFIG", "A part of the photo is four whole numbers.", part=repr(given))
    left, top, width, height = numbers
    box = Box(left, top, left + width, top + height)
    inside = left >= 0 and top >= 0 and box.right <= job.frame[0] and box.bottom <= job.frame[1]
    if not inside or width < 1 or height < 1:
        raise fail("BAD_CONFIG", "That part does not lie on the photo.", part=repr(given))
    pixels = matte_part(job, box)
    data = await encode_png(pixels, level=1)
    empty = not pixels.any()
    return {"preview": blob(data, "image/png"), "width": width, "height": height, "empty": empty}


async def edit(job: Job, edits: object) -> dict[str, Any]:
    """Replace the job's edits by that list, None for none, and show the cut-out with them.

    ``edits``: see ``docs/strokes.md``. Raises BAD_CONFIG, and then leaves the job as it was.
    """
    job.edits = Edits.of([] if edits is None else edits, job.patches)
    data, empty = await edited_png(job)
    width, height = job.frame
    shown = blob(data, "image/png")
    return {"preview": shown, "width": width, "height": height, "empty": empty}


def colours(photo: Photo, options: Mapping[str, Any]) -> dict[str, Any]:
    """The colour at ``x``, ``y``, fractions of the photo's sides; without them, some it has."""
    if "x" in options:
        found = [colour_at(photo, float(options["x"]), float(options["y"]))]
    else:
        found = main_colours(photo)
    return {"colours": [list(colour) for colour in found]}


async def stamp(options: dict[str, Any]) -> dict[str, Any]:
    """The four pictures of a stamp side by side as a gray PNG, and the side of each.

    ``options``: ``size``, the stamp's own diameter, and ``hardness``. Raises BAD_CONFIG.
    """
    pictures = sheet(*tip(options))
    data = await encode_png(pictures, level=1)
    return {"sheet": blob(data, "image/png"), "side": pictures.shape[0]}


async def hint(
    job: Job,
    shelf: Shelf,
    spec: ModelSpec,
    options: Mapping[str, Any],
    *,
    report: Report,
    limit: Limit | None,
) -> dict[str, Any]:
    """Let a network look closer at a click; see ``pipeline.hints.hint``.

    ``options``: ``x``, ``y``, ``keep``, and ``model``, which ``spec`` is of.
    """
    click = {name: value for name, value in options.items() if name != "model"}
    session = await shelf.session(spec)
    async with shelf.busy:
        return await hints.hint(job, session, spec, click, report, limit=limit)
