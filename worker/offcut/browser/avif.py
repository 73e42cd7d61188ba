"""AVIF by libavif in WebAssembly, which is fetched when the first such file is asked for.

Browsers write no AVIF (a canvas gives a PNG instead and says nothing), and Chromium reads the
alpha of one wrongly: so the decoder that checks the file is libavif as well. Each file gets
instances of its own: WebAssembly memory never shrinks, and what one file has needed would
otherwise stay taken beside the networks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import js
import numpy as np
from pyodide.ffi import JsException, to_js

from offcut.errors import fail

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENCODER = "vendor/avif/avif_enc.js"
DECODER = "vendor/avif/avif_dec.js"
SPEED = 9
"""Of 0 to 10. A photo of 12 megapixels takes 12 s at 9, 18 at 8 and 46 at 6 on one core of a busy
machine; the files are of one size within 1 %, and 6 is closer to the photo by 0.4 dB."""

_420, _444 = 1, 3

Load = Callable[[str], Awaitable[Any]]
"""Gives the module at an address below the site's."""


class WasmAvif:
    """``offcut.pixels.avif.AvifCodec`` in a browser."""

    def __init__(self, load: Load) -> None:
        self._load = load

    async def encode(self, pixels: NDArray[np.uint8], quality: int) -> bytes:
        """See ``AvifCodec``; at a quality of 100 the colours have no loss either."""
        codec = await self._open(ENCODER)
        height, width, depth = pixels.shape
        if depth == 3:  # the file will have no alpha either: libavif leaves out one of all 255
            rgba = np.full((height, width, 4), 255, np.uint8)
            rgba[..., :3] = pixels
            pixels = rgba
        wanted = {
            "quality": quality,
            "qualityAlpha": 100,
            "subsample": _444 if quality >= 90 else _420,
            "speed": SPEED,
            "bitDepth": 8,
            "lossless": quality == 100,
            # As the package's own defaults.
            "denoiseLevel": 0,
            "tileColsLog2": 0,
            "tileRowsLog2": 0,
            "chromaDeltaQ": False,
            "sharpness": 0,
            "tune": 0,
            "enableSharpYUV": False,
        }
        try:
            made = codec.encode(
                to_js(np.ascontiguousarray(pixels).reshape(-1).data),
                width,
                height,
                to_js(wanted, dict_converter=js.Object.fromEntries),
            )
        except JsException as error:
            # WebAssembly says no more than that it gave up; in practice, of memory.
            say = "This picture is too large to be written as AVIF here; choose PNG or WebP."
            raise fail("ENCODE_FAILED", say, reason=str(error)) from error
        if not made:
            raise fail("ENCODE_FAILED", reason="libavif gives nothing")
        return bytes(made.to_bytes())

    async def decode(self, data: bytes) -> NDArray[np.uint8]:
        """See ``AvifCodec``."""
        codec = await self._open(DECODER)
        try:
            image = codec.decode(to_js(memoryview(data)), 8)
        except JsException as error:
            raise fail("VERIFY_FAILED", reason=f"it does not open: {error}") from error
        if not image:
            raise fail("VERIFY_FAILED", reason="it does not open")
        rgba = np.empty(int(image.data.length), np.uint8)
        image.data.assign_to(rgba)
        return rgba.reshape(int(image.height), int(image.width), 4)

    async def _open(self, file: str) -> Any:
        try:
            module = await self._load(file)
            return await module.default(js.Object.new())
        except JsException as error:
            say = "What writes AVIF files could not be fetched; go online once, or choose PNG."
            raise fail("ENCODE_FAILED", say, reason=str(error)) from error
