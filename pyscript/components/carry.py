"""The result on its way out by hand: copied, shared, dragged from the page."""

import js
from dom import Element, JsException, missing, named
from state import DONE
from text import t


class Carry:
    """The Copy and Share buttons beside Download, where the browser has them."""

    def __init__(self, app):
        self.app = app
        self.row = Element("carry")
        self.copy = Element("copy")
        self.share = Element("share")
        self._result = None
        self._copies = hasattr(js.window, "ClipboardItem")
        self._shares = hasattr(js.navigator, "canShare")
        self.copy.on("click", lambda _: app.run(self._copy()))
        self.share.on("click", lambda _: app.run(self._share()))
        self.link = Element("download")
        self.link.on("dragstart", self._dragged, passive=False)

    def render(self, state):
        """Offer what can be done with the file that is there."""
        result = state.result if state.phase == DONE else None
        if result is self._result:
            return
        self._result = result
        can_copy = bool(result) and self._copies
        can_share = bool(result) and self._shares and js.navigator.canShare(self._files())
        self.copy.show(can_copy)
        self.share.show(can_share)
        self.row.show(can_copy or can_share)

    def _files(self):
        shared = js.Object.new()
        shared.files = js.Array.of(named(self._result["blob"], self._result["name"]))
        return shared

    async def _copy(self):
        blob = self._result["blob"]
        content = js.Object.new()
        js.Reflect.set(content, blob.type, blob)
        try:
            await js.navigator.clipboard.write(js.Array.of(js.ClipboardItem.new(content)))
        except JsException:
            self.app.hint(t("copy.denied"))
            return
        self.app.hint(t("copy.done"))

    async def _share(self):
        try:
            await js.navigator.share(self._files())
        except JsException as error:
            if "AbortError" not in str(error):  # that one: the person thought better of it
                self.app.hint(t("share.failed"))

    def _dragged(self, event):
        """Let Chromium's kind drop the file itself on a folder or another program."""
        href = self.link.node.getAttribute("href")
        if self._result and not missing(href):
            told = ":".join([self._result["blob"].type, self._result["name"], href])
            event.dataTransfer.setData("DownloadURL", told)
