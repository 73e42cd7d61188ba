"""What lies behind a cut-out: nothing, a colour, a gradient, the photo blurred, a picture."""

from colours import hex_of
from dom import ObjectUrl, icon, listen, make
from looks import GRADIENTS, dials_of
from text import t

from components.colour_panel import ColourPanel
from components.controls import Chips, Colour, Sheet, Slide, angle, painted, percent
from components.group import Group
from components.picture_panel import PicturePanel

KINDS = ("none", "white", "grey", "black", "colour", "gradient", "blur", "picture")


class Background(Group):
    """Chips that show what they stand for."""

    name = "background"
    rows = "chips chips-four"

    def fill(self):
        """Add the chips; three of them show what was chosen last."""
        self._faces = {}
        self._url = ObjectUrl()
        self._small_of = None  # the Blob whose picture is on its chip
        self.small = None  # the <img> there: it knows the picture's size
        for kind in KINDS:
            face = make("span", cls="chip chip-" + kind)
            self._faces[kind] = face
            entry = self.chips.add(kind, t("look.background." + kind), face)
            if kind == "picture":
                face.append(icon("image-plus"))
                listen(entry, "click", self._clicked)
        for kind in ("colour", "gradient"):
            self._paint(kind, self.first(kind))

    def first(self, kind):
        """As it is at first; a picture that was chosen stays."""
        dials = super().first(kind)
        if kind == "picture":
            dials["image"] = self._picture()
        return dials

    def panel(self, kind):
        """What there is to say about it."""
        if kind == "colour":
            return ColourPanel(self)
        if kind == "gradient":
            return GradientPanel(self)
        if kind == "blur":
            return Sheet(Slide("amount", t("look.blur"), (5, 100, 1), percent, self.put))
        return PicturePanel(self) if kind == "picture" else None

    def _clicked(self, event):
        # Arrows go over the chip, too (detail 0): no dialog jumps at those.
        if event.detail and not self._picture():
            self.choose("picture")
            self.ask()

    def ask(self):
        """Open the browser's dialog for a picture."""
        self._panels["picture"].ask()

    def _picture(self):
        return (self._kept.get("picture") or {}).get("image")

    def put_picture(self, blob):
        """Have that picture lie behind; no Blob: as it was."""
        if blob is None:
            self.show(self.app.state.scene.get(self.name))
            return
        dials = dict(self._kept.get("picture") or self.first("picture"))
        dials["image"] = blob
        self._kept["picture"] = dials
        self.choose("picture")

    def put_back(self, setting):
        """Take a kept picture's settings up; returns whether the picture itself is still at hand:
        the one that was chosen last is, if it has that name. Else it is to be chosen again."""
        kind, dials = dials_of(self.name, setting)
        last = self._picture()
        dials["image"] = last if last and last.name == setting["image"] else None
        self._kept[kind] = dials
        self.choose(kind)
        return dials["image"] is not None

    def take_over(self, before):
        """Show what ``before`` shows, also on the chips."""
        super().take_over(before)
        for kind in self._kept:
            self._paint(kind, self._kept[kind])

    def choose(self, kind):
        """Choose; a picture that is not there yet is nothing that could be drawn."""
        if kind == "picture" and not self._picture():
            self.kind, self.dials = kind, self._kept.get(kind) or self.first(kind)
            self._draw()
            return
        super().choose(kind)

    def _draw(self):
        super()._draw()
        self._paint(self.kind, self.dials)

    def put_all(self, dials, redraw=False):
        """Turn some dials; the chip goes with them."""
        super().put_all(dials, redraw)
        self._paint(self.kind, self.dials)

    def _paint(self, kind, dials):
        if kind == "colour":
            painted(self._faces[kind], dials["colour"])
        elif kind == "gradient":
            painted(self._faces[kind], css(dials))
        elif kind == "picture" and dials["image"] and dials["image"] is not self._small_of:
            self._small_of = dials["image"]
            self.small = make("img", alt="", src=self._url.of(dials["image"]))
            self._faces[kind].replaceChildren(self.small)


class GradientPanel:
    """Two colours, the way from one to the other, and some that go well together."""

    def __init__(self, group):
        self._group = group
        self._presets = Chips(t("look.gradients"), self._choose, "chips chips-four chips-small")
        for name, dials in GRADIENTS:
            face = painted(make("span", cls="chip"), css(dials))
            self._presets.add(name, t("look.gradient." + name), face)
        self._sheet = Sheet(
            Colour("from", t("look.from"), self._put),
            Colour("to", t("look.to"), self._put),
            Slide("angle", t("look.angle"), (0, 359, 1), angle, self._put),
        )
        self.node = make("div", cls="sheet")
        self.node.append(self._presets.node, self._sheet.node)

    def show(self, dials):
        """Show the dials."""
        self._sheet.show(dials)
        self._name(dials)

    def _name(self, dials):
        same = [name for name, preset in GRADIENTS if preset == dials]
        self._presets.show(same[0] if same else "")

    def _choose(self, name):
        self._group.put_all(dict(GRADIENTS)[name], True)

    def _put(self, name, value):
        self._group.put(name, value)
        self._name(self._group.dials)


def css(dials):
    """A gradient as CSS has it, which is how the engine draws it, too."""
    ends = hex_of(dials["from"]) + ", " + hex_of(dials["to"])
    return "linear-gradient(" + str(dials["angle"]) + "deg, " + ends + ")"
