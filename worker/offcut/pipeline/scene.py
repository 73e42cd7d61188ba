"""From options to pixels: the cut-out with what lies behind and around it.

The same for the file and for the screen: all sizes are fractions, so a smaller photo gives the
same picture, smaller.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np

from offcut.errors import fail
from offcut.pixels import compose, ground
from offcut.pixels.foreground import foreground
from offcut.pixels.frame import View, framed, view_of
from offcut.pixels.layers import merged
from offcut.pixels.outline import grown
from offcut.pixels.shadow import cast
from offcut.pixels.sheet import Sheet, seen
from offcut.pixels.smaller import smaller
from offcut.pixels.unveiled import unveiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pipeline.options import ExportOptions
    from offcut.pixels.frame import Box, Cut
    from offcut.pixels.ground import Paint
    from offcut.pixels.layers import Colour
    from offcut.pixels.photo import Photo
    from offcut.pixels.unveiled import Unveiled

_BAND = 256


def draw(
    photo: Photo,
    matte: NDArray[np.float32],
    options: ExportOptions,
    picture: Photo | None = None,
    side: int = 0,
) -> NDArray[Any]:
    """What ``options`` ask for, at the size of ``photo``, the job's own or a smaller one of it.

    ``matte``: float32 (H, W) of that size, 0..1; it is used up. ``picture``: the ground where
    that is a picture. ``side``: the longest side that a frame may have, 0 for any. Gives gray
    (h, w), (h, w, 3) or, with straight alpha, (h, w, 4); uint8, or ``compose.WIDE`` for a depth of
    16. Raises BAD_CONFIG for a picture that is not there or a frame that is too large.
    """
    if options.type == "background":
        np.subtract(1, matte, out=matte)
    elif options.type == "mask":
        photo = replace(photo, rgb=np.full_like(photo.rgb, 255))
    most = options.max_size
    if options.frame is not None:  # it knows by itself how to be smaller
        least = min((one for one in (side, most) if one), default=0)
        return _scene(photo, matte, options, picture, least)
    if most:
        return _at_most(photo, matte, options, picture)
    return _drawn(photo, matte, options, picture)


def _at_most(
    photo: Photo, matte: NDArray[np.float32], options: ExportOptions, picture: Photo | None
) -> NDArray[Any]:
    """The result with no side over ``options.max_size``, drawn from a photo as much smaller."""
    box = compose.visible_box(matte, photo.alpha) if options.crop else None
    scale = options.max_size / (_longer(box) if box else max(photo.width, photo.height))
    while scale < 1:
        size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
        made = _drawn(*smaller(photo, matte, *size), options, picture)
        longest = max(made.shape[:2])
        if longest <= options.max_size:
            return made
        # What shadow and outline add to a crop is known once they are drawn.
        scale *= (options.max_size - 0.5) / longest
    return _drawn(photo, matte, options, picture)


def _drawn(
    photo: Photo, matte: NDArray[np.float32], options: ExportOptions, picture: Photo | None
) -> NDArray[Any]:
    if options.is_scene:
        return _scene(photo, matte, options, picture, 0)
    if options.own_colours:
        # By the matte alone: where the photo brought an alpha, its colours are the subject's own.
        photo = replace(photo, rgb=foreground(photo.rgb, matte))
    box = compose.visible_box(matte, photo.alpha) if options.crop else None
    if box is not None:  # without any subject there is nothing to crop to
        top, left, bottom, right = box
        rows, columns = slice(top, bottom), slice(left, right)
        own = None if photo.alpha is None else photo.alpha[rows, columns]
        photo = replace(photo, rgb=photo.rgb[rows, columns], alpha=own)
        matte = matte[rows, columns]
    if options.is_gray:
        return _mask(matte, options.depth, photo.alpha)
    if isinstance(options.ground, tuple):
        return compose.place(photo, matte, options.ground, options.depth)
    return compose.cutout(photo, matte, options.depth)


def _mask(
    matte: NDArray[np.float32], depth: int, over: NDArray[np.uint8] | None = None
) -> NDArray[Any]:
    return (compose.to_uint8 if depth == 8 else compose.to_uint16)(matte, over)


def _scene(
    photo: Photo,
    matte: NDArray[np.float32],
    options: ExportOptions,
    picture: Photo | None,
    side: int,
) -> NDArray[Any]:
    under = options.ground
    if isinstance(under, ground.Picture) and picture is None:
        raise fail("BAD_CONFIG", "A background of the kind 'image' needs an image.")
    box = compose.visible_box(matte, photo.alpha)
    view = _view(photo, box, options, side)
    rgb = foreground(photo.rgb, matte) if options.own_colours else photo.rgb
    blurred = None
    if isinstance(under, ground.Blur):
        blurred = unveiled(photo, rgb, matte, under.amount)
    _times(matte, photo.alpha)
    cut = framed(rgb, matte, box, view)
    if options.is_gray:
        return _mask(_canvas(cut, view), options.depth)
    sheets = _sheets(cut, box, view, options)
    if options.crop:
        cut, sheets, view = _cropped(cut, sheets, box, view)
    paint = _paint(under, picture, blurred, view)
    return merged(cut, sheets, paint, (view.width, view.height), options.depth)


def _longer(box: Box) -> int:
    top, left, bottom, right = box
    return max(bottom - top, right - left)


def _view(photo: Photo, box: Box | None, options: ExportOptions, side: int) -> View:
    """What of the photo the picture shows; an outline is part of what a frame is put around."""
    if options.frame is None:
        return View(0, 0, 1, photo.width, photo.height)
    if box is not None and options.outline is not None:
        edge = ceil(options.outline.width * _longer(box))
        box = box[0] - edge, box[1] - edge, box[2] + edge, box[3] + edge
    view = view_of(options.frame, box, photo.width, photo.height, side)
    options.check_size(view.width, view.height)
    return view


def _times(matte: NDArray[np.float32], over: NDArray[np.uint8] | None) -> None:
    """Multiply the photo's own alpha in."""
    for top in range(0, len(matte), _BAND):
        rows = slice(top, top + _BAND)
        np.clip(matte[rows], 0, 1, out=matte[rows])
        if over is not None:
            matte[rows] *= over[rows] * np.float32(1 / 255)


