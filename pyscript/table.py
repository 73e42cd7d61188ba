"""Many photos on the page: the queue is started, added to, looked at and saved."""

import js
from batch import Batch
from dom import listen
from keeping import Keeping, lock_of
from locks import hold
from state import BATCH, DONE
from storeroom import Storeroom
from text import t


def _nobody(_item):
    """Hear nothing."""


class Table:
    """What can be done with the queue in ``state.batch``."""

    def __init__(self, app, shown):
        """``shown``: the component that shows it, and hears of each photo by ``item``."""
        self.app = app
        self.room = Storeroom(app.base)
        self.keeping = None  # of the queue that is on the page
        self.on_item = _nobody  # who else hears of each photo (embedded.py)
        self._shown = shown
        listen(js.window, "pagehide", lambda _: self._left())

    def put(self, photos, scene=None):
        """Put photos into the queue, or begin one with them, and show it. ``scene``: how these
        are to look, None: as photos to come do."""
        state = self.app.state
        if state.batch is None:
            self._begin(None)
        items = state.batch.add(photos)
        for item in items:
            item.scene = scene
        self.keeping.add(items)
        self.overview()
        self.go_on()

    def open(self, photo, scene):
        """Show a photo alone and have it look so; where there is a queue, it joins that."""
        state = self.app.state
        if state.batch is None:
            state.photo = photo
            state.scene = scene
            self.app.redo()
        else:
            self.put([photo], scene)

    async def resume(self, leftover):
        """Go on with a queue of an earlier visit; returns whether no other tab does already."""
        if not await hold(lock_of(leftover.queue)):
            return False
        state = self.app.state
        self.app.model = leftover.settings["model"]
        state.next_scene = leftover.settings["scene"]
        self._begin(leftover.queue)
        state.batch.items = leftover.items
        self.overview()
        self.go_on()
        return True

    def _begin(self, queue):
        app = self.app
        self.keeping = Keeping(self.room, self._settings, app.run, self._kept, queue)
        copy = self.keeping.copy
        app.state.batch = Batch(lambda: app.engine, self._options, self._changed, copy)

    def _settings(self):
        return {"model": self.app.model, "scene": self.app.state.next_scene}

    def _kept(self, kept):
        if kept:
            self.app.changed()
        else:
            self.app.hint(t("kept.no-room"))

    def _left(self):
        if self.keeping:
            self.keeping.leave(self.app.state.batch.items)

    def go_on(self):
        """Have the queue do what waits."""
        self.app.run(self._work_off())

    async def _work_off(self):
        await self.app.state.batch.run()
        self.app.news.keep_offline()

    def cancel(self, item=None):
        """Stop one photo, or all that are not done."""
        batch = self.app.state.batch
        if item:
            batch.cancel(item)
        else:
            batch.cancel_all()

    def again(self, item=None):
        """Do one photo again, or all that failed or were stopped."""
        batch = self.app.state.batch
        again = [item] if item else batch.items
        for one in again:
            self.app.any_backend(one.error)
        for one in again:
            batch.retry(one)
        self.go_on()

    def overview(self):
        """Show all photos. One that was to look another way and does not yet is done so."""
        self.app.leave()
        state = self.app.state
        item, state.item = state.item, None
        state.phase = BATCH
        if item:
            state.batch.wear([item], state.scene)
            self.go_on()
        self.app.changed()

    def dress_all(self):
        """Have every photo look as the one on screen, and those that come after them."""
        state = self.app.state
        state.next_scene = state.scene
        state.batch.wear(state.batch.items, state.scene)
        self.overview()
        self.go_on()

    def look_at(self, item):
        """Show one of the results alone."""
        self.app.leave()
        state = self.app.state
        state.item = item
        state.photo = item.photo
        state.scene = item.scene
        state.preview = state.error = None
        state.result = item.result
        state.result["framed"] = "frame" in item.scene
        state.phase = DONE
        self.app.changed()

    def written(self, item, result):
        """The file of the photo that is looked at alone was made anew."""
        result["name"] = item.name
        item.scene, item.result = result["scene"], result
        self._changed(item)

    def _options(self, item):
        if item.scene is None:
            item.scene = self.app.state.next_scene
        return self.app.options(item.photo, item.scene)

    def _changed(self, item):
        if item is None:
            self.app.changed()
        else:
            self.keeping.changed(item)
            self._shown.item(item)
            self.on_item(item)
