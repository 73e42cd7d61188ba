"""Fetch a file of this site, telling how much of it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, to_js

from offcut.errors import fail
from offcut.storage.parts import FetchFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyodide.ffi import JsProxy


def _options(**entries: Any) -> JsProxy:
    return to_js(entries, dict_converter=js.Object.fromEntries)


def _broken(url: str, error: JsException) -> FetchFailed:
    online = getattr(js.navigator, "onLine", True)
    return FetchFailed(url, None, str(error.message), offline=not online)


class BrowserFetcher:
    """``storage.parts.Fetcher`` over ``fetch``."""

    def __init__(self, *, cached: bool = True) -> None:
        """``cached``: whether the browser's own cache may answer and keep; not for what we keep
        ourselves, which would lie there twice, nor where a damaged copy there would come back."""
        self._cache = "default" if cached else "no-store"

    async def fetch(self, url: str, on_bytes: Callable[[int], None] | None = None) -> JsProxy:
        """Return the body of ``url`` as an ArrayBuffer.

        Args:
            url: Absolute address on this site.
            on_bytes: Called with the number of bytes that have come so far.

        Raises:
            FetchFailed: no connection (``status`` None), an answer other than 200, or a connection
                that broke off. Redirects to other hosts end here too: the page's CSP forbids them.
        """
        try:
            response = await js.fetch(url, _options(credentials="same-origin", cache=self._cache))
        except JsException as error:
            raise _broken(url, error) from error
        if not response.ok:
            raise FetchFailed(url, int(response.status), str(response.statusText))
        if on_bytes is None or not response.body:
            try:
                return await response.arrayBuffer()
            except JsException as error:
                raise _broken(url, error) from error
        return await _read(url, response, on_bytes)


async def _read(url: str, response: Any, on_bytes: Callable[[int], None]) -> JsProxy:
    reader = response.body.getReader()
    chunks: list[Any] = []
    got = 0
    while True:
        try:
            step = await reader.read()
        except JsException as error:
            raise _broken(url, error) from error
        if step.done:
            break
        chunks.append(step.value)
        got += int(step.value.length)
        on_bytes(got)
    whole = js.Uint8Array.new(got)
    at = 0
    for chunk in chunks:
        whole.set(chunk, at)
        at += int(chunk.length)
    return whole.buffer


async def fetch_json(url: str) -> Any:
    """Return the parsed JSON of ``url``; raises MODEL_DOWNLOAD_FAILED when it is not there."""
    try:
        response = await js.fetch(url, _options(credentials="same-origin"))
        if response.ok:
            return (await response.json()).to_py()
    except JsException as error:
        raise fail("MODEL_DOWNLOAD_FAILED", url=url, reason=str(error)) from error
    raise fail("MODEL_DOWNLOAD_FAILED", url=url, reason=f"HTTP {response.status}")
