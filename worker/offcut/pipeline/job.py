"""One photo on its way to a cut-out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.models.fusion import fuse
from offcut.pixels.compose import PREVIEW_SIDE, small_photo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec
    from offcut.pixels.photo import Photo


class Job:
    """A decoded photo and the masks that models have made of it, in the order they came.

    ``photo``: never changed. ``name``: of the file it came from, may be "". ``side``: the longer
    side of previews, at most. ``ms``: milliseconds by step, of the last time each ran.
    """

    def __init__(self, photo: Photo, name: str = "", side: int = PREVIEW_SIDE) -> None:
        self.photo = photo
        self.name = name
        self.side = side
        self.ms: dict[str, float] = {}
        self._masks: dict[str, tuple[ModelSpec, NDArray[np.float32]]] = {}
        self._cancelled = False

    @property
    def models(self) -> list[str]:
        """The ids of the models that have answered."""
        return list(self._masks)

    @cached_property
    def small(self) -> Photo:
        """The photo at preview size: made once, each better mask is laid on it anew."""
        return small_photo(self.photo, self.side)

    def put(self, spec: ModelSpec, mask: NDArray[np.float32]) -> None:
        """Add what a model made: float32 (h, w), 0..1; a second answer replaces the first."""
        self._masks.pop(spec.id, None)
        self._masks[spec.id] = (spec, mask)

    def mask(self) -> NDArray[np.float32]:
        """The best mask that the answers so far give: float32 (h, w), 0..1, at a model's size.

        The detailed model fused with the quick one when both have answered, else the last answer.
        Raises JOB_UNKNOWN when none has.
        """
        if not self._masks:
            raise fail("JOB_UNKNOWN", reason="no model has answered yet")
        by_role = {role: mask for spec, mask in self._masks.values() for role in spec.roles}
        last_spec, last = next(reversed(self._masks.values()))
        if "fast" in by_role and "detail" in by_role and "portrait" not in last_spec.roles:
            return fuse(by_role["fast"], by_role["detail"])
        return last

    def cancel(self) -> None:
        """Let the next step boundary end the job."""
        self._cancelled = True

    def check(self) -> None:
        """Raise CANCELLED if the job was cancelled."""
        if self._cancelled:
            raise fail("CANCELLED")
