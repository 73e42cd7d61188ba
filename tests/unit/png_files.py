"""Every kind of PNG that there is, written here by hand: colour types, depths, Adam7, tRNS."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

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


def picture(kind: int, depth: int) -> NDArray[Any]:
    rng = np.random.default_rng(kind * 17 + depth)
    return rng.integers(0, 2**depth, (HEIGHT, WIDTH, CHANNELS[kind]))


COLOURS = np.random.default_rng(2).integers(0, 256, (256, 3), dtype=np.uint8)
