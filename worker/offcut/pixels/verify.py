"""Files read again and held against what was meant, before anybody gets them; PNG: ``proof``."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.errors import fail
from offcut.pixels.sniff import sniff

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.errors import OffcutError

_BAND = 512
LOSSY_MEAN = 16.0
"""Mean difference in levels that a lossy file of any sensible quality stays far under."""
_BLOCK = 8
_BLOCKS_MEAN = 24.0
"""The same between the means of blocks: of a picture that is all grain, these alone are kept. The
coarsest JPEG rounds them to every 32nd level."""


def verify_webp_lossless(data: bytes, rgba: NDArray[np.uint8]) -> list[str]:
    """Decode a lossless WebP and compare every value.

    ``rgba``: uint8 (H, W, 3) or (H, W, 4): what was meant to be written. Gives sentences that tell
    a person what was found right. Raises VERIFY_FAILED.
    """
    got = _opened(data, "WEBP", rgba)
    for top in range(0, rgba.shape[0], _BAND):
        ours, theirs = rgba[top : top + _BAND], _rows(got, top)
        if not np.array_equal(ours, theirs):
            row = top + int(np.argmax((ours != theirs).reshape(len(ours), -1).any(axis=1)))
            raise wrong(why=f"row {row} differs")
    return said_exact(rgba)


def verify_lossy(data: bytes, name: str, pixels: NDArray[np.uint8]) -> list[str]:
    """Decode a lossy file ("webp" or "jpeg") and compare within the codec's tolerance.

    ``pixels``: uint8 (H, W, 3) or (H, W, 4); alpha must be equal (WebP packs it without loss),
    the colour of visible pixels close: mean difference at most ``LOSSY_MEAN`` levels.
    """
    return _verify_close(_opened(data, name.upper(), pixels), pixels, 0)


def verify_avif(got: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> list[str]:
    """As ``verify_lossy``, for an AVIF that its codec has decoded.

    ``got``: uint8 (H, W, 4). Alpha may be one level off, but it may not have lost its soft edges.
    """
    if got.shape[:2] != pixels.shape[:2]:
        raise wrong(why=f"it has {got.shape[1]} × {got.shape[0]} pixels")
    whole = pixels.shape[2] == 3
    if whole and int(got[..., 3].min()) < 255:
        raise wrong(why="it has transparency")
    if not whole and _levels(pixels[..., 3]) > 2 >= _levels(got[..., 3]):
        raise wrong(why="the soft edges are lost")
    return _verify_close(Image.fromarray(got), pixels, 1)


def verify_exif(data: bytes, exif: bytes | None) -> list[str]:
    """Whether a file carries just this Exif, or none. Raises VERIFY_FAILED."""
    if sniff(data).exif != exif:
        raise wrong(why="its Exif is not what was meant")
    return ["the photo's Exif is in it, without the thumbnail"] if exif else []


def _verify_close(got: Image.Image, pixels: NDArray[np.uint8], slack: int) -> list[str]:
    checks = [_said_size(pixels)]
    total = seen = 0
    for top in range(0, pixels.shape[0], _BAND):
        ours, theirs = pixels[top : top + _BAND], _rows(got, top)
        gap = np.abs(ours[..., :3].astype(np.int16) - theirs[..., :3])
        if pixels.shape[2] == 4:
            alpha = ours[..., 3].astype(np.int16)
            if int(np.abs(alpha - theirs[..., 3]).max()) > slack:
                raise wrong(why="the transparency differs")
            gap = gap[alpha > 0]
        total += int(gap.sum())
        seen += gap.size
    mean = total / max(1, seen)
    if mean > LOSSY_MEAN and _blocks_apart(got, pixels) > _BLOCKS_MEAN:
        raise wrong(why=f"the colours differ by {mean:.1f} levels on average")
    if pixels.shape[2] == 4:
        checks.append(_said_alpha(_levels(pixels[..., 3])))
    checks.append(f"the colours differ by {mean:.1f} of 255 levels on average")
    return checks


def _blocks_apart(got: Image.Image, pixels: NDArray[np.uint8]) -> float:
    """Mean difference in levels between the means of blocks of visible pixels."""
    total = seen = 0
    for top in range(0, pixels.shape[0], _BAND):
        ours, theirs = pixels[top : top + _BAND], _rows(got, top)
        gap = ours[..., :3].astype(np.int32) - theirs[..., :3]
        if pixels.shape[2] == 4:
            gap[ours[..., 3] == 0] = 0
            seen += 3 * int(np.count_nonzero(ours[..., 3]))
        else:
            seen += gap.size
        for axis in (0, 1):
            gap = np.add.reduceat(gap, range(0, gap.shape[axis], _BLOCK), axis=axis)
        total += int(np.abs(gap).sum())
    return total / max(1, seen)


def _rows(image: Image.Image, top: int) -> NDArray[Any]:
    """``_BAND`` rows of a picture: all of it as an array would be held twice."""
    return np.asarray(image.crop((0, top, image.width, min(image.height, top + _BAND))))


def _opened(data: bytes, plugin: str, pixels: NDArray[np.uint8]) -> Image.Image:
    mode = {3: "RGB", 4: "RGBA"}[pixels.shape[2]]
    try:
        image = Image.open(BytesIO(data), formats=(plugin,))
        if image.size != (pixels.shape[1], pixels.shape[0]):
            raise wrong(why=f"it has {image.width} × {image.height} pixels")
        if plugin == "WEBP" and mode == "RGBA" and image.mode == "RGB":
            return image.convert("RGBA")  # libwebp drops an alpha that is all 255
        if image.mode != mode:
            raise wrong(why=f"it is {image.mode} instead of {mode}")
        image.load()
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="verify") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise wrong(why=f"it does not open: {error}") from error
    return image


def said_exact(pixels: NDArray[Any], levels: int = 0) -> list[str]:
    """What a person is told of a file that has every value of ``pixels``.

    ``levels``: how many different values the alpha has, where that is known.
    """
    checks = [_said_size(pixels)]
    wide = ", at 16 bits" if pixels.dtype.itemsize == 2 else ""
    if pixels.ndim == 2:
        return [*checks, f"every value is the one that was meant{wide}"]
    if pixels.shape[2] == 3:
        return [*checks, f"every colour value is the one that was meant{wide}"]
    said = f"every colour value is the one that was meant{wide}, also under full transparency"
    return [*checks, said, _said_alpha(levels or _levels(pixels[..., 3]))]


def _said_size(pixels: NDArray[Any]) -> str:
    return f"{pixels.shape[1]} × {pixels.shape[0]} pixels"


def _levels(alpha: NDArray[Any]) -> int:
    """How many different values there are."""
    if alpha.dtype.itemsize == 1:
        # Pillow's histogram, because numpy's would widen every byte to eight first.
        return sum(count > 0 for count in Image.fromarray(alpha).histogram())
    seen = np.zeros(1 << 16, bool)
    for top in range(0, len(alpha), _BAND):
        seen[alpha[top : top + _BAND]] = True
    return int(seen.sum())


def _said_alpha(levels: int) -> str:
    if levels <= 2:
        return "the transparency is the one that was meant"
    return f"the transparency is the one that was meant, with {levels} levels (soft edges kept)"


def wrong(*, why: str) -> OffcutError:
    """VERIFY_FAILED, with the reason."""
    return fail("VERIFY_FAILED", reason=why)
