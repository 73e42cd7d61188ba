"""Files that break off: each kind at each place, and whole ones as programs write them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from offcut.pixels.endings import ends_early
from offcut.pixels.sniff import sniff

PICTURE = np.random.default_rng(3).integers(0, 256, (48, 64, 3), dtype=np.uint8)
KINDS = ("jpeg", "png", "webp", "gif", "bmp", "avif")


def saved(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(PICTURE).save(out, kind.upper(), **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_does_not_and_a_part_of_it_does(kind: str) -> None:
    data = saved(kind)
    assert sniff(data).format == kind
    assert not ends_early(data, kind)
    for share in (0.3, 0.5, 0.9):
        assert ends_early(data[: int(len(data) * share)], kind), share


def test_what_follows_a_picture_is_no_part_of_it() -> None:
    for kind in ("jpeg", "png", "webp", "bmp"):
        assert not ends_early(saved(kind) + b"more" * 1000, kind), kind
    assert not ends_early(saved("gif") + bytes(7), "gif")


def test_a_jpeg_in_front_of_the_picture_does_not_count() -> None:
    """A camera's thumbnail has an ending of its own."""
    small = io.BytesIO()
    Image.fromarray(PICTURE[:8, :8]).save(small, "JPEG")
    body = b"Exif\0\0" + small.getvalue()
    block = b"\xff\xe1" + (2 + len(body)).to_bytes(2, "big") + body
    whole = saved("jpeg")
    thumbed = whole[:2] + b"\xff" + block + whole[2:]  # and a fill byte, as the standard allows
    assert not ends_early(thumbed, "jpeg")
    assert ends_early(thumbed[: len(block) + 3], "jpeg")
    assert ends_early(thumbed[:-2], "jpeg")


def test_a_progressive_jpeg_and_what_it_is_made_of() -> None:
    data = saved("jpeg", progressive=True, quality=95)
    assert not ends_early(data, "jpeg")
    assert ends_early(data[:-40], "jpeg")


def test_a_box_may_be_longer_than_32_bits_tell_or_go_to_the_end() -> None:
    data = saved("avif")
    head = int.from_bytes(data[:4], "big")
    assert not ends_early(data[:head] + bytes(4) + b"mdat" + bytes(50), "avif")
    long = (1).to_bytes(4, "big") + b"mdat" + (16 + 50).to_bytes(8, "big")
    assert not ends_early(data[:head] + long + bytes(50), "avif")
    assert ends_early(data[:head] + long + bytes(49), "avif")


def test_kinds_that_do_not_say() -> None:
    assert not ends_early(b"II*\0", "tiff")
    assert not ends_early(b"", "unknown")
