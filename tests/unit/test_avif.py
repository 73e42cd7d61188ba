"""AVIF: alpha to the letter, and what is put into its boxes afterwards."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from offcut.errors import OffcutError
from offcut.pixels.avif import SRGB, UNSPECIFIED, PillowAvif, annotate
from offcut.pixels.sniff import sniff

from .helpers import noise, rgb_profile
from .test_export import exif


def pixels(depth: int) -> np.ndarray:
    rng = np.random.default_rng(depth)
    out = noise(70, 90, depth)
    out[..., -1] = np.clip(out[..., -1] + rng.normal(0, 20, (70, 90)), 0, 255)
    return out


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("quality", [1, 40, 80, 100])
async def test_alpha_has_no_loss_at_any_quality(quality: int) -> None:
    wanted = pixels(4)
    wanted[0, 0, 3], wanted[-1, -1, 3] = 0, 255
    codec = PillowAvif()
    data = await codec.encode(wanted, quality)
    assert np.array_equal((await codec.decode(data))[..., 3], wanted[..., 3])
    assert np.array_equal(np.asarray(opened(data))[..., 3], wanted[..., 3])


@pytest.mark.parametrize("depth", [3, 4])
@pytest.mark.parametrize("icc", [None, rgb_profile(700)])
@pytest.mark.parametrize("block", [None, exif()])
async def test_what_is_put_in_is_read_by_others(
    depth: int, icc: bytes | None, block: bytes | None
) -> None:
    bare = await PillowAvif().encode(pixels(depth), 80)
    made = annotate(bare, icc, block)
    kind, image = sniff(made), opened(made)
    assert (kind.icc, kind.exif) == (icc, block)
    assert image.info.get("icc_profile") == icc
    assert (image.getexif().get(0x010F) == "Maker") is bool(block)
    assert np.array_equal(np.asarray(image), np.asarray(opened(bare))), "not a pixel is moved"
    assert image.mode == ("RGB" if depth == 3 else "RGBA")


async def test_without_a_profile_it_is_named_srgb() -> None:
    """The codec in the browser leaves primaries and curve untold."""
    bare = (await PillowAvif().encode(pixels(4), 80)).replace(SRGB, UNSPECIFIED)
    assert UNSPECIFIED in bare
    assert SRGB in annotate(bare)
    assert UNSPECIFIED in annotate(bare, rgb_profile())


@pytest.mark.parametrize("cut", [0, 20, 60, 200])
async def test_boxes_laid_out_otherwise_are_refused(cut: int) -> None:
    data = await PillowAvif().encode(pixels(4), 80)
    with pytest.raises(OffcutError) as caught:
        annotate(data[:cut] + data[cut + 3 :] if cut else b"", rgb_profile(), exif())
    assert caught.value.code == "ENCODE_FAILED"


async def test_what_does_not_open_was_not_written_right() -> None:
    with pytest.raises(OffcutError) as caught:
        await PillowAvif().decode(b"no picture")
    assert caught.value.code == "VERIFY_FAILED"
