"""Turns among the tabs of this site, by the browser's own locks."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, create_proxy, to_js

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

PATIENCE_S = 120.0
"""A tab that is put to sleep, or whose line is dead, may have its turn for ever: after so long the
next one does without."""

WORD_S = 0.5  # between two words that it is still waited for


class WebLocks:
    """``storage.parts.Turns``: a tab that is closed, or whose worker ends, gives its turn back."""

    @asynccontextmanager
    async def turn(self, name: str, waits: Callable[[], None]) -> AsyncIterator[None]:
        """See ``Turns.turn``. Without locks (old browsers, plain http) it is everyone's turn."""
        locks = getattr(js.navigator, "locks", None)
        if locks is None:
            yield
            return
        control = js.AbortController.new()
        done = js.Promise.withResolvers()
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def given(_lock: Any) -> Any:
            if not begun.done():
                begun.set_result(None)
            return done.promise

        heard: Any = create_proxy(given)
        options = to_js({"signal": control.signal}, dict_converter=js.Object.fromEntries)
        asked = asyncio.ensure_future(_settled(locks.request(f"offcut-{name}", options, heard)))
        try:
            waited = 0.0
            while not await _one_of(begun, asked, within_s=WORD_S) and waited < PATIENCE_S:
                waited += WORD_S
                waits()
            yield
        finally:
            control.abort()  # of one that is still asked for; one that was given ends by ``done``
            done.resolve(None)
            await asked
            heard.destroy()


async def _one_of(*coming: asyncio.Future[None], within_s: float) -> bool:
    """Whether one of them came in time."""
    ended, _ = await asyncio.wait(coming, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    return bool(ended)


async def _settled(request: Awaitable[Any]) -> None:
    """Wait for the lock's end, or for its refusal: by us, or in a frame that has no locks."""
    try:
        await request
    except JsException as error:
        if error.name != "AbortError":
            js.console.warn(f"Offcut: no locks here: {error.message}")
