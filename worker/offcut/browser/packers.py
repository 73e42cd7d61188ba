"""Further cores that pack pictures: small workers beside this one, each with zlib in WebAssembly.

A picture of 12 megapixels takes most of a second to deflate, as long as all the rest of its way
out, and nothing else has use for a second core then. Where such workers cannot be had, this one
packs alone.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import create_proxy, to_js

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from offcut.pixels.deflate import Block, Packer

FILE = "worker/deflate.js"
MOST = 3
PATIENCE_S = 20.0  # a worker that the system has stopped says nothing
READY_S = 3.0


def _object(**entries: Any) -> Any:
    return to_js(entries, dict_converter=js.Object.fromEntries)


def _worker(address: str) -> Any:
    """A worker that runs the module at ``address``, which may lie on another site than the page."""
    # Browsers start no worker by an address of another site, but one that imports it.
    code = to_js([f"import {json.dumps(address)};"])
    blob = js.Blob.new(code, _object(type="text/javascript"))
    url = js.URL.createObjectURL(blob)
    try:
        return js.Worker.new(url, _object(type="module"))
    finally:
        js.URL.revokeObjectURL(url)


class Helper:
    """One worker; its answers come in the order of what it is given."""

    def __init__(self, address: str) -> None:
        """Start it."""
        self.alive = True
        self._ready: asyncio.Future[bool] = asyncio.Future()
        self._asked: deque[Callable[[Any], None]] = deque([self._up])
        self._worker = _worker(address)
        self._hear = create_proxy(lambda event: self._asked.popleft()(event.data))
        self._fail = create_proxy(self.close)
        self._worker.onmessage = self._hear
        self._worker.onerror = self._worker.onmessageerror = self._fail

    async def ready(self) -> bool:
        """Whether it has come up."""
        try:
            return await asyncio.wait_for(self._ready, READY_S)
        except TimeoutError:
            self.close()
            return False

    def pack(self, block: Block, level: int, done: Callable[[bytes | None], None]) -> None:
        """See ``Packer``."""
        if not self.alive:
            done(None)
            return
        limit = asyncio.get_running_loop().call_later(PATIENCE_S, self.close)

        def heard(told: Any) -> None:
            limit.cancel()
            done(None if told is None else bytes(told.packed.to_bytes()))

        self._asked.append(heard)
        data = to_js(block)
        self._worker.postMessage(_object(block=data, level=level), to_js([data.buffer]))

    def close(self, _event: Any = None) -> None:
        """End it; who waits for an answer is told."""
        if not self.alive:
            return
        self.alive = False
        self._worker.onmessage = self._worker.onerror = self._worker.onmessageerror = None
        self._worker.terminate()
        for proxy in (self._hear, self._fail):
            proxy.destroy()
        while self._asked:
            self._asked.popleft()(None)

    def _up(self, told: Any) -> None:
        if not self._ready.done():
            self._ready.set_result(told is not None)


class Packers:
    """As many helpers as this device has cores to spare, started when first wanted and kept."""

    def __init__(self, base: str, cores: int) -> None:
        """``base``: the site's address with a slash at its end."""
        self._address = base + FILE
        self._count = max(0, min(MOST, cores - 1))
        self._helpers: list[Helper] = []

    async def at_hand(self) -> Sequence[Packer]:
        """Those that are up."""
        self._helpers = [helper for helper in self._helpers if helper.alive]
        new = [Helper(self._address) for _ in range(self._count - len(self._helpers))]
        await asyncio.gather(*(helper.ready() for helper in new))
        self._helpers += [helper for helper in new if helper.alive]
        if not all(helper.alive for helper in new):
            self._count = len(self._helpers)  # where one cannot be had, waiting again is in vain
        return [helper.pack for helper in self._helpers]
