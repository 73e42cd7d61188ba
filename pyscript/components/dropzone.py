"""Where photos come in: picked, dropped anywhere on the window, pasted."""

import js
from dom import Element, listen, missing
from incoming import folders, inside, listed, paste_into, pictures
from state import IDLE
from text import t

HINT_MS = 6_000
GONE_MS = 400  # dragover comes every 50 ms or so; without it the file has left the window


class Dropzone:
    """Binds the file input, the window's drag events, paste, and "Another photo"."""

    def __init__(self, app):
        self.app = app
        self.file = Element("file")
        self.folder = Element("folder")
        self.zone = Element("dropzone")
        self.veil = Element("veil")
        self.veil_text = Element("veil-text")
        self.hint = Element("hint")
        self.another = Element("another")
        self.paste = Element("paste")
        self._own = False  # what is dragged comes from this page
        self._said = ""

        self.file.on("change", lambda _: self.picked())
        self.folder.on("change", lambda _: self._take_from(self.folder, "drop.folder.empty"))
        Element("choose-folder").on("click", lambda _: self.folder.node.click())
        for button in (self.another, Element("queue-more")):
            button.on("click", lambda _: self.file.node.click())
        listen(js.window, "dragstart", lambda _: self._drag_own(True))
        listen(js.window, "dragend", lambda _: self._drag_own(False))
        listen(js.window, "dragover", self._over, passive=False)
        listen(js.window, "dragleave", self._left)
        listen(js.window, "drop", self._dropped, passive=False)
        listen(js.document, "paste", self._pasted)
        clipboard = getattr(js.navigator, "clipboard", None)
        if clipboard and hasattr(clipboard, "read"):
            self.paste.show(True)
            self.paste.on("click", lambda _: self.app.run(paste_into(self.app)))
        if "Mac" in js.navigator.platform:
            key = Element("paste-key")
            key.attr("data-t", None)  # the same in every language
            key.text("⌘ V")

    def render(self, state):
        """Show the veil while a file is over the window, and what was wrong with a drop."""
        self.veil.show(state.dragging)
        key = "veil.more" if state.batch else "veil" if state.phase == IDLE else "veil.next"
        self.veil_text.text(t(key))
        if state.hint != self._said:
            self._said = state.hint
            self.hint.text(state.hint)
            self.hint.show(bool(state.hint))
            if state.hint:
                self.app.later(HINT_MS, lambda: self._forget(state.hint))

    def _forget(self, sentence):
        if self.app.state.hint == sentence:
            self.app.hint("")

    def _take(self, files):
        """Take the pictures in; a single file of unknown type goes to the engine, which looks at
        its bytes."""
        chosen = pictures(files)
        if chosen:
            self.app.take(chosen)
        return bool(chosen)

    # -- pick --------------------------------------------------------------------------------------

    def picked(self):
        """Take what the file input holds; a photo picked before Python was up is not lost."""
        self._take_from(self.file, "drop.nothing")

    def _take_from(self, field, otherwise):
        files = listed(field.node.files)
        if files:
            if not self._take(files):
                self.app.hint(t(otherwise))
            field.node.value = ""  # so that the same files can be picked again

    # -- drop --------------------------------------------------------------------------------------

    def _drag_own(self, own):
        self._own = own

    def _over(self, event):
        if self._own:
            return
        event.preventDefault()  # or the browser opens the file and the page is gone
        event.dataTransfer.dropEffect = "copy"
        self.app.drag(True)

    def _left(self, event):
        if missing(event.relatedTarget):
            self.app.drag(False)

    def _dropped(self, event):
        if self._own:
            return
        event.preventDefault()
        self.app.drag(False)
        entries = folders(event.dataTransfer)
        if entries:
            self.app.run(self._open_folders(entries))
        elif not self._take(listed(event.dataTransfer.files)):
            # A picture dragged out of another page comes as its address alone.
            address = event.dataTransfer.getData("text/uri-list")
            self.app.hint(t("drop.address" if address else "drop.nothing"))

    async def _open_folders(self, entries):
        if not self._take(await inside(entries)):
            self.app.hint(t("drop.folder.empty"))

    # -- paste -------------------------------------------------------------------------------------

    def _pasted(self, event):
        data = event.clipboardData
        if missing(data) or not self._take(listed(data.files)):
            self.app.hint(t("paste.nothing"))
