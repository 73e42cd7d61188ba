"""What lies around a cut-out: its shadow, its outline, its frame."""

from dom import icon, listen, make
from looks import NONE, SIDES, sized
from text import t

from components.controls import Colour, Sheet, Slide, angle, percent, tenths
from components.group import Group

FRAMES = ("none", "subject", "square", "portrait", "wide", "tall", "shop", "own")


class Shadow(Group):
    """Behind the subject, or on the ground below it."""

    name = "shadow"

    def fill(self):
        """Three chips, in words."""
        for kind in (NONE, "drop", "contact"):
            self.chips.add(kind, t("look.shadow." + kind))

    def panel(self, kind):
        """Where it falls, how soft and how strong it is."""
        if kind == NONE:
            return None
        if kind == "drop":
            where = [
                Slide("angle", t("look.angle"), (0, 359, 1), angle, self.put),
                Slide("far", t("look.far"), (0, 200, 1), tenths, self.put),
            ]
        else:
            where = [
                Slide("x", t("look.across"), (-100, 100, 1), tenths, self.put),
                Slide("y", t("look.down"), (-50, 100, 1), tenths, self.put),
            ]
        where.append(Slide("soft", t("look.soft"), (0, 150, 1), tenths, self.put))
        where.append(Slide("strong", t("look.strong"), (1, 100, 1), percent, self.put))
        where.append(Colour("colour", t("look.colour.shadow"), self.put))
        return Sheet(*where)


class Outline(Group):
    """A line around the subject, as a sticker has it."""

    name = "outline"

    def fill(self):
        """Three chips, in words."""
        for kind in (NONE, "thin", "thick"):
            self.chips.add(kind, t("look.outline." + kind))

    def panel(self, kind):
        """Width and colour."""
        if kind == NONE:
            return None
        return Sheet(
            Slide("width", t("look.width"), (1, 100, 1), tenths, self.put),
            Colour("colour", t("look.colour.outline"), self.put),
        )


class Frame(Group):
    """Which part of the photo, or how much around it, the picture shows."""

    name = "frame"
    rows = "chips chips-four"

    def fill(self):
        """A chip with its shape for each."""
        for kind in FRAMES:
            label = t("look.frame." + kind)
            face = make("span", cls="chip chip-shape")
            face.append(make("span", cls="shape shape-" + kind), make("span", label, cls="shaped"))
            self.chips.add(kind, label, face)

    def panel(self, kind):
        """Margin, size and place."""
        if kind == NONE:
            return None
        parts = [Slide("margin", t("look.margin"), (0, 40, 1), percent, self.put)]
        if kind != "subject":  # its shape is the subject's own
            parts.append(Size(self))
        parts.append(Tick("centre", t("look.centre"), self.put))
        return Sheet(*parts)


class Tick:
    """A box to be ticked, for the dial ``name``."""

    def __init__(self, name, label, on_change):
        self.name = name
        self.node = make("label", cls="tick")
        self._box = make("input", type="checkbox")
        self.node.append(self._box, make("span", label))
        listen(self._box, "change", lambda _: on_change(name, bool(self._box.checked)))

    def show(self, dials):
        """Show the dial."""
        self._box.checked = bool(dials[self.name])


class Size:
    """Width and height in pixels; without them the picture has the photo's own pixels."""

    def __init__(self, group):
        self._group = group
        self.node = make("div", cls="pixels", role="group", aria_label=t("look.size"))
        self._width = self._field(t("look.size.width"))
        self._height = self._field(t("look.size.height"))
        times = make("span", "×", aria_hidden="true")
        self._own = make("button", cls="icon-button", type="button")
        self._own.setAttribute("aria-label", t("look.size.own"))
        self._own.title = t("look.size.own")
        self._own.append(icon("x"))
        self.node.append(make("span", t("look.size")), self._width, times, self._height, self._own)
        listen(self._width, "change", lambda _: self._typed(True))
        listen(self._height, "change", lambda _: self._typed(False))
        listen(self._own, "click", lambda _: self._free())

    def _field(self, label):
        low, high = (str(one) for one in SIDES)
        return make(
            "input",
            type="number",
            inputmode="numeric",
            min=low,
            max=high,
            aria_label=label,
            placeholder=t("look.size.auto"),
        )

    def show(self, dials):
        """Show the dial."""
        size = dials["size"] or ["", ""]
        self._width.value, self._height.value = str(size[0]), str(size[1])
        # Two kinds are a size: without one they would be nothing.
        self._own.hidden = not dials["size"] or self._group.kind in ("shop", "own")

    def _typed(self, by_width):
        width, height = self._number(self._width), self._number(self._height)
        if width if by_width else height:
            size = sized(self._group.kind, width, height, by_width)
            self._group.put_all({"size": size}, True)
        else:
            self.show(self._group.dials)

    def _number(self, field):
        return int(field.value) if field.value.isdigit() else 0

    def _free(self):
        self._group.put_all({"size": None}, True)
        self._width.focus()
