"""Photos to pixels with the browser's own decoders first: fast, patched, hardened.

The numbers stay as the file has them (``colorSpaceConversion: "none"``) and the profile travels
beside them. A canvas holds premultiplied colour and destroys it under low alpha (P1), so images
with alpha never pass through one where another way exists: PNG goes to Pillow, the rest to
WebCodecs. HEIC, which browsers on most systems cannot read, goes to libheif. Firefox and WebKit
take a file that breaks off for a whole picture: there, such a one is not for the browser to decode.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import js
import numpy as np
from pyodide.ffi import JsException, to_js

from offcut.browser.heif import Load, decode_heif
from offcut.errors import OffcutError, fail
from offcut.pixels.decode import check, decode_pillow, orient
from offcut.pixels.endings import ends_early
from offcut.pixels.photo import Photo
from offcut.pixels.raw import is_raw, photo_of
from offcut.pixels.sniff import Kind, sniff

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyodide.ffi import JsProxy

HEAD_BYTES = 512 * 1024  # enough for EXIF and a profile in front of the pixels
_EXIF_LATE = {"webp", "avif"}  # may have it behind the pixels
_BROWSER_FIRST = {"jpeg", "webp", "avif", "gif", "bmp"}
_BROWSER_ONLY = {"webp", "avif"}
# A VideoFrame's rotation (clockwise) and flip (left to right, after it) as EXIF numbers them.
_ORIENTATION = {
    (0, False): 1,
    (0, True): 2,
    (180, False): 3,
    (180, True): 4,
    (90, True): 5,
    (90, False): 6,
    (270, True): 7,
    (270, False): 8,
}
# The beginning of a PNG of one red pixel: it breaks off in the chunk that has the pixel.
_HALF = (
    b"\x89PNG\r\n\x1a\n"
    + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (
            (b"IHDR", struct.pack(">IIBBBBB", 1, 64, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(b"\0\xff\0\0" * 64, 0)),
        )
    )[:160]
)
_SHOWS: list[bool] = []  # what the browser makes of that, once it is known
STRIPE_BYTES = 8 << 20  # of what a canvas is asked for at a time


def _js_object(**entries: Any) -> JsProxy:
    return to_js(entries, dict_converter=js.Object.fromEntries)


async def read_bytes(blob: Any) -> bytes:
    """Return the bytes of ``blob``; raises OffcutError PHOTO_GONE if it cannot be read."""
    try:
        buffer = await blob.arrayBuffer()
    except JsException as error:
        # The file was moved, changed or deleted after it was picked.
        raise fail("PHOTO_GONE", reason=str(error)) from error
    return bytes(js.Uint8Array.new(buffer).to_bytes())


async def decode(blob: Any, load_heif: Load) -> Photo:
    """Decode ``blob`` upright, whatever its name or MIME type say.

    Args:
        blob: A JavaScript Blob or File.
        load_heif: Brings libheif in, when it is needed.

    Returns:
        The photo with untouched numbers, EXIF orientation applied once.

    Raises:
        OffcutError: EMPTY_FILE, NOT_AN_IMAGE, UNSUPPORTED_FORMAT, IMAGE_TOO_LARGE, DECODE_FAILED,
            PHOTO_GONE.
    """
    if not blob.size:
        raise fail("EMPTY_FILE")
    if is_raw(str(blob.type)):  # the only kind that nothing but its type tells of
        return photo_of(str(blob.type), await read_bytes(blob))
    return await _decode_file(blob, load_heif)


async def _decode_file(blob: Any, load_heif: Load) -> Photo:
    kind = sniff(await read_bytes(blob.slice(0, HEAD_BYTES)))
    check(kind)
    if kind.format == "heic":
        whole = await read_bytes(blob)
        return await decode_heif(whole, replace(kind, exif=sniff(whole).exif), load_heif)
    if kind.exif is None and kind.format in _EXIF_LATE and blob.size > HEAD_BYTES:
        kind = replace(kind, exif=sniff(await read_bytes(blob)).exif)
    if judged := await _judged(blob, kind):
        return judged
    if kind.format in _BROWSER_FIRST:
        try:
            return await _decode_browser(blob, kind)
        except JsException as error:
            if kind.format == "webp":
                # Pillow's libwebp in Pyodide is older than the fix of CVE-2023-4863.
                raise fail("DECODE_FAILED", reason=str(error)) from error
            if kind.format == "avif" and await _is_readable("image/avif"):
                raise fail("DECODE_FAILED", reason=str(error)) from error
    elif kind.format == "png" and kind.has_alpha is False and kind.bits == 8:
        try:
            return await _decode_browser(blob, kind)
        except JsException:
            pass  # Pillow says more precisely what is wrong, or reads it after all
    data = await read_bytes(blob)
    try:
        return decode_pillow(data)
    except OffcutError as error:
        if kind.format != "png" or error.code != "DECODE_FAILED":
            raise
        # Pillow refuses some files for what stands beside the pixels (a profile packed in an
        # unknown way): the browser has the last word.
        try:
            return await _decode_browser(blob, kind)
        except JsException:
            raise error from None


async def _judged(blob: Any, kind: Kind) -> Photo | None:
    """Decode a file that seems to end early, where the browser would show a part of it as if it
    were all; None for every other one. Raises DECODE_FAILED where it does end early."""
    if not await _shows_halves():
        return None
    whole = await read_bytes(blob)
    if not ends_early(whole, kind.format):
        return None
    if kind.format in _BROWSER_ONLY:
        raise fail("DECODE_FAILED", reason="the file ends before the picture does")
    return decode_pillow(whole)


async def _shows_halves() -> bool:
    """Whether this browser takes a file that breaks off for a whole picture; asked once."""
    if not _SHOWS:
        half = js.Blob.new([to_js(_HALF)])
        try:
            (await js.createImageBitmap(half)).close()
        except JsException:
            _SHOWS.append(False)
        else:
            _SHOWS.append(True)
    return _SHOWS[0]


async def _is_readable(mime: str) -> bool:
    """Whether this browser says that it reads such files; no where it does not say."""
    if not hasattr(js, "ImageDecoder"):
        return False
    return bool(await js.ImageDecoder.isTypeSupported(mime))


async def _decode_browser(blob: Any, kind: Kind) -> Photo:
    if kind.has_alpha is not False and hasattr(js, "ImageDecoder"):
        rgba = await _by_webcodecs(blob, kind)
    else:
        rgba = await _by_canvas(blob)
    alpha = None
    if kind.has_alpha is not False and int(rgba[..., 3].min()) < 255:
        alpha = rgba[..., 3].copy()
    return Photo(
        rgb=rgba[..., :3],
        alpha=alpha,
        format=kind.format,
        # The browser gives RGB whatever the file held: only an RGB profile still describes it.
        icc=kind.icc if kind.icc is not None and kind.icc[16:20] == b"RGB " else None,
        dpi=kind.dpi,
        exif=kind.exif,
    )


async def _by_canvas(blob: Any) -> NDArray[np.uint8]:
    """Return (H, W, 4) uint8; exact where the image is opaque."""
    bitmap = await js.createImageBitmap(
        blob, _js_object(colorSpaceConversion="none", premultiplyAlpha="none")
    )
    try:
        width, height = int(bitmap.width), int(bitmap.height)
        rows = min(height, max(1, STRIPE_BYTES // (4 * width)))
        canvas = js.OffscreenCanvas.new(width, rows)
        context = canvas.getContext("2d", _js_object(willReadFrequently=True))
        if not context:
            raise fail("IMAGE_TOO_LARGE", width=width, height=height)
        context.globalCompositeOperation = "copy"  # nothing of the stripe before shines through
        out = np.empty((height, width, 4), np.uint8)
        # Stripe by stripe: the picture is in memory twice, in the browser's and here, not four
        # times.
        for top in range(0, height, rows):
            context.drawImage(bitmap, 0, -top)
            part = out[top : top + rows]
            context.getImageData(0, 0, width, len(part)).data.assign_to(part.reshape(-1))
    finally:
        bitmap.close()
    canvas.width = canvas.height = 0  # gives the canvas's memory back at once
    return out


async def _by_webcodecs(blob: Any, kind: Kind) -> NDArray[np.uint8]:
    """Return (H, W, 4) uint8 in straight alpha, by ``ImageDecoder``: no canvas in between."""
    decoder = js.ImageDecoder.new(
        _js_object(
            data=await blob.arrayBuffer(),
            type=f"image/{kind.format}",
            colorSpaceConversion="none",
            premultiplyAlpha="none",
            preferAnimation=False,
        )
    )
    try:
        frame = (await decoder.decode()).image
        if str(frame.format) not in {"RGBA", "RGBX", "BGRA", "BGRX"}:
            frame.close()
            return await _by_canvas(blob)  # opaque YUV: the canvas is exact
        # What is copied lies as it is stored; how to turn it stands beside it.
        width, height = int(frame.visibleRect.width), int(frame.visibleRect.height)
        turn = int(getattr(frame, "rotation", 0) or 0), bool(getattr(frame, "flip", False))
        bgr = str(frame.format).startswith("B")
        target = js.Uint8Array.new(int(frame.allocationSize()))
        await frame.copyTo(target)
        opaque = str(frame.format).endswith("X")
        frame.close()
    finally:
        decoder.close()
    rgba = _to_array(target, width, height)
    if bgr:
        rgba[..., :3] = rgba[..., 2::-1].copy()
    if opaque:
        rgba[..., 3] = 255
    return orient(rgba, _ORIENTATION[turn])


def _to_array(data: Any, width: int, height: int) -> NDArray[np.uint8]:
    out = np.empty(width * height * 4, np.uint8)
    data.assign_to(out)
    return out.reshape(height, width, 4)
