"""The picture on the stage, nearer and from further away; the original, while a button is held."""

from math import exp

import js
from dom import Element, icon, listen, make
from keys import ARROWS
from state import DONE, IMPROVING
from text import epoch, t
from touch.viewport import STEP, Viewport

_LINE = 16  # CSS pixels, where a wheel counts lines
_KEY = 80
_MOST = 60  # of one turn of a wheel


class View:
    """The bar below the picture, the wheel and the keys; ``touch.hand`` brings the fingers."""

    def __init__(self, app):
        self.app = app
        self.stage = Element("stage")
        self.frame = Element("frame")
        self.port = Viewport()
        self.on_change = []  # functions to be called when the picture has moved
        self._size = (0, 0)
        self._fit = 1.0  # the scale at which the page showed all of it
        self._photo = None
        self.bar = make("div", cls="zoombar over-stage", role="group")
        self.percent = make("button", cls="zoom-percent", type="button")
        self.out = self._button("zoom-out")
        self.into = self._button("zoom-in")
        self.original = self._button("eye")
        self.bar.append(self.out, self.percent, self.into, self.original)
        self.bar.hidden = True
        self._named = None  # in which language
        listen(self.out, "click", lambda _: self._step(1 / STEP))
        listen(self.into, "click", lambda _: self._step(STEP))
        self.stage.node.append(self.bar)
        listen(self.percent, "click", lambda _: self._toggle())
        self._hold_by(self.original)
        self.stage.on("wheel", self._wheel, passive=False)
        listen(js.window, "resize", lambda _: self.moved())
        self._keys()

    def _button(self, name):
        button = make("button", type="button", cls="icon-button")
        button.append(icon(name))
        return button

    def _name(self):
        self._named = epoch()
        self.bar.setAttribute("aria-label", t("zoom"))
        for button, key in (
            (self.out, "zoom.out"),
            (self.into, "zoom.in"),
            (self.original, "zoom.original"),
        ):
            button.setAttribute("aria-label", t(key))
            button.title = t(key)
        self._tell()

    def _hold_by(self, button):
        for kind in ("pointerdown", "pointerup", "pointercancel", "pointerleave"):
            listen(button, kind, lambda event: self._hold(event.type == "pointerdown"))
        listen(button, "contextmenu", lambda event: event.preventDefault(), passive=False)
        for kind in ("keydown", "keyup"):
            listen(button, kind, self._held_key)

    def _keys(self):
        keys = self.app.keys
        for combo, says, action in (
            ("+", "key.zoom.in", lambda: self._step(STEP)),
            ("=", "key.zoom.in", lambda: self._step(STEP)),
            ("-", "key.zoom.out", lambda: self._step(1 / STEP)),
            ("0", "key.zoom.fit", self.fit),
            ("1", "key.zoom.whole", self._whole),
            ("x", "key.original", lambda: self._hold(True)),
        ):
            keys.add(combo, says, action, "keys.view", self._is_there)
        for combo, dx, dy in ARROWS:
            move = _mover(self, -_KEY * dx, -_KEY * dy)
            keys.add(combo, "key.pan", move, "keys.view", self._is_zoomed)
        listen(js.document, "keyup", lambda event: event.key in "xX" and self._hold(False))

    # -- what is shown -----------------------------------------------------------------------------

    def render(self, state):
        """Offer it where there is something to look at."""
        if self._named != epoch():
            self._name()
        shown = state.phase in (IMPROVING, DONE)
        if self.bar.hidden == shown:
            self.bar.hidden = not shown
            self.stage.attr("data-bar", "" if shown else None)
            self.moved()
        if state.photo is not self._photo:
            self._photo = state.photo
            self.port.fitted = True
            self.moved()

    def _is_there(self):
        return not self.bar.hidden

    def _is_zoomed(self):
        return not self.bar.hidden and not self.port.fitted and not self.app.state.editing

    def _measure(self):
        node, style = self.stage.node, self.stage.node.style
        size = tuple([float(style.getPropertyValue(name) or 1) for name in ("--w", "--h")])
        if size != self._size:
            self._size = size
            self.port.fitted = True
        if self.port.fitted:
            self.frame.attr("data-zoomed", None)  # where the page itself puts it
            self._fit = self.frame.node.offsetWidth / size[0]
        room, box = (node.clientWidth, node.clientHeight), node.getBoundingClientRect()
        corner = (box.left, box.top)
        self.port.measure(size, room, js.devicePixelRatio, self._fit, corner)
        if self.port.fitted:
            shown = self.frame.node.getBoundingClientRect()
            self.port.left, self.port.top = shown.left - box.left, shown.top - box.top

    def _change(self, action, *values):
        self._measure()
        action(*values)
        self._show()

    def moved(self):
        """Show the picture where it is, after the page around it has changed."""
        if self._is_there():
            self._measure()
            self._show()

    def _show(self):
        if not self._is_there():
            return
        self._write()
        self._tell()
        for heard in self.on_change:
            heard()

    def _write(self):
        port = self.port
        self.frame.attr("data-zoomed", None if port.fitted else "")
        self.stage.attr("data-zoomed", None if port.fitted else "")
        if not port.fitted:
            self.frame.style("--zoom", port.scale)
            self.frame.style("--x", port.left)
            self.frame.style("--y", port.top)
            self.frame.attr("data-near", "" if port.percent() >= 200 else None)

    def _tell(self):
        words = t("zoom.percent", n=round(self.port.percent()))
        self.percent.textContent = words
        key = "zoom.to.whole" if self.port.fitted else "zoom.to.fit"
        self.percent.setAttribute("aria-label", t(key, percent=words))
        self.percent.title = t(key, percent=words)

    # -- what moves it -----------------------------------------------------------------------------

    def fit(self):
        """Show all of it."""
        self.port.fitted = True
        self.moved()

    def pan(self, dx, dy):
        """Move it, by CSS pixels."""
        self._change(self.port.pan, dx, dy)

    def pinch(self, factor, x, y):
        """Zoom about a point of the window."""
        box = self.stage.node.getBoundingClientRect()
        self._change(self.port.zoom, factor, x - box.left, y - box.top)

    def pans(self, event):
        """Whether one pointer moves the picture: nearer, and not on the slider's grip."""
        return not self.port.fitted and not self.app.state.editing and event.target.id != "compare"

    def _middle(self):
        return self.stage.node.clientWidth / 2, self.stage.node.clientHeight / 2

    def _step(self, factor):
        x, y = self._middle()
        self._change(self.port.zoom, factor, x, y)

    def _whole(self):
        x, y = self._middle()
        self._change(self.port.whole, x, y)

    def _toggle(self):
        if self.port.fitted:
            self._whole()
        else:
            self.fit()

    def _wheel(self, event):
        """With Ctrl, which is what a pinch on a touchpad gives, zoom; else move what is zoomed."""
        if not self._is_there():
            return
        unit = _LINE if event.deltaMode == 1 else 1
        if event.ctrlKey or event.metaKey:
            event.preventDefault()
            way = max(-_MOST, min(_MOST, event.deltaY * unit))
            self.pinch(exp(-0.01 * way), event.clientX, event.clientY)
        elif not self.port.fitted:
            event.preventDefault()
            self.pan(-event.deltaX * unit, -event.deltaY * unit)

    # -- the original, held ------------------------------------------------------------------------

    def _hold(self, held):
        self.frame.attr("data-hold", "" if held else None)
        self.original.setAttribute("aria-pressed", "true" if held else "false")

    def _held_key(self, event):
        if event.key in (" ", "Enter"):
            self._hold(event.type == "keydown")


def _mover(view, dx, dy):
    return lambda: view.pan(dx, dy)
