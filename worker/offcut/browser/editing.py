"""A job's edits and the brush, as the page asks for them and shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offcut.browser.messages import blob
from offcut.pipeline.edits import Edits, tip
from offcut.pipeline.steps import edited_png
from offcut.pixels.encode import encode_png
from offcut.pixels.strokes import sheet

if TYPE_CHECKING:
    from offcut.pipeline.job import Job


async def edit(job: Job, edits: object) -> dict[str, Any]:
    """Replace the job's edits by that list, None for none, and show the cut-out with them.

    ``edits``: see ``docs/strokes.md``. Raises BAD_CONFIG, and then leaves the job as it was.
    """
    job.edits = Edits.of([] if edits is None else edits, job.patches)
    data, empty = await edited_png(job)
    width, height = job.frame
    preview = blob(data, "image/png")
    return {"preview": preview, "width": width, "height": height, "empty": empty}


async def stamp(options: dict[str, Any]) -> dict[str, Any]:
    """The four pictures of a stamp side by side as a gray PNG, and the side of each.

    ``options``: ``size``, the stamp's own diameter, and ``hardness``. Raises BAD_CONFIG.
    """
    pictures = sheet(*tip(options))
    data = await encode_png(pictures, level=1)
    return {"sheet": blob(data, "image/png"), "side": pictures.shape[0]}
