"""Every kind of picture through the page: who decodes it, and that nothing is lost on the way."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .tiny import shrink
from .visitor import check_cutout, pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .visitor import Visitor

HARD = Path(__file__).parents[3] / "shared" / "data" / "hard"
QUERY = "?model=u2netp"
LIBHEIF = "libheif-bundle.mjs"
HEIGHT, WIDTH = 60, 90
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def scene() -> NDArray[np.uint8]:
    """Smooth colours, another one in each corner, alpha from 0 to 255: uint8 (H, W, 4)."""
    row, column = np.mgrid[:HEIGHT, :WIDTH]
    planes = [row * 4, column * 2.8, 255 - row * 2 - column, column * 255 / (WIDTH - 1)]
    return np.clip(np.dstack(planes), 0, 255).astype(np.uint8)


RGBA = scene()
RGB = np.ascontiguousarray(RGBA[..., :3])


def saved(picture: Any, name: str, **options: Any) -> bytes:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def cut(visitor: Visitor, body: bytes, name: str = "photo.dat") -> NDArray[np.uint8]:
    """The page's result for a file whose name and type tell nothing: uint8 (H, W, 4)."""
    visitor.hand_over("drop", name, "application/octet-stream", body)
    expect(visitor.page.locator("#photo-name")).to_have_text(name)
    reached = visitor.wait("done", "error")
    assert reached == "done", visitor.error()
    return pixels(visitor.file())


def refused(visitor: Visitor, body: bytes, name: str) -> str:
    """The code of the error that the page shows for a file."""
    visitor.hand_over("drop", name, "application/octet-stream", body)
    expect(visitor.page.locator("#photo-name")).to_have_text(name)
    visitor.wait("error")
    assert visitor.page.locator("#error-text").inner_text().count(" ") > 5
    return visitor.page.locator("#error").get_attribute("data-code") or ""


@pytest.fixture(scope="module")
def tiny(staying: Visitor) -> Visitor:
    """The page, for all tests here."""
    return staying.open(QUERY)


def test_colours_and_alpha_are_kept(tiny: Visitor) -> None:
    """What is stored without loss comes out value by value, also where nobody sees it."""
    wide = np.arange(HEIGHT * WIDTH, dtype=np.uint16).reshape(HEIGHT, WIDTH) * 12
    gray = np.round(wide / 257).astype(np.uint8)
    opaque = {
        "a.bmp": (saved(RGB, "BMP"), RGB),
        "b.tif": (saved(RGB, "TIFF", compression="tiff_lzw"), RGB),
        "c.png": (saved(Image.fromarray(wide), "PNG"), np.dstack([gray] * 3)),
        "d.gif": (saved(Image.fromarray(RGB[..., 0]), "GIF"), np.dstack([RGB[..., 0]] * 3)),
        "e.webp": (saved(RGB, "WEBP", lossless=True), RGB),
    }
    for name, (body, wanted) in opaque.items():
        assert np.array_equal(cut(tiny, body, name)[..., :3], wanted), name
    square = np.ascontiguousarray(RGBA[:48, :48])
    clear = {
        "f.png": (saved(RGBA, "PNG"), RGBA),
        "g.webp": (saved(RGBA, "WEBP", lossless=True, exact=True), RGBA),
        "h.ico": (saved(square, "ICO", sizes=[(48, 48)]), square),
        "i.tif": (saved(RGBA, "TIFF"), RGBA),
    }
    for name, (body, wanted) in clear.items():
        made = cut(tiny, body, name)
        assert np.array_equal(made[..., :3], wanted[..., :3]), name
        assert np.all(made[..., 3] <= wanted[..., 3]), name
        assert made[..., 3].max() > 100, name


