"""What a program in a browser hands over, and where from: JavaScript's own kinds of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import js
from pyodide.code import run_js
from pyodide.ffi import JsBuffer, JsException, JsProxy

from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Callable

_import: Callable[[str], Any] | None = None


def imported(address: str) -> Any:
    """A promise of the JavaScript module at ``address``."""
    global _import  # noqa: PLW0603 - one function of JavaScript, made when first needed
    if _import is None:
        _import = run_js("(address) => import(address)")
    return _import(address)


async def load(address: str) -> Any:
    """The JavaScript module at ``address``. Raises WORKER_FAILED."""
    try:
        return await imported(address)
    except JsException as error:
        say = f"{address} cannot be loaded."
        raise fail("WORKER_FAILED", say, reason=str(error)) from error


async def blob_of(image: object) -> Any:
    """A Blob of a JavaScript Blob, File, ArrayBuffer, typed array, URL or Response; None for
    anything else."""
    if isinstance(image, JsBuffer):
        return js.Blob.new([image])
    if not isinstance(image, JsProxy):
        return None
    if hasattr(image, "href"):
        return await fetch_blob(str(image.href))
    if not hasattr(image, "arrayBuffer"):
        return None
    return image if hasattr(image, "slice") else await image.blob()


async def fetch_blob(address: str) -> Any:
    """A Blob of what lies at an address. PHOTO_GONE."""
    try:
        response = await js.fetch(address)
        if response.ok:
            return await response.blob()
        reason = f"HTTP {response.status}"
    except JsException as error:
        reason = str(error)
    raise fail("PHOTO_GONE", f"{address} cannot be fetched.", reason=reason)
