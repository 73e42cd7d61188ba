"""A photo and a mask put together, straight alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import DTypeLike, NDArray

    from offcut.pixels.photo import Photo

    Piece = tuple[slice, slice, NDArray[np.float32] | float]

PREVIEW_SIDE = 1600
WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
WIDE = np.dtype(">u2")
"""How 16 bits lie in a PNG: the picture then needs no second copy to be written."""

_BAND = 256  # rows at a time: the float copies stay small beside the picture


def to_uint8(
    alpha: NDArray[np.float32], over: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """A mask as the 8 bits of a file, rounded to the nearest.

    ``alpha``: float32 (h, w), 0..1. ``over``: uint8 (h, w), the alpha that the photo came with;
    the result is their product. Gives uint8 (h, w).
    """
    return _levels(alpha, over, np.empty(alpha.shape, np.uint8), 1)


def to_uint16(
    alpha: NDArray[np.float32], over: NDArray[np.uint8] | None = None
) -> NDArray[np.uint16]:
    """As ``to_uint8``, at 16 bits: ``WIDE`` (h, w), as PNG stores them."""
    return _levels(alpha, over, np.empty(alpha.shape, WIDE), 257)


def _levels(
    alpha: NDArray[np.float32], over: NDArray[np.uint8] | None, out: NDArray[Any], step: int
) -> NDArray[Any]:
    """``alpha`` times 255 (or ``over``) times ``step``, to the nearest, in ``out``; given back."""
    for top in range(0, alpha.shape[0], _BAND):
        rows = slice(top, top + _BAND)
        band = alpha[rows] * np.float32(255) if over is None else alpha[rows] * over[rows]
        if step != 1:
            band *= np.float32(step)
        band += np.float32(0.5)
        np.clip(band, 0, 255 * step, out=band)
        out[rows] = band  # truncates, so with the half above: nearest
    return out


def cutout(photo: Photo, alpha: NDArray[np.float32], depth: int = 8) -> NDArray[Any]:
    """The photo with the mask as its alpha, every RGB value as it was, also under alpha 0.

    ``alpha``: float32 (H, W) of the photo's size, 0..1. Gives (H, W, 4), straight, uint8 or for a
    ``depth`` of 16 ``WIDE``, RGB then times 257; an alpha that the photo came with is multiplied
    in. Raises INTERNAL for another size.
    """
    _check(photo, alpha)
    out = _with_room(photo, np.uint8 if depth == 8 else WIDE)
    if depth != 8:
        out[..., :3] *= 257
    _levels(alpha, photo.alpha, out[..., 3], 1 if depth == 8 else 257)
    return out


def cutout_of(photo: Photo, pieces: Iterable[Piece]) -> NDArray[np.uint8]:
    """As ``cutout``, at 8 bits, from a matte that comes piece by piece: ``laid`` to the end."""
    out, rows = laid(photo, pieces)
    for _ in rows:
        pass
    return out


def laid(photo: Photo, pieces: Iterable[Piece]) -> tuple[NDArray[np.uint8], Iterator[int]]:
    """The cut-out at 8 bits, uint8 (H, W, 4), and an iterator that lays the matte into it.

    ``pieces``: rows, columns and alpha of the photo, from top to bottom, as ``refine.drawn`` gives
    them; 0 where none lies. Before each piece the iterator gives the row above which all is laid.
    No matte of the photo's size is ever held, and where the photo lies in memory of four values a
    pixel, the fourth, which mean nothing there, become the alpha: the result then **is** that
    memory, until the next matte is laid into it.
    """
    out = photo.packed
    if out is None or (photo.alpha is not None and np.shares_memory(out, photo.alpha)):
        out = _with_room(photo, np.uint8)
    out[..., 3] = 0
    return out, _lay(photo, pieces, out[..., 3])


def _lay(photo: Photo, pieces: Iterable[Piece], levels: NDArray[np.uint8]) -> Iterator[int]:
    for rows, columns, alpha in pieces:
        yield rows.start
        over = None if photo.alpha is None else photo.alpha[rows, columns]
        part = levels[rows, columns]
        if isinstance(alpha, float):
            part[...] = round(255 * alpha) if over is None or not alpha else over
        else:
            _levels(alpha, over, part, 1)
    yield photo.height


def _with_room(photo: Photo, kind: DTypeLike) -> NDArray[Any]:
    """The photo's colours, (H, W, 4), with room for an alpha."""
    out = np.empty((photo.height, photo.width, 4), kind)
    for channel in range(3):  # a plane at a time: seven times as quick in WebAssembly
        out[..., channel] = photo.rgb[..., channel]
    return out


