"""Every key that does something on the page, by groups, out of the table that the page goes by."""

import js
from dom import icon, make
from text import has, t

from settings.parts import group

ARROWS = {"ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓"}


def by_group(table):
    """The table as [(group, [(what it does, [combo, …]), …]), …], in the order of first mention."""
    groups = []
    for key in table:
        rows = _under(groups, key.group)
        _under(rows, key.says).append(key.combo)
    return groups


def _under(pairs, name):
    for known, values in pairs:
        if known == name:
            return values
    pairs.append((name, []))
    return pairs[-1][1]


def caps(combo, mac):
    """What stands on the keys of a combination, one after the other."""
    names = combo.split("+")
    if combo.endswith("+"):  # the key itself: "+" gives ["", ""], "Ctrl++" ["Ctrl", "", ""]
        names = names[:-2]
        names.append("+")
    return [_cap(name, mac) for name in names]


def _cap(name, mac):
    if name == "Ctrl" and mac:
        return "⌘"
    if name in ARROWS:
        return ARROWS[name]
    key = "settings.key." + ("Space" if name == " " else name)
    if has(key):
        return t(key)
    return name.upper() if len(name) == 1 else name


class Keymap:
    """The section."""

    name = "keys"

    def __init__(self, app):
        self.app = app

    def sign(self):
        """Its icon."""
        return icon("keyboard")

    def build(self):
        """Make room for the table."""
        self._drawn = 0
        self.box = make("div", cls="set-keys")
        return [make("p", t("settings.keys.say"), cls="quiet small"), self.box]

    def render(self, _state):
        """Draw the table, if keys have been added."""
        table = self.app.keys.table
        if len(table) == self._drawn:
            return
        self._drawn = len(table)
        mac = "Mac" in js.navigator.platform
        self.box.replaceChildren(
            *[group(t(name), self._list(rows, mac)) for name, rows in by_group(table)]
        )

    def shown(self):
        """Nothing to ask for."""

    def _list(self, rows, mac):
        made = make("dl", cls="set-keymap")
        for says, combos in rows:
            line = make("div")
            keys = make("dt")
            for combo in combos:
                together = make("span", cls="set-combo")
                together.append(*[make("kbd", cap) for cap in caps(combo, mac)])
                keys.append(together)
            line.append(keys, make("dd", t(says)))
            made.append(line)
        return made
