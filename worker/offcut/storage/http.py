"""Files from the web under CPython, by the standard library."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import http.client
import socket
import threading
import urllib.error
import urllib.request
from functools import partial
from typing import TYPE_CHECKING

from offcut.storage.failures import LOOK, is_page
from offcut.storage.parts import FetchFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from offcut.storage.parts import OnBytes

CHUNK = 256 * 1024
TIMEOUT_S = 30.0
"""Of silence, not of the whole download."""

# Of a socket that has nowhere to go; any other error may be the site's.
_NO_NETWORK = (errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH)


class HttpFetcher:
    """``storage.parts.Fetcher`` over http and https; proxies are those of the environment."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s

    async def fetch(self, url: str, on_bytes: OnBytes | None = None) -> bytes:
        """See ``Fetcher.fetch``. A cancelled one is left to end by itself."""
        loop = asyncio.get_running_loop()
        stop = threading.Event()
        coming: asyncio.Future[bytes] = loop.create_future()

        def later(call: Callable[..., object], *given: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                loop.call_soon_threadsafe(lambda: coming.done() or call(*given))

        def arrived(tell: OnBytes, got: int) -> None:
            try:
                tell(got)
            except Exception as error:  # handed on to who waits: it may mean to end the download
                coming.set_exception(error)

        def work() -> None:
            told = None if on_bytes is None else partial(later, arrived, on_bytes)
            try:
                later(coming.set_result, get(url, self._timeout_s, told, stop))
            except (FetchFailed, MemoryError) as failure:
                later(coming.set_exception, failure)

        # Not asyncio.to_thread: whoever presses Ctrl-C would wait for a site that says nothing.
        threading.Thread(target=work, daemon=True).start()
        try:
            return await coming
        finally:
            stop.set()


def get(
    url: str,
    timeout_s: float = TIMEOUT_S,
    told: OnBytes | None = None,
    stop: threading.Event | None = None,
) -> bytes:
    """The whole body of ``url``, at once, for code that has no event loop.

    ``told``: as ``OnBytes``. ``stop``: ends it when set. Raises ``FetchFailed``.
    """
    # "no-cache" asks proxies to look whether what they keep is still right: a list may be new.
    headers = {"User-Agent": "offcut", "Cache-Control": "no-cache"}
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            parts: list[bytes] = []
            got = 0
            while piece := answer.read(CHUNK):
                if stop is not None and stop.is_set():
                    raise FetchFailed(url, None, "stopped")
                parts.append(piece)
                got += len(piece)
                if told is not None:
                    told(got)
            expected = answer.headers.get("Content-Length")
            kind = answer.headers.get("Content-Type") or ""
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchFailed(url, error.code, str(error.reason)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(url, None, str(error), offline=_is_offline(error)) from error
    if expected is not None and expected.isdecimal() and got < int(expected):
        raise FetchFailed(url, None, f"broke off after {got} of {expected} bytes")
    body = b"".join(parts)
    if is_page(kind, body[:LOOK]):
        raise FetchFailed(url, None, f"{kind} came instead", instead=True)
    return body


def _is_offline(error: BaseException) -> bool:
    """Whether this computer has no network, as far as it can tell: a name without an address is
    what a missing connection looks like."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, socket.gaierror):
        return True
    return isinstance(cause, OSError) and cause.errno in _NO_NETWORK
