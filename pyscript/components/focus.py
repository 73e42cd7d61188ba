"""The focus is not lost: where what had it goes from sight, the heading there takes it.

Otherwise whoever works with the keyboard or a screen reader would begin at the page's top again.
"""

import js
from dom import QUIETLY, Element, listen, missing
from state import BATCH, IDLE


class Focus:
    """Watches over it, behind all other components."""

    def __init__(self, app):
        self.app = app
        self.file = Element("file")
        self.photo = Element("photo-head")
        self.queue = Element("queue-title")
        self._last = js.document.activeElement  # what had it last
        listen(js.document, "focusin", self._came)
        listen(js.document, "focusout", self._went)
        if app.state.phase != IDLE and self._last.isSameNode(js.document.body):
            self._here(app.state).node.focus(QUIETLY)  # lost before this was there

    def render(self, state):
        """Look after each change: some browsers take the focus away without a word."""
        last = self._last
        if missing(last) or last.getClientRects().length:
            return
        active = js.document.activeElement
        if missing(active) or active.isSameNode(js.document.body) or active.isSameNode(last):
            self._here(state).node.focus(QUIETLY)

    def _here(self, state):
        return {IDLE: self.file, BATCH: self.queue}.get(state.phase, self.photo)

    def _came(self, event):
        self._last = event.target

    def _went(self, event):
        if missing(event.relatedTarget):
            self.app.later(0, lambda: self.render(self.app.state))
