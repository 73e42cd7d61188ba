"""How far it is: the steps in words, the stage at work, a bar where there is something to count."""

from dom import Element, icon, make, missing
from state import IMPROVING, WORKING, roles
from text import amount, epoch, left, stage, t


class Progress:
    """The steps, the meter and the Cancel button."""

    def __init__(self, app):
        self.app = app
        self.work = Element("work")
        self.steps = Element("steps")
        self.title = Element("now-title")
        self.meter = Element("meter")
        self.facts = Element("now-facts")
        self.button = Element("cancel")
        self.live = Element("live")
        self._said = None
        self._drawn = None
        self.button.on("click", lambda _: app.cancel())

    def render(self, state):
        """Show the work while there is some."""
        at_work = state.phase in (WORKING, IMPROVING)
        self.work.show(at_work)
        if not at_work:
            self._said = None
            return
        progress = state.progress or {}
        sentence = stage(progress.get("stage"), progress.get("model"), roles(state.report))
        self.title.text(sentence)
        self.button.text(t("cancel.improving" if state.result else "cancel"))
        self._measure(progress)
        self._steps(state, progress)
        if sentence != self._said:  # each stage is spoken once, not each megabyte
            self._said = sentence
            self.live.text(sentence)

    def _measure(self, progress):
        done, total = progress.get("done"), progress.get("total")
        if progress.get("stage") == "download" and total and not missing(done):
            eta = progress.get("eta_s")  # below zero: not known yet
            words = amount(done, total, None if missing(eta) or eta < 0 else eta)
            self._bar(done / total, words)
            return
        timed = self.app.pace.left()
        if timed:
            self._bar(timed[0], left(timed[1]))
        else:
            self._bar(None, "")

    def _bar(self, part, words):
        self.meter.attr("aria-valuenow", None if part is None else round(100 * part))
        self.meter.attr("aria-valuetext", words or None)
        self.meter.style("--part", part or 0)
        self.facts.text(words)

    def _steps(self, state, progress):
        names = ["engine", "cut", "fine", "file"]
        if self.app.model not in ("auto", "best") or (state.report and len(self.app.plan()) == 1):
            names.remove("fine")
        name = progress.get("stage")
        if (state.preview or {}).get("final"):
            now = "file"
        elif state.phase == IMPROVING:
            now = "fine"
        else:
            now = "engine" if name == "start" and state.engine != "ready" else "cut"
        drawn = (now, len(names), epoch())
        if drawn == self._drawn:
            return
        self._drawn = drawn
        place = names.index(now)
        self.steps.fill([self._step(one, names.index(one) - place) for one in names])

    def _step(self, name, offset):
        state = "done" if offset < 0 else "now" if offset == 0 else "later"
        item = make("li", data_state=state)
        bead = make("span", cls="bead")
        bead.append(icon("check"))
        item.append(bead, make("span", t("step." + name)))
        if state == "now":
            item.setAttribute("aria-current", "step")
        if state != "later":
            item.append(make("span", t("step." + state), cls="visually-hidden"))
        return item
