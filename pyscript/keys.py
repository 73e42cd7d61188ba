"""The page's keyboard: which key does what, in one table that a person can look at.

A single letter is no safe key where somebody dictates or types by accident (WCAG 2.1.4), so they
can all be switched off: ``kept`` "keys".
"""

import js
from dom import listen, missing
from kept import read

# The arrows, and where they point: across, down.
ARROWS = (
    ("ArrowLeft", -1, 0),
    ("ArrowRight", 1, 0),
    ("ArrowUp", 0, -1),
    ("ArrowDown", 0, 1),
)
# Where letters are written; the arrows of a slider or a list are its own, too.
_WRITTEN = ("text", "search", "number", "email", "url", "password")
_ITS_OWN = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown")


class Key:
    """One entry. ``combo``: as ``Keys.add``; ``says``: the key of its sentence; ``group``: of its
    heading."""

    def __init__(self, combo, says, action, group, when):
        self.combo = combo
        self.says = says
        self.action = action
        self.group = group
        self.when = when


class Keys:
    """Hears every key that is pressed on the page."""

    def __init__(self):
        self.table = []  # Key, in the order they were added
        listen(js.document, "keydown", self._pressed, passive=False)

    def add(self, combo, says, action, group="keys.general", when=None):
        """Have ``action()`` called.

        ``combo``: a key as ``KeyboardEvent.key`` names it, one letter small, with "Ctrl+" (that is
        ⌘ on a Mac, too), "Shift+" or "Alt+" before it, in this order. ``says``, ``group``: keys of
        sentences (text.py) for the map. ``when()``: whether it counts now.
        """
        self.table.append(Key(combo, says, action, group, when))

    def _pressed(self, event):
        if event.defaultPrevented or event.isComposing:
            return
        combo = _combo(event)
        if not combo or not _free(event, combo):
            return
        for key in self.table:
            if key.combo == combo and (key.when is None or key.when()):
                event.preventDefault()
                key.action()
                return


def _combo(event):
    name = event.key
    if missing(name) or not name:
        return ""
    if len(name) == 1:
        name = name.lower()
    ctrl = event.ctrlKey or event.metaKey
    # A sign that needs Shift on one keyboard and not on another ("?") is that sign.
    shift = event.shiftKey and (len(name) > 1 or name.isalpha() or ctrl)
    held = ["Ctrl"] if ctrl else []
    held += ["Shift"] if shift else []
    held += ["Alt"] if event.altKey else []
    held.append(name)
    return "+".join(held)


def _free(event, combo):
    """Whether the key is the page's own, and not the field's that has the focus."""
    plain = not combo.startswith(("Ctrl+", "Alt+"))
    if plain and len(combo) == 1 and not read("keys", True):
        return False
    if js.document.querySelector("dialog:modal"):
        return False
    target = event.target
    if missing(target) or not hasattr(target, "tagName"):
        return True
    return not _taken(combo, str(target.tagName).lower(), getattr(target, "type", None))


def _taken(combo, tag, kind):
    """Whether an element of that tag does something of its own with the key."""
    if tag == "textarea" or (tag == "input" and kind in _WRITTEN):
        return True
    if tag in ("input", "select") and combo in _ITS_OWN:
        return True
    if tag == "select" and len(combo) == 1:
        return True
    return combo in (" ", "Enter") and tag in ("button", "summary", "input", "select", "a")
