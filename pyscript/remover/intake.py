"""Where the remover's photos come in: picked, dropped on it, pasted into it, taken with a camera.

Never from the page's own window: what is dropped or pasted beside the remover is the page's.
"""

import js
from dom import Element, listen, missing
from incoming import listed, paste_into, pictures
from text import t

HINT_MS = 6_000
INTENT = ("focusin", "pointerenter", "dragenter")


class Intake:
    """Binds the drop zone, the file inputs and the Paste and Camera buttons."""

    def __init__(self, app):
        self.app = app
        self.box = Element("remover")
        self.file = Element("file")
        self.camera = Element("camera")
        self.paste = Element("paste")
        self.shoot = Element("shoot")
        self.hint = Element("hint")
        self.another = Element("another")
        # Each for one photo and for several.
        self._words = [
            (Element("drop-words"), "remover.drop", "page.drop"),
            (Element("pick-words"), "remover.pick", "page.pick"),
            (Element("choose-words"), "remover.choose", "page.choose"),
            (Element("another-words"), "remover.another", "page.more"),
        ]
        self._said = ""
        self.file.on("change", lambda _: self._from(self.file))
        self.camera.on("change", lambda _: self._from(self.camera))
        self.shoot.on("click", lambda _: self.camera.node.click())
        self.another.on("click", lambda _: self.file.node.click())
        self.paste.on("click", lambda _: app.run(paste_into(app)))
        box = self.box.node
        listen(box, "dragover", self._over, passive=False)
        listen(box, "dragleave", self._left)
        listen(box, "drop", self._dropped, passive=False)
        listen(box, "paste", self._pasted)
        for kind in INTENT:
            listen(box, kind, lambda _: app.wake())

    def fit(self, values):
        """Show the ways in that the page wants and the device has."""
        self.file.attr("multiple", "" if values["multiple"] else None)
        clipboard = getattr(js.navigator, "clipboard", None)
        reads = bool(clipboard) and hasattr(clipboard, "read")
        self.paste.show("paste" in values["parts"] and reads)
        coarse = js.matchMedia("(pointer: coarse)").matches
        self.shoot.show("camera" in values["parts"] and bool(coarse))

    def render(self, state):
        """Show that a file may be let go, and what was wrong with the last one."""
        for element, one, many in self._words:
            element.text(t(many if self.app.values["multiple"] else one))
        self.box.attr("data-over", "" if state.dragging else None)
        if state.hint != self._said:
            self._said = state.hint
            self.hint.text(state.hint)
            self.hint.show(bool(state.hint))
            if state.hint:
                said = state.hint
                self.app.later(HINT_MS, lambda: self._forget(said))

    def _forget(self, sentence):
        if self.app.state.hint == sentence:
            self.app.hint("")

    def _take(self, files):
        chosen = pictures(files)
        if chosen:
            self.app.take(chosen)
        return bool(chosen)

    def _from(self, field):
        files = listed(field.node.files)
        if files and not self._take(files):
            self.app.hint(t("drop.nothing"))
        field.node.value = ""  # so that the same file can be picked again

    def _over(self, event):
        event.preventDefault()  # or the browser opens the file and the page is gone
        event.stopPropagation()
        event.dataTransfer.dropEffect = "copy"
        self.app.drag(True)

    def _left(self, event):
        target = event.relatedTarget
        if missing(target) or not self.box.node.contains(target):
            self.app.drag(False)

    def _dropped(self, event):
        event.preventDefault()
        event.stopPropagation()
        self.app.drag(False)
        if not self._take(listed(event.dataTransfer.files)):
            # A picture dragged out of another page comes as its address alone.
            address = event.dataTransfer.getData("text/uri-list")
            self.app.hint(t("drop.address" if address else "drop.nothing"))

    def _pasted(self, event):
        data = event.clipboardData
        event.stopPropagation()
        if missing(data) or not self._take(listed(data.files)):
            self.app.hint(t("paste.nothing"))
