"""The subject's own colours under a soft matte, so that no halo of the old background goes along.

A pixel of the photo is I = αF + (1 − α)B. On a new background it must bring F, not I. F and B are
found on several levels (Germer, Uelwer, Conrad, Harmeling: "Fast Multi-Level Foreground
Estimation", ICPR 2020): from one pixel up, each level makes small

    Σ_i (α_i F_i + (1 − α_i) B_i − I_i)² + Σ_i Σ_j (EPS + OMEGA |α_i − α_j|) [(F_i − F_j)² + …]

(j beside i, the same for B) by a few sweeps in which every pixel solves its own two equations with
its neighbours held, starting from the level below. Three things differ from the paper, because
numpy is at work here: all pixels of a sweep move at once (Jacobi instead of Gauss-Seidel), levels
are made by a box filter instead of by single samples, and they end at ``WORK_PIXELS``, for F and B
are smooth. At the photo's own size only soft pixels are visited, a strip of rows at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPS, OMEGA = 5e-3, 1.0
"""How strongly F and B are smoothed everywhere, and besides where the matte changes."""

WORK_PIXELS = 600_000
SWEEPS, SWEEPS_SMALL = 2, 10
"""A level's sweeps; the second for levels up to ``_SMALL_SIDE``, which cost nothing."""

_SMALL_SIDE = 32
_STRIP = 256
_LOW, _HIGH = 1 / 255, 254 / 255  # below and above, a file of 8 bits shows none or all of it


