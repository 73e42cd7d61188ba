"""What the remover gives: the file to download, copy or share, and those done before it."""

from dom import QUIETLY, Element, ObjectUrl, make
from state import BUSY, DONE, IDLE, IMPROVING
from text import file_kind, said, size, t, together, trouble


class Outcome:
    """The Download link, what is said beside it, and the list of files that are done."""

    def __init__(self, app):
        self.app = app
        self.root = app.root
        self.name = Element("photo-name")
        self.box = Element("result")
        self.why = Element("result-why")
        self.link = Element("download")
        self.label = Element("download-label")
        self.facts = Element("result-facts")
        self.finished = Element("finished")
        self.live = Element("live")
        self._url = ObjectUrl()
        self._blob = None
        self._photo = None
        self._phase = IDLE
        self._listed = []  # (photo, ObjectUrl, row)
        self.link.on("click", self._clicked, passive=False)

    def render(self, state):
        """Show what there is."""
        if state.photo and state.photo is not self._photo:
            self._photo = state.photo
            self.name.text(state.photo.name)
        self.box.show(state.phase in (IMPROVING, DONE))
        self._offer(state)
        if state.phase != self._phase:
            before, self._phase = self._phase, state.phase
            self._announce(state, before)

    def _offer(self, state):
        result = state.result
        blob = result["blob"] if result else None
        if blob is not self._blob:
            self._blob = blob
            self._url.on(self.link, blob, result and result["name"])
        self.link.attr("aria-disabled", None if blob or not state.wanted else "true")
        kind = file_kind(blob.type if blob else "image/" + self.app.values["output"])
        late = state.wanted and not blob
        self.label.text(t("download.wanted") if late else t("download", format=kind))
        self._tell(state, result)
        if blob and state.wanted:
            state.wanted = False
            self.link.node.click()

    def _tell(self, state, result):
        reasons = []
        if state.phase == IMPROVING:
            final = (state.preview or {}).get("final")
            reasons.append(t("result.writing" if final else "result.improving"))
        elif state.phase == DONE and result:
            if (state.preview or {}).get("empty"):
                reasons = [t("empty.title") + ".", t("empty")]
            reasons += [said(note) for note in result["notes"]]
            if state.error and state.error.code != "CANCELLED":
                reasons.append(trouble(state.error))
        elif state.phase == DONE:
            reasons.append(t("result.drawing"))
        self.why.text(together(reasons))
        self.why.show(bool(reasons))
        facts = t("result.later")
        if result:
            facts = t(
                "result.facts",
                name=result["name"],
                width=result["width"],
                height=result["height"],
                bytes=size(result["blob"].size),
            )
        self.facts.text(facts)

    def _announce(self, state, before):
        if state.phase in BUSY and before == IDLE:
            self.name.node.focus(QUIETLY)  # the drop zone is gone, with the focus in it
        if state.phase == IMPROVING:
            self.live.text(t("say.first"))
        elif state.phase == DONE:
            kind = file_kind("image/" + self.app.values["output"])
            self.live.text(t("say.done", format=kind))
            active = self.root.activeElement
            if before in BUSY and active and active.id in ("cancel", "photo-name"):
                self.link.node.focus(QUIETLY)

    def _clicked(self, event):
        if self._blob is None:  # not written yet: remember, and do it then
            event.preventDefault()
            self.app.want()

    # -- several photos ----------------------------------------------------------------------------

    def keep(self, photo, result):
        """List a file that is done, where more than one photo came."""
        for entry in [one for one in self._listed if one[0] is photo]:
            self._drop(entry)  # done again, with another background
        url = ObjectUrl()
        link = make("a", href=url.of(result["blob"]), download=result["name"])
        link.append(make("bdi", result["name"]))
        row = make("li")
        row.append(link)
        self.finished.node.append(row)
        self._listed.append((photo, url, row))
        self.finished.show(len(self._listed) > 1)

    def _drop(self, entry):
        self._listed.remove(entry)
        entry[1].free()
        entry[2].remove()

    def free(self):
        """Give all addresses back."""
        self._url.free()
        for entry in list(self._listed):
            self._drop(entry)
