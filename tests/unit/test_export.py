"""What goes out: every format and option, and nothing that was not asked for."""

from __future__ import annotations

import asyncio
import gc
import weakref
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from offcut.errors import OffcutError
from offcut.models.fusion import Seen
from offcut.models.plan import Look
from offcut.pipeline import export as module
from offcut.pipeline.export import ExportOptions, export, result_name
from offcut.pipeline.job import Job
from offcut.pipeline.options import ENDINGS
from offcut.pipeline.steps import alpha, given
from offcut.pixels import encode
from offcut.pixels.avif import PillowAvif
from offcut.pixels.decode import decode_pillow
from offcut.pixels.deflate import Packer, in_thread
from offcut.pixels.photo import Photo
from offcut.pixels.raw import photo_of
from offcut.pixels.sniff import sniff

from .helpers import disc, noise, saved

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT, WIDTH = 120, 160
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PLACE = b"Somewhere in Altstadt"
LOSSY = 0.8


def exif(thumbnail: bytes = b"") -> bytes:
    """A camera's block: lying on its side, with a maker, a place and a thumbnail."""
    block = Image.Exif()
    block[0x0112] = 6
    block[0x010F] = "Maker"
    block[0x8769] = {0xA002: 4000, 0xA003: 3000, 0x9003: "2024:05:01 10:00:00"}
    block[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0), 0x1B: PLACE}
    made = bytearray(block.tobytes().removeprefix(b"Exif\0\0"))
    if thumbnail:
        order = "little" if made[:2] == b"II" else "big"
        link = 10 + 12 * int.from_bytes(made[8:10], order)  # type: ignore[arg-type]
        at = len(made)
        made[link : link + 4] = at.to_bytes(4, order)  # type: ignore[arg-type]
        entries = [(0x0201, at + 30), (0x0202, len(thumbnail))]
        made += (2).to_bytes(2, order)  # type: ignore[arg-type]
        for tag, value in entries:
            for number, size in ((tag, 2), (4, 2), (1, 4), (value, 4)):
                made += number.to_bytes(size, order)  # type: ignore[arg-type]
        made += bytes(4) + thumbnail
    return bytes(made)


def job_of(photo: Photo | None = None, mask: NDArray[np.float32] | None = None) -> Job:
    rgb = noise(HEIGHT, WIDTH)
    job = Job(
        photo or Photo(rgb, None, "jpeg", ICC, (300, 300), exif(b"small picture")), "photo.jpg"
    )
    job.put("small", [Seen(Look("fast"), disc(40, 40) if mask is None else mask, job.whole)])
    return job


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def meant(job: Job) -> NDArray[np.float64]:
    """The alpha of the result, 0..255, before it is rounded."""
    own = 255.0 if job.photo.alpha is None else job.photo.alpha.astype(np.float64)
    return np.asarray(alpha(job) * own)


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"depth": 16},
        {"format": "image/webp", "quality": 1},
        {"format": "image/webp", "quality": LOSSY},
        {"format": "image/avif", "quality": LOSSY},
        {"format": "image/avif", "quality": 1},
    ],
    ids=str,
)
async def test_straight_alpha_and_the_photos_own_colours(options: Any, given: bool) -> None:
    rgb, own = noise(HEIGHT, WIDTH), noise(HEIGHT, WIDTH, 1)[..., 0]
    job = job_of(Photo(rgb, own if given else None, "png", ICC))
    made = await export(job, options)
    image = opened(made.data)
    assert image.mode == "RGBA"
    assert image.size == (WIDTH, HEIGHT) == (made.width, made.height)
    pixels = np.asarray(image)
    assert np.abs(pixels[..., 3] - meant(job)).max() <= 1
    assert len(np.unique(pixels[..., 3])) > 10
    assert (pixels[..., 3] == 0).any()
    if options.get("quality") == LOSSY:
        gap = np.abs(pixels[..., :3].astype(int) - rgb)[pixels[..., 3] > 0]
        assert gap.mean() < 6
    elif options.get("format") == "image/avif":
        assert np.abs(pixels[..., :3].astype(int) - rgb).max() <= 3
    else:
        assert np.array_equal(pixels[..., :3], rgb)
    assert image.info["icc_profile"] == ICC
    assert made.mime == sniffed(made.data)
    assert f"{WIDTH} × {HEIGHT} pixels" in made.checks
    assert any("soft edges kept" in check for check in made.checks)


def sniffed(data: bytes) -> str:
    return f"image/{sniff(data).format}"


