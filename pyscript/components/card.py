"""One photo of many: its picture, what is being done with it, and what can be done about it."""

import js
from batch import DONE, FAILED, STOPPED, WAITING, WORKING
from dom import JsException, icon, listen, make
from pyscript.ffi import to_js
from state import roles
from text import epoch, size, stage, t, trouble

SIDE = 192  # of the little picture, in its own pixels
_WORDS = {WAITING: "item.waiting", STOPPED: "item.stopped", FAILED: "item.failed"}


class Turns:
    """Has pictures drawn one after another: each is decoded whole, and many would fill memory."""

    def __init__(self, app):
        self._app = app
        self._waiting = []
        self._busy = False

    def add(self, draw):
        """``draw``: a function that gives a coroutine."""
        self._waiting.append(draw)
        if not self._busy:
            self._busy = True
            self._app.run(self._go())

    async def _go(self):
        while self._waiting:
            await self._waiting.pop(0)()
        self._busy = False


class Card:
    """A list item; ``node`` is what goes into the page."""

    def __init__(self, app, item, turns):
        self.app = app
        self.item = item
        self._turns = turns
        self.node = make("li", cls="card")
        self.open = make("button", cls="card-open", type="button")
        self.canvas = make("canvas", width=str(SIDE), height=str(SIDE), aria_hidden="true")
        self.open.append(self.canvas, icon("image-plus"))
        name = item.photo.name
        self.name = make("p", name, cls="card-name", dir="auto", title=name)
        self.words = make("p", cls="card-words quiet")
        self.act = make("button", cls="icon-button", type="button")
        self.node.append(self.open, self.name, self.words, self.act)
        self._shown = None  # the state, and in which language
        self._result = None
        self._said = ""
        listen(self.open, "click", lambda _: app.table.look_at(item))
        listen(self.act, "click", lambda _: self._act())
        turns.add(self.draw)
        self.render()

    def render(self):
        """Show what the photo's state is; returns whether it is another one than before."""
        item = self.item
        words = self._sentence()
        if words != self._said:
            self._said = words
            self.words.textContent = words
        if item.result is not self._result:
            self._result = item.result
            if item.state == DONE:
                self._turns.add(self.draw)
        before, self._shown = self._shown, (item.state, epoch())
        if before == self._shown:
            return False
        self.node.setAttribute("data-state", item.state)
        ready = item.state == DONE
        self.open.disabled = not ready
        key = "item.open" if ready else "item.photo"
        self.open.setAttribute("aria-label", t(key, name=item.photo.name))
        again = item.state in (FAILED, STOPPED)
        self.act.hidden = ready
        self.act.setAttribute(
            "aria-label", t("item.retry" if again else "item.cancel", name=item.photo.name)
        )
        self.act.replaceChildren(icon("retry" if again else "x"))
        return before is None or before[0] != item.state

    def _sentence(self):
        item = self.item
        if item.state == DONE:
            return size(item.result["blob"].size)
        if item.state == WORKING:
            told = item.stage or {}
            if not told:
                return t("item.next")
            return stage(told.get("stage"), told.get("model"), roles(self.app.state.report))
        if item.state == FAILED and item.error:
            return trouble(item.error)
        return t(_WORDS[item.state])

    def _act(self):
        if self.item.state in (FAILED, STOPPED):
            self.app.table.again(self.item)
        else:
            self.app.table.cancel(self.item)

    async def draw(self):
        """Draw the photo, or its cut-out, small: one picture at a time is decoded for this."""
        item = self.item
        ready = item.state == DONE
        blob = item.result["blob"] if ready else item.photo.blob
        try:
            picture = await js.createImageBitmap(
                blob, to_js({"resizeWidth": SIDE, "resizeQuality": "medium"})
            )
        except JsException:
            return  # a browser that cannot show it; the engine perhaps can
        scale = min(1, SIDE / picture.height)
        width, height = picture.width * scale, picture.height * scale
        pen = self.canvas.getContext("2d")
        pen.clearRect(0, 0, SIDE, SIDE)
        pen.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height)
        picture.close()
        self.node.setAttribute("data-drawn", "cut" if ready else "photo")
