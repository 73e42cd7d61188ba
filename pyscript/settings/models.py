"""Which networks make a cut-out: a profile, or one of them alone."""

from backends import to_fetch
from buttons import button
from dom import icon, listen, make
from kept import read, write
from text import megabytes, model_titles, number, said, seconds, size, t

from settings.own import Own
from settings.parts import choice, choices, group, pick, put, select
from settings.upkeep import refresh, warm

PROFILES = ("fast", "auto", "best")
# Mean of 48 photos with one subject (docs/matte-policy.md): overlap (IoU) and error (MAE).
MEASURED = {"fast": (0.86, 0.040), "auto": (0.91, 0.026), "best": (0.91, 0.026)}


class Models:
    """The section; what is chosen counts from the next photo on."""

    name = "models"

    def __init__(self, app):
        self.app = app
        self._told = None
        self._took = read("took", {})  # what a photo took, by backend and model
        self._result = None
        self.own = Own(app, self._brought)

    def sign(self):
        """Its icon."""
        return icon("layers")

    def build(self):
        """Make the choices; the models that there are come with the engine's report."""
        self._told = None
        entries = [(one, t("settings.models." + one), "") for one in PROFILES]
        box, self.rows = choices(t("settings.models.which"), "model", entries, self._choose)
        for name in PROFILES:
            row = self.rows[name]
            row["note"].textContent = t("settings.models." + name + ".say")
            row["facts"] = make("span", cls="set-facts")
            row["words"].append(row["facts"])
        self.single = make("div", cls="set-choices")
        self.start = button(t("settings.start"), self._start, cls="button small")
        self.unknown = make("p", cls="set-row")
        self.unknown.append(make("span", t("settings.unknown"), cls="quiet small"), self.start)
        self.address = make("p", t("settings.address"), cls="quiet small")
        self.address.hidden = True
        entries = [(one, t("settings.metered." + one)) for one in ("ask", "fetch")]
        metered, self.metered = select(t("settings.metered"), entries, self._meter)
        more = make("div")
        listen(more, "change", lambda event: self._choose(event.target.value))
        self.more = self._more("settings.models.more", self.single)
        more.append(
            self.more,
            self._more("settings.models.measured", self._measured()),
        )
        return [
            group(t("settings.models.which"), self.unknown, box, self.address, more),
            self.own.build(),
            group(t("settings.metered.title"), metered, hint=t("settings.metered.say")),
        ]

    def render(self, state):
        """Show sizes, and what a photo took."""
        app = self.app
        pick(self.rows, app.model)
        self.metered.value = "ask" if app.sparing else "fetch"
        report = state.report
        self.unknown.hidden = report is not None
        self.address.hidden = app.model == read("model", "auto")
        if report is None or report is self._told:
            return
        self._told = report
        self.own.render(state)
        there = [one["id"] for one in report["models"]]
        for name in [one for one in self.rows if one not in there and one not in PROFILES]:
            self.rows.pop(name)["node"].remove()
        for model in report["models"]:
            self._alone(model)
        for name in self.rows:
            plan = report["profiles"].get(name) or [name]
            self._facts(self.rows[name]["facts"], name, plan, report)
        pick(self.rows, app.model)

    def shown(self):
        """Have the engine tell what is on the device."""
        self.app.run(refresh(self.app))

    def remember(self, state):
        """Keep what a photo took on this device, once it is through all networks."""
        self.own.remember(state)
        result = state.result
        if result is None or result is self._result or state.item:
            return
        self._result = result
        if any(one not in result["models"] for one in self.app.plan()):
            return
        took = sum(value for value in result["ms"].values() if isinstance(value, (int, float)))
        self._took[self._key(self.app.model, state.report)] = round(took)
        write("took", self._took)
        self._told = None

    def _key(self, model, report):
        return (report or {}).get("backend", "") + " " + model

    def _alone(self, model):
        name = model["id"]
        if name in self.rows:
            return
        title = model_titles([name], self._told)
        row = self.rows[name] = choice("model", name, title, said(model["licence"]))
        row["facts"] = make("span", cls="set-facts")
        row["words"].append(row["facts"])
        self.single.append(row["node"])

    def _facts(self, node, name, plan, report):
        total = sum(one["bytes"] for one in report["models"] if one["id"] in plan)
        missing = to_fetch(report, plan)
        words = [size(total)]
        if missing:
            words.append(t("settings.models.missing", mb=megabytes(missing)))
        else:
            words.append(t("settings.models.here"))
        took = self._took.get(self._key(name, report))
        look = report["times"].get(report["backend"]) if len(plan) == 1 else 0
        if took:
            words.append(t("settings.models.took", s=seconds(took)))
        elif look and report["roles"].get("fast") in plan:
            words.append(t("settings.models.look", ms=round(look)))
        else:
            words.append(t("settings.models.untimed"))
        put(node, " · ".join(words))

    def _measured(self):
        table = make("table", cls="set-table")
        head = make("tr")
        head.append(make("th", t("settings.models.which"), scope="col"))
        for key in ("settings.models.iou", "settings.models.mae"):
            head.append(make("th", t(key), scope="col"))
        table.append(head)
        for name in PROFILES:
            row = make("tr")
            row.append(make("th", t("settings.models." + name), scope="row"))
            overlap, error = MEASURED[name]
            row.append(make("td", number(overlap, 2)), make("td", number(error, 3)))
            table.append(row)
        box = make("div")
        box.append(make("p", t("settings.models.measured.say")), table)
        return box

    def _more(self, key, node):
        made = make("details", cls="fine")
        made.append(make("summary", t(key)), node)
        return made

    # -- what is chosen ----------------------------------------------------------------------------

    def _choose(self, name):
        self.app.model = name
        write("model", name)
        self.app.changed()

    def _brought(self):
        """A model of the person's own came or went: the list shows it."""
        self.more.open = True
        self.app.changed()

    def _meter(self, value):
        self.app.sparing = value == "ask"

    def _start(self):
        put(self.start, t("engine.starting"))
        self.app.run(warm(self.app))
