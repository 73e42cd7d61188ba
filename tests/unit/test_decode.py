"""Photos to arrays: upright once, numbers untouched, limits kept."""

from __future__ import annotations

import contextlib
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from offcut.errors import OffcutError
from offcut.pixels import decode
from offcut.pixels.decode import decode_pillow, orient

from .helpers import noise, rgb_profile, saved

RGB = noise(20, 30)
RGBA = noise(20, 30, 4)


_JPEG = saved(RGB, "JPEG")
_AT = _JPEG.index(b"\xff\xc0") + 4
TWELVE_BITS = _JPEG[:_AT] + b"\x0c" + _JPEG[_AT + 1 :]  # what the frame's header says


def code_of(data: bytes, **options: bool) -> str:
    with pytest.raises(OffcutError) as caught:
        decode_pillow(data, **options)
    return caught.value.code


def test_png_comes_back_value_by_value() -> None:
    photo = decode_pillow(saved(RGBA, "PNG", dpi=(300, 300)))
    assert np.array_equal(photo.rgb, RGBA[..., :3])
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, RGBA[..., 3])
    assert photo.rgb.dtype == photo.alpha.dtype == np.uint8
    assert photo.rgb.flags.c_contiguous
    assert (photo.width, photo.height, photo.format) == (30, 20, "png")
    assert photo.dpi == pytest.approx((300, 300), abs=0.02)


def test_colour_under_full_transparency_is_kept() -> None:
    pixels = RGBA.copy()
    pixels[..., 3] = 0
    photo = decode_pillow(saved(pixels, "PNG"))
    assert np.array_equal(photo.rgb, pixels[..., :3])


def test_opaque_formats_have_no_alpha() -> None:
    for name in ("JPEG", "PNG", "BMP", "TIFF"):
        assert decode_pillow(saved(RGB, name)).alpha is None


# How a picture must be stored so that its tag brings it back (Exif 2.32, tag 0x0112).
STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_orientation_is_applied_once(orientation: int, name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](RGBA))
    photo = decode_pillow(saved(stored, name, exif=exif, dpi=(300, 150)))
    assert np.array_equal(photo.rgb, RGBA[..., :3])
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, RGBA[..., 3])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orient_of_jpeg(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](RGB))
    photo = decode_pillow(saved(stored, "JPEG", quality=98, subsampling=0, exif=exif))
    assert photo.rgb.shape == RGB.shape
    assert np.abs(photo.rgb.astype(int) - RGB).mean() < 3
    assert np.array_equal(orient(stored, orientation), RGB)


def test_orientation_in_xmp_alone_is_not_applied() -> None:
    """Browsers do not either: picture and preview must agree."""
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    photo = decode_pillow(saved(RGBA, "PNG", pnginfo=told))
    assert np.array_equal(photo.rgb, RGBA[..., :3])


def test_an_icon_keeps_its_alpha() -> None:
    icon = noise(32, 32, 4)
    photo = decode_pillow(saved(icon, "ICO", sizes=[(32, 32)]))
    assert photo.alpha is not None
    assert np.array_equal(np.dstack([photo.rgb, photo.alpha]), icon)


def test_density_turns_with_the_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = np.ascontiguousarray(STORED[6](RGB))
    photo = decode_pillow(saved(stored, "PNG", exif=exif, dpi=(300, 150)))
    assert photo.dpi == pytest.approx((150, 300), abs=0.02)


@pytest.mark.parametrize(
    ("mode", "tolerance"), [("L", 0), ("1", 0), ("P", 0), ("CMYK", 3), ("YCbCr", 3)]
)
def test_other_modes_become_rgb(mode: str, tolerance: int) -> None:
    image = Image.fromarray(RGB).convert(mode)
    name = "TIFF" if mode in ("CMYK", "YCbCr") else "PNG"
    photo = decode_pillow(saved(image, name))
    wanted = np.asarray(image.convert("RGB"))
    assert photo.alpha is None
    assert np.abs(photo.rgb.astype(int) - wanted).max() <= tolerance


def test_inverted_cmyk_of_photoshop_is_not_a_negative() -> None:
    image = Image.fromarray(RGB).convert("CMYK")
    photo = decode_pillow(saved(image, "JPEG", quality=98))
    assert np.abs(photo.rgb.astype(int) - RGB).mean() < 4


def test_gray_with_alpha_and_palette_with_transparency() -> None:
    gray = Image.fromarray(RGBA).convert("LA")
    photo = decode_pillow(saved(gray, "PNG"))
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, RGBA[..., 3])
    palette = Image.fromarray(RGB).convert("P")
    photo = decode_pillow(saved(palette, "PNG", transparency=int(np.asarray(palette)[0, 0])))
    assert photo.alpha is not None
    assert photo.alpha[0, 0] == 0
    assert set(np.unique(photo.alpha)) == {0, 255}


