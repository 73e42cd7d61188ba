"""A layer over the picture that takes pointer and keys for itself until it is closed."""

import js
from dom import listen, make

STEPS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}
FAR = 10  # times as far with Shift


class Overlay:
    """What pressing, moving and letting go mean is said by those that are one.

    Places are (x, y) in CSS pixels from the left and top of the picture as it is on screen, which
    stays right when that is zoomed.
    """

    def __init__(self, cls, label, on_close):
        """``on_close(back)``: it was closed; ``back``: the focus is to go where it came from."""
        self.node = make("div", cls="overlay " + cls, tabindex="0", role="application")
        self.node.setAttribute("aria-label", label)
        self._frame = js.document.getElementById("frame")
        self._on_close = on_close
        self._is_open = False
        for kind, hear in (
            ("pointerdown", self._down),
            ("pointermove", self._move),
            ("pointerup", self._up),
        ):
            listen(self.node, kind, self._alone(hear), passive=False)
        listen(self.node, "keydown", self._key, passive=False)
        listen(self.node, "blur", lambda _: self.close(back=False))

    def open(self):
        """Lie over the picture and take the focus."""
        self._frame.append(self.node)
        self._is_open = True
        self.node.scrollIntoView(js.JSON.parse('{"block": "nearest"}'))
        self.node.focus(js.JSON.parse('{"preventScroll": true}'))

    def close(self, back=True):
        """Be gone."""
        if self._is_open:
            self._is_open = False  # at once: what is taken away loses the focus, too
            self.node.remove()
            self._on_close(back)

    def room(self):
        """(width, height) of the picture on screen."""
        box = self._frame.getBoundingClientRect()
        return box.width, box.height

    # -- what pressing means -----------------------------------------------------------------------

    def pressed(self, x, y):
        """The pointer went down."""

    def went(self, x, y, held):
        """The pointer moved; ``held``: while it is down."""

    def released(self, x, y):
        """The pointer went up."""

    def stepped(self, x, y):
        """An arrow was pressed: so many steps."""

    def entered(self):
        """Enter or Space was pressed."""

    # -- events ------------------------------------------------------------------------------------

    def _alone(self, hear):
        """What is meant for this layer is not for what lies below it."""

        def heard(event):
            event.stopPropagation()
            box = self._frame.getBoundingClientRect()
            hear(event, event.clientX - box.left, event.clientY - box.top)

        return heard

    def _down(self, event, x, y):
        self.node.setPointerCapture(event.pointerId)
        self.pressed(x, y)

    def _move(self, event, x, y):
        self.went(x, y, bool(event.buttons))

    def _up(self, _event, x, y):
        self.released(x, y)

    def _key(self, event):
        name = event.key
        if name == "Escape":
            self.close()
        elif name in ("Enter", " "):
            self.entered()
        elif name in STEPS:
            far = FAR if event.shiftKey else 1
            self.stepped(STEPS[name][0] * far, STEPS[name][1] * far)
        else:
            return
        event.preventDefault()


class Dropper(Overlay):
    """Shows the photo as it came, and takes a place on it: ``on_take(x, y)``, 0..1."""

    def __init__(self, label, on_take, on_close):
        super().__init__("overlay-dropper", label, on_close)
        self._on_take = on_take
        self._picture = make("img", alt="", draggable="false")
        self._cross = make("span", cls="cross", aria_hidden="true")
        self.node.append(self._picture, self._cross)
        self._at = (0.5, 0.5)
        self._photo = None

    def pick(self, photo):
        """Open over that ``Photo``."""
        self._photo = photo
        self._picture.src = js.document.getElementById("before").src
        self.open()
        self._go(0.5, 0.5)

    def _inside(self):
        """Where the photo lies: left, top, width, height. A frame of another shape has rims."""
        across, down = self.room()
        scale = min(across / self._photo.width, down / self._photo.height)
        width, height = self._photo.width * scale, self._photo.height * scale
        return (across - width) / 2, (down - height) / 2, width, height

    def _place(self, x, y):
        left, top, width, height = self._inside()
        self._go((x - left) / width, (y - top) / height)

    def _go(self, x, y):
        self._at = min(1, max(0, x)), min(1, max(0, y))
        left, top, width, height = self._inside()
        style = self._cross.style
        style.setProperty("--x", str(left + self._at[0] * width) + "px")
        style.setProperty("--y", str(top + self._at[1] * height) + "px")

    def pressed(self, x, y):
        """Show where."""
        self._place(x, y)

    def went(self, x, y, _held):
        """Show where; a finger is drawn to the place."""
        self._place(x, y)

    def released(self, x, y):
        """Take the place."""
        self._place(x, y)
        self.entered()

    def stepped(self, x, y):
        """Move the cross by hundredths of the photo."""
        self._go(self._at[0] + x / 100, self._at[1] + y / 100)

    def entered(self):
        """Take the place where the cross is."""
        x, y = self._at
        self.close()
        self._on_take(x, y)


class Mover(Overlay):
    """Is drawn along: ``on_move(x, y)`` in pixels since it was pressed, ``on_step(x, y)``."""

    def __init__(self, label, on_press, on_move, on_step, on_close):
        super().__init__("overlay-mover", label, on_close)
        self._on_press = on_press
        self._on_move = on_move
        self._on_step = on_step
        self._from = (0, 0)

    def pressed(self, x, y):
        """Begin."""
        self._from = (x, y)
        self._on_press()

    def went(self, x, y, held):
        """Go along."""
        if held:
            self._on_move(x - self._from[0], y - self._from[1])

    def stepped(self, x, y):
        """Go by a step."""
        self._on_step(x, y)

    def entered(self):
        """It is where it should be."""
        self.close()
