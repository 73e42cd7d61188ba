"""The picture behind a cut-out, decoded once while a page tries where it lies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from offcut.errors import OffcutError, fail
from offcut.pixels.compose import small_photo
from offcut.pixels.ground import PICTURE_SIDE

if TYPE_CHECKING:
    from offcut.pixels.photo import Photo

Read = Callable[[Any], Awaitable[bytes]]
"""Gives a Blob's bytes."""

Decode = Callable[[Any], Awaitable["Photo"]]
"""Decodes a Blob, whatever its name says."""


class Backdrop:
    """The last picture that was asked for: it comes anew with every call and every photo."""

    def __init__(self, read: Read, decode: Decode) -> None:
        """Keep what reads and what decodes Blobs."""
        self._read = read
        self._decode = decode
        self._key = b""
        self._photo: Photo | None = None

    async def of(self, options: Mapping[str, object]) -> Photo | None:
        """The picture in ``background.image``, a Blob; None, and forgotten, where there is none.

        Raises BAD_CONFIG for what is no Blob or no picture, with the reason, and OUT_OF_MEMORY.
        """
        background = options.get("background")
        image: Any = background.get("image") if isinstance(background, Mapping) else None
        if image is None:
            self._photo = None
            return None
        if not hasattr(image, "arrayBuffer"):
            raise fail("BAD_CONFIG", "A background's image is a Blob or a File.")
        try:
            # By its bytes: a Blob that comes from the page is a new one every time.
            key = sha256(await self._read(image)).digest()
            photo = self._photo if key == self._key else None
            if photo is None:
                self._photo = None  # not two of them at a time
                photo = small_photo(await self._decode(image), PICTURE_SIDE)
                self._key, self._photo = key, photo
        except OffcutError as error:
            if error.code == "OUT_OF_MEMORY":
                raise
            # Not as it is: the page would take the photo for what is wrong (or draw it, an SVG).
            say = f"The background's picture cannot be used. {error.message}"
            raise fail("BAD_CONFIG", say, reason=error.code) from error
        return photo