def test_a_transparent_colour_of_rgb_png() -> None:
    key = tuple(int(value) for value in RGB[3, 4])
    photo = decode_pillow(saved(RGB, "PNG", transparency=key))
    assert photo.alpha is not None
    assert photo.alpha[3, 4] == 0
    assert np.array_equal(photo.rgb, RGB)


def test_sixteen_bits_are_rounded_not_cut() -> None:
    wide = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    photo = decode_pillow(saved(Image.fromarray(wide), "PNG"))
    wanted = np.round(wide / 257).astype(np.uint8)
    assert np.array_equal(photo.rgb[..., 0], wanted)
    assert photo.rgb[0, 0, 0] == 0
    assert photo.rgb[-1, -1, 2] == 255


def test_sixteen_bit_colour_keeps_its_look() -> None:
    wide = (RGB.astype(np.uint16) * 257).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in wide)
    head = struct.pack(">IIBBBBB", 30, 20, 16, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + crc

    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
    photo = decode_pillow(data + chunk(b"IEND", b""))
    assert np.array_equal(photo.rgb, RGB)


def test_profiles_of_rgb_are_kept_and_others_dropped() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert decode_pillow(saved(RGB, "JPEG", icc_profile=srgb)).icc == srgb
    cmyk = rgb_profile().replace(b"RGB ", b"CMYK")
    image = Image.fromarray(RGB).convert("CMYK")
    assert decode_pillow(saved(image, "JPEG", icc_profile=cmyk)).icc is None


def test_first_frame_of_an_animation() -> None:
    frames = [Image.fromarray(noise(20, 30, seed=n)) for n in range(3)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert np.array_equal(decode_pillow(data).rgb, np.asarray(frames[0]))
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode_pillow(data).rgb.shape == (20, 30, 3)


def test_the_type_comes_from_the_bytes() -> None:
    assert decode_pillow(saved(RGB, "BMP")).format == "bmp"


def test_webp_only_when_it_is_ours() -> None:
    data = saved(RGBA, "WEBP", lossless=True, exact=True)
    assert code_of(data) == "UNSUPPORTED_FORMAT"
    photo = decode_pillow(data, trusted=True)
    assert np.array_equal(photo.rgb, RGBA[..., :3])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"just text", "NOT_AN_IMAGE"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "UNSUPPORTED_FORMAT"),
        (b"<svg xmlns='x'/>", "UNSUPPORTED_FORMAT"),
        (saved(RGB, "PNG")[:200], "DECODE_FAILED"),
        (saved(RGB, "JPEG")[:300], "DECODE_FAILED"),
        (saved(RGB, "TIFF")[:300], "DECODE_FAILED"),
        (saved(RGB, "GIF")[:13], "DECODE_FAILED"),
        (b"\xff\xd8\xff\xe0 nothing", "DECODE_FAILED"),
        (b"\x89PNG\r\n\x1a\n", "DECODE_FAILED"),
        (TWELVE_BITS, "UNSUPPORTED_FORMAT"),
        (b"qoif" + bytes(40), "UNSUPPORTED_FORMAT"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    assert code_of(data) == code


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "BMP", "TIFF"])
def test_damage_never_escapes_as_another_exception(name: str) -> None:
    data = saved(RGBA if name == "PNG" else RGB, name)
    rng = np.random.default_rng(5)
    for _ in range(150):
        broken = bytearray(data[: int(rng.integers(8, len(data) + 1))])
        for at in rng.integers(0, len(broken), 6):
            broken[at] = rng.integers(0, 256)
        with contextlib.suppress(OffcutError):
            decode_pillow(bytes(broken))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + crc

    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999)))
    began = time.perf_counter()
    with pytest.raises(OffcutError) as caught:
        decode_pillow(data)
    assert time.perf_counter() - began < 0.5
    assert caught.value.code == "IMAGE_TOO_LARGE"
    assert "60000 × 60000" in caught.value.message


def test_large_tiff_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAX_PIXELS", 500)
    assert code_of(saved(RGB, "TIFF")) == "IMAGE_TOO_LARGE"


def test_strips_and_single_pixels_are_fine() -> None:
    assert decode_pillow(saved(noise(1, 1), "PNG")).rgb.shape == (1, 1, 3)
    assert decode_pillow(saved(noise(2, 20000), "PNG")).rgb.shape == (2, 20000, 3)


def test_floating_point_pictures_are_refused_in_words() -> None:
    image = Image.fromarray(np.ones((4, 4), np.float32))
    assert code_of(saved(image, "TIFF")) == "UNSUPPORTED_FORMAT"
