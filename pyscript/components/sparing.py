"""On a connection that may cost something: what the larger models would be, and whether to fetch
them."""

from backends import SPARING_BYTES, to_fetch
from dom import Element, make
from idle import metered
from settings.parts import button
from state import DONE
from text import megabytes, t


class Sparing:
    """A question in the panel, below the quick result. The answer holds for the visit."""

    def __init__(self, app):
        self.app = app
        self.node = None
        self._declined = False

    def render(self, state):
        """Ask, where a cut-out was made without what would have to be fetched."""
        size = self._missing(state)
        if self.node is None and not size:
            return
        if self.node is None:
            self._build()
        self.node.hidden = not size
        if size:
            self.words.textContent = t("settings.sparing.say", mb=megabytes(size))

    def _missing(self, state):
        """Bytes that were not fetched for the photo on screen, 0 where nothing is to be asked."""
        app = self.app
        asked = state.phase == DONE and state.result and app.sparing and not self._declined
        if not asked or state.item or not metered():
            return 0
        models = [one for one in app.plan() if one not in state.result["models"]]
        size = to_fetch(state.report, models)
        return size if size > SPARING_BYTES else 0

    def _build(self):
        self.node = make("div", cls="sparing")
        self.words = make("p", id="sparing-words")
        row = make("p", cls="set-row")
        row.append(
            button(t("settings.sparing.fetch"), self._accept, cls="button primary"),
            button(t("settings.sparing.stay"), self._decline),
        )
        self.node.append(self.words, row)
        Element("finer").node.before(self.node)

    def _accept(self):
        Element("finer").node.click()

    def _decline(self):
        self._declined = True
        self.app.changed()
        Element("finer").node.focus()
