"""Looks of one's own: kept on this device under a name, put on again, thrown away."""

from buttons import SMALL, button
from dom import icon, listen, make, missing
from kept import read, write
from looks import picture_name, plain
from text import t

from components.controls import head

KEPT = "looks"
MOST = 30


class OwnLooks:
    """``wear(look, name)``: puts one on; ``name``: of the picture that it has to be given."""

    def __init__(self, app, wear):
        self._app = app
        self._wear = wear
        self._gone = None  # (place, look) that was thrown away last
        heading, name = head(t("look.title.own"))
        self.node = make("div", cls="look", role="group", aria_labelledby=name)
        self._list = make("ul", cls="own")
        self._field = make("input", type="text", maxlength="40", autocomplete="off")
        self._field.setAttribute("aria-label", t("look.own.name"))
        self._field.setAttribute("placeholder", t("look.own.name"))
        keep = make("div", cls="keep")
        keep.append(
            self._field, button(t("look.own.keep"), self._keep, icon("bookmark-plus"), cls=SMALL)
        )
        self._back = button(t("look.own.undo"), self._undo, icon("retry"), cls=SMALL)
        self.node.append(heading, self._list, self._back, keep)
        listen(self._list, "click", self._pressed)
        listen(self._field, "keydown", self._key, passive=False)
        self._draw()

    def _draw(self):
        rows = []
        for at, look in enumerate(read(KEPT, [])):
            use = make("button", look["name"], cls="button small", type="button", dir="auto")
            use.setAttribute("data-use", str(at))
            drop = make("button", cls="icon-button", type="button")
            drop.setAttribute("aria-label", t("look.own.drop", name=look["name"]))
            drop.setAttribute("data-drop", str(at))
            drop.append(icon("trash"))
            row = make("li")
            row.append(use, drop)
            rows.append(row)
        self._list.replaceChildren(*rows)
        self._list.hidden = not rows
        self._back.hidden = self._gone is None

    def _key(self, event):
        if event.key == "Enter":
            event.preventDefault()
            self._keep()

    def _keep(self):
        known = read(KEPT, [])
        name = self._field.value.strip() or t("look.own.number", n=len(known) + 1)
        known = [look for look in known if look["name"] != name]
        known.append({"name": name, "scene": plain(self._app.state.scene)})
        if write(KEPT, known[-MOST:]):
            self._field.value = ""
            self._gone = None
            self._app.hint(t("look.own.kept", name=name))
        else:
            self._app.hint(t("look.own.full"))
        self._draw()

    def _pressed(self, event):
        node = event.target.closest("button")
        if missing(node):
            return
        known = read(KEPT, [])
        use, drop = node.getAttribute("data-use"), node.getAttribute("data-drop")
        if not missing(use):
            scene = known[int(use)]["scene"]
            self._wear(scene, picture_name(scene))
        elif not missing(drop):
            self._gone = int(drop), known.pop(int(drop))
            write(KEPT, known)
            self._draw()
            self._back.focus()

    def _undo(self):
        place, look = self._gone
        known = read(KEPT, [])
        known.insert(place, look)
        write(KEPT, known)
        self._gone = None
        self._draw()
        self._field.focus()