async def test_16_bits_come_from_the_float_mask() -> None:
    ramp = np.tile(np.linspace(0, 1, 40, dtype=np.float32), (40, 1))
    job = job_of(mask=ramp)
    made = await export(job, {"depth": 16, "mask": True})
    gray = np.asarray(opened(made.data))
    assert gray.dtype == np.uint16
    assert np.abs(gray / 65535 - alpha(job)).max() <= 0.51 / 65535
    assert any("at 16 bits" in check for check in made.checks)


@pytest.mark.parametrize("depth", [8, 16])
async def test_a_mask_is_gray_and_named_so(depth: int) -> None:
    own = noise(HEIGHT, WIDTH, 1)[..., 0]
    job = job_of(Photo(noise(HEIGHT, WIDTH), own, "png", ICC, (300, 300)))
    made = await export(job, {"mask": True, "depth": depth})
    image = opened(made.data)
    assert made.name == "photo-mask.png"
    assert image.mode == ("L" if depth == 8 else "I;16")
    step = 1 if depth == 8 else 257
    assert np.abs(np.asarray(image) / step - meant(job)).max() <= 0.51
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("kind", list(ENDINGS))
async def test_cropped_to_the_subject(kind: str) -> None:
    job = job_of()
    rows, columns = np.nonzero(alpha(job) >= 1 / 255)
    box = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    whole = await export(job, {"format": kind, "quality": 1})
    made = await export(job, {"format": kind, "quality": 1, "crop": True})
    wanted = np.asarray(opened(whole.data))[box].astype(int)
    pixels = np.asarray(opened(made.data)).astype(int)
    assert pixels.shape == wanted.shape
    assert (made.width, made.height) == (pixels.shape[1], pixels.shape[0])
    assert made.width < WIDTH
    assert np.abs(pixels - wanted).mean() < 2
    if kind == "image/png":
        assert np.array_equal(pixels, wanted)
        assert all(side.any() for side in (pixels[0, :, 3], pixels[-1, :, 3], pixels[:, 0, 3]))


async def test_nothing_to_crop_to_is_the_whole_picture() -> None:
    made = await export(job_of(mask=np.zeros((40, 40), np.float32)), {"crop": True})
    assert (made.width, made.height) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("depth", [8, 16])
async def test_a_crop_minds_the_photos_own_alpha(depth: int) -> None:
    own = np.zeros((HEIGHT, WIDTH), np.uint8)
    own[50:70, 70:100] = 200
    made = await export(
        job_of(Photo(noise(HEIGHT, WIDTH), own, "png")), {"crop": True, "depth": depth}
    )
    assert (made.width, made.height) == (30, 20)


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("kind", [*ENDINGS, "16"])
async def test_laid_on_a_colour(kind: str, given: bool) -> None:
    own = noise(HEIGHT, WIDTH, 1)[..., 0] if given else None
    job = job_of(Photo(noise(HEIGHT, WIDTH), own, "png"))
    ground = (10, 200, 90)
    options = {"background": ground, "quality": 1, "foreground": False}
    options |= {"depth": 16} if kind == "16" else {"format": kind}
    made = await export(job, options)
    image = opened(made.data)
    assert image.mode == "RGB"
    share = meant(job)[..., np.newaxis] / 255
    wanted = job.photo.rgb * share + np.float64(ground) * (1 - share)
    gap = np.abs(np.asarray(image) - wanted)
    assert gap.max() < {"image/jpeg": 25, "image/avif": 4}.get(kind, 1.01)
    assert gap.mean() < 1.5
    assert not any("transparency" in check for check in made.checks)


async def test_a_jpeg_lies_on_white() -> None:
    corner = np.asarray(opened((await export(job_of(), {"format": "image/jpeg"})).data))[:20, :20]
    assert corner.min() > 250


async def test_own_colours_where_a_background_is_placed() -> None:
    """On by themselves there, off elsewhere, and either can be asked for."""
    truth = np.full((HEIGHT, WIDTH, 3), (200, 20, 30), np.float32)
    matte = disc(HEIGHT, WIDTH, soft=30)
    share = matte[..., np.newaxis]
    photo = Photo(
        (truth * share + np.float32((20, 220, 30)) * (1 - share)).astype(np.uint8), None, "png"
    )
    job = job_of(photo, matte)
    soft = (matte > 0.05) & (matte < 0.95)

    async def green(**options: Any) -> float:
        pixels = np.asarray(opened((await export(job, options)).data))
        return float(pixels[..., 1][soft].mean())

    ground = (255, 0, 255)
    placed = await green(background=ground)
    assert placed == await green(background=ground, foreground=True)
    assert placed < 0.4 * await green(background=ground, foreground=False)
    white = await green(format="image/jpeg")
    assert white < await green(format="image/jpeg", foreground=False) - 10
    untouched = await green()
    assert untouched == pytest.approx(photo.rgb[..., 1][soft].mean())
    assert await green(foreground=True) < 0.4 * untouched
    made = await export(job, {"foreground": True})
    pixels = np.asarray(opened(made.data))
    hard = (pixels[..., 3] == 0) | (pixels[..., 3] == 255)
    assert np.array_equal(pixels[..., :3][hard], photo.rgb[hard])


