"""Exif: found wherever a file keeps it, and made right for a cut-out."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from offcut.pixels.decode import decode_pillow
from offcut.pixels.exif import upright
from offcut.pixels.sniff import sniff

from .helpers import noise, saved
from .test_export import PLACE, exif
from .test_isobmff import box


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_block_is_found(name: str) -> None:
    """Pillow takes the orientation out of an AVIF's, for its boxes say it too."""
    data = saved(noise(30, 40), name, exif=b"Exif\0\0" + exif())
    found = sniff(data).exif
    assert found is not None
    assert PLACE in found
    assert found[:2] in (b"MM", b"II")
    if name != "AVIF":
        assert found == exif()
    if name in ("JPEG", "PNG"):
        assert decode_pillow(data).exif == exif()
    assert sniff(saved(noise(30, 40), name)).exif is None


def test_of_a_tiff_only_what_is_about_the_photo() -> None:
    told = TiffImagePlugin.ImageFileDirectory_v2()
    told[0x0112], told[0x010F], told[0x8825] = 6, "Maker", {1: "N", 0x1B: PLACE}
    data = saved(noise(30, 40), "TIFF", tiffinfo=told)
    photo = decode_pillow(data)
    assert photo.rgb.shape == (40, 30, 3)
    assert photo.exif is not None
    found = Image.Exif()
    found.load(photo.exif)
    assert dict(found).keys() == {0x010F, 0x8825}
    assert found.get_ifd(0x8825)[0x1B] == PLACE
    assert decode_pillow(saved(noise(30, 40), "TIFF")).exif is None


@pytest.mark.parametrize(
    ("version", "inside"), [(0, False), (1, False), (1, True), (2, False), (2, True)]
)
def test_in_a_heic_wherever_the_boxes_lead(version: int, inside: bool) -> None:
    """In the file or in ``idat``, in two pieces, behind something of its own, prefixed."""
    body = struct.pack(">I", 3) + b"???" + b"Exif\0\0" + exif()
    cut = 40
    number = struct.Struct(">I" if version == 2 else ">H")

    def meta(start: int) -> bytes:
        pieces = [(start, cut), (start + cut, len(body) - cut)]
        iloc = bytes([version, 0, 0, 0, 0x44, 0x01 if version else 0]) + number.pack(2)
        for item, places in ((1, [(10**6, 9)]), (7, pieces)):
            iloc += number.pack(item)
            iloc += struct.pack(">H", int(inside)) if version else b""
            iloc += bytes(2) + struct.pack(">H", len(places))
            for at, size in places:
                iloc += (b"\0" if version else b"") + struct.pack(">II", at, size)
        entries = b"".join(
            box(b"infe", b"\2\0\0\0" + struct.pack(">HH", item, 0) + kind + b"\0")
            for item, kind in ((1, b"hvc1"), (7, b"Exif"))
        )
        parts = box(b"iinf", bytes(4) + struct.pack(">H", 2) + entries) + box(b"iloc", iloc)
        return box(b"meta", bytes(4) + parts + (box(b"idat", body) if inside else b""))

    head = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    start = 0 if inside else len(head) + len(meta(0)) + 8
    data = head + meta(start) + (b"" if inside else box(b"mdat", body))
    assert sniff(data).exif == exif()
    for broken in (data[: len(data) - 5], data[:200], data[:120]):
        assert sniff(broken).exif is None


def test_a_list_of_places_made_to_keep_us_busy() -> None:
    """Pieces that take no room could be counted by the million."""
    empty = bytes(4) + b"\0\0" + b"\xff\xff" + (struct.pack(">HHH", 1, 0, 0xFFFF)) * 60000
    entry = box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 7, 0) + b"Exif\0")
    parts = box(b"iinf", bytes(4) + b"\0\1" + entry) + box(b"iloc", empty)
    head = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    assert sniff(head + box(b"meta", bytes(4) + parts)).exif is None


@pytest.mark.parametrize("order", ["little", "big"])
def test_upright_and_without_its_thumbnail(order: str) -> None:
    """Value by value, whichever way the numbers lie."""
    short, long = ("<H", "<I") if order == "little" else (">H", ">I")

    def entry(tag: int, kind: int, value: int) -> bytes:
        held = struct.pack(short, value) + bytes(2) if kind == 3 else struct.pack(long, value)
        return struct.pack(short, tag) + struct.pack(short, kind) + struct.pack(long, 1) + held

    mark = b"II*\0" if order == "little" else b"MM\0*"
    second = 8 + 2 + 24 + 4 + 2 + 24 + 4
    block = mark + struct.pack(long, 8)
    block += struct.pack(short, 2) + entry(0x0112, 3, 8) + entry(0x8769, 4, 38)
    block += struct.pack(long, second)
    block += struct.pack(short, 2) + entry(0xA002, 4, 4000) + entry(0xA003, 3, 3000) + bytes(4)
    thumbnail = b"the room behind"
    block += struct.pack(short, 2) + entry(0x0201, 4, second + 30)
    block += entry(0x0202, 4, len(thumbnail)) + bytes(4) + thumbnail
    made = upright(block, 123, 456)
    assert made is not None
    assert len(made) == len(block)
    found = Image.Exif()
    found.load(made)
    assert found[0x0112] == 1
    assert dict(found.get_ifd(0x8769)) == {0xA002: 123, 0xA003: 456}
    assert thumbnail not in made
    assert made[34:38] == bytes(4), "no second directory"
    assert upright(made, 123, 456) == made


@pytest.mark.parametrize("block", [b"", b"Exif", b"II*\0", b"PNG" * 20])
def test_what_is_none_is_left_out(block: bytes) -> None:
    assert upright(block, 1, 1) is None


def test_random_blocks_break_nothing() -> None:
    rng = np.random.default_rng(11)
    whole = exif(b"small picture")
    for _ in range(500):
        block = bytearray(whole)
        for at in rng.integers(4, len(block), 6):
            block[at] = rng.integers(0, 256)
        made = upright(bytes(block), 10, 20)
        assert made is not None
        assert len(made) == len(block)
        sniff(saved(noise(8, 8), "JPEG", exif=b"Exif\0\0" + bytes(block)))


def test_a_tiff_with_a_broken_directory_still_opens() -> None:
    told = TiffImagePlugin.ImageFileDirectory_v2()
    told[0x010F], told[0x8825] = "Maker", {1: "N"}
    data = bytearray(saved(noise(30, 40), "TIFF", tiffinfo=told))
    at = data.index(struct.pack("<HH", 0x8825, 4)) + 8
    data[at : at + 4] = b"\xff\xff\xff\x7f"
    assert decode_pillow(bytes(data)).rgb.shape == (30, 40, 3)
    with Image.open(BytesIO(data)) as image:
        assert image.size == (40, 30)
