"""The table of many photos: a card for each, what is under way, and the results all at once."""

import js
from batch import DONE, FAILED, STOPPED, WAITING, WORKING
from dom import QUIETLY, Element, JsException, listen
from saving import can_write_folders, choose_folder, write_all
from state import BATCH
from text import epoch, left, size, t, tn
from zipping import Zipping

from components.card import Card, Turns


class Queue:
    """Shows ``state.batch``."""

    def __init__(self, app):
        self.app = app
        self.title = Element("queue-title")
        self.facts = Element("queue-facts")
        self.meter = Element("queue-meter")
        self.cards = Element("queue-items")
        self.zip = Element("queue-zip")
        self.zip_label = Element("queue-zip-label")
        self.folder = Element("queue-folder")
        self.stop = Element("queue-stop")
        self.again = Element("queue-again")
        self.back = Element("queue-back")
        self.back_label = Element("queue-back-label")
        self.live = Element("live")
        self._batch = None
        self._shown = []  # Card by place
        self._turns = Turns(app)
        self._zipping = Zipping(app.base, self._zipped)
        self._busy = False  # a ZIP is being made, or a folder written
        self._packing = False  # it is a ZIP: the button stops it
        self._said = None
        self._phase = ""
        self._epoch = epoch()
        self.zip.on("click", lambda _: self._zip_or_stop())
        self.folder.on("click", lambda _: app.run(self._folder()))
        self.stop.on("click", lambda _: app.table.cancel())
        self.again.on("click", lambda _: app.table.again())
        self.back.on("click", lambda _: app.table.overview())
        listen(js.window, "beforeunload", self._leaving, passive=False)

    def render(self, state):
        """Show the table's head; the cards are told of their own photo alone (``item``)."""
        batch = state.batch
        self.back.show(batch is not None and state.item is not None)
        if batch is None:
            return
        if batch is not self._batch:
            self._batch = batch
            self.cards.fill([])
            self._shown = []
        for item in batch.items[len(self._shown) :]:
            card = Card(self.app, item, self._turns)
            self._shown.append(card)
            self.cards.node.append(card.node)
        if epoch() != self._epoch:
            self._epoch = epoch()
            for card in self._shown:
                card.render()
        self._head(batch)
        if state.phase != self._phase:
            self._phase = state.phase
            if state.phase == BATCH:
                # What had the focus is gone from the page; here is where things go on.
                self.title.node.focus(QUIETLY)

    def item(self, item):
        """Show what became of one photo."""
        # The head goes through all photos: not for each step of one, ten times a second.
        if item.number <= len(self._shown) and self._shown[item.number - 1].render():
            self._head(self._batch)

    def _head(self, batch):
        total = len(batch.items)
        done, failed = batch.count(DONE), batch.count(FAILED)
        going = batch.count(WAITING, WORKING)
        words = t("queue.going" if going else "queue.over", done=done, total=total)
        self.title.text(words)
        self.back_label.text(t("queue.back", done=done, total=total))
        facts = []
        eta = batch.left_s()
        if going and eta is not None:
            facts.append(left(eta))
        if going and self.app.table.keeping.covers():
            facts.append(t("kept.closable"))
        if failed:
            facts.append(tn("queue.failed", failed))
        if done:
            facts.append(size(sum(item.result["blob"].size for item in batch.done())))
        self.facts.text(" · ".join(facts))
        part = (total - going) / total
        self.meter.style("--part", part)
        self.meter.attr("aria-valuenow", round(100 * part))
        self.meter.attr("aria-valuetext", words)
        ready = self._packing or (done and not self._busy)
        self.zip.attr("aria-disabled", None if ready else "true")
        if not self._busy:
            self.zip_label.text(t("queue.zip", n=done))
        self.folder.show(can_write_folders() and bool(done))
        self.stop.show(bool(going))
        self.again.show(not going and bool(batch.count(FAILED, STOPPED)))
        if not going and self._said is not batch:
            self._said = batch
            self.live.text(words)
        elif going:
            self._said = None

    # -- all of them -------------------------------------------------------------------------------

    def _zip_or_stop(self):
        if self._packing:
            self._zipping.stop()
        elif not self._busy and self._batch.count(DONE):
            self.app.run(self._zip())

    async def _zip(self):
        self._begin(t("queue.zipping"))
        self._packing = True
        self.zip.attr("aria-disabled", None)
        try:
            name = await self._zipping.go(self._batch.items)
            if name:
                self.app.table.keeping.saved()
                self.app.hint(tn("queue.written", self._batch.count(DONE), folder=name))
        except JsException as error:
            self._failed("queue.zip.failed", error)
        finally:
            self._packing = False
            self._end()

    def _zipped(self, part):
        if part < 1:
            self.zip_label.text(t("kept.packing", n=int(100 * part)))

    async def _folder(self):
        if self._busy:
            return
        folder = await choose_folder()
        if folder is None:
            return
        self._begin(t("queue.writing"))
        try:
            count = await write_all(folder, self._batch.items)
            self.app.table.keeping.saved()
            self.app.hint(tn("queue.written", count - 1, folder=folder.name))
        except JsException as error:
            self._failed("queue.folder.failed", error)
        finally:
            self._end()

    def _begin(self, words):
        self._busy = True
        self.zip_label.text(words)
        self.zip.attr("aria-disabled", "true")

    def _end(self):
        self._busy = False
        self._head(self._batch)

    def _failed(self, key, error):
        print("Offcut:", error)
        self.app.hint(t(key))

    def _leaving(self, event):
        """Ask before the tab is closed over work that is neither done nor kept."""
        going = self._batch and self._batch.count(WAITING, WORKING)
        if going and not self.app.table.keeping.covers():
            event.preventDefault()
