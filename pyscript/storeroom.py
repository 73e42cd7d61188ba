"""A room on this device for what must outlive the tab: a text and some files under each name.

It is IndexedDB, not the file system of the origin: a record is there whole or not at all, the files
in it are files on the disk, and pages of every browser can write it, where WebKit's workers alone
write files. The text and the files' names are in a file as well: what a database holds itself stays
readable in its log after it was removed (Chromium's does), a file goes. Runs under MicroPython and
Pyodide alike.
"""

import json

import js
from dom import JsException, missing, named
from pyscript.ffi import create_proxy, to_js

from pyscript import js_import

LIBRARY = "vendor/idb/index.js"
STORE = "records"
SPARE = 50_000_000  # bytes that are left free for the models and everybody else


class NoRoomError(Exception):
    """Nothing can be kept: the disk is full, or the browser keeps nothing here."""


class Storeroom:
    """The room of this site; nothing is opened before the first use."""

    def __init__(self, base):
        """``base``: the site's address. Several Offcuts on one origin have a room each."""
        self._base = base
        self._db = None
        self._unwrap = None  # the library's way to the browser's own

    async def has_room(self, count):
        """Whether so many bytes more can be expected to fit; true where there is no telling."""
        storage = getattr(js.navigator, "storage", None)
        if missing(storage) or not hasattr(storage, "estimate"):
            return True
        try:
            told = await storage.estimate()
        except JsException:
            return True
        # As JSON: MicroPython takes a number of JavaScript for one of 32 bits.
        numbers = json.loads(js.JSON.stringify(told))
        return numbers.get("quota", 0) - numbers.get("usage", 0) > count + SPARE

    async def put(self, name, text, files):
        """Keep a record, whole or not at all; raises NoRoomError."""
        record = js.Object.new()
        record.files = js.Array.new()
        names = []
        for file in files:
            its = getattr(file, "name", None)
            names.append(None if missing(its) else its)
            record.files.push(_bare(file))
        told = js.Array.of(json.dumps({"text": text, "names": names}))
        record.text = js.Blob.new(told)
        await self._do("put", record, name)

    async def get(self, name):
        """A record: its text and a list of its files, or None; raises NoRoomError."""
        record = await self._do("get", name)
        if missing(record):
            return None
        files = [record.files[at] for at in range(record.files.length)]
        if isinstance(record.text, str):  # as Offcut wrote it before
            return record.text, files
        told = json.loads(await _call(record.text.text.bind(record.text)))
        pairs = zip(files, told["names"])  # noqa: B905 - MicroPython has no "strict"
        return told["text"], [named(file, name) if name else file for file, name in pairs]

    async def names(self, start=""):
        """The names that begin with ``start``, in order; raises NoRoomError."""
        found = await self._do("getAllKeys", _range(start))
        return [found[at] for at in range(found.length)]

    async def drop(self, start):
        """Forget every record whose name begins with ``start``; raises NoRoomError."""
        await self._do("delete", _range(start))

    def drop_at_once(self, start):
        """As ``drop``, for a page that has no moment left to wait in."""
        if self._db is not None:
            work = self._unwrap(self._db).transaction(STORE, "readwrite")
            work.objectStore(STORE).delete(_range(start))
            work.commit()

    async def _open(self):
        if self._db is None:

            def upgrade(db, *_):
                db.createObjectStore(STORE)

            try:
                modules = await js_import(self._base + LIBRARY)
            except JsException as error:
                raise NoRoomError(str(error)) from error
            told = to_js({"upgrade": create_proxy(upgrade)})
            self._unwrap = modules[0].unwrap
            self._db = await _call(modules[0].openDB, "offcut-kept " + self._base, 1, told)
        return self._db

    async def _do(self, method, *arguments):
        """Do one thing in a transaction of its own."""
        for again in (False, True):
            db = await self._open()
            try:
                return await _call(getattr(db, method).bind(db), STORE, *arguments)
            except NoRoomError as error:
                self._db = None  # iOS closes connections by itself
                if again or "Quota" in str(error):
                    raise
        return None


def _bare(file):
    """A File without its name; no byte is copied."""
    return js.Blob.new(js.Array.of(file), to_js({"type": file.type}))


async def _call(function, *arguments):
    """What ``function`` promises; raises NoRoomError for whatever goes wrong.

    What JavaScript throws at once goes past MicroPython's ``except``, and a promise that is
    rejected with Chromium's QuotaExceededError never ends under Pyodide: neither happens here.
    """
    work = js.Promise.resolve(None).then(function.bind(None, *arguments))
    told = await js.Promise.allSettled(js.Array.of(work))
    if told[0].status == "fulfilled":
        return told[0].value
    reason = told[0].reason
    raise NoRoomError(str(reason.name) + ": " + str(reason.message))


def _range(start):
    return js.IDBKeyRange.bound(start, start + "\uffff")
