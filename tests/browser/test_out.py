"""What goes out of `offcut.js`: every format and option, opened by Pillow."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from .visitor import CODED

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Page

    from .servers import Site
    from .visitor import Visitor

HEIGHT, WIDTH = 130, 170
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GROUND = [10, 200, 90]
PLACE = b"Somewhere in Altstadt"
TRACES = (b"Exif", b"EXIF", b"eXIf", PLACE, b"Maker", b"xmpmeta", b"GPSLatitude")

SCRIPT = (
    """async ([text, list]) => {
  const o = await import("./offcut.js");
  const photo = new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "me.jpg");
"""
    + CODED
    + """  const all = [];
  for (const config of list)
    try {
      const { blob, ...told } = await o.cut(photo, { model: "u2netp", ...config });
      all.push({ ...told, type: blob.type, data: await coded(blob) });
    } catch (error) { all.push({ code: error.code, message: error.message }); }
  return all;
}"""
)


BESIDE = b"<!doctype html><meta charset=utf-8><body>"


def beside(page: Page, site: Site) -> Page:
    """The tab, at an empty page beside offcut.js."""
    site.overlay["empty.html"] = BESIDE
    page.goto(site.url + "empty.html")
    return page


@pytest.fixture(scope="module")
def empty(staying: Visitor) -> Page:
    """An empty page beside offcut.js, for all tests here; the networks are tiny."""
    return beside(staying.page, staying.site)


@pytest.fixture
def fresh(tiny: Visitor) -> Page:
    """As ``empty``, for one test."""
    return beside(tiny.page, tiny.site)


def cuts(page: Page, photo: bytes, *configs: dict[str, Any]) -> list[dict[str, Any]]:
    """What `cut` gives for each config, `data` as bytes; or code and message."""
    made = page.evaluate(SCRIPT, [base64.b64encode(photo).decode(), list(configs)])
    for one in made:
        if "data" in one:
            one["data"] = base64.b64decode(one["data"])
    return list(made)


def out(**output: Any) -> dict[str, Any]:
    return {"output": output}


def opened(made: dict[str, Any]) -> Image.Image:
    image = Image.open(io.BytesIO(made["data"]))
    image.load()
    assert image.size == (made["width"], made["height"])
    return image


def array(made: dict[str, Any]) -> NDArray[np.int64]:
    return np.asarray(opened(made)).astype(np.int64)


def scene(height: int = HEIGHT, width: int = WIDTH) -> NDArray[np.uint8]:
    """Smooth colours with noise, alpha from 0 to 255 in waves: uint8 (H, W, 4)."""
    row, column = np.mgrid[:height, :width]
    noise = np.random.default_rng(4).normal(0, 5, (height, width, 4))
    waves = 140 * np.sin(row / 9) + 140 * np.sin(column / 11) + 100
    planes = np.dstack([row * 1.5 + 20, column * 1.2, 240 - row - column / 2, waves])
    return np.clip(planes + noise, 0, 255).astype(np.uint8)


def saved(picture: NDArray[np.uint8], name: str, **options: Any) -> bytes:
    made = io.BytesIO()
    Image.fromarray(picture).save(made, name, **options)
    return made.getvalue()


def exif() -> bytes:
    block = Image.Exif()
    block[0x0112], block[0x010F] = 6, "Maker"
    block[0x8825] = {1: "N", 0x1B: PLACE}
    return block.tobytes()


def test_every_format_opens_with_the_right_alpha(empty: Page, staying: Visitor) -> None:
    photo = scene()
    data = saved(photo, "PNG")
    (png,) = cuts(empty, data, {})
    assert not any("vendor/avif" in entry.path for entry in staying.site.seen())
    names = ("wide", "webp", "small", "avif", "best")
    formats = (
        out(format="image/png", depth=16),
        out(format="image/webp", quality=1),
        out(format="image/webp", quality=0.6),
        out(format="image/avif", quality=0.6),
        out(format="image/avif", quality=1),
    )
    made = dict(zip(names, cuts(empty, data, *formats), strict=True))
    assert any("vendor/avif" in entry.path for entry in staying.site.seen())
    meant = array(png)[..., 3]
    assert (meant == 0).sum() > 500
    assert ((meant > 0) & (meant < 255)).sum() > 5000
    # Exact: the photo's own colours at every pixel, also where alpha is 0 and 1 to 254.
    for exact in (png, made["webp"]):
        assert opened(exact).mode == "RGBA"
        assert np.array_equal(array(exact)[..., :3], photo[..., :3])
        assert np.array_equal(array(exact)[..., 3], meant)
    assert made["wide"]["data"][24] == 16
    assert np.array_equal(array(made["wide"])[..., :3], photo[..., :3])
    assert np.abs(array(made["wide"])[..., 3] - meant).max() <= 1  # Pillow gives the high bytes
    for name in ("small", "avif", "best"):
        pixels = array(made[name])
        assert np.array_equal(pixels[..., 3], meant), name
        gap = np.abs(pixels[..., :3] - photo[..., :3])
        assert gap[meant > 0].mean() < (0.01 if name == "best" else 8), name
    assert [made[name]["type"] for name in names[1:]] == ["image/webp"] * 2 + ["image/avif"] * 2
    assert made["avif"]["name"] == "me-cutout.avif"
    for one in made.values():
        assert any("soft edges kept" in check for check in one["checks"])


def test_masks_crops_and_backgrounds(empty: Page) -> None:
    photo = scene()
    photo[:30, :, 3] = photo[-20:, :, 3] = photo[:, :40, 3] = 0
    data = saved(photo, "PNG")
    kinds = ("image/png", "image/webp", "image/avif", "image/jpeg")
    placed = [
        {"background": GROUND, "foreground": False} | out(format=kind, quality=1) for kind in kinds
    ]
    png, mask, wide, crop, small, own, off, *laid = cuts(
        empty,
        data,
        {},
        out(mask=True),
        out(mask=True, depth=16),
        out(crop=True),
        out(crop=True, format="image/avif"),
        {"background": GROUND},
        {"foreground": True},
        *placed,
    )
    whole = array(png)
    alpha = whole[..., 3]
    assert mask["name"] == "me-mask.png"
    assert opened(mask).mode == "L"
    assert np.array_equal(array(mask), alpha)
    assert opened(wide).mode == "I;16"
    assert np.abs(array(wide) / 257 - alpha).max() <= 0.51
    rows, columns = np.nonzero(array(wide) >= 257)
    box = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    assert np.array_equal(array(crop), whole[box])
    assert (crop["width"], crop["height"]) != (WIDTH, HEIGHT)
    assert np.array_equal(array(small)[..., 3], alpha[box])
    share = array(wide)[..., np.newaxis] / 65535
    wanted = photo[..., :3] * share + np.float64(GROUND) * (1 - share)
    for made, limit in zip(laid, (1.01, 1.01, 3, 25), strict=True):
        image = opened(made)
        assert image.mode == "RGB"
        assert np.abs(np.asarray(image) - wanted).max() < limit, made["type"]
    # With the subject's own colours: other ones in soft pixels, the same where it is opaque.
    assert np.abs(array(own) - wanted)[alpha == 0].max() <= 1
    assert not np.array_equal(array(own), array(laid[0]))
    assert not np.array_equal(array(off)[..., :3], photo[..., :3])
    assert np.array_equal(array(off)[..., 3], alpha)


def test_scenes_come_through_the_door(empty: Page, staying: Visitor) -> None:
    """Nested settings, and a picture that travels beside them, arrive as they were meant."""
    data = saved(scene(), "PNG")
    picture = scene(50, 60)[..., :3].copy()
    staying.site.overlay["ground.png"] = saved(picture, "PNG")
    staying.site.overlay["broken.png"] = b"no picture"
    ends = {"from": [0, 0, 0], "to": [250, 100, 0]}
    frame = {"margin": 0.1, "aspect": None, "size": [120, 90], "centre": False}
    wide, ramp, image, sticker, mask, bad = cuts(
        empty,
        data,
        out(mask=True, depth=16),
        {"background": {"kind": "gradient", **ends, "angle": 90}, "foreground": False},
        {
            "background": {"kind": "image", "image": "./ground.png", "fit": "stretch"},
            "foreground": False,
        },
        {
            "background": {"kind": "blur", "amount": 0.5},
            "shadow": {"kind": "contact", "colour": None},
            "outline": {"width": 0.05, "colour": [1, 2, 250]},
            "frame": frame,
        },
        {"frame": frame} | out(mask=True),
        {"background": {"kind": "image", "image": "./broken.png"}},
    )
    share = array(wide)[..., np.newaxis] / 65535
    along = (np.arange(WIDTH) + 0.5)[:, np.newaxis] / WIDTH * np.float64(ends["to"])
    rgb = scene()[..., :3]
    assert np.abs(array(ramp) - (rgb * share + along * (1 - share))).max() < 1.1
    size = WIDTH, HEIGHT
    under = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    assert np.abs(array(image) - (rgb * share + under * (1 - share))).max() < 1.1
    assert (sticker["width"], sticker["height"]) == (120, 90)
    assert opened(sticker).mode == "RGB"
    assert (np.abs(array(sticker) - (1, 2, 250)).max(axis=2) <= 1).any(), "the outline"
    assert opened(mask).mode == "L"
    assert (mask["width"], mask["height"]) == (120, 90)
    assert bad["code"] == "BAD_CONFIG"
    assert "background" in bad["message"]


@pytest.mark.parametrize("late", [False, True])
def test_exif_only_when_it_is_asked_for(empty: Page, late: bool) -> None:
    """Also where it stands behind half a megabyte of pixels. The profile always goes along."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>52</exif:GPSLatitude>'
    if late:
        gray = np.random.default_rng(1).integers(0, 256, (900, 900, 1), dtype=np.uint8)
        data = saved(np.repeat(gray, 3, axis=2), "WEBP", lossless=True, exif=exif(), xmp=xmp)
        assert data.index(PLACE) > 512 * 1024
    else:
        data = saved(scene()[..., :3].copy(), "JPEG", exif=exif(), xmp=xmp, icc_profile=ICC)
    kinds = (
        ("image/png", "image/avif")
        if late
        else ("image/png", "image/webp", "image/avif", "image/jpeg")
    )
    bare = cuts(empty, data, *(out(format=kind) for kind in kinds), out(mask=True))
    for made in bare:
        assert not [trace for trace in TRACES if trace in made["data"]], made["type"]
        image = opened(made)
        assert not image.getexif()
        assert image.info.get("icc_profile") == (None if late or image.mode == "L" else ICC)
    for made in cuts(empty, data, *(out(format=kind, exif=True) for kind in kinds)):
        image = opened(made)
        assert image.size == ((900, 900) if late else (HEIGHT, WIDTH)), "turned once"
        found = image.getexif()
        assert found[0x010F] == "Maker"
        assert found.get(0x0112, 1) == 1
        assert found.get_ifd(0x8825)[0x1B] == PLACE
        assert b"xmpmeta" not in made["data"]


