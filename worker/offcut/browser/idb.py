"""Model parts in IndexedDB, one record a part (at most 4 MiB), through the ``idb`` library.

Large records make iOS lose its database connection (Dexie issue 1638), and
``pyscript.storage`` turns bytes into JSON numbers; hence raw records of modest size.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, create_once_callable, create_proxy, to_js

from offcut.storage.parts import QuotaFull, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable

DATABASE = "offcut"
OWN_DATABASE = "offcut-own"  # of models that a person brought (own.py)
VERSION = 1
STORE = "parts"
OPEN_S = 5.0
"""A database that another tab is about to delete, or that the browser has lost track of, opens
never. Once that was waited for, it counts as not there until it does open."""
ANSWER_S = 60.0
"""The same of one request: another tab's transaction may be in front of it, and be stuck."""


class IdbStore:
    """``storage.parts.PartStore`` over one IndexedDB object store."""

    def __init__(self, idb: Any, database: str = DATABASE) -> None:
        """Keep the ``idb`` module; the database opens at the first use."""
        self._idb = idb
        self._database = database
        self._opening: asyncio.Future[Any] | None = None
        self._late = False  # whether it has been waited for in vain

    async def _open(self) -> Any:
        opening = self._opening
        if opening is None:
            opening = self._opening = asyncio.ensure_future(self._connect())
        try:
            # Shielded: it may still open, for the next one who asks.
            db = await asyncio.wait_for(asyncio.shield(opening), 0 if self._late else OPEN_S)
        except TimeoutError as error:
            self._late = True
            raise StoreUnavailable("the database does not open") from error  # noqa: EM101
        except StoreUnavailable:
            self._opening = None
            raise
        self._late = False
        return db

    async def _connect(self) -> Any:
        def upgrade(db: Any, *_: Any) -> None:
            if not db.objectStoreNames.contains(STORE):
                db.createObjectStore(STORE)

        options = to_js(
            {"upgrade": create_once_callable(upgrade)}, dict_converter=js.Object.fromEntries
        )
        try:
            db = await self._idb.openDB(self._database, VERSION, options)
        except (JsException, AttributeError) as error:
            # Private windows of some browsers have no IndexedDB, or refuse it.
            raise StoreUnavailable(str(error)) from error

        def give_way(_event: Any) -> None:
            # The site's data is being cleared: over an open connection, that would wait for ever,
            # and so would every tab that comes after it.
            db.close()
            self._opening = None

        db.addEventListener("versionchange", create_proxy(give_way))
        return db

    async def _call(self, method: str, *arguments: Any) -> Any:
        """Run one request; a connection that the browser closed is opened again, once."""
        for again in (False, True):
            db = await self._open()
            try:
                return await _answered(getattr(db, method)(STORE, *arguments))
            except JsException as error:
                self._opening = None
                if again:
                    raise StoreUnavailable(str(error)) from error
        raise AssertionError

    async def get(self, key: str) -> Any | None:
        """Return the ArrayBuffer under ``key``, or None."""
        return await self._call("get", key)

    async def put(self, key: str, box: Any) -> None:
        """Keep ``box`` under ``key``; raises QuotaFull or StoreUnavailable."""
        for again in (False, True):
            said = await self._write(box, key)
            if not said:
                return
            if "Quota" in said:
                raise QuotaFull(said)
            self._opening = None
            if again:
                raise StoreUnavailable(said)

    async def _write(self, box: Any, key: str) -> str:
        """Put ``box`` by IndexedDB's own events; returns what went wrong, "" for nothing.

        Not by a promise: Chromium's QuotaExceededError is a class of its own that Pyodide does not
        take for an error, so awaiting a promise that is rejected with it never ends.
        """
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def end(event: Any) -> None:
            if not ended.done():
                ended.set_result(str(event.type))

        db = self._idb.unwrap(await self._open())
        heard: Any = create_proxy(end)
        try:
            write = db.transaction(STORE, "readwrite")
            write.addEventListener("complete", heard)
            write.addEventListener("abort", heard)
            write.objectStore(STORE).put(box, key)
            if await _answered(ended) == "complete":
                return ""
            error = write.error
            return f"{error.name}: {error.message}" if error else "aborted"
        except JsException as error:  # the browser closed the connection
            return f"{error.name}: {error.message}"
        finally:
            if ended.done():  # or it is still to be called
                heard.destroy()

    async def delete(self, key: str) -> None:
        """Forget ``key``."""
        await self._call("delete", key)

    async def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that begin with ``prefix``."""
        names = await self._call("getAllKeys")
        return [name for name in names.to_py() if name.startswith(prefix)]


async def _answered(work: Awaitable[Any]) -> Any:
    try:
        return await asyncio.wait_for(work, ANSWER_S)
    except TimeoutError as error:
        raise StoreUnavailable("the database does not answer") from error  # noqa: EM101


async def persist() -> bool:
    """Ask the browser not to evict what we keep; returns whether it agreed."""
    storage = getattr(js.navigator, "storage", None)
    if storage is None or not hasattr(storage, "persist"):
        return False
    try:
        return bool(await storage.persist())
    except JsException:  # Firefox refuses in workers without a prompt: not kept for sure, no harm
        return False
