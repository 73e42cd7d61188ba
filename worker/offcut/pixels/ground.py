"""What lies behind the cut-out: a colour, a gradient, another picture, the photo out of focus.

Each is painted some rows at a time, (3, n, width) float32 of 0..255, while layers are laid on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, fmod, radians, sin
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.pixels.compose import WHITE, image_of, place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.frame import View
    from offcut.pixels.photo import Photo
    from offcut.pixels.unveiled import Unveiled

FITS = ("cover", "contain", "stretch")

PICTURE_SIDE = 6000
"""A picture behind a cut-out has no longer side: it lies in memory beside the photo."""

Paint = Callable[[int, int], "NDArray[np.float32]"]
"""Called with (first row, row behind the last): gives them, float32 (3, n, width), 0..255. The
array is the caller's to write to."""


@dataclass(frozen=True)
class Gradient:
    """From one colour to another, (R, G, B) of 0..255. ``angle``: where to, in degrees, clockwise
    from upwards, as CSS has it: 90 is to the right, 180 downwards."""

    start: tuple[int, int, int]
    end: tuple[int, int, int]
    angle: float = 180.0


@dataclass(frozen=True)
class Blur:
    """The photo itself without its subject. ``amount``: 0..1; see ``unveiled``."""

    amount: float = 0.5


@dataclass(frozen=True)
class Picture:
    """Another picture. ``fit``: "cover" fills the ground and is cut, "contain" is all there and
    leaves the rest white, "stretch" fills it out of proportion. ``x``, ``y``: where it lies where
    it does not fit, 0..1, as percentages of CSS object-position: 0 at the left and top."""

    fit: str = "cover"
    x: float = 0.5
    y: float = 0.5


Ground = tuple[int, int, int] | Gradient | Blur | Picture


def flat(colour: tuple[int, int, int], width: int) -> Paint:
    """One colour, (R, G, B), 0..255."""
    values = np.array(colour, np.float32)[:, np.newaxis, np.newaxis]

    def paint(top: int, bottom: int) -> NDArray[np.float32]:
        return np.tile(values, (1, bottom - top, width))

    return paint


def gradient(what: Gradient, width: int, height: int) -> Paint:
    """A linear gradient over a picture, with the geometry of CSS.

    The line of the gradient goes through the middle of the box at ``angle`` and is as long as
    |width · sin| + |height · cos|, so that the corners have just the two colours (W3C, CSS Images
    Module Level 3, 3.1.1). Mixed in the numbers as they stand, at the middle of each pixel.
    """
    angle = radians(fmod(what.angle, 360))
    long = abs(width * sin(angle)) + abs(height * cos(angle))
    # To both ends of the middles of rows and columns, before it is divided by the length.
    x = (np.arange(width) + (1 - width) / 2) * (sin(angle) / long) + 0.5
    y = (np.arange(height) + (1 - height) / 2) * (-cos(angle) / long)
    across, down = x.astype(np.float32), y.astype(np.float32)
    start = np.array(what.start, np.float32)[:, np.newaxis, np.newaxis]
    way = np.array(what.end, np.float32)[:, np.newaxis, np.newaxis] - start

    def paint(top: int, bottom: int) -> NDArray[np.float32]:
        share = down[top:bottom, np.newaxis] + across
        np.clip(share, 0, 1, out=share)
        out = way * share
        out += start
        return out

    return paint


def picture(what: Picture, photo: Photo, width: int, height: int) -> Paint:
    """Another picture as the ground, its numbers as they stand (its profile is not looked at).

    Resized bicubically. Where it is transparent, and where "contain" leaves room, it is white.
    """
    image = _opaque(photo)
    # What of it is shown, in its own pixels, and where, in the ground's.
    part = 0.0, 0.0, float(photo.width), float(photo.height)
    left, top, across, down = 0, 0, width, height
    wide, high = width / photo.width, height / photo.height
    if what.fit == "cover":
        scale = max(wide, high)
        w, h = min(photo.width, width / scale), min(photo.height, height / scale)
        x, y = (photo.width - w) * what.x, (photo.height - h) * what.y
        part = x, y, min(photo.width, x + w), min(photo.height, y + h)
    elif what.fit == "contain":
        scale = min(wide, high)
        across, down = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
        left, top = round((width - across) * what.x), round((height - down) * what.y)
    step = (part[3] - part[1]) / down

    def paint(first: int, last: int) -> NDArray[np.float32]:
        out = np.full((3, last - first, width), 255, np.float32)
        y0, y1 = max(first, top), min(last, top + down)
        if y0 < y1:
            low = part[1] + (y0 - top) * step
            high = min(part[3], part[1] + (y1 - top) * step)
            box = (part[0], low, part[2], high)
            rows = image.resize((across, y1 - y0), Image.Resampling.BICUBIC, box=box)
            pixels = np.asarray(rows)
            for channel in range(3):
                out[channel, y0 - first : y1 - first, left : left + across] = pixels[..., channel]
        return out

    return paint


def _opaque(photo: Photo) -> Image.Image:
    if photo.alpha is None:
        return image_of(photo)
    all_of_it = np.broadcast_to(np.float32(1), photo.alpha.shape)
    return Image.fromarray(place(photo, all_of_it, WHITE))


def behind(what: Unveiled, view: View) -> Paint:
    """The photo out of focus, as ``view`` shows it; beyond its edges they are repeated."""
    x0, x1, left, right = _span(view.left, view.scale, view.width, what.width)
    y0, y1, top, bottom = _span(view.top, view.scale, view.height, what.height)
    planes = [Image.fromarray(plane) for plane in what.planes]
    step = (bottom - top) / (y1 - y0)

    def paint(first: int, last: int) -> NDArray[np.float32]:
        rows = np.clip(np.arange(first, last), y0, y1 - 1)
        low, high = int(rows[0]), int(rows[-1]) + 1
        box = (
            left / what.step,
            (top + (low - y0) * step) / what.step,
            right / what.step,
            min(bottom, top + (high - y0) * step) / what.step,
        )
        out = np.empty((3, last - first, view.width), np.float32)
        for plane, image in zip(out, planes, strict=True):
            size = (x1 - x0, high - low)
            made = np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=box))[rows - low]
            plane[:, x0:x1] = made
            plane[:, :x0] = made[:, :1]
            plane[:, x1:] = made[:, -1:]
        return out

    return paint


def _span(start: float, scale: float, frame: int, whole: int) -> tuple[int, int, float, float]:
    """Which of a frame's pixels the photo lies under, and what part of the photo that is."""
    first = min(max(0, round(-start * scale)), frame - 1)
    last = max(min(frame, round((whole - start) * scale)), first + 1)
    low = min(max(0.0, start + first / scale), whole - 1.0)
    return first, last, low, max(min(float(whole), start + last / scale), low + 1e-3)
