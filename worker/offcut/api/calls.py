"""The calls: ``remove`` and ``matte``, their twins that wait, and what is around them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np
from PIL import Image

from offcut.api import homes
from offcut.api.images import given
from offcut.api.options import LOOKS, NAMES, Options, asked, known, wanted
from offcut.errors import fail
from offcut.pipeline.progress import Report, silent

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from offcut.pipeline.matte import Matte


# An array or a Pillow image is an object, too: the first that fits counts.
@overload
async def remove(  # type: ignore[overload-overlap]
    image: NDArray[np.uint8],
    *,
    format: None = None,
    progress: Report | None = None,
    **options: Unpack[Options],
) -> NDArray[np.uint8]: ...
@overload
async def remove(  # type: ignore[overload-overlap]
    image: Image.Image,
    *,
    format: None = None,
    progress: Report | None = None,
    **options: Unpack[Options],
) -> Image.Image: ...
@overload
async def remove(
    image: object,
    *,
    format: str | None = None,
    progress: Report | None = None,
    **options: Unpack[Options],
) -> bytes: ...
async def remove(
    image: object,
    *,
    format: str | None = None,
    progress: Report | None = None,
    **options: Unpack[Options],
) -> Any:
    """Take the background off a picture.

    ``image``: bytes of a file, its path, a Pillow image, or an array uint8 (H, W), (H, W, 3) or
    (H, W, 4); in a browser also an address, a JavaScript Blob, File, ArrayBuffer, typed array, URL
    or Response. ``format``: "png", "webp", "avif" or "jpeg"; if not given, the result is of the
    kind of the image: an array for an array, a Pillow image for a Pillow image, PNG for all else.
    ``progress``: called with dicts ``{"stage", "model", "done", "total", "eta_s"}``. ``options``:
    see ``Options``.

    Returns bytes of a file that was read again and found right; or an array uint8 (H, W, 4), with a
    background (H, W, 3), with ``mask`` (H, W); or the same as a Pillow image. Alpha is straight,
    and without a background the photo's own colours lie under alpha 0, too.

    Raises OffcutError: see ``offcut.errors``.
    """
    found, told = known(options, NAMES), progress or silent
    source = await given(image)
    if format is None and source.kind != "file":
        return await _in_kind(source.image, source.kind, found, told)
    made, picture = await asked(found, "png" if format is None else format)
    return await homes.home().remove(source.image, wanted(found), made, picture, told)


async def matte(
    image: object,
    *,
    profile: str = "auto",
    model: str | None = None,
    progress: Report | None = None,
) -> Matte:
    """The matte of a picture, as arrays: see ``Matte``.

    ``image``, ``progress``: as ``remove``. ``profile``, ``model``: as in ``Options``. Raises
    OffcutError.
    """
    source = await given(image)
    return await homes.home().matte(source.image, model or profile, progress or silent)


def remove_sync(image: Any, **options: Any) -> Any:
    """``remove``, without ``await``: under CPython, and in browsers that can wait (JSPI: Chromium).

    Raises BAD_CONFIG where it cannot be waited for.
    """
    return homes.wait(remove(image, **options), "await offcut.remove(…)")


def matte_sync(image: object, **options: Any) -> Matte:
    """``matte``, without ``await``; see ``remove_sync``."""
    found: Matte = homes.wait(matte(image, **options), "await offcut.matte(…)")
    return found


def configure(
    base: str | None = None,
    *,
    models: str | os.PathLike[str] | None = None,
    backend: str = "auto",
    worker: bool | None = None,
) -> None:
    """Say where and how the work is done; to be called before it begins, or after ``close``.

    ``base``: the address of a site that runs Offcut; if not given, the one from which the wheel was
    installed. ``models``: under CPython, the folder or the address of the models, if not the
    site's. ``backend``: in a browser, "auto", "webgpu", "wasm-mt" or "wasm-st". ``worker``: in a
    browser, whether a worker of its own does the work (True) or this interpreter (False); if not
    given, a worker where this is a page's main thread. Raises BAD_CONFIG.
    """
    folder = "" if models is None else str(models)
    homes.settle(homes.Settings(base or "", folder, backend, worker))


async def preload(
    *, profile: str = "auto", model: str | None = None, progress: Report | None = None
) -> None:
    """Start the engine and fetch the models, so that the first cut is quick. Raises OffcutError."""
    await homes.home().preload(model or profile, progress or silent)


async def probe() -> dict[str, Any]:
    """What runs here and why: ``backend`` ("webgpu", "wasm-mt", "wasm-st", "native"), ``version``,
    and ``models``, each with its licence; in a browser also ``threads`` and ``candidates``."""
    return await homes.home().probe()


async def close() -> None:
    """Let go of the networks; the next call starts anew. In a browser it is the end of a worker or
    a page that gives all memory back."""
    await homes.leave()


async def _in_kind(
    image: object, kind: str, found: dict[str, Any], told: Report
) -> NDArray[np.uint8] | Image.Image:
    """The result as an array or a Pillow image."""
    if found.get("depth") == 16:
        say = "Arrays and Pillow images have 8 bits here; ask for format='png'."
        raise fail("BAD_CONFIG", say)
    if found.keys() <= LOOKS:  # nothing that would have to be drawn
        made = await homes.home().matte(image, wanted(found), told)
        return made.cutout() if kind == "array" else made.image()
    options, picture = await asked(found, "png")
    data = await homes.home().remove(image, wanted(found), options, picture, told)
    drawn = Image.open(BytesIO(data), formats=("PNG",))
    drawn.load()
    return drawn if kind == "pillow" else np.asarray(drawn)
