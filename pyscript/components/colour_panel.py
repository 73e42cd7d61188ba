"""One colour as the background: written, picked from photo or screen, or one of those at hand."""

import js
from buttons import SMALL, button
from colours import colour_of, hex_of, recent
from dom import JsException, icon, make
from errors import OffcutError
from kept import read, write
from text import t

from components.controls import Colour, Swatches
from components.overlay import Dropper

KEPT = "colours"
SETTLED_MS = 1500  # a colour that stays for so long was meant


class ColourPanel:
    """Belongs to the group of backgrounds."""

    def __init__(self, group):
        self._group = group
        self._app = group.app
        self._colour = Colour("colour", t("look.colour"), self._chosen)
        self._recent = Swatches(t("look.recent"), self._take)
        self._suiting = Swatches(t("look.suiting"), self._take)
        self._photo = None  # whose colours are shown
        self._dropper = Dropper(t("look.dropper"), self._picked, self._closed)
        self._pick = button(t("look.pick"), self._open, icon("pipette"), cls=SMALL)
        self._tools = make("div", cls="tools")
        self._tools.append(self._pick)
        if hasattr(js.window, "EyeDropper"):
            self._tools.append(button(t("look.pick.screen"), self._screen, cls=SMALL))
        self.node = make("div", cls="sheet")
        self.node.append(self._colour.node, self._tools, self._recent.node, self._suiting.node)
        self._recent.fill(read(KEPT, []))

    def show(self, dials):
        """Show the dials, and what there is to choose from for this photo."""
        self._colour.show(dials)
        photo = self._app.state.photo
        self._pick.hidden = photo.unseen
        if photo is not self._photo:
            self._photo = photo
            self._suiting.fill([])
            self._app.run(self._ask(photo))

    async def _ask(self, photo):
        found = await self._colours(photo, {})
        if photo is self._photo:
            self._suiting.fill(found)

    async def _colours(self, photo, where):
        options = {"hold": photo.number}
        options.update(where)
        try:
            return await self._app.engine.colours(photo.blob, options)
        except OffcutError as error:
            print("Offcut: colours:", error)
            return []

    # -- choosing ----------------------------------------------------------------------------------

    def _chosen(self, _name, colour):
        self._group.put("colour", colour)
        self._app.later(SETTLED_MS, lambda: self._keep(colour))

    def _take(self, colour):
        self._colour.show({"colour": colour})
        self._chosen("colour", colour)

    def _keep(self, colour):
        if self._group.dials.get("colour") == colour:
            kept = recent(read(KEPT, []), colour)
            write(KEPT, kept)
            self._recent.fill(kept)

    # -- the droppers ------------------------------------------------------------------------------

    def _open(self):
        photo = self._app.state.photo
        if photo.width:
            self._pick.setAttribute("aria-pressed", "true")
            self._dropper.pick(photo)

    def _closed(self, back):
        self._pick.setAttribute("aria-pressed", "false")
        if back:
            self._pick.focus()

    def _picked(self, x, y):
        self._app.run(self._look(self._app.state.photo, x, y))

    async def _look(self, photo, x, y):
        found = await self._colours(photo, {"x": x, "y": y})
        if not found:
            self._app.hint(t("look.pick.failed"))
        elif photo is self._app.state.photo and self._group.kind == "colour":
            self._take(found[0])
            js.document.getElementById("live").textContent = t(
                "look.picked", colour=hex_of(found[0])
            )

    def _screen(self):
        self._app.run(self._from_screen())

    async def _from_screen(self):
        try:
            found = await js.EyeDropper.new().open()
        except JsException:
            return  # the person thought better of it
        self._take(colour_of(found.sRGBHex))
