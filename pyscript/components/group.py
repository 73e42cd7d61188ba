"""A part of the wardrobe: chips for its kinds, below them what the chosen one has in detail."""

from dom import icon, listen, make
from looks import NONE, defaults, dials_of, setting_of
from text import t

from components.controls import Chips, head


class Group:
    """What background, shadow, outline and frame have in common; each of them says the rest.

    ``kind`` and ``dials``: as looks.py has them.
    """

    name = ""  # of the scene's setting
    rows = "chips chips-row"  # how its chips lie

    def __init__(self, app, on_change):
        """``on_change()`` hears of every change by hand."""
        self.app = app
        self.kind = NONE
        self.dials = {}
        self._on_change = on_change
        self._kept = {}  # dials by kind, so that nothing is lost by looking at another one
        self._panels = {}  # by kind
        self._shown = None  # one of them
        title = t("look.title." + self.name)
        heading, self.heading_id = head(title)
        self.node = make("div", cls="look", role="group", aria_labelledby=self.heading_id)
        self._reset = make(
            "button", cls="reset", type="button", aria_label=t("look.reset", what=title)
        )
        self._reset.append(icon("retry"), make("span", t("look.reset.short")))
        row = make("div", cls="look-head")
        row.append(heading, self._reset)
        self.chips = Chips(title, self.choose, self.rows)
        self.more = make("div", cls="look-more")
        self.node.append(row, self.chips.node, self.more)
        listen(self._reset, "click", lambda _: self._put_back())
        self.fill()
        self._draw()

    # -- what each of them says --------------------------------------------------------------------

    def fill(self):
        """Add the chips."""

    def panel(self, kind):
        """Make what a kind has in detail: with ``node`` and ``show(dials)``; None for nothing."""

    def first(self, kind):
        """The dials of a kind as they are at first."""
        return defaults(self.name, kind)

    # -- from outside ------------------------------------------------------------------------------

    def show(self, setting):
        """Show what the engine was given."""
        self.kind, self.dials = dials_of(self.name, setting)
        self._kept[self.kind] = self.dials
        self._draw()

    def take_over(self, before):
        """Show what ``before`` shows, which was made in another language."""
        self.kind, self.dials, self._kept = before.kind, before.dials, before._kept
        self._draw()

    def setting(self):
        """What the engine is to be given."""
        return setting_of(self.name, self.kind, self.dials)

    # -- by hand -----------------------------------------------------------------------------------

    def choose(self, kind):
        """Choose a kind, with the dials that it last had."""
        self.kind = kind
        self.dials = self._kept.get(kind) or self.first(kind)
        self._draw()
        self._on_change(self)

    def put(self, name, value):
        """Turn a dial; the control that it was done by shows it already."""
        self.put_all({name: value})

    def put_all(self, dials, redraw=False):
        """Turn some dials; ``redraw``: show them, too."""
        made = dict(self.dials)
        made.update(dials)
        self.dials = self._kept[self.kind] = made
        if redraw:
            self._draw()
        else:
            self._draw_reset()
        self._on_change(self)

    def _put_back(self):
        self.put_all(self.first(self.kind), True)
        self.chips.focus()

    # -- drawing -----------------------------------------------------------------------------------

    def _draw(self):
        self.chips.show(self.kind)
        if self.kind not in self._panels:
            self._panels[self.kind] = self.panel(self.kind)
        shown = self._panels[self.kind]
        if shown:
            shown.show(self.dials)
        if shown is not self._shown:  # what is put in its own place again loses the focus
            self._shown = shown
            self.more.replaceChildren(*([shown.node] if shown else []))
        self.more.hidden = not shown
        self._draw_reset()

    def _draw_reset(self):
        self._reset.hidden = self.kind == NONE or self.dials == self.first(self.kind)
