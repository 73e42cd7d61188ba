"""The boxes of AVIF and HEIC, made by hand."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from offcut.pixels.icc import display_p3
from offcut.pixels.sniff import sniff

from .helpers import rgb_profile


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def ispe(width: int, height: int) -> bytes:
    return box(b"ispe", struct.pack(">III", 0, width, height))


def heic(icc: bytes, *, version: int = 0, wide: bool = False, brand: bytes = b"heic") -> bytes:
    """Two pictures; the second is the main one. ``version``: of ipma, 1 has long ids; ``wide``:
    numbers of properties in two bytes."""
    properties = [
        ispe(160, 120),
        ispe(4032, 3024),
        box(b"colr", b"nclx" + bytes(7)),
        box(b"colr", b"prof" + icc),
        box(b"pixi", bytes(4) + b"\x03\x0a\x0a\x0a"),
    ]
    item = struct.Struct(">I" if version else ">H")
    owned = b""
    for number, numbers in ((1, (1,)), (2, (2, 3, 4, 5))):
        owned += item.pack(number) + bytes([len(numbers)])
        for n in numbers:
            owned += struct.pack(">H", n | 0x8000) if wide else bytes([n | 0x80])
    ipma = box(b"ipma", bytes([version, 0, 0, int(wide)]) + struct.pack(">I", 2) + owned)
    pitm = box(b"pitm", bytes([version, 0, 0, 0]) + item.pack(2))
    iprp = box(b"iprp", box(b"ipco", b"".join(properties)) + ipma)
    head = box(b"ftyp", brand + bytes(4) + b"mif1" + brand)
    return head + box(b"meta", bytes(4) + pitm + iprp) + box(b"mdat", bytes(100))


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_what_the_main_picture_owns(version: int, wide: bool, brand: bytes) -> None:
    icc = rgb_profile()
    kind = sniff(heic(icc, version=version, wide=wide, brand=brand))
    assert kind.format == brand.decode()
    assert (kind.width, kind.height, kind.bits, kind.icc) == (4032, 3024, 10, icc)


@pytest.mark.parametrize(("primaries", "transfer", "named"), [(12, 13, True), (1, 13, False)])
def test_display_p3_by_number(primaries: int, transfer: int, named: bool) -> None:
    nclx = b"nclx" + struct.pack(">HHHB", primaries, transfer, 6, 0x80)
    data = heic(b"").replace(b"nclx" + bytes(7), nclx)
    data = data.replace(box(b"colr", b"prof"), box(b"free", b"prof"))
    assert (sniff(data).icc == display_p3()) is named


def test_the_profile_of_display_p3() -> None:
    """By littlecms: P3's red is what no sRGB screen can show, gray stays gray."""
    profile = ImageCms.ImageCmsProfile(BytesIO(display_p3()))
    assert ImageCms.getProfileDescription(profile).strip() == "Display P3"
    pixels = np.array([[[255, 255, 255], [128, 128, 128], [200, 100, 100]]], np.uint8)
    srgb = ImageCms.createProfile("sRGB")
    made = ImageCms.profileToProfile(Image.fromarray(pixels), profile, srgb, outputMode="RGB")
    white, gray, red = np.asarray(made)[0].astype(int)
    assert np.abs(white - 255).max() <= 1
    assert np.abs(gray - 128).max() <= 1
    assert np.abs(red - (213, 95, 96)).max() <= 4


def test_nothing_broken_raises() -> None:
    data = heic(rgb_profile())
    for size in range(len(data)):
        sniff(data[:size])
    rng = np.random.default_rng(4)
    for _ in range(2000):
        broken = bytearray(data)
        for at in rng.integers(0, len(broken), 3):
            broken[at] = rng.integers(0, 256)
        sniff(bytes(broken))