# -- what is carried along ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ENDINGS))
async def test_profile_and_density_go_along(kind: str) -> None:
    image = opened((await export(job_of(), {"format": kind})).data)
    assert image.info["icc_profile"] == ICC
    if kind in ("image/png", "image/jpeg"):
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)


@pytest.mark.parametrize("crop", [False, True])
@pytest.mark.parametrize("kind", [*ENDINGS, "mask", "16"])
async def test_by_default_nothing_tells_of_the_photo(kind: str, crop: bool) -> None:
    """No Exif, no place, no XMP: not one byte, wherever it stood in the photo."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>52,31N</exif:GPSLatitude>'
    picture = Image.fromarray(noise(HEIGHT, WIDTH))
    data = saved(picture, "JPEG", exif=b"Exif\0\0" + exif(b"small picture"), xmp=xmp)
    assert PLACE in data
    assert b"GPSLatitude" in data
    photo = decode_pillow(data)
    assert photo.exif is not None
    job = job_of(photo, disc(40, 40))
    options: dict[str, object] = {"crop": crop}
    options |= (
        {"mask": True} if kind == "mask" else {"depth": 16} if kind == "16" else {"format": kind}
    )
    made = await export(job, options)
    for trace in (
        b"Exif",
        b"EXIF",
        b"eXIf",
        PLACE,
        b"Maker",
        b"xmp",
        b"XMP",
        b"GPS",
        b"small picture",
    ):
        assert trace not in made.data, trace
    info = opened(made.data).info
    assert not {"exif", "xmp", "XML:com.adobe.xmp", "comment"} & set(info)
    assert not opened(made.data).getexif()


@pytest.mark.parametrize("kind", [*ENDINGS, "mask"])
async def test_exif_goes_along_when_it_is_asked_for(kind: str) -> None:
    options: dict[str, object] = {"exif": True, "crop": True}
    options |= {"mask": True} if kind == "mask" else {"format": kind}
    made = await export(job_of(), options)
    found = opened(made.data).getexif()
    assert found[0x010F] == "Maker"
    assert found.get(0x0112, 1) == 1
    assert found.get_ifd(0x8825)[0x1B] == PLACE
    inside = found.get_ifd(0x8769)
    assert inside[0x9003] == "2024:05:01 10:00:00"
    assert (inside[0xA002], inside[0xA003]) == (made.width, made.height)
    # The thumbnail shows what was cut away.
    assert b"small picture" not in made.data
    assert "the photo's Exif is in it, without the thumbnail" in made.checks
    block = sniff(made.data).exif
    assert block is not None
    assert len(block) == len(exif(b"small picture"))


@pytest.mark.parametrize("block", [None, b"", b"no exif", b"II*\0\xff\xff\xff\x7f" + bytes(30)])
async def test_no_exif_or_a_broken_one_is_no_failure(block: bytes | None) -> None:
    job = job_of(replace(job_of().photo, exif=block))
    assert (await export(job, {"exif": True})).data


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"format": "image/gif"},
        {"quality": 2},
        {"quality": "high"},
        {"quality": True},
        {"background": "greenish"},
        {"background": [1, 2]},
        {"background": [1, 2, 3, 4]},
        {"background": [1, 2, 256]},
        {"background": [1, 2, "3"]},
        {"background": [1, 2, None, 3]},
        {"background": [1, 2, float("nan")]},
        {"depth": 12},
        {"depth": "16"},
        {"depth": 16, "format": "image/webp"},
        {"depth": 16, "format": "image/avif"},
        {"mask": "yes"},
        {"mask": True, "type": "mask"},
        {"type": "subject"},
        {"max_size": 0},
        {"max_size": True},
        {"max_size": "800"},
        {"background": "#ffffff80"},
        {"format": "image/x-alpha8", "background": "white"},
        {"format": "image/x-rgba8", "depth": 16},
        {"mask": True, "format": "image/webp"},
        {"mask": True, "background": [0, 0, 0]},
        {"crop": 1},
        {"exif": "all"},
        {"foreground": 0},
    ],
    ids=str,
)
def test_export_options_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(OffcutError) as caught:
        ExportOptions.of(options)
    assert caught.value.code == "BAD_CONFIG"
    assert len(caught.value.message.split()) > 6, "a sentence of its own"


@pytest.mark.parametrize("kind", ["image/x-rgba8", "image/x-alpha8"])
def test_raw_pixels_are_those_of_the_file(kind: str) -> None:
    made = asyncio.run(export(job_of(), {"format": kind}))
    assert made.mime == f"{kind};width={WIDTH};height={HEIGHT}"
    assert made.name.startswith("photo-")
    asked = {} if kind == "image/x-rgba8" else {"mask": True}
    png = np.asarray(opened(asyncio.run(export(job_of(), asked)).data))
    assert made.data == png.tobytes()
    again = photo_of(made.mime, made.data)
    assert again.alpha is not None
    alpha_of_png = png if asked else png[..., 3]
    assert np.array_equal(again.alpha, alpha_of_png)
    assert np.array_equal(again.rgb, png[..., :3] if not asked else np.full_like(again.rgb, 255))


def test_raw_pixels_on_a_background_are_opaque() -> None:
    made = asyncio.run(export(job_of(), {"format": "image/x-rgba8", "background": "white"}))
    assert photo_of(made.mime, made.data).alpha is None


@pytest.mark.parametrize(
    ("mime", "size", "code"),
    [
        ("image/x-rgba8", 4, "DECODE_FAILED"),
        ("image/x-rgba8;width=2;height=x", 8, "DECODE_FAILED"),
        ("image/x-rgba8;width=2;height=1", 7, "DECODE_FAILED"),
        ("image/x-alpha8;width=0;height=1", 0, "EMPTY_FILE"),
        ("image/x-alpha8;width=90000;height=90000", 1, "IMAGE_TOO_LARGE"),
    ],
)
def test_raw_pixels_that_are_none(mime: str, size: int, code: str) -> None:
    with pytest.raises(OffcutError) as caught:
        photo_of(mime, bytes(size))
    assert caught.value.code == code


def test_what_is_kept_may_be_the_background_or_the_shape() -> None:
    plain, rest, shape = (
        np.asarray(opened(asyncio.run(export(job_of(), {"type": kind})).data)).astype(int)
        for kind in ("foreground", "background", "mask")
    )
    assert np.abs(rest[..., 3] + plain[..., 3] - 255).max() <= 1
    assert np.array_equal(rest[..., :3], plain[..., :3])
    assert np.array_equal(shape[..., 3], plain[..., 3])
    assert (shape[..., :3] == 255).all()
    gray = asyncio.run(export(job_of(), {"type": "mask", "format": "image/jpeg", "quality": 1}))
    assert np.abs(np.asarray(opened(gray.data).convert("L")) - shape[..., 3]).max() <= 8
    assert gray.name == "photo-mask.jpg"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"crop": True},
        {"mask": True},
        {"type": "background"},
        {"background": "white"},
        {"crop": True, "shadow": {"kind": "drop", "x": 0.2, "y": 0.1}, "outline": {"width": 0.1}},
        {"frame": {"margin": 0.2, "aspect": [1, 1]}},
        {"background": {"kind": "blur"}, "depth": 16},
    ],
    ids=str,
)
@pytest.mark.parametrize("most", [50, 73, 4000])
def test_no_side_is_over_the_largest_that_is_wanted(options: dict[str, Any], most: int) -> None:
    whole = asyncio.run(export(job_of(), options))
    made = asyncio.run(export(job_of(), {**options, "max_size": most}))
    if max(whole.width, whole.height) <= most:
        assert np.array_equal(opened(made.data), opened(whole.data))
        return
    assert most - 1 <= max(made.width, made.height) <= most
    assert abs(made.width / made.height - whole.width / whole.height) < 0.05
    small = np.asarray(opened(whole.data).resize((made.width, made.height)).convert("RGBA"))
    alike = np.asarray(opened(made.data).convert("RGBA")).astype(float)
    assert np.abs(alike - small)[..., 3].mean() < 12


def test_a_given_matte_is_taken_as_it_is() -> None:
    """Its alpha, or where it has none its brightness, at any size; the photo's own alpha counts."""
    rgb = noise(HEIGHT, WIDTH)
    wanted = disc(HEIGHT, WIDTH)
    levels = np.round(wanted * 255).astype(np.uint8)
    gray = np.repeat(levels[..., None], 3, axis=2)
    for mask in (Photo(gray, None, "png"), Photo(rgb, levels, "png")):
        job = Job(Photo(rgb, None, "jpeg"), "photo.jpg")
        job.given = given(mask)
        made = np.asarray(opened(asyncio.run(export(job)).data))
        assert np.abs(made[..., 3].astype(int) - levels).max() <= 1
        assert np.array_equal(made[..., :3], rgb)
    job.given = given(Photo(np.full((3, 4, 3), 255, np.uint8), None, "png"))
    assert (np.asarray(opened(asyncio.run(export(job)).data))[..., 3] == 255).all()


