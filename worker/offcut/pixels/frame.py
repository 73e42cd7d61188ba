"""The output's frame around the subject: where it lies on the photo, and the photo in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.errors import fail
from offcut.pixels.decode import MAX_PIXELS
from offcut.pixels.sheet import shrunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Box = tuple[int, int, int, int]
    """(top, left, bottom, right)"""

_BAND = 256
_LANCZOS = Image.Resampling.LANCZOS
_GAP = 4.0
"""What is to become smaller more than twice this many times is first made smaller by means: from a
few times on, that makes no difference (Pillow's ``reducing_gap``, which knows no alpha)."""
_SUPPORT = 3  # of Lanczos, in pixels of the coarser picture
_NOTHING = 1e-5  # alpha that is rounding, not picture: less than half a level of 65 536


@dataclass(frozen=True)
class Frame:
    """``margin``: around the subject's box, of the frame's shorter side, 0 to under 0.5.

    ``aspect``: (width, height) in any unit, None for the box's own or the size's. ``size``:
    (width, height) in pixels, None for the photo's own pixels. ``centre``: the subject in the
    middle; else the room around it is shared as it is on the photo, as far as the margin allows.
    """

    margin: float = 0.0
    aspect: tuple[float, float] | None = None
    size: tuple[int, int] | None = None
    centre: bool = True


@dataclass(frozen=True)
class View:
    """What a picture of ``width`` × ``height`` shows: its corner lies at ``left``, ``top`` of the
    photo, maybe out of it, and it has ``scale`` pixels for one of the photo's."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    @property
    def is_whole_pixels(self) -> bool:
        """Whether the photo's pixels are the picture's."""
        return self.scale == 1 and float(self.left).is_integer() and float(self.top).is_integer()


@dataclass(frozen=True)
class Cut:
    """The subject in a picture. ``rgb``: uint8 (h, w, 3); ``share``: its alpha, float32 (h, w),
    0..1; ``top``, ``left``: where their corner lies in the picture."""

    rgb: NDArray[np.uint8]
    share: NDArray[np.float32]
    top: int = 0
    left: int = 0


def view_of(frame: Frame, box: Box | None, width: int, height: int, side: int = 0) -> View:
    """Where the frame lies on a photo of ``width`` × ``height``.

    ``box``: of the subject, in the photo's pixels; the whole photo, without a margin, when None.
    ``side``: the longest side of the picture, 0 for any; a larger one is made as small.
    Raises BAD_CONFIG where a picture gets too large.
    """
    top, left, bottom, right = box or (0, 0, height, width)
    margin = frame.margin if box else 0.0
    size = frame.size and _at_most(frame.size, side)
    across, down = _grown(right - left, bottom - top, margin, size or frame.aspect)
    if not size and side and max(across, down) > side:
        size = _at_most((across, down), side)
    if size:
        scale = size[0] / across
    else:
        scale = 1.0
        check_pixels(across, down)
        across, down = ceil(across - 1e-6), ceil(down - 1e-6)
        size = across, down
    edge = margin * min(across, down)
    x = left - _gap(across - (right - left), edge, _share(frame, left, width - right))
    y = top - _gap(down - (bottom - top), edge, _share(frame, top, height - bottom))
    if scale == 1:
        x, y = round(x), round(y)
    return View(x, y, scale, *size)


def check_pixels(width: float, height: float) -> None:
    """Raise BAD_CONFIG for a picture of more pixels than can be worked on."""
    if not (isfinite(width) and isfinite(height) and width * height <= MAX_PIXELS):
        say = (
            f"This frame makes a picture of over {MAX_PIXELS // 1_000_000} million pixels; "
            "take a smaller margin or give a size."
        )
        raise fail("BAD_CONFIG", say, width=width, height=height)


def _at_most(size: tuple[float, float], side: int) -> tuple[int, int]:
    less = min(1.0, side / max(size)) if side else 1.0
    return max(1, round(size[0] * less)), max(1, round(size[1] * less))


def _grown(
    width: float, height: float, margin: float, aspect: tuple[float, float] | None
) -> tuple[float, float]:
    """The frame's width and height: the least of that aspect that holds the box and margins.

    With a frame of (a s, s) or (s, a s), s its shorter side and a >= 1, the box must be at most
    (a - 2 margin) s one way and (1 - 2 margin) s the other.
    """
    inside = 1 - 2 * margin
    if aspect is None:
        more = 2 * margin * min(width, height) / inside
        return width + more, height + more
    ratio = aspect[0] / aspect[1]
    if ratio >= 1:
        shorter = max(height / inside, width / (ratio - 2 * margin))
        return ratio * shorter, shorter
    shorter = max(width / inside, height / (1 / ratio - 2 * margin))
    return shorter, shorter / ratio


def _share(frame: Frame, before: float, after: float) -> float:
    """How much of the room around the box is to lie before it: as much as on the photo."""
    before, after = max(0.0, before), max(0.0, after)
    return 0.5 if frame.centre or before + after == 0 else before / (before + after)


def _gap(room: float, edge: float, share: float) -> float:
    """How far from the frame's left (or top) the box begins: ``edge`` stays on both sides."""
    edge = min(edge, room / 2)
    return min(max(share * room, edge), room - edge)


def framed(rgb: NDArray[np.uint8], share: NDArray[np.float32], box: Box | None, view: View) -> Cut:
    """The subject in the picture that ``view`` is of.

    ``rgb``: uint8 (H, W, 3), the photo. ``share``: float32 (H, W). ``box``: what is seen of it.
    Views of both where the photo's pixels are the picture's, all of them that are in it. Else
    no more than the box, resized by Lanczos: colours times alpha, then divided by it, so that none
    comes from where alpha is 0. What lies outside of the photo has alpha 0.
    """
    height, width = share.shape
    if view.is_whole_pixels:
        x, y = int(view.left), int(view.top)
        rows = slice(max(0, y), max(0, min(height, y + view.height)))
        columns = slice(max(0, x), max(0, min(width, x + view.width)))
        return Cut(rgb[rows, columns], share[rows, columns], rows.start - y, columns.start - x)
    box = box or (0, 0, 1, 1)
    times = int(1 / view.scale / _GAP)
    if times > 1:
        rgb, share = _reduced(rgb, share, times)
        view = replace(view, left=view.left / times, top=view.top / times, scale=view.scale * times)
        box = box[0] // times, box[1] // times, -(-box[2] // times), -(-box[3] // times)
    top, left, bottom, right = box
    around = _SUPPORT * max(1.0, view.scale) + 1
    x0 = max(0, floor((left - view.left) * view.scale - around))
    y0 = max(0, floor((top - view.top) * view.scale - around))
    x1 = min(view.width, ceil((right - view.left) * view.scale + around))
    y1 = min(view.height, ceil((bottom - view.top) * view.scale + around))
    part = (
        view.left + x0 / view.scale,
        view.top + y0 / view.scale,
        view.left + x1 / view.scale,
        view.top + y1 / view.scale,
    )
    return Cut(*_resized(rgb, share, part, x1 - x0, y1 - y0), y0, x0)


def _reduced(
    rgb: NDArray[np.uint8], share: NDArray[np.float32], times: int
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A photo made smaller so many times by means: else Lanczos reaches over half of the photo."""
    small = shrunk(lambda rows: share[rows], share.shape, times)
    divisor = np.where(small > 0, small, np.float32(1))
    out = np.empty((*small.shape, 3), np.uint8)
    for channel in range(3):
        plane = partial(_weighed, rgb[..., channel], share)
        out[..., channel] = shrunk(plane, share.shape, times) / divisor + np.float32(0.5)
    return out, small


def _weighed(
    plane: NDArray[np.uint8], share: NDArray[np.float32], rows: slice
) -> NDArray[np.float32]:
    return plane[rows] * share[rows]


def _resized(
    rgb: NDArray[np.uint8],
    share: NDArray[np.float32],
    part: tuple[float, float, float, float],
    width: int,
    height: int,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``part`` (left, top, right, bottom) of a photo at another size; it may reach out of it."""
    left, top, right, bottom = part
    step = (bottom - top) / height
    reach = ceil(_SUPPORT * max(1.0, step, (right - left) / width)) + 1
    x0, x1 = floor(left) - reach, ceil(right) + reach
    colours, alpha = np.empty((height, width, 3), np.uint8), np.empty((height, width), np.float32)
    many = max(1, round(_BAND / max(1.0, step)))
    for row in range(0, height, many):
        last = min(height, row + many)
        y0, y1 = floor(top + row * step) - reach, ceil(top + last * step) + reach
        window = (y0, x0, y1, x1)
        box = (left - x0, top + row * step - y0, right - x0, top + last * step - y0)
        over = _window(share, window)
        size = width, last - row
        small = _lanczos(over, size, box)
        nothing = small < _NOTHING
        whole = np.where(nothing, np.float32(1), small)  # before what Lanczos overshoots is cut
        for channel in range(3):
            plane = _window(rgb[..., channel], window)
            plane *= over
            made = _lanczos(plane, size, box)
            made /= whole
            made += np.float32(0.5)
            np.clip(made, 0, 255, out=made)
            made[nothing] = 0
            colours[row:last, :, channel] = made
        small[nothing] = 0
        np.minimum(small, 1, out=alpha[row:last])
    return colours, alpha


def _lanczos(
    plane: NDArray[np.float32], size: tuple[int, int], box: tuple[float, float, float, float]
) -> NDArray[np.float32]:
    return np.array(Image.fromarray(plane).resize(size, _LANCZOS, box=box), np.float32)


def _window(plane: NDArray[np.float32] | NDArray[np.uint8], window: Box) -> NDArray[np.float32]:
    """A part of a plane, 0 where it reaches out of it: a new float32 array."""
    top, left, bottom, right = window
    out = np.zeros((bottom - top, right - left), np.float32)
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(plane.shape[0], bottom), min(plane.shape[1], right)
    if y0 < y1 and x0 < x1:
        out[y0 - top : y1 - top, x0 - left : x1 - left] = plane[y0:y1, x0:x1]
    return out
