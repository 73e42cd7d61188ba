"""One photo on its way to a cut-out."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.models.crop import Box, subject_box
from offcut.models.fusion import combine, first_look, is_doubtful
from offcut.pixels.colour import to_srgb
from offcut.pixels.compose import PREVIEW_SIDE, small_photo
from offcut.pixels.refine import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from offcut.models.fusion import Mask, Seen
    from offcut.pipeline.edits import Edits, Patch
    from offcut.pixels.colour import Convert
    from offcut.pixels.photo import Photo
    from offcut.pixels.refine import Edges
    from offcut.pixels.resample import Part


class Job:
    """A decoded photo and what networks have seen in it, in the order they looked.

    ``photo``: never changed. ``name``: of the file it came from, may be "". ``side``: the longer
    side of previews, at most. ``ms``: milliseconds by step, of the last time each ran. ``notes``:
    sentences about the result that a person should know. ``edits``: what the person changed on
    the matte, in order. ``given``: a matte that came with the photo, float32 (h, w), 0..1, of any
    size, in the place of what networks see. ``patches``: what hints have found so far, whether
    ``edits`` has it or not.
    ``writing``: held while a file is made of it.
    """

    def __init__(self, photo: Photo, name: str = "", side: int = PREVIEW_SIDE) -> None:
        self.photo = photo
        self.name = name
        self.side = side
        self.ms: dict[str, float] = {}
        self.notes: list[str] = []
        self.edits: Edits | None = None
        self.given: NDArray[np.float32] | None = None
        self.patches: list[Patch] = []
        self._seen: dict[str, tuple[Seen, ...]] = {}
        self._mask: Mask | None = None
        self._edges: Edges | None = None
        self._cancelled = False
        self.writing = asyncio.Lock()

    @property
    def models(self) -> list[str]:
        """The ids of the models that have answered."""
        return list(self._seen)

    @property
    def frame(self) -> tuple[int, int]:
        """The photo's width and height."""
        return self.photo.width, self.photo.height

    @property
    def whole(self) -> Box:
        """The whole photo."""
        return Box(0, 0, *self.frame)

    @cached_property
    def small(self) -> Photo:
        """The photo at preview size: made once, each better mask is laid on it anew."""
        return small_photo(self.photo, self.side)

    @cached_property
    def colours(self) -> Convert | None:
        """Makes sRGB of the photo's colours, for the networks; None where they are sRGB."""
        return to_srgb(self.photo.icc)

    def put(self, model: str, seen: Sequence[Seen]) -> None:
        """Add what the looks of a model gave; a second answer replaces the first."""
        self._seen.pop(model, None)
        self._seen[model] = tuple(seen)
        self._mask = self._edges = None

    def subject(self) -> Box:
        """The box around what the first look found; the whole photo when nobody has looked."""
        first = first_look(self._all())
        return self.whole if first is None else subject_box(first.mask, *self.frame)

    def is_doubtful(self, more: Sequence[Seen] = ()) -> bool:
        """Whether the looks so far, and ``more``, are at odds about the subject."""
        return is_doubtful([*self._all(), *more], self.frame)

    def view(self, box: Box, pixels: int) -> tuple[NDArray[np.uint8], Part | None]:
        """The part ``box`` of the photo, and no larger than need be, for an input of ``pixels``.

        Gives a picture, uint8 (h, w, 3), and what part of it is meant, None for all of it. That is
        the preview's picture where it has as many pixels: the photo itself is then read once.
        """
        across = self.small.width / self.photo.width
        down = self.small.height / self.photo.height
        if box.width * across * box.height * down < pixels or self.small is self.photo:
            return self.photo.rgb[box.top : box.bottom, box.left : box.right], None
        if box == self.whole:
            return self.small.rgb, None
        part = (box.left * across, box.top * down, box.right * across, box.bottom * down)
        return self.small.rgb, part

    def mask(self) -> Mask:
        """The best mask that the looks so far give. Raises JOB_UNKNOWN when there is none."""
        if self._mask is None:
            self._mask = combine(self._all(), self.frame)
        return self._mask

    def edges(self) -> Edges:
        """How the photo's colours tell subject from background near the mask's edges."""
        if self._edges is None:
            mask = self.mask()
            rgb, part = self.view(mask.box, mask.pixels)
            self._edges = fit(rgb, mask.values, mask.pixels, part)
        return self._edges

    def _all(self) -> list[Seen]:
        return [one for seen in self._seen.values() for one in seen]

    def note(self, sentence: str) -> None:
        """Keep a sentence for the person, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def cancel(self) -> None:
        """Let the next step boundary end the job."""
        self._cancelled = True

    def check(self) -> None:
        """Raise CANCELLED if the job was cancelled."""
        if self._cancelled:
            raise fail("CANCELLED")
