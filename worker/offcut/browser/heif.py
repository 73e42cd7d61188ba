"""HEIC photos by libheif, which is fetched when the first one comes.

Each photo gets an instance of its own, dropped afterwards: WebAssembly memory never shrinks, and
what one photo has needed would otherwise stay taken beside the networks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from pyodide.ffi import JsException, to_js

from offcut.errors import fail
from offcut.pixels.decode import check_size, straight
from offcut.pixels.photo import Photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.sniff import Kind

FILE = "vendor/libheif/libheif-bundle.mjs"


Load = Callable[[], Awaitable[Any]]
"""Gives the module at ``FILE``, below the site's address."""


async def decode_heif(data: bytes, kind: Kind, load: Load) -> Photo:
    """Decode the main picture upright: libheif turns it as the file says (irot, imir).

    The EXIF orientation of such a file repeats what the boxes say and is not applied again.
    Raises OffcutError DECODE_FAILED, IMAGE_TOO_LARGE, UNSUPPORTED_FORMAT when libheif could not be
    fetched.
    """
    try:
        module = await load()
    except JsException as error:
        say = "What reads HEIC photos could not be fetched; go online once and try again."
        raise fail("UNSUPPORTED_FORMAT", say, reason=str(error)) from error
    libheif = module.default()
    context = libheif.heif_context_alloc()
    handle = None
    try:
        read = libheif.heif_context_read_from_memory(context, to_js(memoryview(data)))
        if read.code != libheif.heif_error_code.heif_error_Ok:
            raise fail("DECODE_FAILED", reason=str(read.message))
        handle = libheif.heif_js_context_get_primary_image_handle(context)
        if _is_error(handle):
            handle = None
            raise fail("DECODE_FAILED", reason="it has no main picture")
        width = int(libheif.heif_image_handle_get_width(handle))
        height = int(libheif.heif_image_handle_get_height(handle))
        check_size(width, height)
        rgba = await _pixels(libheif, handle)
        return _photo(
            rgba,
            kind,
            has_alpha=bool(libheif.heif_image_handle_has_alpha_channel(handle)),
            premultiplied=bool(libheif.heif_image_handle_is_premultiplied_alpha(handle)),
        )
    except JsException as error:
        # What libheif throws itself, or WebAssembly for it: a broken file, or no memory left.
        raise fail("DECODE_FAILED", reason=str(error)) from error
    finally:
        if handle is not None:
            libheif.heif_image_handle_release(handle)
        libheif.heif_context_free(context)


def _is_error(answer: Any) -> bool:
    """libheif's calls give an object with a code where they fail."""
    return not answer or getattr(answer, "code", None) is not None


async def _pixels(libheif: Any, handle: Any) -> NDArray[np.uint8]:
    """Return (H, W, 4) uint8."""
    made = libheif.heif_js_decode_image2(
        handle,
        libheif.heif_colorspace.heif_colorspace_RGB,
        libheif.heif_chroma.heif_chroma_interleaved_RGBA,
    )
    if hasattr(made, "then"):
        made = await made
    if _is_error(made):
        raise fail("DECODE_FAILED", reason=str(getattr(made, "message", "libheif gives nothing")))
    try:
        plane = made.channels[0]
        width, height, stride = int(plane.width), int(plane.height), int(plane.stride)
        rows = np.empty(int(plane.data.length), np.uint8)
        plane.data.assign_to(rows)
    finally:
        libheif.heif_image_release(made.image)
    if len(rows) < stride * (height - 1) + width * 4:
        raise fail("DECODE_FAILED", reason="libheif gives too few rows")
    if stride == width * 4:
        return rows[: height * stride].reshape(height, width, 4)
    views = np.lib.stride_tricks.as_strided(rows, (height, width * 4), (stride, 1))
    return np.ascontiguousarray(views).reshape(height, width, 4)


def _photo(rgba: NDArray[np.uint8], kind: Kind, *, has_alpha: bool, premultiplied: bool) -> Photo:
    rgb, alpha = rgba[..., :3], None
    if has_alpha and int(rgba[..., 3].min()) < 255:
        alpha = rgba[..., 3].copy()
        if premultiplied:
            rgb = straight(rgb, alpha)
    icc = kind.icc if kind.icc is not None and kind.icc[16:20] == b"RGB " else None
    rgb = np.ascontiguousarray(rgb)
    return Photo(rgb=rgb, alpha=alpha, format=kind.format, icc=icc, exif=kind.exif)