def test_absent_and_none_are_the_default() -> None:
    names = list(ExportOptions.__dataclass_fields__)
    assert ExportOptions.of({}) == ExportOptions.of(dict.fromkeys(names)) == ExportOptions()
    assert ExportOptions.of({"background": [1, 2.4, 255]}).background == (1, 2, 255)


async def test_a_file_that_does_not_match_is_never_given_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner = module.encode_png

    async def damaged(pixels: Any, **options: Any) -> bytes:
        other = pixels.copy()
        other[50, 60] ^= 1
        return await inner(other, **options)

    monkeypatch.setattr(module, "encode_png", damaged)
    for options in ({}, {"depth": 16}, {"mask": True}, {"background": [1, 2, 3]}):
        with pytest.raises(OffcutError) as caught:
            await export(job_of(), options)
        assert caught.value.code == "VERIFY_FAILED"


class Wrong(PillowAvif):
    """A codec that writes another alpha than it was given."""

    def __init__(self, change: Any) -> None:
        self._change = change

    async def encode(self, pixels: NDArray[np.uint8], quality: int) -> bytes:
        other = pixels.copy()
        self._change(other)
        return await super().encode(np.ascontiguousarray(other), quality)


def _binary(pixels: NDArray[np.uint8]) -> None:
    pixels[..., 3] = (pixels[..., 3] > 127) * 255


