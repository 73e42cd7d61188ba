"""Model parts in IndexedDB, one record a part (at most 4 MiB), through the ``idb`` library.

Large records make iOS lose its database connection (Dexie issue 1638), and
``pyscript.storage`` turns bytes into JSON numbers; hence raw records of modest size.
"""

from __future__ import annotations

import asyncio
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable, create_proxy, to_js

from offcut.storage.parts import QuotaFull, StoreUnavailable

DATABASE = "offcut"
OWN_DATABASE = "offcut-own"  # of models that a person brought (own.py)
VERSION = 1
STORE = "parts"


class IdbStore:
    """``storage.parts.PartStore`` over one IndexedDB object store."""

    def __init__(self, idb: Any, database: str = DATABASE) -> None:
        """Keep the ``idb`` module; the database opens at the first use."""
        self._idb = idb
        self._database = database
        self._db: Any = None

    async def _open(self) -> Any:
        if self._db is None:

            def upgrade(db: Any, *_: Any) -> None:
                if not db.objectStoreNames.contains(STORE):
                    db.createObjectStore(STORE)

            options = to_js(
                {"upgrade": create_once_callable(upgrade)}, dict_converter=js.Object.fromEntries
            )
            try:
                self._db = await self._idb.openDB(self._database, VERSION, options)
            except (JsException, AttributeError) as error:
                # Private windows of some browsers have no IndexedDB, or refuse it.
                raise StoreUnavailable(str(error)) from error
        return self._db

    async def _call(self, method: str, *arguments: Any) -> Any:
        """Run one request; a connection that the browser closed is opened again, once."""
        for again in (False, True):
            db = await self._open()
            try:
                return await getattr(db, method)(STORE, *arguments)
            except JsException as error:
                self._db = None
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
            self._db = None
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

        heard: Any = create_proxy(end)
        try:
            write = self._idb.unwrap(await self._open()).transaction(STORE, "readwrite")
            write.addEventListener("complete", heard)
            write.addEventListener("abort", heard)
            write.objectStore(STORE).put(box, key)
            if await ended == "complete":
                return ""
            error = write.error
            return f"{error.name}: {error.message}" if error else "aborted"
        except JsException as error:  # the browser closed the connection
            return f"{error.name}: {error.message}"
        finally:
            heard.destroy()

    async def delete(self, key: str) -> None:
        """Forget ``key``."""
        await self._call("delete", key)

    async def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that begin with ``prefix``."""
        names = await self._call("getAllKeys")
        return [name for name in names.to_py() if name.startswith(prefix)]


async def persist() -> bool:
    """Ask the browser not to evict what we keep; returns whether it agreed."""
    storage = getattr(js.navigator, "storage", None)
    if storage is None or not hasattr(storage, "persist"):
        return False
    try:
        return bool(await storage.persist())
    except JsException:  # Firefox refuses in workers without a prompt: not kept for sure, no harm
        return False
