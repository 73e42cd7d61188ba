"""On a connection that may cost something: what the larger models would be, and whether to fetch
them."""

from backends import SPARING_BYTES, to_fetch
from buttons import button
from dom import Element, make
from idle import metered
from settings.question import question
from state import BATCH, DONE
from text import epoch, megabytes, t


class Sparing:
    """A question in the panel, below the quick result, or once over a queue. The answer holds for
    the visit."""

    def __init__(self, app):
        self.app = app
        self.node = None
        self._epoch = 0  # of the language that the node is written in
        self._declined = False

    def render(self, state):
        """Ask, where a cut-out was made without what would have to be fetched."""
        size = self._missing(state)
        if size and state.phase == BATCH:
            self._declined = True  # until the answer is another one
            self.app.run(self._ask(size))
            size = 0
        if self.node and self._epoch != epoch():
            self.node.remove()
            self.node = None
        if self.node is None and size:
            self._build()
        if self.node:
            self.node.hidden = not size
            self.words.textContent = t("settings.sparing.say", mb=megabytes(size))

    def _missing(self, state):
        """Bytes that are not fetched for the photos on screen, 0 where nothing is to be asked."""
        app = self.app
        if not app.sparing or self._declined or not state.report or not metered():
            return 0
        if state.phase == BATCH:
            models = app.plan()
        elif state.phase == DONE and state.result and not state.item:
            models = [one for one in app.plan() if one not in state.result["models"]]
        else:
            return 0
        size = to_fetch(state.report, models)
        return size if size > SPARING_BYTES else 0

    def _build(self):
        self._epoch = epoch()
        self.node = make("div", cls="sparing")
        self.words = make("p")
        row = make("p", cls="set-row")
        row.append(
            button(t("settings.sparing.fetch"), self._accept),
            button(t("settings.sparing.stay"), self._decline),
        )
        self.node.append(self.words, row)
        Element("finer").node.before(self.node)

    async def _ask(self, size):
        words = t("settings.sparing.say", mb=megabytes(size))
        if await question(t("settings.offline.title"), words, t("settings.sparing.fetch")):
            self.app.sparing = False  # from the next photo of the queue on

    def _accept(self):
        Element("finer").node.click()

    def _decline(self):
        self._declined = True
        self.app.changed()
        Element("finer").node.focus()
