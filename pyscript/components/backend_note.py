"""What runs, in one plain sentence; what was chosen and why, when asked."""

from dom import Element, icon, listen, make, missing, root
from text import epoch, has, said, t, together


class BackendNote:
    """The note in the header that opens."""

    def __init__(self, app):
        self.box = Element("engine")
        self.summary = Element("engine-summary")
        self.sentence = Element("engine-sentence")
        self.why = Element("engine-why")
        self.ways = Element("engine-ways")
        self.extra = Element("engine-extra")
        self._told = None
        self._root = root()
        listen(self._root, "keydown", self._key)
        listen(self._root, "pointerdown", self._pressed)
        self.box.on("focusout", self._left)

    def render(self, state):
        """Say what the engine is."""
        self.box.attr("data-status", state.engine)
        if state.engine == "ready":
            self._tell(state.report)
        elif state.engine == "failed":
            self._name(t("engine.failed"))
            self.sentence.text(t("engine.failed.long"))
        elif state.engine in ("idle", "asleep"):
            self._name(t("engine." + state.engine))
            self.sentence.text(t("engine." + state.engine + ".long"))
        else:
            self._name(t("engine.starting"))
            self.sentence.text(t("engine.starting.long"))
        ready = state.engine == "ready"
        self.ways.show(ready)
        self.extra.show(ready)
        report = state.report or {}
        reasons = [state.engine_note, report.get("why")]
        reasons += [one["why"] for one in report.get("limits", [])]
        note = together([said(one) for one in reasons if one])
        self.why.text(note)
        self.why.show(bool(note))

    def _name(self, words):
        self.summary.text(words)
        self.summary.attr("title", words)  # a narrow header cuts it short

    def _tell(self, report):
        if self._told and self._told[0] is report and self._told[1] == epoch():
            return
        self._told = (report, epoch())
        name = report["backend"]
        key = "engine." + name
        self.box.attr("data-backend", name)
        self._name(t(key) if has(key) else name)
        long = key + ".long"
        self.sentence.text(t(long, threads=report.get("threads")) if has(long) else name)
        why = report.get("why")
        times = report["times"]
        self.ways.fill([self._way(one, name, why, times) for one in report["candidates"]])
        self.extra.text(t("engine.version", version=report.get("version")))

    def _way(self, candidate, chosen, why, times):
        name = candidate["name"]
        in_use = name == chosen
        item = make("li", cls="chosen" if in_use else "")
        label = t("way." + name) if has("way." + name) else name
        item.append(icon("check" if in_use else "minus"), make("span", label, cls="name"))
        if in_use:
            item.append(make("span", t("way.chosen"), cls="cost"))
        reason = candidate.get("reason")
        # The reason for the one in use stands above.
        words = [said(reason)] if reason and not (in_use and reason == why) else []
        if times.get(name):  # 0: it could not be timed
            words.append(t("way.ms", ms=round(times[name])))
        if words:
            item.append(make("span", together(words), cls="reason"))
        return item

    # A <details> does not close by itself as a menu does.

    def _key(self, event):
        if event.key == "Escape" and self.box.node.open:
            inside = self.box.node.contains(self._root.activeElement)
            self.box.node.open = False
            if inside:
                self.box.node.querySelector("summary").focus()

    def _pressed(self, event):
        target = event.target
        if self.box.node.open and not missing(target) and not self.box.node.contains(target):
            self.box.node.open = False

    def _left(self, event):
        target = event.relatedTarget
        if not missing(target) and not self.box.node.contains(target):
            self.box.node.open = False  # it would lie over what has the focus now
