"""On the start page: photos of an earlier visit that are not done or not saved yet."""

import kept
from batch import DONE
from dom import JsException, icon, listen, make
from keeping import SIGN
from leftovers import leftovers
from storeroom import NoRoomError
from text import epoch, t, tn
from zipping import Zipping


class Offer:
    """Offers to go on with them, to save what is done, or to discard them."""

    def __init__(self, app):
        self.app = app
        self._left = []  # Leftover, the one on offer first
        self._busy = False
        self._epoch = epoch()  # of the language that it is written in
        self._zipping = Zipping(app.base, self._zipped)
        self._build()

    def _build(self):
        self.node = make("section", cls="offer", aria_labelledby="offer-title")
        self.title = make("h2", id="offer-title", tabindex="-1")
        self.words = make("p")
        self.where = make("p", cls="quiet small")
        told = make("div", cls="offer-words")
        told.append(self.title, self.words, self.where)
        self.go = _button("retry", "button primary")
        self.save = _button("download", "button")
        self.discard = _button("x", "button")
        actions = make("div", cls="offer-actions")
        actions.append(self.go, self.save, self.discard)
        self.node.append(icon("history"), told, actions)
        listen(self.go, "click", lambda _: self._do(self._resume))
        listen(self.save, "click", lambda _: self._save_or_stop())
        listen(self.discard, "click", lambda _: self._do(self._discard))
        self._name()

    def _name(self):
        self.title.textContent = t("kept.offer")
        self.go.lastChild.textContent = t("kept.go")
        self.discard.lastChild.textContent = t("kept.discard")

    def render(self, state):
        """Nothing of the state is shown here, but another language is."""
        if self._epoch != epoch():
            self._epoch = epoch()
            self._name()
            if self._left:
                self._tell()

    async def look(self):
        """Offer what there is; opens nothing on a device where nothing was kept."""
        if not kept.read(SIGN, False):
            return
        try:
            self._left = await leftovers(self.app.table.room)
        except NoRoomError as error:
            print("Offcut: what was kept cannot be read:", error)
            return
        self._next()

    def _next(self):
        if not self._left:
            self.node.remove()
            return
        self._tell()
        self.app.dropzone.zone.node.before(self.node)

    def _tell(self):
        left = self._left[0]
        items = left.items
        done = _done(items)
        self.where.textContent = t("kept.alone.where" if left.alone else "kept.offer.where")
        if left.alone:
            self.words.textContent = t("kept.alone", name=items[0].photo.name)
        else:
            key = "kept.all" if done == len(items) else "kept.some"
            self.words.textContent = t(key, done=done, total=len(items))
        self.save.hidden = not done or left.alone
        self._name_save(t("kept.save", n=done))

    def _name_save(self, words):
        self.save.lastChild.textContent = words

    def _do(self, action):
        """One thing at a time, also for somebody who presses twice."""
        if not self._busy:
            self._busy = True
            self.app.run(self._done_with(action))

    async def _done_with(self, action):
        try:
            await action()
        finally:
            self._busy = False

    async def _resume(self):
        left = self._left.pop(0)
        place = self.app.handwork if left.alone else self.app.table
        if not await place.resume(left):
            self.app.hint(t("kept.alone.taken" if left.alone else "kept.taken"))
        self._next()

    async def clear(self):
        """Discard all that is on offer: nothing is to be kept any more."""
        while self._left:
            await self._discard()

    async def _discard(self):
        left = self._left.pop(0)
        try:
            await self.app.table.room.drop(left.queue)
            self.app.hint(t("kept.alone.discarded" if left.alone else "kept.discarded"))
        except NoRoomError as error:
            print("Offcut: cannot be removed:", error)
        self._next()
        if not self._left:
            self.app.dropzone.file.node.focus()

    def _save_or_stop(self):
        if self._busy:
            self._zipping.stop()
        else:
            self._do(self._save)

    async def _save(self):
        left = self._left[0]
        try:
            name = await self._zipping.go(left.items)
        except JsException as error:
            print("Offcut:", error)
            self.app.hint(t("queue.zip.failed"))
            name = ""
        if name and _done(left.items) == len(left.items):
            await self._discard()
        if name:
            self.app.hint(tn("queue.written", _done(left.items), folder=name))
        self._next()

    def _zipped(self, part):
        self._name_save(t("kept.packing", n=int(100 * part)))


def _done(items):
    return len([item for item in items if item.state == DONE])


def _button(name, cls):
    button = make("button", cls=cls, type="button")
    button.append(icon(name), make("span"))
    return button
