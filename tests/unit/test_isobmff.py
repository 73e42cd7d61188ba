"""The boxes of AVIF and HEIC, made by hand."""

from __future__ import annotations

import struct

import numpy as np
import pytest

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
