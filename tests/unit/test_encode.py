"""Files from arrays: exact, small, and carried along what belongs to them."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from offcut.errors import OffcutError
from offcut.pixels import filters
from offcut.pixels.compose import WIDE
from offcut.pixels.encode import MAX_JPEG_EXIF, encode_pillow, encode_png
from offcut.pixels.filters import AVERAGE, PLANS, SUB, UP, choose_plan, filter_rows, filtered
from offcut.pixels.verify import verify_lossy, verify_webp_lossless

from .helpers import PHOTOS, disc, noise, photo_rgba, proven, rgb_profile, saved


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    "pixels",
    [
        noise(50, 70, 4),
        noise(50, 70, 3),
        noise(50, 70, 1)[..., 0],
        noise(1, 1, 4),
        noise(1, 300, 4),
        noise(700, 1, 3),
        noise(2, 3, 4)[:, ::-1],
        np.zeros((9, 9, 4), np.uint8),
        np.random.default_rng(0).integers(0, 256, (64, 64, 4), dtype=np.uint8),
    ],
    ids=lambda pixels: "x".join(map(str, pixels.shape)),
)
async def test_png_gives_back_every_value(pixels: np.ndarray) -> None:
    data, checks = await proven(pixels)
    assert np.array_equal(np.asarray(opened(data)), pixels)
    assert checks


async def test_png_of_a_photo_is_no_larger_than_pillows() -> None:
    total = ours = 0
    for path in sorted(PHOTOS.glob("*.jpg")):
        rgb = np.asarray(Image.open(path).convert("RGB"))
        pixels = np.dstack([rgb, (disc(*rgb.shape[:2]) * 255).astype(np.uint8)])
        theirs = len(saved(pixels, "PNG", compress_level=6))
        mine = len(await encode_png(pixels))
        assert mine < theirs * 1.06, path.name
        total, ours = total + theirs, ours + mine
    assert total, "there are photos to measure with"
    assert ours <= total


@pytest.mark.parametrize("plan", [*PLANS, (AVERAGE,), (SUB,)])
@pytest.mark.parametrize("depth", [1, 3, 4])
def test_filters_are_those_of_the_specification(plan: tuple[int, ...], depth: int) -> None:
    pixels = noise(40, 17, depth)
    rows = filter_rows(pixels, 0, 40, plan)
    assert set(rows[:, 0]) <= set(plan)
    above = np.zeros(17 * depth, int)
    for row, wanted in zip(rows, pixels.reshape(40, -1), strict=True):
        line = np.zeros(17 * depth, int)
        for at, value in enumerate(row[1:].tolist()):
            left = line[at - depth] if at >= depth else 0
            guess = {SUB: left, UP: above[at], AVERAGE: (left + above[at]) // 2}[int(row[0])]
            line[at] = (value + guess) % 256
        assert np.array_equal(line, wanted)
        above = line


def test_bands_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = noise(100, 30, 4)
    whole = filter_rows(pixels, 0, 100, (SUB, UP)).tobytes()
    monkeypatch.setattr(filters, "BAND", 1000)
    asked: list[int] = []
    bands = list(filtered(pixels, (SUB, UP), asked.append))
    assert b"".join(bands) == whole
    assert len(bands) > 10
    assert asked == [*range(filters.band_rows(pixels), 100, filters.band_rows(pixels)), 100]


def test_the_plan_follows_the_picture() -> None:
    steps = np.random.default_rng(2).integers(-2, 3, (256, 200, 3))
    assert choose_plan(np.cumsum(steps, axis=0).astype(np.uint8)) == (UP,)
    assert SUB in choose_plan(np.cumsum(steps, axis=1).astype(np.uint8))


async def test_png_carries_profile_and_density() -> None:
    data = await encode_png(noise(5, 5), icc=rgb_profile(), dpi=(300, 72))
    image = opened(data)
    assert image.info["icc_profile"] == rgb_profile()
    assert image.info["dpi"] == pytest.approx((300, 72), abs=0.02)
    bare = opened(await encode_png(noise(5, 5)))
    assert "icc_profile" not in bare.info
    assert "dpi" not in bare.info


async def test_png_is_packed_band_by_band() -> None:
    pixels = noise(700, 800, 4)
    seen: list[tuple[int, int]] = []
    bands: list[tuple[int, int]] = []
    data = await encode_png(
        pixels,
        on_rows=lambda *rows: seen.append(rows),
        on_band=lambda top, bottom, _: bands.append((top, bottom)),
    )
    assert np.array_equal(np.asarray(opened(data)), pixels)
    assert bands == [(0, 327), (327, 654), (654, 700)]
    whole = 700 * (1 + 800 * 4)
    assert len(seen) > 2
    assert seen[-1] == (whole, whole)
    steps = np.diff([0, *(done for done, _ in seen)])
    assert steps.min() > 0
    assert steps.max() <= 1 << 20


@pytest.mark.parametrize("depth", [1, 3, 4])
@pytest.mark.parametrize("kind", [np.uint16, WIDE])
async def test_png_of_16_bits_keeps_them_all(depth: int, kind: np.dtype) -> None:
    rng = np.random.default_rng(depth)
    pixels = rng.integers(0, 1 << 16, (60, 41, depth)).astype(kind)
    pixels = pixels[..., 0] if depth == 1 else pixels
    data = await encode_png(pixels, dpi=(300, 300))
    image = opened(data)
    assert image.size == (41, 60)
    assert data[24] == 16
    high = np.asarray(image)
    # Of colours Pillow gives the higher byte.
    assert np.array_equal(high, pixels if depth == 1 else pixels >> 8)


async def test_png_holds_no_second_picture() -> None:
    pixels = np.ascontiguousarray(np.tile(noise(512, 512, 4), (4, 4, 1)))  # 16.8 MB
    tracemalloc.start()
    data = await encode_png(pixels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(data) + 12e6


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((3, 3, 2), np.uint8), np.zeros((3, 3, 4), np.float32), np.zeros(4, np.uint8)],
)
async def test_what_is_no_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(OffcutError) as caught:
        await encode_png(pixels)
    assert caught.value.code == "ENCODE_FAILED"


def test_lossless_webp_keeps_colour_under_alpha_0() -> None:
    pixels = photo_rgba()
    data = encode_pillow(pixels, "webp", lossless=True, icc=rgb_profile())
    assert np.array_equal(np.asarray(opened(data).convert("RGBA")), pixels)
    assert opened(data).info["icc_profile"] == rgb_profile()
    assert len(verify_webp_lossless(data, pixels)) == 3


def test_lossy_webp_keeps_alpha() -> None:
    pixels = photo_rgba()
    data = encode_pillow(pixels, "webp", quality=80)
    got = np.asarray(opened(data).convert("RGBA"))
    assert np.array_equal(got[..., 3], pixels[..., 3])
    assert len(data) < len(encode_pillow(pixels, "webp", lossless=True))
    assert verify_lossy(data, "webp", pixels)


def test_jpeg_carries_density() -> None:
    pixels = noise(60, 50)
    data = encode_pillow(pixels, "jpeg", quality=95, dpi=(300, 300))
    assert opened(data).info["dpi"] == (300, 300)
    assert verify_lossy(data, "jpeg", pixels)


def test_an_exif_too_long_for_a_jpeg_says_so() -> None:
    block = b"II*\0" + bytes(MAX_JPEG_EXIF - 4)
    assert encode_pillow(noise(4, 4), "jpeg", exif=block)
    with pytest.raises(OffcutError, match="too long for a JPEG"):
        encode_pillow(noise(4, 4), "jpeg", exif=block + b"0")


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("gif", {}, "BAD_CONFIG"),
        ("jpeg", {"quality": 0}, "BAD_CONFIG"),
        ("webp", {"quality": 101}, "BAD_CONFIG"),
    ],
)
def test_settings_are_checked(name: str, options: dict[str, int], code: str) -> None:
    with pytest.raises(OffcutError) as caught:
        encode_pillow(noise(4, 4, 4), name, **options)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_side_too_long_for_webp_says_so() -> None:
    with pytest.raises(OffcutError, match="at most 16383 pixels"):
        encode_pillow(noise(1, 16384, 4), "webp")


def test_verify_of_lossy_files_has_limits() -> None:
    pixels = photo_rgba()
    data = encode_pillow(pixels, "webp", quality=80)
    dark = pixels.copy()
    dark[..., :3] //= 2
    with pytest.raises(OffcutError, match="did not match"):
        verify_lossy(data, "webp", dark)
    thin = pixels.copy()
    thin[0, 0, 3] ^= 255
    with pytest.raises(OffcutError):
        verify_lossy(data, "webp", thin)


@pytest.mark.parametrize("depth", [3, 4])
@pytest.mark.parametrize("quality", [1, 30, 80, 100])
@pytest.mark.parametrize("size", [(13, 11), (120, 200)])
def test_a_picture_that_is_all_grain_can_be_written(
    size: tuple[int, int], quality: int, depth: int
) -> None:
    """Lossy files lose the grain, and with it most of every pixel; the fuzz found that."""
    pixels = np.random.default_rng(3).integers(0, 256, (*size, depth), np.uint8)
    for name in ("webp", "jpeg") if depth == 3 else ("webp",):
        data = encode_pillow(pixels, name, quality=quality)
        assert verify_lossy(data, name, pixels)
        dark = pixels.copy()
        dark[..., :3] //= 2
        with pytest.raises(OffcutError, match="did not match"):
            verify_lossy(data, name, dark)


async def test_png_structure_is_sound() -> None:
    data = await encode_png(noise(5, 5), icc=rgb_profile(), dpi=(96, 96))
    at, names = 8, []
    while at < len(data):
        size = struct.unpack(">I", data[at : at + 4])[0]
        body = data[at + 4 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(body)
        names.append(body[:4])
        at += 12 + size
    assert names == [b"IHDR", b"iCCP", b"pHYs", b"IDAT", b"IEND"]
