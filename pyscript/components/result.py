"""What the photo is, and what can be taken away: the file, its size, that it was checked."""

import js
from dom import QUIETLY, Element, ObjectUrl, make
from state import DONE, IDLE, IMPROVING, WORKING
from text import file_kind, model_titles, said, seconds, size, t, together, trouble


class ResultBar:
    """The panel's head, the Download link and the note that the file was checked."""

    def __init__(self, app):
        self.app = app
        self.head = Element("photo-head")
        self.name = Element("photo-name")
        self.facts = Element("photo-facts")
        self.box = Element("result")
        self.title = Element("result-title")
        self.why = Element("result-why")
        self.link = Element("download")
        self.label = Element("download-label")
        self.file = Element("result-facts")
        self.finer = Element("finer")
        self.finer.on("click", lambda _: self._refine())
        self.checked = Element("checked")
        self.checked_title = Element("checked-title")
        self.checks = Element("checks")
        self.live = Element("live")
        self._url = ObjectUrl()
        self._photo = None
        self._blob = None
        self._phase = IDLE
        self.link.on("click", self._clicked, passive=False)

    def render(self, state):
        """Show what there is."""
        self._head(state)
        self.box.show(state.phase in (IMPROVING, DONE))
        self._offer(state)
        self._proof(state)
        if state.phase != self._phase:
            before, self._phase = self._phase, state.phase
            self._announce(state, before)

    def _head(self, state):
        photo = state.photo
        if photo is None:
            return
        if photo is not self._photo:
            self._photo = photo
            self.name.text(photo.name)
            self.head.attr("title", photo.name)
            # The drop zone is gone with the focus in it; the panel is where things go on.
            self.head.node.focus(QUIETLY)
            js.scrollTo(0, 0)  # "Another photo" is at the foot of a phone's page, the photo on top
        facts = size(photo.bytes)
        if photo.width:
            facts = t("photo.facts", width=photo.width, height=photo.height, bytes=facts)
        self.facts.text(facts)

    def _offer(self, state):
        result = state.result
        blob = result["blob"] if result else None
        if blob is not self._blob:
            self._blob = blob
            self._url.on(self.link, blob, result and result["name"])
        kind = file_kind(blob.type if blob else self.app.output.get("format", "image/png"))
        late = state.wanted and not blob
        self.label.text(t("download.wanted") if late else t("download", format=kind))
        if state.phase in (IMPROVING, DONE):
            self._tell(state)
        if result:
            self.file.text(
                t(
                    "result.facts",
                    name=result["name"],
                    width=result["width"],
                    height=result["height"],
                    bytes=size(blob.size),
                )
            )
        else:
            self.file.text(t("result.later"))
        if blob and state.wanted:
            state.wanted = False
            self.link.node.click()

    def _tell(self, state):
        """Say what came out, and why it is less than it could be."""
        if state.phase == IMPROVING:
            final = (state.preview or {}).get("final")
            self.title.text(t("result.writing" if final else "result.improving"))
            self.why.show(False)
            self.finer.show(False)
            return
        if not state.result:  # a changed background is being drawn
            self.title.text(t("result.drawing"))
            self.why.show(False)
            self.finer.show(False)
            return
        empty = (state.preview or {}).get("empty")
        self.title.text(t("empty.title" if empty else "result.done"))
        reasons = [t("empty")] if empty else []
        less = self._less(state)
        if less:
            alone = len(state.result["models"]) == 1
            reasons.append(t("result.quick" if alone else "result.part"))
        reasons += [said(note) for note in state.result["notes"]]
        if state.error and state.error.code != "CANCELLED":
            reasons.append(trouble(state.error))
        self.why.text(together(reasons))
        self.why.show(bool(reasons))
        self.finer.show(less and state.item is None)

    def _refine(self):
        self.app.sparing = False  # the button is a yes, also where models are to be fetched
        self.app.retry()

    def _less(self, state):
        """Whether a further model was to come and did not."""
        return any(one not in state.result["models"] for one in self.app.plan())

    def _proof(self, state):
        shown = state.phase == DONE and bool(state.result)
        self.checked.show(shown)
        if not shown:
            return
        result = state.result
        self.checked_title.text(t("checked"))
        lines = [said(one[:1].upper() + one[1:] + ".") for one in result["checks"]]
        titles = model_titles(result["models"], state.report)
        lines.append(t("checked.models", models=titles))
        total = sum(value for value in result["ms"].values() if isinstance(value, (int, float)))
        if total:
            lines.append(t("checked.time", seconds=seconds(total)))
        self.checks.fill([make("li", line) for line in lines])

    def _announce(self, state, before):
        if state.phase == IMPROVING:
            self.live.text(t("say.first"))
        elif state.phase == DONE:
            format_ = file_kind(self.app.output.get("format", "image/png"))
            self.live.text(t("say.done", format=format_))
            if before in (WORKING, IMPROVING) and _focus_lost():
                self.link.node.focus(QUIETLY)

    def _clicked(self, event):
        if self._blob is None:  # not written yet: remember, and do it then
            event.preventDefault()
            self.app.want()


def _focus_lost():
    """Whether the button that had the focus is gone: Cancel was, when the work ended."""
    active = js.document.activeElement
    return active is None or active.isSameNode(js.document.body) or active.id == "cancel"
