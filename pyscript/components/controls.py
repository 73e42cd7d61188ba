"""The wardrobe's controls: chips to choose from, sliders, colours. Made when first needed."""

from colours import colour_of, hex_of
from dom import listen, make, missing
from text import number, t

_made = [0]


def painted(node, colour):
    """Give a chip a colour, [red, green, blue], or any CSS value; returns it."""
    value = colour if isinstance(colour, str) else hex_of(colour)
    node.style.setProperty("--chip", value)
    return node


class Chips:
    """One of several, each a chip: radio buttons, so the arrows go from one to the next."""

    def __init__(self, label, on_choose, cls="chips"):
        _made[0] += 1
        self.node = make("div", cls=cls, role="radiogroup", aria_label=label)
        self._name = "choice-" + str(_made[0])
        self._inputs = {}
        listen(self.node, "change", lambda event: on_choose(event.target.value))

    def add(self, value, label, face=None):
        """Add a choice; without a ``face`` of its own its words are on it. Returns its input."""
        entry = make("input", type="radio", name=self._name, value=str(value))
        row = make("label", cls="choice")
        row.append(entry)
        if face:
            row.title = label
            entry.setAttribute("aria-label", label)
            row.append(face)
        else:
            row.append(make("span", label, cls="chip chip-words"))
        self.node.append(row)
        self._inputs[str(value)] = entry
        return entry

    def show(self, value):
        """Have that one chosen; none where there is none of that value."""
        for name, entry in self._inputs.items():
            entry.checked = name == str(value)

    def focus(self):
        """Move the focus to the one that is chosen."""
        for entry in self._inputs.values():
            if entry.checked:
                entry.focus()


def percent(value):
    """Write a dial that is in percent."""
    return t("look.percent", n=value)


def tenths(value):
    """Write a dial that is in tenths of a percent: 3.5, 4."""
    return t("look.percent", n=number(value / 10, 1 if value % 10 else 0))


def angle(value):
    """Write a dial that is in degrees."""
    return t("look.degrees", n=value)


class Slide:
    """A slider with its name and its value, for the dial ``name``."""

    def __init__(self, name, label, span, say, on_change):
        """``span``: least, most and step. ``say(value)``: writes it."""
        self.name = name
        self.node = make("label", cls="slide")
        self._said = make("output")
        low, high, step = (str(one) for one in span)
        self._input = make("input", type="range", min=low, max=high, step=step, aria_label=label)
        if say is angle:
            self.node.classList.add("slide-angle")
        self.node.append(make("span", label), self._said, self._input)
        self._say = say
        self._on_change = on_change
        listen(self._input, "input", lambda _: self._moved())

    def show(self, dials):
        """Show the dial."""
        self._input.value = str(dials[self.name])
        self._tell(dials[self.name])

    def _tell(self, value):
        words = self._say(value)
        self._said.textContent = words
        self._input.setAttribute("aria-valuetext", words)
        self.node.style.setProperty("--turn", str(value) + "deg")

    def _moved(self):
        value = int(self._input.value)
        self._tell(value)
        self._on_change(self.name, value)


class Colour:
    """A colour by the browser's own picker, or written as text, for the dial ``name``."""

    def __init__(self, name, label, on_change):
        self.name = name
        self.node = make("div", cls="tint")
        self._well = make("input", cls="chip", type="color", aria_label=label)
        self._text = make(
            "input",
            type="text",
            spellcheck="false",
            autocomplete="off",
            maxlength="24",
            aria_label=t("look.written", label=label),
        )
        self.node.append(make("span", label), self._well, self._text)
        self._on_change = on_change
        listen(self._well, "input", lambda _: self._chosen(colour_of(self._well.value)))
        listen(self._text, "change", lambda _: self._typed())

    def show(self, dials):
        """Show the dial."""
        text = hex_of(dials[self.name])
        self._well.value = self._text.value = text
        self._text.removeAttribute("aria-invalid")

    def _chosen(self, colour):
        self.show({self.name: colour})
        self._on_change(self.name, colour)

    def _typed(self):
        colour = colour_of(self._text.value)
        if colour:
            self._chosen(colour)
        else:
            self._text.setAttribute("aria-invalid", "true")


class Swatches:
    """Colours to be taken at a press."""

    def __init__(self, label, on_choose):
        self.node = make("div", cls="swatches", role="group", aria_label=label)
        self._row = make("div", cls="chips")
        self.node.append(make("span", label, aria_hidden="true"), self._row)
        self._on_choose = on_choose
        listen(self._row, "click", self._pressed)
        self.fill([])

    def fill(self, colours):
        """Show these; nothing where there are none."""
        self.node.hidden = not colours
        chips = []
        for colour in colours:
            text = hex_of(colour)
            chip = make("button", cls="chip", type="button", aria_label=text, title=text)
            chips.append(painted(chip, colour))
        self._row.replaceChildren(*chips)

    def _pressed(self, event):
        chip = event.target.closest("button")
        if not missing(chip):
            self._on_choose(colour_of(chip.getAttribute("aria-label")))


class Sheet:
    """Controls one below the other: what a kind has in detail."""

    def __init__(self, *controls):
        self.node = make("div", cls="sheet")
        self._controls = controls
        self.node.append(*[one.node for one in controls])

    def show(self, dials):
        """Show the dials."""
        for one in self._controls:
            one.show(dials)


def head(words):
    """A heading and its id, for what it is the name of."""
    _made[0] += 1
    name = "look-head-" + str(_made[0])
    return make("h2", words, id=name), name