def _limited(pixels: NDArray[np.uint8]) -> None:
    pixels[..., 3] = 16 + pixels[..., 3] * (219 / 255)


def _dark(pixels: NDArray[np.uint8]) -> None:
    pixels[..., :3] //= 3


@pytest.mark.parametrize("change", [_binary, _limited, _dark])
async def test_an_avif_that_does_not_match_is_never_given_out(change: Any) -> None:
    with pytest.raises(OffcutError) as caught:
        await export(job_of(), {"format": "image/avif"}, avif=Wrong(change))
    assert caught.value.code == "VERIFY_FAILED"


async def test_a_side_too_long_for_an_avif_says_so() -> None:
    job = job_of(Photo(np.zeros((1, 32769, 3), np.uint8), None, "png"))
    with pytest.raises(OffcutError, match="at most 32768 pixels"):
        await export(job, {"format": "image/avif"})


async def test_without_a_codec_an_avif_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offcut.pixels.avif.features.check", lambda _: False)
    with pytest.raises(OffcutError, match="choose PNG or WebP") as caught:
        await export(job_of(), {"format": "image/avif"})
    assert caught.value.code == "ENCODE_FAILED"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("png", "photo-cutout.png"),
        ("webp", "photo-cutout.webp"),
        ("jpeg", "photo-cutout.jpg"),
        ("avif", "photo-cutout.avif"),
    ],
)
async def test_the_ending_is_the_formats(kind: str, name: str) -> None:
    assert (await export(job_of(), {"format": f"image/{kind}"})).name == name
    assert result_name("photo.jpg", "image/png", "mask") == "photo-mask.png"


async def test_two_exports_of_one_job_do_not_meet() -> None:
    memory = np.empty(90 * 120 * 4, np.uint8)
    pixels = memory.reshape(90, 120, 4)
    pixels[..., :3] = noise(90, 120)
    job = job_of(Photo(pixels[..., :3], None, "jpeg"))
    one, other = await asyncio.gather(export(job), export(job, {"crop": True}))
    assert (one.width, one.height) == (120, 90)
    assert other.width < 120
    assert np.array_equal(np.asarray(Image.open(BytesIO(one.data)))[..., :3], noise(90, 120))


async def test_a_job_that_is_done_with_is_gone_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's collector counts objects, not bytes: a cycle holds a photo for a long time."""

    async def helper() -> list[Packer]:
        return [in_thread]

    monkeypatch.setattr(encode, "LARGE", 0)  # or the helper would not be asked
    job = job_of(Photo(noise(900, 700), None, "jpeg"))
    gone = weakref.ref(job)
    gc.collect()
    gc.disable()
    try:
        await export(job, packers=helper)
        del job
        assert gone() is None
    finally:
        gc.enable()
