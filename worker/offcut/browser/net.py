"""Fetch a file of this site, telling how much of it has come."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, to_js

from offcut.errors import fail
from offcut.storage.failures import ENGINE_FILE, LOOK, is_page, told
from offcut.storage.parts import FetchFailed
from offcut.storage.retry import Policy, stubbornly

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyodide.ffi import JsProxy

SILENCE_S = 30.0
"""Without an answer, or another byte of one, for so long a connection counts as broken. Of silence,
not of the whole download: that may take as long as it takes."""

FEW = Policy(attempts=3)
"""For small files: whoever waits for one waits for nothing else."""


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
            FetchFailed: no connection (``status`` None), an answer other than 200, a connection
                that broke off or fell silent, a web page in the place of the file, or the way to
                another host, which the page's CSP forbids (both ``instead``).
        """
        request = _Request(url, self._cache)
        try:
            return await request.body(await request.answer(), on_bytes)
        finally:
            request.end()  # whatever happened: what is still open would keep a connection


async def fetch_stubbornly(url: str) -> JsProxy:
    """Return the body of ``url``, a small file, as an ArrayBuffer; asks a few times. Raises
    MODEL_DOWNLOAD_FAILED or OFFLINE_NO_MODEL: it is the network's fault, and no backend's."""
    fetcher = BrowserFetcher()
    try:
        return await stubbornly(lambda: fetcher.fetch(url), FEW)
    except FetchFailed as failure:
        raise told(failure, ENGINE_FILE) from failure


async def fetch_json(url: str) -> Any:
    """Return the parsed JSON of ``url``; raises as ``fetch_stubbornly``."""
    body = await fetch_stubbornly(url)
    try:
        return json.loads(js.Uint8Array.new(body).to_bytes())
    except ValueError as error:
        raise fail("MODEL_DOWNLOAD_FAILED", ENGINE_FILE, url=url, reason=str(error)) from error


class _Request:
    """One request for one file."""

    def __init__(self, url: str, cache: str) -> None:
        self._url = url
        self._cache = cache
        self._control = js.AbortController.new()

    def end(self) -> None:
        """Hang up."""
        self._control.abort()

    async def answer(self) -> Any:
        """The response, once its head has come."""
        try:
            response = await self._heard(self._ask("follow", self._cache))
        except FetchFailed as failure:
            failure.instead = await self._leads_away(failure)
            raise
        if not response.ok:
            raise FetchFailed(self._url, int(response.status), str(response.statusText))
        return response

    async def body(self, response: Any, on_bytes: Callable[[int], None] | None) -> JsProxy:
        """All of the response's body."""
        if not response.body:
            return await self._heard(response.arrayBuffer())
        kind = str(response.headers.get("content-type") or "")
        reader = response.body.getReader()
        chunks: list[Any] = []
        got = 0
        while not (step := await self._heard(reader.read())).done:
            if not got and is_page(kind, bytes(step.value.subarray(0, LOOK).to_bytes())):
                raise FetchFailed(self._url, None, f"{kind} came instead", instead=True)
            chunks.append(step.value)
            got += int(step.value.length)
            if on_bytes is not None:
                on_bytes(got)
        whole = js.Uint8Array.new(got)
        at = 0
        for chunk in chunks:
            whole.set(chunk, at)
            at += int(chunk.length)
        return whole.buffer

    def _ask(self, redirect: str, cache: str) -> Awaitable[Any]:
        options = {
            "credentials": "same-origin",
            "cache": cache,
            "redirect": redirect,
            "signal": self._control.signal,
        }
        asked: Awaitable[Any] = js.fetch(
            self._url, to_js(options, dict_converter=js.Object.fromEntries)
        )
        return asked

    async def _heard(self, work: Awaitable[Any]) -> Any:
        """What the network promised; raises FetchFailed where it breaks it, or stays silent."""
        try:
            return await asyncio.wait_for(work, SILENCE_S)
        except TimeoutError as error:
            reason = f"nothing came for {SILENCE_S:g} s"
            raise FetchFailed(self._url, None, reason, offline=_offline()) from error
        except JsException as error:
            raise FetchFailed(self._url, None, str(error.message), offline=_offline()) from error

    async def _leads_away(self, failure: FetchFailed) -> bool:
        """Whether there was no answer because it lies on another host, as the page of somebody who
        wants one to sign in does: the browser says of that no more than of a dead line."""
        if failure.offline or isinstance(failure.__cause__, TimeoutError):
            return False
        try:
            found = await self._heard(self._ask("manual", "no-store"))
        except FetchFailed:
            return False
        return bool(found.type == "opaqueredirect")


def _offline() -> bool:
    return not getattr(js.navigator, "onLine", True)
