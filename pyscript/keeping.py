"""A queue that outlives its tab: its photos, settings and results are kept while it runs.

What is kept lies in a ``Storeroom``, under names that begin with the queue's own:

    <id>!          its settings: when it was begun, the model, the scene, whether all was saved
    <id>/<n>/photo a photo, written once
    <id>/<n>/work  what became of it: its state, the result or the error

One thing is written at a time, behind the work. Runs under MicroPython and Pyodide alike.
"""

import time

import js
from batch import DONE, FAILED, STOPPED, WAITING, WORKING, Item
from errors import from_envelope
from kept import write
from locks import held, hold
from packing import pack, unpack
from state import Photo
from storeroom import NoRoomError

SIGN = "queues"  # in ``kept``: whether there may be anything; saves opening the room
PHOTO = "photo"
WORK = "work"
DAYS = 7
DAY_S = 86_400
RESULTS = 4  # times a photo's bytes, for a PNG of what was a JPEG


def lock_of(queue):
    """The name that a tab holds while it works on the queue of that id."""
    return "offcut-queue-" + queue


class Keeping:
    """Writes down what becomes of one queue."""

    def __init__(self, room, settings, run, lost, queue=None):
        """``settings()``: what the queue is done with, now: a dict for ``pack``. ``run``: runs a
        coroutine beside everything else. ``lost()``: called once, where nothing can be kept.
        ``queue``: the id of one that is kept already, and held."""
        self._room = room
        self._settings = settings
        self._run = run
        self._lost = lost
        self._known = queue is not None
        self.queue = queue or "%d-%d" % (time.time(), js.Math.random() * 1e9)
        self.works = True
        self._due = []  # (what, item), in the order in which it is written
        self._photos = 0  # of those, so many are photos
        self._busy = False
        self._told = ""  # the settings, as they were last written
        self._saved = False
        self._leans = queue is not None  # results in memory are those on the disk

    # -- what the queue tells ----------------------------------------------------------------------

    def add(self, items):
        """Keep these photos, too."""
        self._saved = False
        for item in items:
            self._photos += 1
            self._due.append((PHOTO, item))
        self._go()

    def changed(self, item):
        """Write down what became of a photo."""
        if item.state != WORKING:  # one that is worked on waits, for whoever comes back
            self._saved = False
            if (WORK, item) not in self._due:
                self._due.append((WORK, item))
            self._go()

    def saved(self):
        """All that is done was saved elsewhere."""
        self._saved = True
        self._go()

    def covers(self):
        """Whether the tab can be closed now, and no photo lost."""
        return self.works and not self._photos

    def leave(self, batch):
        """The page is being left: remove what nobody needs any more."""
        if self.works and settled(self._saved, batch.items):
            self._room.drop_at_once(self.queue)

    async def _forget(self):
        try:
            await self._room.drop(self.queue)
        except NoRoomError as error:
            print("Offcut: what was kept is still there:", error)

    # -- writing -----------------------------------------------------------------------------------

    def _go(self):
        if self.works and not self._busy:
            self._busy = True
            self._run(self._write())

    async def _write(self):
        try:
            if not self._known:
                await hold(lock_of(self.queue))
                self._known = True
                write(SIGN, True)
            await self._settle()
            while self._due:
                what, item = self._due.pop(0)
                await (self._photo(item) if what == PHOTO else self._work(item))
                await self._settle()
        except NoRoomError as error:
            print("Offcut: nothing more is kept:", error)
            self.works = False
            # Results in memory that are the ones on the disk may go with it: those stay there.
            if not self._leans:
                await self._forget()
            self._lost()
        finally:
            self._busy = False

    async def _settle(self):
        """Have the settings written, where they are other ones than before."""
        settings = self._settings()
        settings["saved"] = self._saved
        text, _ = pack(settings)
        if text == self._told:
            return
        self._told = text
        settings["at"] = time.time()  # js.Date.now() is too large for MicroPython
        await self._put(self.queue + "!", settings)

    async def _photo(self, item):
        blob = item.photo.blob
        if not await self._room.has_room(blob.size * (1 + RESULTS)):
            raise NoRoomError("the browser has too little left")  # noqa: EM101
        await self._put(self._name(item, PHOTO), {"name": item.photo.name, "blob": blob})
        write(SIGN, True)  # again: a tab that found nothing yet may have taken it away
        self._photos -= 1

    async def _work(self, item):
        error, result = item.error, item.result if item.state == DONE else None
        told = {"state": item.state, "name": item.name, "result": result, "scene": item.scene}
        told["edits"], told["undone"] = item.photo.edits, item.photo.undone
        if error:
            told["error"] = {
                "code": error.code,
                "message": error.message,
                "retry": error.retry,
                "detail": error.detail,
            }
        name = self._name(item, WORK)
        await self._put(name, told)
        if result and item.result is result:
            # From here on the one on the disk: fifty in memory would be gigabytes.
            found = await self._room.get(name)
            if found and item.result is result:
                result["blob"] = unpack(found[0], found[1])["result"]["blob"]
                self._leans = True

    async def _put(self, name, value):
        text, files = pack(value)
        await self._room.put(name, text, files)

    def _name(self, item, what):
        return "%s/%05d/%s" % (self.queue, item.number, what)


def settled(saved, items):
    """Whether there is nothing left to do or to save."""
    return saved and not [item for item in items if item.state in (WAITING, WORKING)]


class Leftover:
    """A queue of an earlier visit. ``settings``: as ``Keeping`` was given them. ``items``: of a
    ``Batch``, in order."""

    def __init__(self, queue, settings, items):
        self.queue = queue
        self.settings = settings
        self.items = items


async def leftovers(room):
    """The queues of earlier visits that no tab works on, newest first; those that are of no use to
    anybody are removed. Raises NoRoomError."""
    busy = await held()
    known = {}
    for name in await room.names():
        queue = name.replace("!", "/").split("/")[0]
        known.setdefault(queue, []).append(name)
    found = []
    for queue, its in known.items():
        if lock_of(queue) in busy:
            continue
        left = await _read(room, queue, its)
        if left is None:
            await room.drop(queue)
        else:
            found.append(left)
    if not await room.names():
        write(SIGN, None)
    return sorted(found, key=lambda one: -one.settings["at"])


async def _read(room, queue, names):
    told = await room.get(queue + "!")
    if told is None:
        return None
    settings = unpack(told[0], told[1])
    if time.time() - settings["at"] > DAYS * DAY_S:
        return None
    items = []
    for name in names:
        parts = name.split("/")
        if parts[-1] != PHOTO:
            continue
        photo = await room.get(name)
        work = await room.get("/".join(parts[:-1]) + "/" + WORK)
        if photo is not None:
            items.append(_item(int(parts[1]), photo, work))
    if not items or settled(settings["saved"], items):
        return None
    return Leftover(queue, settings, items)


def _item(number, photo, work):
    kept = unpack(photo[0], photo[1])
    item = Item(number, Photo(kept["blob"], kept["name"]))
    if work is None:
        return item
    told = unpack(work[0], work[1])
    item.state = told["state"] if told["state"] in (DONE, FAILED, STOPPED) else WAITING
    item.name = told["name"]
    item.result = told["result"]
    item.scene = told["scene"]
    item.photo.edits, item.photo.undone = told["edits"], told["undone"]
    if "error" in told:
        item.error = from_envelope(told["error"])
    return item
