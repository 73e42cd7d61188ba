"""A queue that outlives its tab: its photos, settings and results are kept while it runs.

What is kept lies in a ``Storeroom``, under names that begin with the queue's own:

    <id>!          its settings: when it was begun, the model, the scene, whether all was saved
    <id>/<n>/photo a photo, written once
    <id>/<n>/work  what became of it: its state, the result or the error
    <id>/<n>/hand  what was done to it by hand since

A photo that is alone on the page and was touched up is a queue of one, with ``alone`` among its
settings and nothing but what the hand did (``handwork``). One thing is written at a time, behind
the work. Runs under MicroPython and Pyodide alike.
"""

import time

import js
from batch import DONE, WAITING, WORKING
from dom import JsException
from kept import read, write
from locks import hold
from packing import pack, unpack
from storeroom import NoRoomError

SIGN = "queues"  # in ``kept``: whether there may be anything; saves opening the room
KEEP = "keep"  # in ``kept``: whether anything is to be written, as the settings have it
PHOTO = "photo"
WORK = "work"
HAND = "hand"
RESULTS = 4  # times a photo's bytes, for a PNG of what was a JPEG


def lock_of(queue):
    """The name that a tab holds while it works on the queue of that id."""
    return "offcut-queue-" + queue


class Keeping:
    """Writes down what becomes of one queue."""

    def __init__(self, room, settings, run, told, queue=None):
        """``settings()``: what the queue is done with, now: a dict for ``pack``. ``run``: runs a
        coroutine beside everything else. ``told(kept)``: hears when all photos so far are kept
        (True), and, once, that nothing more can be (False). ``queue``: the id of one that is kept
        already, and held."""
        self._room = room
        self._settings = settings
        self._run = run
        self._tell = told
        self._known = queue is not None
        self.queue = queue or "%d-%d" % (time.time(), js.Math.random() * 1e9)
        self.works = read(KEEP, True)
        self._due = []  # (what, item), in the order in which it is written
        self._photos = 0  # of those, so many are photos
        self._busy = False
        self._told = ""  # the settings, as they were last written
        self._saved = False
        self._unwanted = False
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

    def drawn(self, item):
        """Write down what a hand did to a photo."""
        self._saved = False
        if (HAND, item) not in self._due:
            self._due.append((HAND, item))
        self._go()

    def saved(self):
        """All that is done was saved elsewhere."""
        self._saved = True
        self._go()

    def covers(self):
        """Whether the tab can be closed now, and no photo lost."""
        return self.works and not self._photos

    def is_behind(self):
        """Whether something is still to be written."""
        return self._busy or bool(self._due)

    def leave(self, items):
        """The page is being left: remove what nobody needs any more. ``items``: of the queue."""
        if self._unwanted or (self.works and settled(self._saved, items)):
            self._room.drop_at_once(self.queue)

    def stop(self):
        """Keep nothing more, and nothing of what is kept: at once, or where results in memory are
        those on the disk, when the page is left."""
        self.works = False
        self._due = []
        self._unwanted = True
        if not self._leans and not self._busy:
            self._run(self._forget())

    async def copy(self, item):
        """The photo as it is kept, a Blob; None where it is not."""
        try:
            found = await self._room.get(self._name(item, PHOTO)) if self._known else None
        except NoRoomError:
            return None
        return found and unpack(found[0], found[1])["blob"]

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
                await {PHOTO: self._photo, WORK: self._work, HAND: self._hand}[what](item)
                await self._settle()
        except NoRoomError as error:
            print("Offcut: nothing more is kept:", error)
            self.works = False
            # Results in memory that are the ones on the disk may go with it: those stay there.
            if not self._leans:
                await self._forget()
            self._tell(False)
        finally:
            self._busy = False
        if self._unwanted and not self._leans:
            await self._forget()

    async def _settle(self):
        """Have the settings written, where they are other ones than before."""
        if self._unwanted:
            return
        settings = self._settings()
        settings["saved"] = self._saved
        text, _ = pack(settings)
        if text == self._told:
            return
        self._told = text
        settings["at"] = time.time()  # js.Date.now() is too large for MicroPython
        await self._put(self.queue + "!", settings)

    async def _photo(self, item):
        blob = await _copied(item.photo.blob)
        if blob is not None:  # else the engine says so, when its turn comes
            if not await self._room.has_room(blob.size * (1 + RESULTS)):
                raise NoRoomError("the browser has too little left")  # noqa: EM101
            await self._put(self._name(item, PHOTO), {"name": item.photo.name, "blob": blob})
            write(SIGN, True)  # again: a tab that found nothing yet may have taken it away
        self._photos -= 1
        if not self._photos:
            self._tell(True)

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

    async def _hand(self, item):
        photo = item.photo
        told = {"edits": photo.edits, "undone": photo.undone}
        await self._put(self._name(item, HAND), told)

    async def _put(self, name, value):
        text, files = pack(value)
        await self._room.put(name, text, files)

    def _name(self, item, what):
        return "%s/%05d/%s" % (self.queue, item.number, what)


async def _copied(blob):
    """The same as a Blob that no file on the disk has to stand for: a private window's database
    would keep no more of it than where it lies. None where it cannot be read any more."""
    try:
        return await js.Response.new(blob).blob()
    except JsException:
        return None


def settled(saved, items):
    """Whether there is nothing left to do or to save."""
    return saved and not [item for item in items if item.state in (WAITING, WORKING)]
