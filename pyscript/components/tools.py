"""The tools of touching up: what the brush does, how it draws, back and forth, done."""

from dom import Element, icon, listen, make
from kept import read, write
from keys import ARROWS
from state import DONE
from text import epoch, t

# Value, icon, key of its name, and the one on the keyboard.
TOOLS = (
    ("erase", "eraser", "touch.erase", "e"),
    ("restore", "paintbrush", "touch.restore", "r"),
    ("remove", "circle-minus", "touch.remove", "m"),
    ("keep", "circle-plus", "touch.keep", "k"),
)
MOST = 400  # of the slider; the brackets reach further


class Tools:
    """Fills #tools when it is first opened."""

    def __init__(self, app, easel):
        self.app = app
        self.easel = easel
        easel.tools = self
        self.box = Element("tools")
        self.open = Element("touch")
        self.live = Element("live")
        self._made = None  # in which language
        self.open.on("click", lambda _: self._open())
        self._keys()

    def render(self, state):
        """Offer it where there is a result; show it while it is open."""
        self.open.show(state.phase == DONE and state.photo is not None)
        if state.editing and self._made != epoch():
            self._make()
        hidden = self.box.node.hidden
        self.box.show(state.editing)
        self.tell()
        if state.editing and hidden:
            self.tools[self.easel.brush.tool].focus()
        elif not state.editing and not hidden and state.phase == DONE:
            self.open.node.focus()

    def _open(self):
        self.app.state.editing = True
        self.app.changed()

    # -- made once a language ----------------------------------------------------------------------

    def _make(self):
        brush = self.easel.brush
        if self._made is None:
            for name in ("hardness", "flow", "smart"):
                setattr(brush, name, read("brush." + name, getattr(brush, name)))
            photo = self.app.state.photo
            brush.size = max(4.0, round(max(photo.width, photo.height) / 20))
        self._made = epoch()
        group = make("fieldset", cls="tool-row")
        group.append(make("legend", t("touch.tool"), cls="visually-hidden"))
        self.tools = {}
        for value, picture, key, _ in TOOLS:
            label = make("label", cls="tool", title=t(key))
            choice = make("input", type="radio", name="tool", value=value)
            choice.checked = value == brush.tool
            listen(choice, "change", self._chosen)
            face = make("span", cls="tool-face")
            face.append(icon(picture), make("span", t(key)))
            label.append(choice, face)
            self.tools[value] = choice
            group.append(label)
        self.help = make("p", cls="quiet small", id="touch-help")
        self.smart = make("input", type="checkbox", id="touch-smart")
        self.smart.checked = brush.smart
        listen(self.smart, "change", lambda _: self._set("smart", self.smart.checked))
        smart = make("label", cls="check")
        smart.append(self.smart, icon("wand-sparkles"), make("span", t("touch.smart")))
        self.size = self._slider("touch.size", 1, 100, lambda n: self._size(_bend(n)))
        self.hardness = self._slider("touch.hardness", 0, 100, self._part("hardness"))
        self.flow = self._slider("touch.flow", 5, 100, self._part("flow"))
        self.fine = make("div", cls="tool-sliders")
        self.fine.append(smart, self.size[0], self.hardness[0], self.flow[0])
        self.undo = self._button("undo-2", "touch.undo", lambda _: self.back())
        self.redo = self._button("redo-2", "touch.redo", lambda _: self.forth())
        self.again = self._button("rotate-ccw", "touch.restart", lambda _: self._restart())
        steps = make("div", cls="tool-steps")
        steps.append(self.undo, self.redo, self.again)
        done = make("button", t("touch.done"), type="button", id="touch-done")
        done.className = "button primary large wide"
        listen(done, "click", lambda _: self.easel.close())
        self.status = make("p", cls="quiet small tool-status", role="status")
        title = make("h2", t("touch.title"), cls="tool-title")
        self.box.fill([title, group, self.help, self.fine, steps, self.status, done])

    def _slider(self, key, least, most, action):
        label = make("label", cls="tool-slider")
        field = make("input", type="range", min=str(least), max=str(most), step="1")
        field.id = key.replace(".", "-")
        value = make("output", cls="tool-value")
        listen(field, "input", lambda _: action(int(field.value)))
        label.append(make("span", t(key)), field, value)
        return label, field, value

    def _button(self, picture, key, action):
        button = make("button", cls="button", type="button", title=t(key))
        button.id = key.replace(".", "-")
        button.append(icon(picture), make("span", t(key)))
        listen(button, "click", action)
        return button

    # -- what is chosen ----------------------------------------------------------------------------

    def _chosen(self, event):
        self.easel.brush.tool = event.target.value
        self.tell()

    def _part(self, name):
        # In parts that a canvas has, too.
        return lambda n: self._set(name, round(2.55 * n) / 255)

    def _set(self, name, value):
        setattr(self.easel.brush, name, value)
        write("brush." + name, value)
        self.tell()

    def _size(self, size):
        self.easel.brush.size = max(1.0, min(1024.0, size))
        self.easel.show_ring()
        self.tell()

    def choose(self, tool):
        """Take a tool up."""
        self.tools[tool].checked = True
        self.easel.brush.tool = tool
        self.tell()
        self.say(t("touch." + tool))

    def back(self):
        """Take the last change back."""
        self.easel.retouch.undo()
        self.tell()

    def forth(self):
        """Do what was taken back."""
        self.easel.retouch.redo()
        self.tell()

    def _restart(self):
        self.easel.retouch.restart()
        self.tell()

    # -- what is shown -----------------------------------------------------------------------------

    def tell(self):
        """Show the tools as they are."""
        if self._made is None:
            return
        brush, retouch = self.easel.brush, self.easel.retouch
        self.fine.hidden = brush.clicks()
        self.help.textContent = t("touch.help." + brush.tool)
        _fill(self.size, _unbend(brush.size), t("touch.pixels", n=round(brush.size)))
        for slider, part in ((self.hardness, brush.hardness), (self.flow, brush.flow)):
            _fill(slider, round(100 * part), t("touch.percent", n=round(100 * part)))
        self.undo.disabled = not retouch.can_undo()
        self.redo.disabled = not retouch.can_redo()
        self.again.disabled = not retouch.can_undo()

    def wait(self, words):
        """Say that something takes a moment; "": that it is over."""
        self.status.textContent = words
        self.box.attr("aria-busy", "true" if words else None)

    def say(self, words):
        """Tell it to those who hear the page."""
        self.live.text(words)

    def _keys(self):
        keys, easel = self.app.keys, self.easel

        def editing():
            return self.app.state.editing

        def add(combo, says, action):
            keys.add(combo, says, action, "keys.touch", editing)

        keys.add("t", "key.touch", self._open, "keys.touch", lambda: not self.open.node.hidden)
        for tool, _, says, combo in TOOLS:
            add(combo, says, self._chooser(tool))
        add("s", "touch.smart", self._switch)
        add("[", "key.smaller", lambda: self._size(easel.brush.size / 1.15))
        add("]", "key.larger", lambda: self._size(easel.brush.size * 1.15))
        add("Ctrl+z", "touch.undo", self.back)
        add("Ctrl+Shift+z", "touch.redo", self.forth)
        add("Ctrl+y", "touch.redo", self.forth)
        for combo, dx, dy in ARROWS:
            add(combo, "key.brush.move", _stepper(easel, dx, dy))
        add("Enter", "key.brush.press", easel.press)
        add("Escape", "touch.done", easel.close)

    def _switch(self):
        self.smart.click()

    def _chooser(self, tool):
        return lambda: self.choose(tool)


def _stepper(easel, dx, dy):
    return lambda: easel.step(dx, dy)


def _fill(slider, number, words):
    """Set a slider and the words beside it, where they are other ones."""
    field, value = slider[1], slider[2]
    if field.value != str(number):
        field.value = str(number)
    if value.textContent != words:
        value.textContent = words
        field.setAttribute("aria-valuetext", words)


def _bend(n):
    """A slider's place, 1..100, as a size: fine for small ones."""
    return max(1, round(MOST ** (n / 100)))


def _unbend(size):
    """The place for a size."""
    n = 1
    while n < 100 and _bend(n) < size:
        n += 1
    return n
