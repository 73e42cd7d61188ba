"""Photos of any size for the bench: one of the tests' photos, enlarged, with a little grain.

The grain makes them pack like photos; without it a large one would be a smooth blur.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tools.paths import PHOTOS

GRAIN = 4.0
BAND = 512  # rows at a time: 100 megapixels as float32 would be 1.2 GB


def photo(megapixels: float) -> bytes:
    """Return a JPEG of 4:3 with about so many megapixels."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(width * 3 / 4)
    with Image.open(PHOTOS / "astronaut.jpg") as image:
        large = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    random = np.random.default_rng(1)
    pixels = np.array(large)
    for top in range(0, height, BAND):
        rows = pixels[top : top + BAND]
        grain = random.normal(scale=GRAIN, size=(*rows.shape[:2], 1)).astype(np.float32)
        rows[:] = np.clip(rows + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92)
    return out.getvalue()
