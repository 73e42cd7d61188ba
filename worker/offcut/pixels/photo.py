"""A decoded photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Photo:
    """A photo, upright, its numbers as they stood in the file.

    ``rgb``: uint8 (H, W, 3). ``alpha``: uint8 (H, W), straight, or None when the file has none.
    ``format``: as ``sniff`` names it ("jpeg", "png" ...). ``icc``: the profile that ``rgb`` is to
    be read by, only ever an RGB one. ``dpi``: (x, y) in pixels an inch. ``exif``: the file's own
    block as it stood there, from its byte order mark on; see ``exif.upright``.
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    format: str
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    exif: bytes | None = None

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.rgb.shape[0])

    @property
    def packed(self) -> NDArray[np.uint8] | None:
        """The memory of ``rgb`` as uint8 (H, W, 4), where it lies so, as browsers give pixels; the
        fourth values mean nothing. None where it lies otherwise.

        Whole pixels are copied and resized several times as fast as three planes of four.
        """
        base = self.rgb.base
        if not isinstance(base, np.ndarray) or base.dtype != np.uint8:
            return None
        if base.size != self.width * self.height * 4 or not base.flags.c_contiguous:
            return None
        pixels = base.reshape(self.height, self.width, 4)
        same = pixels[..., :3].__array_interface__ | {"version": 3}
        return pixels if same == self.rgb.__array_interface__ | {"version": 3} else None