def place(
    photo: Photo, alpha: NDArray[np.float32], colour: tuple[int, int, int], depth: int = 8
) -> NDArray[Any]:
    """The cut-out laid on a colour (R, G, B), 0..255: (H, W, 3), of the kind ``cutout`` gives.

    From the mask as it is, before it is rounded. The numbers are mixed as they stand, as browsers
    do. Raises INTERNAL for another size.
    """
    _check(photo, alpha)
    out = np.empty((*alpha.shape, 3), np.uint8 if depth == 8 else WIDE)
    step = np.float32(1 if depth == 8 else 257)
    for top in range(0, alpha.shape[0], _BAND):
        rows = slice(top, top + _BAND)
        share = np.clip(alpha[rows], 0, 1)
        if photo.alpha is not None:
            share *= photo.alpha[rows] * np.float32(1 / 255)
        for channel in range(3):
            under = np.float32(colour[channel])
            band = (photo.rgb[rows, :, channel] - under) * share
            band += under
            band *= step
            band += np.float32(0.5)
            out[rows, :, channel] = band
    return out


def visible_box(
    alpha: NDArray[np.float32], over: NDArray[np.uint8] | None = None
) -> tuple[int, int, int, int] | None:
    """(top, left, bottom, right) of what is there at all: alpha of at least 1/255.

    ``alpha``, ``over``: as ``to_uint8`` takes them. None when nothing is.
    """
    rows, columns = np.zeros(alpha.shape[0], bool), np.zeros(alpha.shape[1], bool)
    least = np.float32(1 / 255)
    for top in range(0, alpha.shape[0], _BAND):
        part = slice(top, top + _BAND)
        seen = alpha[part] >= least if over is None else alpha[part] * over[part] >= 1
        rows[part] = seen.any(axis=1)
        columns |= seen.any(axis=0)
    if not rows.any():
        return None
    ys, xs = np.flatnonzero(rows), np.flatnonzero(columns)
    return int(ys[0]), int(xs[0]), int(ys[-1]) + 1, int(xs[-1]) + 1


def _check(photo: Photo, alpha: NDArray[np.float32]) -> None:
    if alpha.shape != photo.rgb.shape[:2]:
        raise fail("INTERNAL", why="mask and photo differ in size")


def preview_size(width: int, height: int, side: int = PREVIEW_SIDE) -> tuple[int, int]:
    """(width, height) of the preview: the photo's shape, no side over ``side``, never enlarged."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def small_photo(photo: Photo, side: int = PREVIEW_SIDE) -> Photo:
    """The photo at preview size; itself when it is no larger."""
    width, height = preview_size(photo.width, photo.height, side)
    if (width, height) == (photo.width, photo.height):
        return photo
    # Halved by whole boxes first, as often as that leaves enough: same place, half the time.
    image = image_of(photo).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=1.0)
    rgb = np.array(image.convert("RGB"))
    alpha = None
    if photo.alpha is not None:
        gray = Image.fromarray(photo.alpha).resize((width, height), Image.Resampling.BILINEAR)
        alpha = np.array(gray)
    return type(photo)(rgb, alpha, photo.format, photo.icc, photo.dpi)


def image_of(photo: Photo) -> Image.Image:
    """The photo's colours for Pillow, "RGB", or "RGBX" where they lie so in memory."""
    packed = photo.packed
    if packed is None:
        return Image.fromarray(photo.rgb)
    # Read where it lies.
    frame = (photo.width, photo.height)
    return Image.frombuffer("RGBX", frame, packed, "raw", "RGBX", 0, 1)
