"""How other background removers make a matte, on the same networks: what we are held against.

In our own words, from what their public code does; nothing of it ships.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.models.process import finish

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec
    from offcut.runtime.session import Session

# rembg gives each network a mean and a standard deviation for R, G, B, after dividing by the
# photo's own maximum, also for IS-Net, whose authors divide by 255.
REMBG = {
    "u2netp": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "isnet": ((0.5, 0.5, 0.5), (1.0, 1.0, 1.0)),
}
# The size of each in both peers' code, which no freedom of our own networks changes.
SIZES = {"u2netp": 320, "isnet": 1024}


async def imgly(rgb: NDArray[np.uint8], session: Session, spec: ModelSpec) -> NDArray[np.float32]:
    """The matte as @imgly/background-removal makes it: bilinear samples without antialiasing,
    from the pixels' corners, (x − 128) / 256, one network, no fusion.

    ``rgb``: uint8 (H, W, 3). Gives float32 (H, W), 0..1. Raises what ``Session.run`` raises.
    """
    height, width = rgb.shape[:2]
    size = SIZES["isnet"]
    x = (corner_bilinear(rgb.astype(np.float32), size, size) - 128) / 256
    out = await session.run(np.ascontiguousarray(x.transpose(2, 0, 1)[np.newaxis]))
    return corner_bilinear(finish(out, spec)[..., np.newaxis], width, height)[..., 0]


async def rembg(rgb: NDArray[np.uint8], session: Session, spec: ModelSpec) -> NDArray[np.float32]:
    """The matte as rembg makes it: Lanczos to the network's size and back, the answer stretched
    until its least value is 0 and its greatest 1, in 8 bits from there on.

    ``rgb``: uint8 (H, W, 3). Gives float32 (H, W), 0..1. Raises what ``Session.run`` raises.
    """
    height, width = rgb.shape[:2]
    size = SIZES[spec.id]
    mean, std = (np.asarray(values, np.float32) for values in REMBG[spec.id])
    small = Image.fromarray(rgb).resize((size, size), Image.Resampling.LANCZOS)
    pixels = np.asarray(small, np.float32)
    x = (pixels / max(float(pixels.max()), 1e-6) - mean) / std
    out = await session.run(np.ascontiguousarray(x.transpose(2, 0, 1)[np.newaxis], np.float32))
    mask = Image.fromarray((stretch(out[0, 0]) * 255).astype(np.uint8))
    large = mask.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(large, np.float32) / np.float32(255)


def stretch(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """``mask``, float32 (h, w), moved and scaled to 0..1; one value throughout becomes 0."""
    low, high = float(mask.min()), float(mask.max())
    # rembg divides by nothing here and gets NaN; no photo of ours does that to it.
    return np.asarray((mask - low) / max(high - low, 1e-12), np.float32)


def corner_bilinear(pixels: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """Sample at i · h / height, j · w / width, weights between the four neighbours.

    ``pixels``: float32 (h, w, n). Gives float32 (height, width, n).
    """

    def axis(old: int, new: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
        at = np.arange(new) * (old / new)
        low = np.floor(at).astype(np.intp)
        return low, np.minimum(low + 1, old - 1), (at - low).astype(np.float32)

    top, bottom, down = axis(pixels.shape[0], height)
    left, right, across = axis(pixels.shape[1], width)
    rows = pixels[top] + (pixels[bottom] - pixels[top]) * down[:, np.newaxis, np.newaxis]
    out = rows[:, left] + (rows[:, right] - rows[:, left]) * across[np.newaxis, :, np.newaxis]
    return np.asarray(out, dtype=np.float32)
