"""Files known by their bytes."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from offcut.pixels.sniff import sniff

from .helpers import PHOTOS, noise, rgb_profile, saved

RGB = noise(20, 30)
RGBA = noise(20, 30, 4)


@pytest.mark.parametrize(
    ("data", "format_", "alpha", "size"),
    [
        (saved(RGB, "JPEG"), "jpeg", False, (30, 20)),
        (saved(RGB, "JPEG", progressive=True), "jpeg", False, (30, 20)),
        (saved(RGB, "PNG"), "png", False, (30, 20)),
        (saved(RGBA, "PNG"), "png", True, (30, 20)),
        (saved(Image.fromarray(RGB).convert("P"), "PNG", transparency=0), "png", True, (30, 20)),
        (saved(RGB, "WEBP"), "webp", False, (30, 20)),
        (saved(RGB, "WEBP", lossless=True), "webp", False, (30, 20)),
        (saved(RGBA, "WEBP"), "webp", True, (30, 20)),
        (saved(RGBA, "WEBP", lossless=True), "webp", True, (30, 20)),
        (saved(RGB, "GIF"), "gif", None, (30, 20)),
        (saved(RGB, "BMP"), "bmp", False, (30, 20)),
        (saved(RGB, "TIFF"), "tiff", None, (0, 0)),
        (b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf" + bytes(40), "avif", None, (0, 0)),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40), "heic", None, (0, 0)),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf" + bytes(40), "avif", None, (0, 0)),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(40), "unknown", None, (0, 0)),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2", None, (0, 0)),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl", None, (0, 0)),
        (b"8BPS\0\1" + bytes(20), "psd", None, (0, 0)),
        (b"qoif" + bytes(20), "qoi", None, (0, 0)),
        (b"P6\n3 4\n255\n", "pnm", None, (0, 0)),
        (b"P6 is a motor road", "unknown", None, (0, 0)),
        (saved(RGBA, "ICO"), "ico", None, (0, 0)),
    ],
)
def test_formats(data: bytes, format_: str, alpha: bool | None, size: tuple[int, int]) -> None:
    kind = sniff(data)
    assert (kind.format, kind.has_alpha, (kind.width, kind.height)) == (format_, alpha, size)


@pytest.mark.parametrize(
    "text",
    [
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "\ufeff<?xml version='1.0'?>\n<!-- a <b> c -->\n<!DOCTYPE svg PUBLIC '-//W3C' 'x'>\n<svg>",
        "<!DOCTYPE svg [ <!ENTITY ns 'http://x'> ]>\n<svg:svg xmlns:svg='x'>",
        "  <svg\nwidth='3'>",
    ],
)
def test_svg(text: str) -> None:
    assert sniff(text.encode()).format == "svg"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"hello",
        b"<html><svg></svg></html>",
        b"<!-- never closed",
        b"BMW is a car maker, not a bitmap",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"%PDF-1.7",
        bytes(64),
    ],
)
def test_what_is_no_picture(data: bytes) -> None:
    assert sniff(data).format == "unknown"


def test_jpeg_tells_orientation_profile_and_density() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    icc = rgb_profile(150_000)  # three APP2 segments
    data = saved(RGB, "JPEG", exif=exif, icc_profile=icc, dpi=(300, 150))
    kind = sniff(data)
    assert kind.orientation == 6
    assert kind.icc == icc
    assert kind.bits == 8
    assert kind.channels == 3
    cut = sniff(data[:100_000])
    assert cut.format == "jpeg"
    assert cut.icc is None, "half a profile is none"


def test_jpeg_density_is_told() -> None:
    kind = sniff(saved(RGB, "JPEG", dpi=(300, 150)))
    assert kind.dpi == (300, 150)


def test_cmyk_and_gray_jpegs_tell_their_channels() -> None:
    image = Image.fromarray(RGB)
    assert sniff(saved(image.convert("CMYK"), "JPEG")).channels == 4
    assert sniff(saved(image.convert("L"), "JPEG")).channels == 1


def test_png_tells_orientation_profile_density_and_depth() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    icc = rgb_profile()
    kind = sniff(saved(RGB, "PNG", exif=exif, icc_profile=icc, dpi=(300, 300)))
    assert kind.icc == icc
    assert kind.orientation == 8
    assert kind.dpi == pytest.approx((300, 300), abs=0.02)
    wide = Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30))
    assert sniff(saved(wide, "PNG")).bits == 16


def test_webp_tells_orientation_and_profile() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    kind = sniff(saved(RGB, "WEBP", exif=exif, icc_profile=rgb_profile()))
    assert kind.orientation == 3
    assert kind.icc == rgb_profile()


def test_animation_is_told() -> None:
    frames = [Image.fromarray(noise(20, 30, seed=n)) for n in range(3)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert sniff(data).animated is True
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert sniff(data).animated is True
    assert sniff(saved(RGB, "PNG")).animated is False


@pytest.mark.parametrize("value", [0, 9, 255])
def test_a_nonsense_orientation_is_upright(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert sniff(saved(RGB, "JPEG", exif=exif)).orientation == 1


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_no_cut_or_flipped_head_raises(name: str) -> None:
    data = saved(RGB, name, **({"icc_profile": rgb_profile()} if name == "PNG" else {}))
    rng = np.random.default_rng(1)
    for size in range(0, min(len(data), 400)):
        sniff(data[:size])
    for _ in range(300):
        broken = bytearray(data[:600])
        for at in rng.integers(0, len(broken), 4):
            broken[at] = rng.integers(0, 256)
        sniff(bytes(broken))


def test_an_iccp_bomb_is_not_unpacked() -> None:
    import zlib

    body = b"x\0\0" + zlib.compress(bytes(64 << 20), 9)
    chunk = struct.pack(">I", len(body)) + b"iCCP" + body + b"\0\0\0\0"
    kind = sniff(saved(RGB, "PNG")[:33] + chunk)
    assert kind.format == "png"
    assert kind.icc is None


def test_the_photos_of_the_tests() -> None:
    for path in PHOTOS.glob("*.jpg"):
        kind = sniff(path.read_bytes()[:65536])
        assert kind.format == "jpeg"
        assert min(kind.width, kind.height) > 200
