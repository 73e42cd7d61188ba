"""Every kind of PNG that there is, written here by hand: colour types, depths, Adam7, tRNS."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from offcut.pixels.decode import decode_pillow
from offcut.pixels.sniff import sniff

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
KINDS = [
    *((GRAY, depth) for depth in (1, 2, 4, 8, 16)),
    *((PALETTE, depth) for depth in (1, 2, 4, 8)),
    *((kind, depth) for kind in (RGB, GRAY_ALPHA, RGBA) for depth in (8, 16)),
]
PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2))
ADAM7 = (*PASSES, (1, 0, 2, 1))
HEIGHT, WIDTH = 13, 11


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def rows(samples: NDArray[Any], depth: int) -> bytes:
    """Unfiltered rows of samples (H, W, channels), packed as PNG wants them."""
    flat = samples.reshape(len(samples), -1)
    if depth == 16:
        return b"".join(b"\0" + row.astype(">u2").tobytes() for row in flat)
    bits = np.unpackbits(flat.astype(np.uint8)[..., None], axis=2)[..., 8 - depth :]
    return b"".join(b"\0" + np.packbits(row.ravel()).tobytes() for row in bits)


def png(samples: NDArray[Any], kind: int, depth: int, *, interlaced: bool, more: bytes) -> bytes:
    """A PNG file; ``more``: chunks between header and pixels."""
    height, width = samples.shape[:2]
    parts = [samples]
    if interlaced:
        parts = [samples[top::down, left::right] for top, left, down, right in ADAM7]
    body = b"".join(rows(part, depth) for part in parts if part.size)
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            more,
            chunk(b"IDAT", zlib.compress(body)),
            chunk(b"IEND", b""),
        )
    )


def eight(samples: NDArray[Any], depth: int) -> NDArray[np.uint8]:
    """Samples of any depth at 8 bits, to the nearest."""
    return np.round(samples * (255 / (2**depth - 1))).astype(np.uint8)


def picture(kind: int, depth: int) -> NDArray[Any]:
    rng = np.random.default_rng(kind * 17 + depth)
    return rng.integers(0, 2**depth, (HEIGHT, WIDTH, CHANNELS[kind]))


COLOURS = np.random.default_rng(2).integers(0, 256, (256, 3), dtype=np.uint8)


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