def _canvas(cut: Cut, view: View) -> NDArray[np.float32]:
    """The subject's alpha over the whole picture."""
    height, width = cut.share.shape
    if (height, width) == (view.height, view.width):
        return cut.share
    out = np.zeros((view.height, view.width), np.float32)
    out[cut.top : cut.top + height, cut.left : cut.left + width] = cut.share
    return out


def _sheets(
    cut: Cut, box: Box | None, view: View, options: ExportOptions
) -> list[tuple[Colour, Sheet]]:
    """Shadow and outline, from below, with their colours; none without a subject."""
    shown = compose.visible_box(cut.share)
    if box is None or shown is None:
        return []
    longer = _longer(box) * view.scale
    around = shown[0] + cut.top, shown[1] + cut.left, shown[2] + cut.top, shown[3] + cut.left
    made: list[tuple[Colour, Sheet]] = []
    edge = None
    if options.outline is not None:
        reach = options.outline.width * longer
        edge = grown(cut, around, reach)
        made.append((options.outline.colour, edge))
        most = floor(reach)
        around = around[0] - most, around[1] - most, around[2] + most, around[3] + most
    if options.shadow is not None:
        shadow = cast(options.shadow, cut, around, longer, edge)
        made.insert(0, (options.shadow.colour, shadow))
    return made


def _cropped(
    cut: Cut, sheets: list[tuple[Colour, Sheet]], box: Box | None, view: View
) -> tuple[Cut, list[tuple[Colour, Sheet]], View]:
    """No more of the photo than subject, outline and shadow; all of it when nothing is there."""
    found = [one for one in (box, *(seen(sheet) for _, sheet in sheets)) if one is not None]
    if not found:
        return cut, sheets, view
    top, left = (max(0, min(one[axis] for one in found)) for axis in (0, 1))
    bottom = min(view.height, max(one[2] for one in found))
    right = min(view.width, max(one[3] for one in found))
    rows, columns = slice(top, bottom), slice(left, right)
    return (
        replace(cut, rgb=cut.rgb[rows, columns], share=cut.share[rows, columns]),
        [(colour, sheet.moved(-top, -left)) for colour, sheet in sheets],
        View(left, top, 1, right - left, bottom - top),
    )


def _paint(
    under: ground.Ground | None, picture: Photo | None, blurred: Unveiled | None, view: View
) -> Paint | None:
    if isinstance(under, ground.Gradient):
        return ground.gradient(under, view.width, view.height)
    if isinstance(under, ground.Picture) and picture is not None:
        return ground.picture(under, picture, view.width, view.height)
    if blurred is not None:
        return ground.behind(blurred, view)
    return ground.flat(under, view.width) if isinstance(under, tuple) else None
