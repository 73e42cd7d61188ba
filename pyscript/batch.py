"""Many photos, one after another, in the order in which they came.

Nothing here knows the page: the queue has the engine do one photo at a time, and tells what
changed. Runs under MicroPython and Pyodide alike.
"""

from awake import now
from errors import OffcutError, wrap
from names import safe, unique

WAITING = "waiting"
WORKING = "working"
DONE = "done"
FAILED = "failed"
STOPPED = "stopped"  # by the person; the photo is still here


class Item:
    """One photo of the queue. ``stage``: {stage, model, done, total, eta_s} while it is worked on.

    ``scene``: what lies behind and around it, None until it is begun. ``name``: of its result, as
    no other of the queue is called.
    """

    def __init__(self, number, photo):
        self.number = number
        self.photo = photo
        self.state = WAITING
        self.stage = None
        self.scene = None
        self.result = None
        self.error = None
        self.name = ""

    def is_touched(self):
        """Whether its result lacks something that was done by hand, or has what was undone."""
        return (self.result.get("edits") or []) != self.photo.edits


class Batch:
    """The queue; see ``run``. One for as long as its photos are on the page."""

    def __init__(self, engine_now, options_for, on_change, copy=None):
        """``engine_now()``: the ``Engine``. ``options_for(item)``: of its ``remove``.
        ``on_change(item)``: hears of each change; None means all of them. ``copy(item)``: a
        coroutine that gives another Blob of a photo whose file is gone, or None."""
        self.items = []
        self.current = None
        self._engine_now = engine_now
        self._options_for = options_for
        self._on_change = on_change
        self._copy = copy
        self._running = False
        self._took = []  # seconds, of the photos done

    def add(self, photos):
        """Put photos at the end; they are begun by ``run``, or by the one that is running.
        Returns their items."""
        first = len(self.items)
        for photo in photos:
            self.items.append(Item(len(self.items) + 1, photo))
        self._on_change(None)
        return self.items[first:]

    async def run(self):
        """Do what waits until nothing does; does nothing where it is running already."""
        if self._running:
            return
        self._running = True
        try:
            while True:
                item = self._next()
                if item is None:
                    break
                await self._do(item)
        finally:
            self._running = False
            self.current = None
            self._on_change(None)

    def cancel(self, item):
        """Stop one: what is being worked on, or what waits."""
        if item.state == WAITING:
            self._become(item, STOPPED)
        elif item is self.current and item.state == WORKING:
            self._become(item, STOPPED)
            self._engine_now().cancel()

    def cancel_all(self):
        """Stop everything that is not done."""
        current = self.current
        for item in self.items:
            if item is not current:
                self.cancel(item)
        if current:
            self.cancel(current)

    def retry(self, item):
        """Have one done again that failed or was stopped; ``run`` does it."""
        if item.state in (FAILED, STOPPED):
            item.error = None
            self._become(item, WAITING)

    def wear(self, items, scene):
        """Have these look so: those that are done and do not are done again; ``run`` does it. So
        are those that were touched up since."""
        for item in items:
            worn, item.scene = item.scene, scene
            if item.state == DONE and (worn != scene or item.is_touched()):
                self._become(item, WAITING)

    def count(self, *states):
        """How many are in one of these states."""
        return len([item for item in self.items if item.state in states])

    def done(self):
        """Those that have a result, in order."""
        return [item for item in self.items if item.state == DONE]

    def left_s(self):
        """Seconds until all is done, by the last few that were; None while there is no telling."""
        if not self._took:
            return None
        last = self._took[-5:]
        return sum(last) / len(last) * self.count(WAITING, WORKING)

    def _next(self):
        for item in self.items:
            if item.state == WAITING:
                return item
        return None

    async def _do(self, item):
        self.current = item
        self._become(item, WORKING)
        began = now()

        def on_event(kind, detail):
            if kind == "stage" and item.state == WORKING:
                item.stage = detail
                self._on_change(item)

        options = self._options_for(item)
        options["previews"] = False
        scene = item.scene
        try:
            result = await self._remove(item, options, on_event)
        except OffcutError as error:
            failed = error
        except Exception as error:  # a fault of ours: this photo is marked, the rest goes on
            print("Offcut:", repr(error))
            failed = wrap(error)
        else:
            failed = None
        item.stage = None
        if item.state != WORKING:  # stopped meanwhile; a result that came all the same is not taken
            return
        if failed:
            item.error = failed
            self._become(item, STOPPED if failed.code == "CANCELLED" else FAILED)
            return
        self._took.append((now() - began) / 1000)
        if item.scene is not scene:  # it is to look another way since it was begun
            self._become(item, WAITING)
            return
        result["scene"] = scene
        item.result = result
        taken = [one.name for one in self.items if one is not item]
        item.name = unique(safe(result["name"]), taken)
        result["name"] = item.name
        self._become(item, DONE)

    async def _remove(self, item, options, on_event):
        try:
            return await self._engine_now().remove(item.photo.blob, options, on_event)
        except OffcutError as error:
            spare = await self._copy(item) if self._copy and error.code == "PHOTO_GONE" else None
            if spare is None:
                raise
            item.photo.blob = spare
        return await self._engine_now().remove(item.photo.blob, options, on_event)

    def _become(self, item, state):
        item.state = state
        self._on_change(item)
