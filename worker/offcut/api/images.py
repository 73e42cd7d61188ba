"""What may be given as a picture."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.api.homes import IN_BROWSER
from offcut.errors import fail
from offcut.pixels.decode import check_size, photo_of
from offcut.pixels.photo import Photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = (
    "Give bytes, the path or the address of a picture, a Pillow image, an array uint8 "
    "(height, width, 3) or (height, width, 4)"
)
_ADDRESS = re.compile(r"(https?|blob|data):", re.IGNORECASE)


@dataclass(frozen=True)
class Given:
    """A picture as a ``Home`` takes it: bytes of a file, a ``Photo``, or a JavaScript Blob.

    ``kind``: "array", "pillow" or "file": what a result is given as, unless a format is asked for.
    """

    image: Any
    kind: str = "file"


async def given(image: Any) -> Given:
    """Read what a caller gave. NOT_AN_IMAGE, EMPTY_FILE, PHOTO_GONE, IMAGE_TOO_LARGE …"""
    if isinstance(image, np.ndarray):
        return Given(_of_array(image), "array")
    if isinstance(image, Image.Image):
        return Given(photo_of(image), "pillow")
    if isinstance(image, (bytes, bytearray, memoryview)):
        return Given(bytes(image))
    if isinstance(image, (str, os.PathLike)):
        return Given(await _of_name(image))
    found = None
    if IN_BROWSER:
        from offcut.browser.given import blob_of  # noqa: PLC0415 - only where there is a browser

        found = await blob_of(image)
    if found is None:
        more = ", a Blob, an ArrayBuffer or a typed array." if IN_BROWSER else "."
        raise fail("NOT_AN_IMAGE", KINDS + more, got=type(image).__name__)
    return Given(found)


def _of_array(pixels: NDArray[Any]) -> Photo:
    """A copy: what the caller does with the array later changes no result."""
    if pixels.dtype != np.uint8 or not _is_picture(pixels.shape):
        say = (
            "An array is uint8 with 0 to 255: (height, width) gray, (height, width, 3) RGB or "
            f"(height, width, 4) RGBA; this one is {pixels.dtype} {pixels.shape}."
        )
        raise fail("NOT_AN_IMAGE", say)
    check_size(pixels.shape[1], pixels.shape[0])
    if pixels.ndim == 2:
        return Photo(np.repeat(pixels[..., np.newaxis], 3, axis=2), None, "array")
    alpha = pixels[..., 3].copy() if pixels.shape[2] == 4 else None
    return Photo(np.array(pixels[..., :3], order="C"), alpha, "array")


def _is_picture(shape: tuple[int, ...]) -> bool:
    return 0 not in shape and (len(shape) == 2 or (len(shape) == 3 and shape[2] in (3, 4)))


async def _of_name(name: str | os.PathLike[str]) -> Any:
    """The bytes of a file, or in a browser a Blob of what lies at an address."""
    is_address = isinstance(name, str) and _ADDRESS.match(name)
    if not is_address:
        try:
            return Path(name).read_bytes()
        except (OSError, ValueError) as error:  # with a NUL in it, it can be nobody's name
            if not IN_BROWSER:
                reason = error.strerror if isinstance(error, OSError) else error
                raise fail("PHOTO_GONE", f"{name} cannot be read: {reason}.") from error
    elif not IN_BROWSER:
        say = "Only a browser fetches pictures by their address; give the file or its bytes."
        raise fail("NOT_AN_IMAGE", say)
    from offcut.browser.given import fetch_blob  # noqa: PLC0415 - only where there is a browser

    return await fetch_blob(os.fspath(name))
