"""Every kind of PNG that there is, decoded: colour types, depths, Adam7, tRNS."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from offcut.pixels.decode import decode_pillow
from offcut.pixels.sniff import sniff

from .png_files import COLOURS, GRAY, GRAY_ALPHA, KINDS, PALETTE, RGB, RGBA, chunk, picture, png

if TYPE_CHECKING:
    from numpy.typing import NDArray


def eight(samples: NDArray[Any], depth: int) -> NDArray[np.uint8]:
    """Samples of any depth at 8 bits, to the nearest."""
    return np.round(samples * (255 / (2**depth - 1))).astype(np.uint8)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("kind", "depth"), KINDS)
def test_every_kind(kind: int, depth: int, interlaced: bool) -> None:
    samples = picture(kind, depth)
    more = chunk(b"PLTE", COLOURS[: 2**depth].tobytes()) if kind == PALETTE else b""
    data = png(samples, kind, depth, interlaced=interlaced, more=more)
    photo = decode_pillow(data)
    if kind == PALETTE:
        wanted = COLOURS[samples[..., 0]]
    elif kind in (GRAY, GRAY_ALPHA):
        wanted = np.repeat(eight(samples[..., :1], depth), 3, axis=2)
    else:
        wanted = eight(samples[..., :3], depth)
    # Pillow cuts 16 bits of colour to the high byte, gray is rounded here.
    tolerance = 1 if depth == 16 and kind != GRAY else 0
    assert np.abs(photo.rgb.astype(int) - wanted).max() <= tolerance
    if kind in (GRAY_ALPHA, RGBA):
        assert photo.alpha is not None
        gap = photo.alpha.astype(int) - eight(samples[..., -1], depth)
        assert np.abs(gap).max() <= tolerance
    else:
        assert photo.alpha is None
    told = sniff(data)
    assert (told.bits, told.has_alpha) == (depth, kind in (GRAY_ALPHA, RGBA))


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_a_transparent_gray(depth: int) -> None:
    samples = picture(GRAY, depth)
    key = int(samples[5, 5, 0])
    more = chunk(b"tRNS", struct.pack(">H", key))
    photo = decode_pillow(png(samples, GRAY, depth, interlaced=False, more=more))
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha == 0, samples[..., 0] == key)
    assert set(np.unique(photo.alpha)) <= {0, 255}


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_colour(depth: int) -> None:
    samples = picture(RGB, depth)
    key = samples[5, 5]
    more = chunk(b"tRNS", struct.pack(">3H", *key))
    photo = decode_pillow(png(samples, RGB, depth, interlaced=False, more=more))
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha == 0, (samples == key).all(axis=2))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_palette_with_soft_transparency(depth: int) -> None:
    samples = picture(PALETTE, depth)
    soft = bytes([7, 200][: 2**depth])  # the further colours are opaque
    more = chunk(b"PLTE", COLOURS[: 2**depth].tobytes()) + chunk(b"tRNS", soft)
    photo = decode_pillow(png(samples, PALETTE, depth, interlaced=True, more=more))
    wanted = np.full(256, 255)
    wanted[: len(soft)] = list(soft)
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, wanted[samples[..., 0]])
    assert np.array_equal(photo.rgb, COLOURS[samples[..., 0]])
