"""The picture behind a cut-out on its way into the worker."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from offcut.browser.backdrop import Backdrop
from offcut.errors import OffcutError, fail
from offcut.pixels.ground import PICTURE_SIDE
from offcut.pixels.photo import Photo


class Blob:
    """A Blob as far as it is looked at."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def arrayBuffer(self) -> bytes:  # noqa: N802
        return self.data


class Decoder:
    """Decodes every Blob to the same picture, and counts."""

    def __init__(self, error: OffcutError | None = None, width: int = 4) -> None:
        self.error = error
        self.width = width
        self.asked: list[bytes] = []

    async def read(self, blob: Blob) -> bytes:
        return blob.arrayBuffer()

    async def decode(self, blob: Blob) -> Photo:
        self.asked.append(blob.data)
        if self.error:
            raise self.error
        return Photo(np.zeros((3, self.width, 3), np.uint8), None, "png")


def asked(image: Any, kind: str = "image") -> dict[str, object]:
    return {"background": {"kind": kind, "image": image}}


async def test_a_picture_is_decoded_once() -> None:
    decoder = Decoder()
    backdrop = Backdrop(decoder.read, decoder.decode)
    one = await backdrop.of(asked(Blob(b"one")))
    assert one is await backdrop.of(asked(Blob(b"one"))), "the same bytes in another Blob"
    assert one is not await backdrop.of(asked(Blob(b"two")))
    assert decoder.asked == [b"one", b"two"]
    assert await backdrop.of({"background": [1, 2, 3]}) is None
    await backdrop.of(asked(Blob(b"two")))
    assert decoder.asked == [b"one", b"two", b"two"], "forgotten when it was not wanted"


@pytest.mark.parametrize("background", [None, [1, 2, 3], {"kind": "blur"}, {"kind": "image"}])
async def test_no_picture_is_none(background: Any) -> None:
    backdrop = Backdrop(Decoder().read, Decoder().decode)
    assert await backdrop.of({"background": background}) is None
    assert await backdrop.of({}) is None


async def test_what_is_kept_is_no_larger_than_need_be() -> None:
    decoder = Decoder(width=PICTURE_SIDE * 2)
    found = await Backdrop(decoder.read, decoder.decode).of(asked(Blob(b"wide")))
    assert found is not None
    assert found.width == PICTURE_SIDE


@pytest.mark.parametrize("code", ["NOT_AN_IMAGE", "UNSUPPORTED_FORMAT", "EMPTY_FILE"])
async def test_a_bad_picture_is_a_bad_setting(code: str) -> None:
    """Not the photo's fault: the page must not blame it, or draw it anew as an SVG."""
    decoder = Decoder(fail(code, format="svg"))
    with pytest.raises(OffcutError, match="background's picture") as caught:
        await Backdrop(decoder.read, decoder.decode).of(asked(Blob(b"bad")))
    assert caught.value.code == "BAD_CONFIG"
    assert caught.value.detail["reason"] == code
    assert "format" not in caught.value.detail
    with pytest.raises(OffcutError, match="Blob or a File"):
        await Backdrop(decoder.read, decoder.decode).of(asked("https://example.org/a.png"))


async def test_little_memory_is_no_bad_setting() -> None:
    decoder = Decoder(fail("OUT_OF_MEMORY"))
    with pytest.raises(OffcutError) as caught:
        await Backdrop(decoder.read, decoder.decode).of(asked(Blob(b"large")))
    assert caught.value.code == "OUT_OF_MEMORY"
