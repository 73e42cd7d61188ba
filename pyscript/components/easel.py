"""The photo open for touching up: where the hand draws, and what the engine makes of it."""

import js
from dom import Element, JsException
from pyscript.ffi import create_proxy
from state import DONE, IMPROVING, WORKING
from text import t
from touch.brush import Brush, Stroke
from touch.hand import Hand
from touch.loupe import Loupe
from touch.retouch import Retouch
from touch.ring import Ring
from touch.sheet import CELL, Sheet, sheet_size
from touch.tips import Tips


class Easel:
    """Shown while ``state.editing``. ``tools``: the panel that hears of changes by ``tell()``."""

    def __init__(self, app, view):
        self.app = app
        self.view = view
        self.tools = None
        self.brush = Brush()
        self.stage = Element("stage")
        self.frame = Element("frame")
        self.before = Element("before")
        self.retouch = Retouch(app, self)
        self.tips = Tips(app.run, self._tip)
        self.ring = Ring(self.stage.node)
        self.loupe = Loupe(self)
        self.whole = None  # Sheet of all of the photo, at preview size
        self.photo = None
        self.stroke = None
        self._waiting = []  # pointer events to be drawn with the next frame
        self._rect = None  # of the frame, in the window
        self._at = None  # where the ring is, in the window
        self._down = False  # the brush, by the keyboard
        self._paint = create_proxy(lambda _now: self._frame_came())
        self._asked = False
        Hand(self.stage.node, view, self)
        view.on_change.append(self._moved)

    # -- opened and closed -------------------------------------------------------------------------

    def render(self, state):
        """Open what is to be edited; let go of what is not."""
        if state.editing and state.photo is not self.photo and state.phase == DONE:
            self.photo = state.photo
            self.app.engine.in_use = True
            self.retouch.open(state.photo)
        elif self.photo and (not state.editing or state.photo is not self.photo):
            self._close(state)
        elif state.editing and state.phase not in (DONE, WORKING, IMPROVING):
            state.editing = False
            self._close(state)
        root = js.document.documentElement
        if (root.hasAttribute("data-editing")) != state.editing:
            root.toggleAttribute("data-editing")
            self.stage.attr("tabindex", "0" if state.editing else None)
            self.stage.attr("role", "application" if state.editing else None)
            if not state.editing:
                self.ring.hide()
        self.stage.attr("aria-label", t("touch.stage") if state.editing else None)

    def _close(self, state):
        if state.photo is not self.photo:
            state.editing = False
        self.photo = self.stroke = None
        self.app.engine.in_use = False
        self.retouch.close()
        self.loupe.close()
        if self.whole:
            self.whole.free()
            self.whole = None

    def close(self):
        """The person is done: the file is written anew, if there is anything new."""
        state = self.app.state
        self._finish()
        state.editing = False
        if state.result and (state.result.get("edits") or []) != state.photo.edits:
            self.app.changed()
            self.app.dressing.follow()
        else:
            self.app.changed()

    def gone(self):
        """The worker has it no more: the photo is done again, and then opened."""
        self.photo = None
        self.app.redo()

    def changed(self):
        """The list is another one: what is on screen is not the engine's answer to it yet."""
        self.stage.attr("data-settled", None)

    def wait(self, words):
        """Say that something takes a moment; "": that it is over."""
        self.tools.wait(words)

    async def _tip(self, size, hardness):
        options = self.retouch.options()
        options["stamp"] = {"size": size, "hardness": hardness}
        return await self.app.engine.held("stamp", options)

    # -- the engine's answers ----------------------------------------------------------------------

    async def drawn(self, made):
        """Show the plain cut-out with all edits in it."""
        try:
            picture = await js.createImageBitmap(made["blob"])
        except JsException as error:
            print("Offcut:", error)
            return
        if self.stroke or not self.retouch.is_settled() or self.photo is None:
            picture.close()
            return  # it would take away what is being drawn; the next answer has both
        if self.whole is None:
            self._lay_out(made, picture)
        self.whole.matte(picture, False)
        picture.close()
        self.tools.tell()
        await self.loupe.again()
        if self.retouch.is_settled():
            self.stage.attr("data-settled", "")

    def _lay_out(self, made, picture):
        photo = self.photo
        box = [0, 0, made["width"], made["height"]]
        shown = max(1, self.frame.node.offsetWidth)
        width, height = sheet_size(picture.width, picture.height, shown * js.devicePixelRatio)
        sheet = self.whole = Sheet(box, width, height)
        cell = CELL * width / shown
        sheet.photo(picture if photo.unseen else self.before.node, cell)
        self.frame.node.append(sheet.node)
        self.app.run(sheet.prepare())
        state = self.app.state
        made["framed"] = False
        state.preview = made
        self.app.changed()
        self.view.moved()

    # -- closer ------------------------------------------------------------------------------------

    def _moved(self):
        self._rect = None
        if self.whole:
            self.loupe.moved()
            self.show_ring()

    # -- the hand (touch.hand) ---------------------------------------------------------------------

    def takes(self, _event):
        """Whether a press draws."""
        return self.app.state.editing and self.whole is not None

    def begin(self, event):
        """The pointer is down."""
        self._begin(self._place(event.clientX, event.clientY), _pressure(event))
        self._at = (event.clientX, event.clientY)

    def _begin(self, place, pressure):
        if self.brush.clicks():
            return
        near = self.loupe.sheet
        sheet = near if near and _holds(near.box, place) else self.whole
        self.stroke = Stroke(self.brush, sheet, self.tips)
        self.stroke.to(place[0], place[1], pressure)
        self._ask()

    def move(self, events):
        """The pointer has moved; ``events``: each place it passed."""
        for event in events:
            self._waiting.append((event.clientX, event.clientY, _pressure(event)))
        self._ask()

    def hover(self, event):
        """The pointer moves over the picture, up; None: it has left."""
        self._at = None if event is None else (event.clientX, event.clientY)
        if self.app.state.editing:
            self._ask()

    def end(self):
        """The pointer is up."""
        self._frame_came()
        if self.brush.clicks():
            if self._at:
                self._click(self._place(*self._at))
            return
        self._finish()

    def abandon(self):
        """It was the first of two fingers."""
        self._waiting = []
        if self.stroke:
            self.stroke.drop()
            self.stroke = None

    def _finish(self):
        stroke, self.stroke = self.stroke, None
        self._down = False
        if stroke is None:
            return
        stroke.keep()
        entry = stroke.entry()
        if entry:
            self.retouch.add(entry)
            self.tools.tell()

    def _click(self, place):
        box = self.whole.box
        if not _holds(box, place):
            return
        keep = self.brush.tool == "keep"
        words = t("touch.looking")
        self.app.run(self.retouch.look_closer(round(place[0]), round(place[1]), keep, words))

    # -- each frame --------------------------------------------------------------------------------

    def _ask(self):
        if not self._asked:
            self._asked = True
            js.requestAnimationFrame(self._paint)

    def _frame_came(self):
        self._asked = False
        waiting, self._waiting = self._waiting, []
        for x, y, pressure in waiting:
            self._at = (x, y)
            if self.stroke:
                place = self._place(x, y)
                self.stroke.to(place[0], place[1], pressure)
        if self.stroke:
            self.stroke.draw()
        self.show_ring()

    def _place(self, x, y):
        """A point of the window on the photo."""
        if self._rect is None:
            box = self.frame.node.getBoundingClientRect()
            size = self.whole.box
            self._rect = (box.left, box.top, size[2] / box.width, size[3] / box.height)
        left, top, across, down = self._rect
        return (x - left) * across, (y - top) * down

    def show_ring(self):
        """Show how large the brush is, where it is."""
        if self._at is None or self.whole is None or not self.app.state.editing:
            self.ring.hide()
            return
        self._place(0, 0)
        size = 0 if self.brush.clicks() else self.brush.size / self._rect[2]
        self.ring.show(self._at[0], self._at[1], size)

    # -- the keyboard ------------------------------------------------------------------------------

    def step(self, dx, dy):
        """Move the brush by a quarter of itself, or where it only points, a little."""
        box = self.frame.node.getBoundingClientRect()
        if self._at is None:
            self._at = (box.left + box.width / 2, box.top + box.height / 2)
        self._place(0, 0)
        by = 12 if self.brush.clicks() else max(2, self.brush.size / self._rect[2] / 4)
        x = max(box.left, min(box.right, self._at[0] + dx * by))
        y = max(box.top, min(box.bottom, self._at[1] + dy * by))
        if self._down:
            self.move([_Pressed(x, y)])
        self._at = (x, y)
        self._ask()

    def press(self):
        """Put the brush down, or lift it; of a tool that clicks, click."""
        if self._at is None:
            self.step(0, 0)
        place = self._place(*self._at)
        if self.brush.clicks():
            self._click(place)
        elif self._down:
            self.end()
        else:
            self._down = True
            self._begin(place, 1)
        self.tools.say(t("touch.pen.down" if self._down else "touch.pen.up"))


class _Pressed:
    """A key's stand-in for a pointer event."""

    def __init__(self, x, y):
        self.clientX, self.clientY = x, y
        self.pointerType = "mouse"


def _pressure(event):
    return event.pressure if event.pointerType == "pen" else 1


def _holds(box, place):
    return box[0] <= place[0] < box[0] + box[2] and box[1] <= place[1] < box[1] + box[3]