def test_lossy_kinds_stay_close(tiny: Visitor) -> None:
    avif = {"quality": 95, "subsampling": "4:4:4"}
    inverted = Image.fromarray(RGB).convert("CMYK")
    wanted = np.asarray(inverted.convert("RGB"))
    files = {
        "a.jpg": (saved(RGB, "JPEG", quality=97, subsampling=0, progressive=True), RGB),
        "b.jpg": (saved(inverted, "JPEG", quality=97), wanted),
        "c.avif": (saved(RGB, "AVIF", **avif), RGB),
        "d.avif": (saved(RGBA, "AVIF", **avif), RGB),
    }
    for name, (body, like) in files.items():
        made = cut(tiny, body, name)
        shown = RGBA[..., 3] > 40 if name == "d.avif" else np.ones(like.shape[:2], bool)
        gap = np.abs(made[..., :3].astype(int) - like)[shown]
        assert gap.mean() < 3, (name, gap.mean())
        if name == "d.avif":
            # Chromium 156 reads this alpha as if black were 16 and white 235, and shows it so too.
            assert np.all(made[..., 3] <= RGBA[..., 3].astype(int) + 20)
            assert np.all(made[:, :5, 3] < 20)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "AVIF"])
@pytest.mark.parametrize("alpha", [False, True])
def test_upright_once(tiny: Visitor, name: str, alpha: bool) -> None:
    if alpha and name == "JPEG":
        pytest.skip("a JPEG has no alpha")
    turned = (None, *Image.Transpose)
    # How a picture must lie so that orientation 1..8 brings it back.
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    assert turned[1] == Image.Transpose.FLIP_LEFT_RIGHT
    picture = Image.fromarray(RGBA if alpha else RGB)
    options = {} if name == "PNG" else {"quality": 97}
    for orientation, transpose in back.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = picture.transpose(Image.Transpose(transpose))
        made = cut(tiny, saved(stored, name, exif=exif, **options), f"{orientation}.{name}")
        assert made.shape == (HEIGHT, WIDTH, 4)
        shown = RGBA[..., 3] > 40 if alpha else np.ones((HEIGHT, WIDTH), bool)
        gap = np.abs(made[..., :3].astype(int) - RGB)[shown]
        assert gap.mean() < 6, f"orientation {orientation}: {gap.mean()}"


def test_the_first_frame_counts(tiny: Visitor) -> None:
    frames = [Image.fromarray(np.roll(RGB, 20 * n, axis=1)) for n in range(3)]
    more = {"save_all": True, "append_images": frames[1:]}
    for name, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        made = cut(tiny, saved(frames[0], name, **more, **options), f"film.{name}")
        assert np.array_equal(made[..., :3], RGB), name
    gray = [frame.convert("L") for frame in frames]
    film = saved(gray[0], "GIF", save_all=True, append_images=gray[1:])
    assert np.array_equal(cut(tiny, film, "film.gif")[..., 0], np.asarray(gray[0]))


@pytest.mark.parametrize("name", ["JPEG", "AVIF", "PNG"])
def test_a_profile_goes_along(tiny: Visitor, name: str) -> None:
    """The numbers stay, and what says how to read them stays with them."""
    from PIL import ImageCms

    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    cut(tiny, saved(RGB, name, icc_profile=icc), f"profile.{name}")
    with Image.open(io.BytesIO(tiny.file())) as image:
        assert image.info["icc_profile"] == icc


def test_a_drawing_is_drawn(tiny: Visitor) -> None:
    disc = f'{SVG} width="80" height="50"><circle cx="40" cy="25" r="20" fill="#c83264"/></svg>'
    made = cut(tiny, disc.encode(), "disc.svg")
    assert made.shape == (50, 80, 4)
    assert tuple(made[25, 40, :3]) == (200, 50, 100)
    assert made[2, 2, 3] == 0
    assert tiny.page.locator("#download").get_attribute("download") == "disc-cutout.png"
    styled = (
        '<style>circle{fill:#c83264}</style><circle cx="40" cy="25" r="20" style="stroke:red"/>'
    )
    made = cut(tiny, f'{SVG} width="80" height="50">{styled}</svg>'.encode(), "styled.svg")
    assert tuple(made[25, 40, :3]) == (200, 50, 100)
    boxed = f'\n<!-- no size -->{SVG} viewBox="0 0 300 200"><rect width="9" height="9"/></svg>'
    assert cut(tiny, boxed.encode(), "boxed.svg").shape == (200, 300, 4)