def test_settings_that_are_not_valid(empty: Page) -> None:
    data = saved(scene(20, 30), "PNG")
    bad = [
        out(format="image/tiff"),
        out(quality=1.5),
        out(depth=12),
        out(depth=16, format="image/webp"),
        out(mask=True, format="image/jpeg"),
        out(mask=1),
        {"background": [1, 2]},
        {"background": "reddish"},
        {"background": [1, 2, 300]},
        {"foreground": "yes"},
    ]
    *refused, after = cuts(empty, data, *bad, {"background": None, "output": None})
    for config, made in zip(bad, refused, strict=True):
        assert made.get("code") == "BAD_CONFIG", config
        assert made["message"].count(" ") > 6, made
    assert after["type"] == "image/png"


@pytest.mark.parametrize("broken", ["", "worker/deflate.js", "vendor/zlib/*"])
def test_a_large_png_is_packed_by_several_cores_or_by_one(
    fresh: Page, tiny: Visitor, broken: str
) -> None:
    """Whatever becomes of the helpers, every colour value of 6 megapixels arrives."""
    if broken:
        tiny.expected += ["404", "onerror", "^null$"]  # so says a helper that lacks a part
        tiny.site.fault(broken, status=404, times=9)
    photo = scene(2300, 2500)
    (made,) = cuts(fresh, saved(photo, "PNG", compress_level=1), {})
    assert np.array_equal(np.asarray(opened(made))[..., :3], photo[..., :3])
    assert tiny.site.seen("worker/deflate.js"), "this browser has more than one core"
    assert bool(tiny.site.seen("vendor/zlib/*.wasm")) is (broken != "worker/deflate.js")
