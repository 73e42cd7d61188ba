"""The engine in a worker of its own, for Python in a page's main thread, which must stay free.

It is the site's ``offcut.js`` that starts the worker and the next one when a backend fails. Photos
go there and results come back as Blobs; the arrays of a matte are made here.
"""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import js
import numpy as np
from PIL import Image
from pyodide.ffi import JsException, create_proxy, to_js

from offcut.browser.decode import decode, read_bytes
from offcut.browser.given import imported, load
from offcut.browser.heif import FILE as HEIF
from offcut.browser.messages import blob
from offcut.errors import ERRORS, OffcutError, fail
from offcut.models.plan import PROFILES
from offcut.pipeline.matte import Matte
from offcut.pipeline.progress import silent, tell
from offcut.pixels.encode import encode_png
from offcut.pixels.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from offcut.pipeline.progress import Report

OUTPUT = ("format", "type", "quality", "depth", "mask", "crop", "exif")


class Aside:
    """Takes the background off photos beside the page; see ``offcut.api.homes.Home``."""

    def __init__(self, base: str, backend: str = "auto") -> None:
        """As ``Here``."""
        self._base = base
        self._backend = backend
        self._door: Any = None

    async def remove(
        self,
        image: object,
        wanted: str,
        options: Mapping[str, object],
        picture: object,
        report: Report,
    ) -> bytes:
        """The cut-out's file."""
        config = {
            "maxSize" if name == "max_size" else name: value
            for name, value in options.items()
            if name not in OUTPUT
        }
        if picture is not None:
            ground: Any = config["background"]
            config["background"] = {**ground, "image": await _blob(picture)}
        output = {name: options[name] for name in OUTPUT if options.get(name) is not None}
        made = await self._cut(await _blob(image), wanted, {**config, "output": output}, report)
        return await read_bytes(made.blob)

    async def matte(self, image: object, wanted: str, report: Report) -> Matte:
        """The cut-out as arrays; alpha has 16 bits, for so it comes from the worker."""
        given = await _blob(image)
        photo = image if isinstance(image, Photo) else await decode(given, self._heif)
        asked = {"output": {"mask": True, "depth": 16}}
        made = await self._cut(given, wanted, asked, report)
        with Image.open(BytesIO(await read_bytes(made.blob)), formats=("PNG",)) as mask:
            alpha = np.asarray(mask, np.float32) / np.float32(65535)
        rgb = np.ascontiguousarray(photo.rgb)
        models, notes = (tuple(one.to_py()) for one in (made.models, made.notes))
        return Matte(alpha, rgb, models, notes, photo.icc)

    async def preload(self, wanted: str, report: Report) -> None:
        """Have the models ready."""
        with _told(report) as progress:
            config = {**self._config(wanted), "progress": progress}
            await _answer((await self._opened()).preload(_object(config)))

    async def probe(self) -> dict[str, Any]:
        """What runs, and why."""
        door = await self._opened()
        found: dict[str, Any] = (await _answer(door.probe(_object(self._config())))).to_py()
        return found

    async def close(self) -> None:
        """End the worker."""
        if self._door is not None:
            await self._door.dispose()

    async def _opened(self) -> Any:
        if self._door is None:
            self._door = await load(f"{self._base}offcut.js")
        return self._door

    async def _cut(
        self, photo: Any, wanted: str, config: Mapping[str, object], report: Report
    ) -> Any:
        tell(report, "start")
        door = await self._opened()
        with _told(report) as progress:
            asked = {**config, **self._config(wanted), "progress": progress}
            return await _answer(door.cut(photo, _object(asked)))

    async def _heif(self) -> Any:
        return await imported(self._base + HEIF)

    def _config(self, wanted: str = "") -> dict[str, object]:
        kind = "profile" if wanted in PROFILES else "model"
        return {"device": self._backend, **({kind: wanted} if wanted else {})}


async def _blob(image: object) -> Any:
    if isinstance(image, bytes):
        return blob(image, "")
    if not isinstance(image, Photo):
        return image
    pixels = image.rgb if image.alpha is None else np.dstack([image.rgb, image.alpha])
    # Packed as little as possible: it only goes next door.
    return blob(await encode_png(pixels, icc=image.icc, dpi=image.dpi, level=1), "image/png")


async def _answer(promise: Any) -> Any:
    """What a call of ``offcut.js`` gives; its error is the one that Python has, too."""
    try:
        return await promise
    except JsException as error:
        code = str(getattr(error, "code", ""))
        if code not in ERRORS:
            raise fail("INTERNAL", reason=str(error)) from error
        raise OffcutError(code, str(error.message), bool(error.retry), {}) from error


@contextmanager
def _told(report: Report) -> Iterator[Any]:
    """A function for JavaScript that passes ``offcut.js``'s progress on."""

    def heard(key: str, done: float, total: float) -> None:
        kind, _, what = key.partition(":")
        if kind == "fetch":
            tell(report, "download", model=what, done=done, total=total)
        else:
            tell(report, what, done=done, total=total)

    if report is silent:
        yield None
        return
    proxy: Any = create_proxy(heard)
    try:
        yield proxy
    finally:
        proxy.destroy()


def _object(found: Mapping[str, object]) -> Any:
    given = {name: value for name, value in found.items() if value is not None}
    return to_js(given, dict_converter=js.Object.fromEntries)
