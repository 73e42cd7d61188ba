"""What a person may choose beside the photo: what lies behind the cut-out, how thorough to be."""

from colours import colour_of as from_hex
from colours import hex_of
from components.controls import Chips, painted
from dom import Element, listen, make
from text import epoch, t

from remover.paint import colour_of

PROFILES = ("fast", "auto", "best")
COLOUR = "colour"
FIRST = "#ffca3a"  # of the well, until a colour was chosen


class Choices:
    """The chips below the result. ``app.choose(key, value)`` hears of them, as of an attribute."""

    def __init__(self, app):
        self.app = app
        self.rows = {"background": Element("grounds"), "profile": Element("profiles")}
        self._drawn = None
        self._chips = {}
        self._well = None

    def render(self, _state):
        """Show the choices that the page wants, and which one counts."""
        values = self.app.values
        parts = values["parts"]
        drawn = (epoch(), tuple(parts))
        if drawn != self._drawn:
            self._drawn = drawn
            for key, row in self.rows.items():
                row.show(key in parts)
            self._draw()
        self._chips["profile"].show(values["profile"])
        ground = values["background"]
        named = ground in ("none", "white", "blur")
        self._chips["background"].show(ground if named else COLOUR)
        if not named:
            self._well.value = hex_of(colour_of(ground))
            painted(self._face, self._well.value)

    def _draw(self):
        grounds = Chips(t("remover.ground"), self._ground)
        for value, key in (
            ("none", "look.background.none"),
            ("white", "look.background.white"),
            ("blur", "look.background.blur"),
        ):
            grounds.add(value, t(key), make("span", cls="chip chip-" + value))
        self._face = painted(make("span", cls="chip chip-colour"), FIRST)
        entry = grounds.add(COLOUR, t("look.background.colour"), self._face)
        # The browser's own picker opens from a press on the chip that is chosen.
        self._well = make("input", type="color", cls="well", value=FIRST, tabindex="-1")
        self._well.setAttribute("aria-label", t("look.background.colour"))
        self._face.after(self._well)
        listen(entry, "click", lambda _: self._well.click())
        listen(self._well, "change", lambda _: self._ground(COLOUR))
        profiles = Chips(t("remover.profile"), lambda value: self.app.choose("profile", value))
        for value in PROFILES:
            profiles.add(value, t("settings.models." + value))
        self._chips = {"background": grounds, "profile": profiles}
        for key, chips in self._chips.items():
            self.rows[key].fill([chips.node])

    def _ground(self, value):
        if value == COLOUR:
            value = hex_of(from_hex(self._well.value))
        self.app.choose("background", value)
