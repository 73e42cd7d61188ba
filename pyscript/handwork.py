"""What a hand did to the photo that is alone on the page: it outlives the tab.

A ``Keeping`` of that one photo, begun with the first stroke. A photo of a queue is kept with the
queue.
"""

import js
from batch import Item
from dom import Element, listen
from keeping import Keeping, lock_of
from locks import hold
from text import t


class Handwork:
    """Follows the photo on screen; one is kept at a time."""

    def __init__(self, app):
        self.app = app
        self._item = None  # of the photo that is kept
        self._keeping = None
        self._scene = None  # as it was last kept
        self._taken = None  # the edits that the file has which was downloaded last
        Element("download").on("click", lambda _: self._downloaded())
        listen(js.window, "pagehide", lambda _: self._left())
        listen(js.window, "beforeunload", self._leaving, passive=False)

    def render(self, state):
        """Let go of a photo that another one has replaced; keep what it is to look like."""
        if self._item is None:
            return
        if state.photo is not self._item.photo or state.batch:
            self._keeping.stop()
            self._item = self._keeping = None
        elif state.scene is not self._scene:
            self._scene = state.scene
            self._keeping.drawn(self._item)

    def changed(self, photo):
        """A hand did something to it."""
        state = self.app.state
        if state.item:
            self.app.table.keeping.drawn(state.item)
            return
        if self._item is None or photo is not self._item.photo:
            self._follow(Item(1, photo), None)
            self._keeping.add([self._item])
        self._keeping.drawn(self._item)

    async def resume(self, left):
        """Go on with a photo of an earlier visit; returns whether no other tab does already."""
        if not await hold(lock_of(left.queue)):
            return False
        app = self.app
        app.model = left.settings["model"]
        app.state.photo = left.items[0].photo
        app.state.scene = left.settings["scene"]
        self._follow(left.items[0], left.queue)
        app.redo()
        return True

    def covers(self, photo):
        """Whether the tab can be closed now, and neither that photo nor what a hand did to it is
        lost."""
        if self._item is None or photo is not self._item.photo:
            return False
        return self._keeping.covers() and not self._keeping.is_behind()

    async def copy(self, photo):
        """That photo as it is kept, a Blob; None where it is not."""
        kept = self._item is not None and photo is self._item.photo
        return await self._keeping.copy(self._item) if kept else None

    def stop(self):
        """Nothing is to be kept any more."""
        if self._keeping:
            self._keeping.stop()

    def _follow(self, item, queue):
        app = self.app
        self._item = item
        self._scene = app.state.scene
        self._taken = None
        self._keeping = Keeping(app.table.room, self._settings, app.run, self._kept, queue)

    def _settings(self):
        return {"model": self.app.model, "scene": self._scene, "alone": True}

    def _kept(self, kept):
        if not kept:
            self.app.hint(t("kept.alone.no-room"))

    def _downloaded(self):
        result = self.app.state.result
        if self._item and result and (result.get("edits") or []) == self._item.photo.edits:
            self._taken = self._item.photo.edits
            self._keeping.saved()

    def _left(self):
        if self._keeping:
            self._keeping.leave([])

    def _leaving(self, event):
        """Ask before the tab is closed over strokes that are neither saved nor kept."""
        if self._item is None or self._taken is self._item.photo.edits:
            return
        if not self.covers(self._item.photo):
            event.preventDefault()
