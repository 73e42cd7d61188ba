"""What fingers, a pen and a mouse do on the stage: one of them draws, two move the picture.

Palm rejection: while a pen is down, and a moment after, a touch counts for nothing.
"""

from math import sqrt

import js
from dom import listen, missing

PALM_MS = 700  # a hand is lifted later than its pen
SOON_MS = 300  # a second finger so soon after the first: it was never meant to draw


class Hand:
    """Binds the pointer events of the stage."""

    def __init__(self, stage, view, tool):
        """``view``: has ``pan(dx, dy)``, ``pinch(factor, x, y)``, ``pans(event)``: whether one
        pointer moves the picture. ``tool``: has ``takes(event)``, ``begin(event)``,
        ``move(events)``, ``end()``, ``abandon()``, ``hover(event)``."""
        self._stage = stage
        self._view = view
        self._tool = tool
        self._held = {}  # by pointer: (x, y) of those that are down
        self._doing = None  # "draw", "pan", "pinch"
        self._by = None  # the pointer that draws
        self._began = 0
        self._pen = -PALM_MS  # when a pen was last seen
        self._space = False
        for kind, handler in (
            ("pointerdown", self._down),
            ("pointermove", self._moved),
            ("pointerup", self._up),
            ("pointercancel", self._lost),
        ):
            listen(stage, kind, handler, passive=False)
        listen(stage, "pointerleave", lambda _: tool.hover(None))
        listen(js.document, "keydown", self._key)
        listen(js.document, "keyup", self._key)

    def _key(self, event):
        if event.key == " ":
            self._space = event.type == "keydown"

    def _is_palm(self, event):
        now = event.timeStamp
        if event.pointerType == "pen":
            self._pen = now
        return event.pointerType == "touch" and now - self._pen < PALM_MS

    def _down(self, event):
        if self._is_palm(event) or not _on_picture(event):
            return
        if event.pointerType == "touch" and self._held:
            self._held[event.pointerId] = (event.clientX, event.clientY)
            self._second(event)
            return
        if self._held:
            return  # one thing at a time
        if self._view.pans(event) or self._space or event.button == 1:
            self._doing = "pan"
        elif event.button == 0 and self._tool.takes(event):
            self._doing = "draw"
        elif event.pointerType != "touch":
            return
        else:
            self._doing = None  # the slider's, unless a second finger comes
        self._held[event.pointerId] = (event.clientX, event.clientY)
        self._began = event.timeStamp
        if self._doing:
            event.preventDefault()
            self._stage.setPointerCapture(event.pointerId)
        if self._doing == "draw":
            self._by = event.pointerId
            self._stage.focus()
            self._tool.begin(event)

    def _second(self, event):
        if self._doing == "draw":
            if event.timeStamp - self._began < SOON_MS:
                self._tool.abandon()
            else:
                self._tool.end()
        self._doing = "pinch" if len(self._held) == 2 else None
        event.preventDefault()

    def _moved(self, event):
        if self._is_palm(event):
            return
        if event.pointerId not in self._held:
            if not self._held:
                self._tool.hover(event)
            return
        if self._doing == "draw":
            if event.pointerId == self._by:
                self._tool.move(_all_of(event))
            return
        before = _spread(self._held)
        old = self._held[event.pointerId]
        self._held[event.pointerId] = (event.clientX, event.clientY)
        if self._doing == "pan":
            self._view.pan(event.clientX - old[0], event.clientY - old[1])
        elif self._doing == "pinch":
            after = _spread(self._held)
            if before[2]:
                self._view.pinch(after[2] / before[2], before[0], before[1])
            self._view.pan(after[0] - before[0], after[1] - before[1])

    def _up(self, event):
        if self._held.pop(event.pointerId, None) is None:
            return
        if self._doing == "draw" and event.pointerId == self._by:
            self._tool.move([event])
            self._tool.end()
        if self._doing != "pinch" or len(self._held) < 2:
            self._doing = None

    def _lost(self, event):
        if self._held.pop(event.pointerId, None) is None:
            return
        if self._doing == "draw" and event.pointerId == self._by:
            self._tool.end()
        self._doing = None


def _on_picture(event):
    """Whether it is the picture that is pressed, and not a button over it."""
    target = event.target
    return missing(target) or missing(target.closest("button, .over-stage"))


def _all_of(event):
    """Every point that the pointer passed since the last event; browsers gather them."""
    if not hasattr(event, "getCoalescedEvents"):
        return [event]
    found = event.getCoalescedEvents()
    return [found[at] for at in range(found.length)] or [event]


def _spread(held):
    """The middle between two pointers, and how far they are apart; of one, itself and 0."""
    points = list(held.values())
    (x0, y0), (x1, y1) = points[0], points[-1]
    return (x0 + x1) / 2, (y0 + y1) / 2, sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2)
