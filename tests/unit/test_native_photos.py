"""Photos on a computer: what Pillow reads beside what a browser would, and HEIC by an extra."""

from __future__ import annotations

import struct
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from offcut.errors import OffcutError
from offcut.native.photos import decode
from offcut.pixels.avif import annotate

from .helpers import disc, noise, rgb_profile, saved

if TYPE_CHECKING:
    from numpy.typing import NDArray

RGB = noise(40, 60)
ALPHA = (disc(40, 60) * 255).astype(np.uint8)
RGBA = np.dstack([RGB, ALPHA])
AVIF: dict[str, Any] = {"quality": 95, "subsampling": "4:4:4"}


def code(data: bytes) -> OffcutError:
    with pytest.raises(OffcutError) as caught:
        decode(data)
    return caught.value


def test_webp_keeps_colours_under_full_transparency() -> None:
    photo = decode(saved(RGBA, "WEBP", lossless=True, exact=True))
    assert np.array_equal(photo.rgb, RGB)
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, ALPHA)
    assert photo.format == "webp"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_avif_lies_as_its_boxes_say(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation  # Pillow writes boxes for it
    upright = decode(saved(RGB, "AVIF", **AVIF)).rgb
    turned = decode(saved(RGB, "AVIF", exif=exif, **AVIF)).rgb
    wanted = np.asarray(_turned(Image.fromarray(upright), orientation))
    assert np.array_equal(turned, wanted)


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    """As Pillow would show it."""
    from PIL import ImageOps

    image.getexif()[0x0112] = orientation
    return ImageOps.exif_transpose(image)


def test_avif_keeps_alpha_and_profile() -> None:
    photo = decode(annotate(saved(RGBA, "AVIF", **AVIF), rgb_profile()))
    assert photo.icc == rgb_profile()
    assert photo.alpha is not None
    assert np.abs(photo.alpha.astype(int) - ALPHA).max() <= 6, "Pillow writes alpha with some loss"
    assert code(saved(RGB, "AVIF")[:200]).code == "DECODE_FAILED"


def heic(width: int, height: int) -> bytes:
    """The head of a HEIC, as far as it is read here."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + name + body

    ispe = box(b"ispe", bytes(4) + struct.pack(">II", width, height))
    colr = box(b"colr", b"prof" + rgb_profile())
    owns = bytes(4) + struct.pack(">IHBBB", 1, 1, 2, 1, 2)
    iprp = box(b"iprp", box(b"ipco", ispe + colr) + box(b"ipma", owns))
    meta = box(b"meta", bytes(4) + box(b"pitm", bytes(4) + struct.pack(">H", 1)) + iprp)
    return box(b"ftyp", b"heic" + bytes(4) + b"heic") + meta


class Heif:
    """What pillow-heif gives of an opened file."""

    def __init__(self, pixels: NDArray[np.uint8], *, premultiplied: bool = False) -> None:
        self._pixels = pixels
        self.primary_index = 0
        self.size = pixels.shape[1::-1]
        self.premultiplied_alpha = premultiplied

    def __getitem__(self, index: int) -> Heif:
        return self

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return self._pixels.__array_interface__


def install(monkeypatch: pytest.MonkeyPatch, gives: Heif | Exception) -> None:
    def open_heif(_file: object, **_options: object) -> Heif:
        if isinstance(gives, Exception):
            raise gives
        return gives

    monkeypatch.setitem(sys.modules, "pillow_heif", SimpleNamespace(open_heif=open_heif))


def test_heic_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    error = code(heic(60, 40))
    assert error.code == "UNSUPPORTED_FORMAT"
    assert 'pip install "offcut[heic]"' in error.message


def test_heic(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Heif(RGB))
    photo = decode(heic(60, 40))
    assert np.array_equal(photo.rgb, RGB)
    assert (photo.alpha, photo.format, photo.icc) == (None, "heic", rgb_profile())
    stored = (RGB.astype(np.uint16) * ALPHA[..., np.newaxis] // 255).astype(np.uint8)
    install(monkeypatch, Heif(np.dstack([stored, ALPHA]), premultiplied=True))
    photo = decode(heic(60, 40))
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, ALPHA)
    thick = ALPHA > 200
    assert np.abs(photo.rgb[thick].astype(int) - RGB[thick]).max() <= 2


def test_heic_that_is_broken_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, ValueError("Invalid input"))
    assert code(heic(60, 40)).code == "DECODE_FAILED"
    assert code(heic(60_000, 60_000)).code == "IMAGE_TOO_LARGE"
    install(monkeypatch, MemoryError())
    assert code(heic(60, 40)).code == "OUT_OF_MEMORY"
