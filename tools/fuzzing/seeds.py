"""Small real files, of every kind that Offcut reads, for damage to begin with."""

from __future__ import annotations

import io
import json
import struct
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageCms

from tests.unit import onnx_files, png_files
from tests.unit.helpers import entry, tiny_onnx
from tools.paths import PHOTOS

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = (64, 48)
SVG = b"""<?xml version="1.0"?><!-- a drawing -->
<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48" viewBox="0 0 64 48">
<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>
<rect width="64" height="48" fill="url(#g)"/><circle cx="30" cy="20" r="12" fill="#fff"/></svg>"""
# Known by name, and read by nobody here.
NAMED = {
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 " + bytes(40),
    "jxl": b"\xff\x0a" + bytes(40),
    "psd": b"8BPS\0\1" + bytes(40),
    "qoi": b"qoif" + struct.pack(">II", 4, 4) + bytes(40),
    "pnm": b"P6 4 4 255\n" + bytes(48),
    "film": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(40),
    "text": b"This is no picture at all.\n" * 4,
}


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _photo() -> Image.Image:
    with Image.open(PHOTOS / "chelsea.jpg") as image:
        return image.convert("RGB").resize(SIZE)


def _jpegs(rgb: Image.Image) -> Iterator[tuple[str, bytes]]:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "A camera", {1: "N", 2: (47.0, 1.0, 2.0)}
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    yield "jpeg", _saved(rgb, "JPEG", quality=80)
    yield "jpeg, progressive", _saved(rgb, "JPEG", progressive=True)
    yield "jpeg, all it carries", _saved(rgb, "JPEG", exif=exif, icc_profile=icc, dpi=(72, 72))
    yield "jpeg, gray", _saved(rgb.convert("L"), "JPEG")
    yield "jpeg, CMYK", _saved(rgb.convert("CMYK"), "JPEG")
    yield "jpeg, of two", _saved(rgb, "MPO", save_all=True, append_images=[rgb.rotate(180)])


def _pngs(rgb: Image.Image, rgba: Image.Image) -> Iterator[tuple[str, bytes]]:
    exif = Image.Exif()
    exif[0x0112] = 3
    yield "png", _saved(rgb, "PNG", exif=exif, dpi=(300, 300))
    yield "png, alpha", _saved(rgba, "PNG", icc_profile=bytes(16) + b"RGB " + bytes(200))
    frames = [rgba.rotate(90 * turn) for turn in range(3)]
    yield "png, animated", _saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    yield "png, palette", _saved(rgb.quantize(16), "PNG", transparency=3)
    for kind, depth in png_files.KINDS:
        more = b""
        if kind == png_files.PALETTE:
            colours = png_files.COLOURS[: 2**depth].tobytes()
            more = png_files.chunk(b"PLTE", colours) + png_files.chunk(b"tRNS", b"\7\x80")
        pixels = png_files.picture(kind, depth)
        made = png_files.png(pixels, kind, depth, interlaced=depth != 8, more=more)
        yield f"png, {kind}, {depth} bits", made


def _others(rgb: Image.Image, rgba: Image.Image) -> Iterator[tuple[str, bytes]]:
    frames = [rgb.rotate(90 * turn) for turn in range(3)]
    yield "webp", _saved(rgb, "WEBP")
    yield "webp, lossless", _saved(rgba, "WEBP", lossless=True, exact=True, exif=b"Exif\0\0MM\0*")
    yield "webp, animated", _saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    yield "gif", _saved(rgb.quantize(64), "GIF")
    yield "gif, animated", _saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    for packing in (None, "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        yield f"tiff, {packing}", _saved(rgb, "TIFF", compression=packing)
    yield "tiff, alpha", _saved(rgba, "TIFF", big_tiff=True)
    yield "tiff, fax", _saved(rgb.convert("1"), "TIFF", compression="group4")
    deep = np.arange(SIZE[0] * SIZE[1], dtype=np.uint16).reshape(SIZE[1], SIZE[0]) * 20
    yield "tiff, 16 bits", _saved(Image.fromarray(deep), "TIFF")
    yield "bmp", _saved(rgb, "BMP")
    yield "bmp, palette", _saved(rgb.quantize(16), "BMP")
    yield "ico", _saved(rgba, "ICO", sizes=[(16, 16), (32, 32)])
    yield "avif", _saved(rgb, "AVIF", speed=9)
    yield "avif, alpha", _saved(rgba, "AVIF", speed=9)
    yield "heic", (PHOTOS / "chelsea-64.heic").read_bytes()
    yield "heic, alpha", (PHOTOS / "chelsea-64-alpha.heic").read_bytes()
    yield "svg", SVG


@cache
def pictures() -> dict[str, bytes]:
    """Files by kind, the same at every call."""
    rgb = _photo()
    rgba = rgb.copy()
    rgba.putalpha(Image.radial_gradient("L").resize(SIZE))
    found = dict(_jpegs(rgb))
    found.update(_pngs(rgb, rgba))
    found.update(_others(rgb, rgba))
    return found | NAMED


@cache
def networks() -> tuple[bytes, ...]:
    """``.onnx`` files that compute, and some that cannot be used here."""
    return (
        tiny_onnx(),
        onnx_files.network(),
        onnx_files.network(size=("batch", 3, "h", "w"), out=None, last="Identity"),
        onnx_files.network(more=1),
    )


def registry() -> dict[str, Any]:
    """A list of models as a site has it, of one network that computes."""
    model = tiny_onnx()
    listed = entry(model, parts=2, roles=["fast", "detail"])
    digest = listed["sha256"]
    selftest = {
        "file": "selftest.bin",
        "bytes": 100,
        "sha256": digest,
        "input_shape": [1, 3, 64, 64],
        "output_shape": [1, 1, 64, 64],
        "expected_file": "selftest.json",
        "tolerance": 0.01,
    }
    told = {"schema": 1, "models": {"tiny": listed}, "selftest": selftest, "left_out": ["large"]}
    found: dict[str, Any] = json.loads(json.dumps(told))
    return found
