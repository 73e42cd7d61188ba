"""The photo on the mat, at once; the cut-out over it, as soon as there is one."""

import js
from dom import Element, ObjectUrl, missing
from state import DONE, WORKING
from text import t


class Stage:
    """Shows Blobs through object URLs; not a pixel passes through Python."""

    def __init__(self, app):
        self.app = app
        self.stage = Element("stage")
        self.frame = Element("frame")
        self.before = Element("before")
        self.after = Element("after")
        self.unseen = Element("unseen")
        self._photo = None
        self._shown = None  # the Blob whose picture is on screen or on its way there
        self._urls = {"photo": ObjectUrl(), "cut": ObjectUrl()}
        self.before.on("load", lambda _: self._loaded())
        self.before.on("error", lambda _: self._failed())

    def render(self, state):
        """Show the photo, and over it the best cut-out there is."""
        if state.photo is not self._photo:
            self._photo = state.photo
            self._size(0, 0)
            self.before.attr("src", self._urls["photo"].of(state.photo.blob))
        # The file itself, once nothing better can follow; its picture is the whole photo's size.
        # While it is touched up: the plain cut-out, for its place and size.
        best = (state.phase == DONE and not state.editing and state.result) or state.preview
        blob = best["blob"] if best else None
        if blob is not self._shown:
            self._shown = blob
            if blob is None:
                self.after.fill([])
            else:
                self.app.run(self._show(blob, best))
        self.frame.attr("data-unseen", "" if state.photo and state.photo.unseen else None)
        unseen = state.phase == WORKING and state.photo.unseen and blob is None
        self.unseen.show(unseen)
        if unseen:
            self.unseen.text(t("unseen", name=state.photo.name))

    async def _show(self, blob, picture):
        """Put a cut-out on screen once it is decoded, so that nothing flickers."""
        url = ObjectUrl()
        image = js.document.createElement("img")
        image.alt = ""
        image.draggable = False
        image.src = url.of(blob)
        try:
            await image.decode()
        except Exception:
            url.free()
            raise
        if blob is not self._shown:  # a better one, or another photo, was quicker
            url.free()
            return
        # A frame of its own has nothing that the original could be held against.
        framed = bool(picture.get("framed"))
        self.frame.attr("data-framed", "" if framed else None)
        if self._photo.unseen or framed:
            self._size(picture["width"], picture["height"])
        elif self._photo.width:
            self._size(self._photo.width, self._photo.height)
        self.after.fill([image])
        self._urls["cut"].free()
        self._urls["cut"] = url

    def _loaded(self):
        node = self.before.node
        self._size(node.naturalWidth, node.naturalHeight)
        self.app.photo_seen(node.naturalWidth, node.naturalHeight)

    def _failed(self):
        if not missing(self.before.node.getAttribute("src")):
            self.app.photo_seen(0, 0)

    def _size(self, width, height):
        self.frame.attr("data-sized", "" if width else None)
        if width:
            self.stage.style("--w", width)
            self.stage.style("--h", height)
