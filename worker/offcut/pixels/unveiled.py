"""The photo's background out of focus, without the subject in it.

A plain blur would smear the subject into what lies beside it. Here every pixel counts as far as it
is background: what is blurred is its colour times that share, and the share, and then the one is
divided by the other (normalised convolution: Knutsson and Westin, CVPR 1993). Where no background
is within reach, behind a large subject, what is nearest counts: the same means over squares of
twice the side, and twice again, until there is some.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from offcut.pixels.resample import resize_mask
from offcut.pixels.sheet import blurred, shrunk, step_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.photo import Photo

RADIUS = 0.05
"""The standard deviation of the blur at amount 1, of the photo's longer side."""

ENOUGH = np.float32(1 / 32)
"""How much of the Gaussian must be background for its mean to be taken as it is."""

_NONE = 1e-3  # a photo with less background than this in any place has none


@dataclass(frozen=True)
class Unveiled:
    """``planes``: float32 (3, h, w), 0..255, each value for a square of ``step`` pixels of the
    photo, which is ``width`` × ``height``."""

    planes: NDArray[np.float32]
    step: int
    width: int
    height: int


def unveiled(
    photo: Photo, own: NDArray[np.uint8], matte: NDArray[np.float32], amount: float
) -> Unveiled:
    """The background, blurred by ``amount`` (0..1) times ``RADIUS`` of the longer side.

    ``own``: uint8 (H, W, 3), the subject's own colours, or the photo's. ``matte``: float32 (H, W),
    0..1. In a soft pixel I - αF is what the background gives to it. Where the photo itself is
    transparent it has no background. A photo that is subject throughout is blurred as it is.
    It is worked out at no more than 2 megapixels, so that an amount of 0 is a little soft, too.
    """
    height, width = matte.shape
    sigma = amount * RADIUS * max(width, height)
    step = step_for(sigma, height, width)
    small = partial(shrunk, shape=matte.shape, step=step)
    share = small(partial(_rest, photo, matte))
    if share.max() < _NONE:
        matte, own = np.broadcast_to(np.float32(0), matte.shape), photo.rgb
        photo = type(photo)(photo.rgb, None, photo.format)
        share = small(partial(_rest, photo, matte))
    sigma /= step
    share = blurred(share, sigma)
    planes = [blurred(small(partial(_part, photo, own, matte, c)), sigma) for c in range(3)]
    return Unveiled(_filled(np.stack([*planes, share])), step, width, height)


def _rest(photo: Photo, matte: NDArray[np.float32], rows: slice) -> NDArray[np.float32]:
    """How much of each pixel is background."""
    share = 1 - matte[rows]
    if photo.alpha is not None:
        share *= photo.alpha[rows] * np.float32(1 / 255)
    return np.asarray(share, np.float32)


def _part(
    photo: Photo, own: NDArray[np.uint8], matte: NDArray[np.float32], channel: int, rows: slice
) -> NDArray[np.float32]:
    """What the background gives to each pixel, of one colour."""
    plane = photo.rgb[rows, :, channel] - matte[rows] * own[rows, :, channel]
    np.clip(plane, 0, (1 - matte[rows]) * np.float32(255), out=plane)
    if photo.alpha is not None:
        plane *= photo.alpha[rows] * np.float32(1 / 255)
    return np.asarray(plane, np.float32)


def _filled(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colours times shares, and shares, (4, h, w), to colours (3, h, w); somewhere is a share."""
    colours, share = sums[:3], sums[3]
    if share.min() >= ENOUGH or share.size == 1:
        return np.asarray(colours / np.maximum(share, np.float32(1e-20)), np.float32)
    height, width = share.shape
    half = np.stack([_halved(plane) for plane in sums])
    rest = np.clip(ENOUGH - share, 0, None)
    out = np.empty_like(colours)
    # Taken from below as much as is missing here: no edge where the one ends.
    for plane, low, given in zip(out, _filled(half), colours, strict=True):
        part = (0.0, 0.0, width / 2, height / 2)
        plane[...] = (given + rest * resize_mask(low, width, height, part)) / (share + rest)
    return out


def _halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of two by two values; what is missing at an odd edge is 0."""
    return shrunk(lambda rows: plane[rows], plane.shape, 2)
