"""Files read again and held against what was meant, before anybody gets them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.errors import fail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.errors import OffcutError

_BAND = 512
_MODES = {2: "L", 3: "RGB", 4: "RGBA"}
LOSSY_MEAN = 16.0
"""Mean difference in levels that a lossy file of any sensible quality stays far under."""


def verify_png(data: bytes, pixels: NDArray[np.uint8]) -> list[str]:
    """Decode a PNG by Pillow and compare every value.

    ``pixels``: uint8 (H, W), (H, W, 3) or (H, W, 4): what was meant to be written. Gives
    sentences that tell a person what was found right. Raises VERIFY_FAILED.
    """
    return _verify_exact(data, "PNG", pixels)


def verify_webp_lossless(data: bytes, rgba: NDArray[np.uint8]) -> list[str]:
    """As ``verify_png``, for a lossless WebP."""
    return _verify_exact(data, "WEBP", rgba)


def verify_lossy(data: bytes, name: str, pixels: NDArray[np.uint8]) -> list[str]:
    """Decode a lossy file ("webp" or "jpeg") and compare within the codec's tolerance.

    ``pixels``: uint8 (H, W, 3) or (H, W, 4); alpha must be equal (WebP packs it without loss),
    the colour of visible pixels close: mean difference at most ``LOSSY_MEAN`` levels.
    """
    got = _decode(data, name.upper(), pixels)
    checks = [_said_size(pixels)]
    total = seen = 0
    for top in range(0, pixels.shape[0], _BAND):
        ours, theirs = pixels[top : top + _BAND], got[top : top + _BAND]
        gap = np.abs(ours[..., :3].astype(np.int16) - theirs[..., :3])
        if pixels.shape[2] == 4:
            if not np.array_equal(ours[..., 3], theirs[..., 3]):
                raise _wrong(why="the transparency differs")
            gap = gap[ours[..., 3] > 0]
        total += int(gap.sum())
        seen += gap.size
    mean = total / max(1, seen)
    if mean > LOSSY_MEAN:
        raise _wrong(why=f"the colours differ by {mean:.1f} levels on average")
    if pixels.shape[2] == 4:
        checks.append(_said_alpha(pixels))
    checks.append(f"the colours differ by {mean:.1f} of 255 levels on average")
    return checks


def _verify_exact(data: bytes, plugin: str, pixels: NDArray[np.uint8]) -> list[str]:
    got = _decode(data, plugin, pixels)
    for top in range(0, pixels.shape[0], _BAND):
        ours, theirs = pixels[top : top + _BAND], got[top : top + _BAND]
        if not np.array_equal(ours, theirs):
            row = top + int(np.argmax((ours != theirs).reshape(len(ours), -1).any(axis=1)))
            raise _wrong(why=f"row {row} differs")
    checks = [_said_size(pixels)]
    if pixels.ndim == 3:
        checks.append("every colour value is the one that was meant")
        if pixels.shape[2] == 4:
            checks[-1] += ", also under full transparency"
            checks.append(_said_alpha(pixels))
    else:
        checks.append("every value is the one that was meant")
    return checks


def _decode(data: bytes, plugin: str, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    mode = _MODES[2 if pixels.ndim == 2 else pixels.shape[2]]
    try:
        with Image.open(BytesIO(data), formats=(plugin,)) as image:
            if image.size != (pixels.shape[1], pixels.shape[0]):
                raise _wrong(why=f"it has {image.width} × {image.height} pixels")
            if plugin == "WEBP" and mode == "RGBA" and image.mode == "RGB":
                return np.asarray(image.convert("RGBA"))  # libwebp drops an alpha that is all 255
            if image.mode != mode:
                raise _wrong(why=f"it is {image.mode} instead of {mode}")
            return np.asarray(image)
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="verify") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _wrong(why=f"it does not open: {error}") from error


def _said_size(pixels: NDArray[np.uint8]) -> str:
    return f"{pixels.shape[1]} × {pixels.shape[0]} pixels"


def _said_alpha(rgba: NDArray[np.uint8]) -> str:
    # Pillow's histogram, because numpy's would widen every byte to eight first.
    levels = sum(count > 0 for count in Image.fromarray(rgba[..., 3]).histogram())
    if levels <= 2:
        return "the transparency is the one that was meant"
    return f"the transparency is the one that was meant, with {levels} levels (soft edges kept)"


def _wrong(*, why: str) -> OffcutError:
    return fail("VERIFY_FAILED", reason=why)