def foreground(rgb: NDArray[np.uint8], alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The photo with the subject's own colours where the matte is soft.

    ``rgb``: uint8 (H, W, 3). ``alpha``: float32 (H, W), 0..1, straight. Gives uint8 (H, W, 3), a
    copy that differs only where 1/255 <= alpha < 254/255; ``rgb`` itself when no pixel is so.
    """
    box = _soft_box(alpha)
    if box is None:
        return rgb
    top, left, bottom, right = box
    out = rgb.copy()
    image = rgb[top:bottom, left:right]
    matte = np.ascontiguousarray(alpha[top:bottom, left:right])
    fore, back = _estimate(image, matte)
    _apply(out[top:bottom, left:right], image, matte, fore, back)
    return out


def _soft(alpha: NDArray[np.float32]) -> NDArray[np.bool_]:
    return (alpha >= _LOW) & (alpha < _HIGH)


def _soft_box(alpha: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """(top, left, bottom, right) of the soft pixels, with a border to learn F and B from."""
    height, width = alpha.shape
    rows, columns = np.zeros(height, bool), np.zeros(width, bool)
    for top in range(0, height, _STRIP):
        soft = _soft(alpha[top : top + _STRIP])
        rows[top : top + _STRIP] = soft.any(axis=1)
        columns |= soft.any(axis=0)
    if not rows.any():
        return None
    ys, xs = np.flatnonzero(rows), np.flatnonzero(columns)
    y0, y1, x0, x1 = int(ys[0]), int(ys[-1]) + 1, int(xs[0]), int(xs[-1]) + 1
    edge = 16 + max(y1 - y0, x1 - x0) // 8
    return max(0, y0 - edge), max(0, x0 - edge), min(height, y1 + edge), min(width, x1 + edge)


def _estimate(
    image: NDArray[np.uint8], alpha: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """F and B at the working size: two float32 (3, h, w), 0..255, of at most ``WORK_PIXELS``."""
    fore = back = np.zeros((3, 1, 1), np.float32)
    for channels, matte in reversed(_levels(image, alpha)):
        pixels = np.stack([np.asarray(channel, np.float32) for channel in channels])
        a = np.clip(np.asarray(matte, np.float32), 0.0, 1.0)
        if a.size == 1:
            fore, back = pixels.copy(), pixels.copy()
        else:
            fore, back = _grow(fore, a.shape), _grow(back, a.shape)
        sweeps = SWEEPS_SMALL if max(a.shape) <= _SMALL_SIDE else SWEEPS
        _sweep(fore, back, pixels, a, sweeps)
    return fore, back


def _levels(
    image: NDArray[np.uint8], alpha: NDArray[np.float32]
) -> list[tuple[list[Image.Image], Image.Image]]:
    """The pyramid: (three planes, matte) from the working size down to one pixel, mode "F"."""
    height, width = alpha.shape
    shrink = min(1.0, (WORK_PIXELS / (height * width)) ** 0.5)
    size = (max(1, int(width * shrink)), max(1, int(height * shrink)))
    picture = Image.fromarray(np.ascontiguousarray(image)).resize(size, Image.Resampling.BOX)
    channels = [channel.convert("F") for channel in picture.split()]
    matte = Image.fromarray(alpha).resize(size, Image.Resampling.BOX)
    made = [(channels, matte)]
    while max(size) > 1:
        size = ((size[0] + 1) // 2, (size[1] + 1) // 2)
        channels = [channel.resize(size, Image.Resampling.BOX) for channel in channels]
        matte = matte.resize(size, Image.Resampling.BOX)
        made.append((channels, matte))
    return made


def _grow(planes: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """(3, h, w) to (3, *shape), by the nearest sample."""
    h, w = planes.shape[1:]
    ys = (np.arange(shape[0]) * 2 + 1) * h // (2 * shape[0])
    xs = (np.arange(shape[1]) * 2 + 1) * w // (2 * shape[1])
    return np.ascontiguousarray(planes[:, ys][:, :, xs])


def _sweep(
    fore: NDArray[np.float32],
    back: NDArray[np.float32],
    pixels: NDArray[np.float32],
    alpha: NDArray[np.float32],
    sweeps: int,
) -> None:
    """Solve a level's equations by Jacobi sweeps, in place: (3, h, w) each, ``alpha`` (h, w)."""
    down = EPS + OMEGA * np.abs(alpha[1:] - alpha[:-1])
    across = EPS + OMEGA * np.abs(alpha[:, 1:] - alpha[:, :-1])
    total = np.zeros_like(alpha)  # of the weights of a pixel's neighbours
    total[1:] += down
    total[:-1] += down
    total[:, 1:] += across
    total[:, :-1] += across
    rest = 1 - alpha
    # The inverse of [[a a + t, a r], [a r, r r + t]]; its determinant is t (a a + r r + t).
    scale = 1 / np.maximum(total * (alpha * alpha + rest * rest + total), 1e-12)
    ff = (rest * rest + total) * scale
    bb = (alpha * alpha + total) * scale
    fb = -alpha * rest * scale
    sums = np.empty((2, *alpha.shape), np.float32)
    for _ in range(sweeps):
        for channel in range(fore.shape[0]):
            for near, plane in zip(sums, (fore[channel], back[channel]), strict=True):
                near[...] = 0
                near[1:] += down * plane[:-1]
                near[:-1] += down * plane[1:]
                near[:, 1:] += across * plane[:, :-1]
                near[:, :-1] += across * plane[:, 1:]
            sums[0] += alpha * pixels[channel]
            sums[1] += rest * pixels[channel]
            np.clip(ff * sums[0] + fb * sums[1], 0, 255, out=fore[channel])
            np.clip(fb * sums[0] + bb * sums[1], 0, 255, out=back[channel])


def _apply(
    out: NDArray[np.uint8],
    image: NDArray[np.uint8],
    alpha: NDArray[np.float32],
    fore: NDArray[np.float32],
    back: NDArray[np.float32],
) -> None:
    """Write F over the soft pixels of ``out``.

    F and B are sampled bilinearly at the pixel, and F takes what they leave unexplained of it, as
    far as α vouches for that: F + α r / (α² + (1 − α)² + EPS), r = I − αF − (1 − α)B.
    """
    height, width = alpha.shape
    h, w = fore.shape[1:]
    both = np.concatenate([fore, back]).transpose(1, 2, 0).reshape(h * w, 6)
    for top in range(0, height, _STRIP):
        part = alpha[top : top + _STRIP]
        ys, xs = np.nonzero(_soft(part))
        if not len(ys):
            continue
        a = part[ys, xs][:, np.newaxis]
        ys += top
        y0, y1, y = _between(ys, height, h)
        x0, x1, x = _between(xs, width, w)
        high = both[y0 * w + x0] * (1 - x) + both[y0 * w + x1] * x
        low = both[y1 * w + x0] * (1 - x) + both[y1 * w + x1] * x
        mixed = high + (low - high) * y
        f, b = mixed[:, :3], mixed[:, 3:]
        rest = image[ys, xs] - a * f - (1 - a) * b
        f = f + rest * (a / (a * a + (1 - a) * (1 - a) + EPS))
        out[ys, xs] = np.clip(f + np.float32(0.5), 0, 255).astype(np.uint8)


def _between(
    at: NDArray[np.intp], size: int, small: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Where pixels ``at`` of a row of ``size`` lie in one of ``small``, by their centres.

    Gives the sample before, the one after (both int32) and how far it is to the latter, 0..1, as a
    column.
    """
    where = (at.astype(np.float32) + np.float32(0.5)) * np.float32(small / size) - np.float32(0.5)
    where = np.clip(where, 0, small - 1)
    before = where.astype(np.int32)
    return before, np.minimum(before + 1, small - 1), (where - before)[:, np.newaxis]
