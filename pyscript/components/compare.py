"""The slider between original and cut-out: pointer, touch and keys are the browser's own."""

from dom import Element
from state import DONE, IMPROVING
from text import t


class Compare:
    """Binds the range input that lies over the picture."""

    def __init__(self, app):
        self.app = app
        self.frame = Element("frame")
        self.slider = Element("compare")
        self._job = None
        self._part = 0
        self.slider.on("input", lambda _: self._moved())
        self._place(0)

    def render(self, state):
        """Draw the cut-out in, from edge to edge, when a photo's first one arrives."""
        self._say()
        if state.phase not in (IMPROVING, DONE) or state.photo is self._job:
            return
        self._job = state.photo
        self.frame.attr("data-side", "before")
        self.frame.attr("data-draw", None)
        self.frame.style("--cut", 100)
        self.app.later(60, self._draw)

    def _draw(self):
        self.frame.attr("data-draw", "")
        self._place(0)

    def _moved(self):
        self.frame.attr("data-draw", None)
        self._place(int(self.slider.node.value))

    def _place(self, part):
        """Show ``part`` % of the width, from its start, of the original."""
        self._part = part
        self.slider.node.value = str(part)
        self._say()
        self.frame.style("--cut", part)
        self.frame.attr("data-side", "after" if part < 14 else "before" if part > 86 else "both")

    def _say(self):
        self.slider.attr("aria-valuetext", t("compare.value", n=self._part))
