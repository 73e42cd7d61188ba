"""Colours of a photo with a profile as sRGB, for the networks, which have learned from sRGB.

Profiles of screens and cameras (Display P3, Adobe RGB, ProPhoto …) are three curves and a matrix
(ICC.1:2022, 8.3.3 and F.3): that is what is read here. Pyodide's Pillow has no littlecms, and the
file itself is never converted. Profiles made of tables are left alone.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Convert = Callable[[NDArray[np.float32]], NDArray[np.float32]]

# sRGB's primaries adapted to the D50 white that profiles are written for (IEC 61966-2-1, Bradford).
_SRGB = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
_CLOSE = 1.5
"""Levels: a profile that moves no colour further is sRGB by another name."""
_PARAMETERS = (1, 3, 4, 5, 7)


def to_srgb(icc: bytes | None) -> Convert | None:
    """How colours that ``icc`` describes become sRGB; None where nothing is to be done.

    The function takes and gives float32 (..., 3), 0..255; colours outside of sRGB are clipped.
    """
    if icc is None:
        return None
    try:
        with np.errstate(all="ignore"):
            curves, matrix = _read(icc)
    except (struct.error, ValueError, IndexError):
        return None  # made of tables, or broken: the numbers are taken as they are
    change = np.linalg.inv(_SRGB) @ matrix
    levels = np.arange(256, dtype=np.float64)

    def convert(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
        linear = np.stack([np.interp(rgb[..., n], levels, curves[n]) for n in range(3)], axis=-1)
        linear = np.clip(linear @ change.T, 0, 1)
        out = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
        return np.asarray(out * 255, dtype=np.float32)

    steps = np.linspace(0, 255, 6, dtype=np.float32)
    samples = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    with np.errstate(all="ignore"):
        moved = float(np.abs(convert(samples) - samples).max())
    return convert if _CLOSE < moved < np.inf else None  # not finite: curves that are nonsense


def _read(icc: bytes) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """The curves, 256 values of 0..1 each, and the matrix to XYZ. ValueError for other profiles."""
    if icc[16:20] != b"RGB " or icc[36:40] != b"acsp":
        raise ValueError
    (count,) = struct.unpack_from(">I", icc, 128)
    tags = {}
    for n in range(min(count, 100)):
        name, at, size = struct.unpack_from(">4sII", icc, 132 + 12 * n)
        tags[name] = icc[at : at + size]
    if b"A2B0" in tags or not {b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"} <= set(tags):
        raise ValueError
    columns = [
        np.array(struct.unpack_from(">3i", tags[name], 8)) / 65536
        for name in (b"rXYZ", b"gXYZ", b"bXYZ")
    ]
    return [_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")], np.stack(columns, axis=1)


def _curve(tag: bytes) -> NDArray[np.float64]:
    """A tone curve (ICC.1:2022, 10.6 and 10.18) at the 256 levels: 0..1."""
    x = np.arange(256) / 255
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        values = np.array(struct.unpack_from(f">{count}H", tag, 12), np.float64)
        if count < 2:
            return np.asarray(x ** (values[0] / 256 if count else 1))
        return np.interp(x, np.linspace(0, 1, count), values / 65535)
    if tag[:4] != b"para":
        raise ValueError
    (kind,) = struct.unpack_from(">H", tag, 8)
    told = np.array(struct.unpack_from(f">{_PARAMETERS[kind]}i", tag, 12)) / 65536
    if kind == 0:
        return np.asarray(x ** told[0])
    g, a, b, c, d, e, f = [*told, *[0.0] * 7][:7]
    high = np.maximum(a * x + b, 0) ** g
    if kind < 3:  # below -b/a there is nothing but an offset, which kind 2 calls c
        return np.asarray(high + c)
    return np.where(x >= d, high + e, c * x + f)