BAD_DRAWINGS = {
    "a script": "<script>1</script>",
    "a handler": '<rect onclick="a()"/>',
    "a web page": "<foreignObject/>",
    "a file elsewhere": '<image xlink:href="http://elsewhere.example/a.png"/>',
    "a style elsewhere": "<style>@import 'http://elsewhere.example/a.css';</style>",
}


def test_drawings_that_do_more_are_refused(tiny: Visitor) -> None:
    for name, inside in BAD_DRAWINGS.items():
        body = f'{SVG} width="80" height="50">{inside}</svg>'.encode()
        assert refused(tiny, body, name) == "UNSUPPORTED_FORMAT", name
    # What the browser writes into the place of XML that it cannot read has styles of its own.
    tiny.expected.append("^Applying inline style violates")
    assert refused(tiny, f'{SVG} width="8"><g></svg>'.encode(), "broken") == "DECODE_FAILED"
    linked = f'<?xml-stylesheet href="http://elsewhere.example/a.css"?>{SVG} width="8"/>'
    assert refused(tiny, linked.encode(), "linked") == "UNSUPPORTED_FORMAT"
    huge = f'{SVG} width="50000" height="50000"/>'.encode()
    assert refused(tiny, huge, "huge") == "IMAGE_TOO_LARGE"
    check_cutout(tiny.cut(PHOTOS / "rocket.jpg"), PHOTOS / "rocket.jpg")


def test_limits(tiny: Visitor) -> None:
    """Too much is refused by the header; little and long is welcome."""
    bomb = b"GIF89a" + b"\xff" * 4 + bytes(3) + b"," + bytes(4) + b"\xff" * 4 + b"\0\2\2L\1\0;"
    assert refused(tiny, bomb, "bomb") == "IMAGE_TOO_LARGE"
    whole = saved(RGB, "JPEG")
    at = whole.index(b"\xff\xc0") + 4
    assert refused(tiny, whole[:at] + b"\x0c" + whole[at + 1 :], "12") == "UNSUPPORTED_FORMAT"
    half = saved(RGB, "AVIF")
    assert refused(tiny, half[: len(half) * 3 // 4], "half.avif") == "DECODE_FAILED"
    strip = Image.fromarray(RGB).resize((30000, 10))
    assert cut(tiny, saved(strip, "JPEG"), "strip").shape == (10, 30000, 4)
    assert cut(tiny, saved(RGB[:1, :1], "PNG"), "dot").shape == (1, 1, 4)


def test_heic(visitor: Visitor) -> None:
    """libheif comes with the first such photo; the page shows a photo that the browser cannot."""
    if not (HARD / "manifest.json").exists():
        pytest.skip("../shared/data/hard, where the HEIC photos are, is not at hand")
    listed = {
        item["file"]: item for item in json.loads((HARD / "manifest.json").read_text())["items"]
    }
    shrink(visitor.site)
    visitor.page.context.add_init_script("delete navigator.__proto__.serviceWorker")
    visitor.open(QUERY)
    cut(visitor, saved(RGB, "PNG"), "first.png")
    assert not any(LIBHEIF in address for address in visitor.asked)
    for name in ("heic/alpha.heic", "heic/arrow.heic", "heic/spatial_photo.heic"):
        width, height = listed[name]["pillow"]["size"]
        made = cut(visitor, (HARD / name).read_bytes(), name)
        assert made.shape == (height, width, 4), name
        assert made[..., :3].std() > 20, name
    with Image.open(io.BytesIO(visitor.file())) as image:
        assert image.info["icc_profile"]  # an iPhone's Display P3
    assert any(entry.path.endswith(LIBHEIF) for entry in visitor.site.seen())
    assert refused(visitor, (HARD / "heic/corrupted.heic").read_bytes(), "c") == "DECODE_FAILED"
