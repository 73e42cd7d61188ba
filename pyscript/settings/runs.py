"""What the engine runs on, why it is not faster, and what would help."""

from buttons import button
from calibration import untimed
from dom import icon, make
from errors import OffcutError
from kept import read, write
from text import said, t, together, trouble

from settings.advice import advice
from settings.parts import choices, group, pick, put
from settings.upkeep import warm

WAYS = ("webgpu", "wasm-mt", "wasm-st")


class Runs:
    """The section; another choice renews the engine at once."""

    name = "runs"

    def __init__(self, app):
        self.app = app
        self._timing = False

    def sign(self):
        """Its icon."""
        return icon("cpu")

    def build(self):
        """Make the choices; what is said of them comes with the engine's report."""
        self._told = None
        entries = [("auto", t("settings.models.auto"), t("settings.runs.auto.say"))]
        entries += [(one, t("way." + one), "") for one in WAYS]
        box, self.rows = choices(t("settings.runs.which"), "way", entries, self._choose)
        self.now = make("p", cls="set-now", role="status")
        self.address = make("p", t("settings.address"), cls="quiet small")
        self.help = make("ul", cls="set-list")
        self.time = button(t("settings.runs.time"), self._time, icon("timer"))
        self.timing = make("p", cls="quiet small", role="status")
        # In a tab of its own: the photo at hand stays.
        test = make("a", t("settings.runs.selftest"), href="./selftest.html", target="_blank")
        return [
            self.now,
            group(t("settings.runs.which"), box, self.address),
            group(t("settings.runs.help"), self.help),
            group(t("settings.runs.times"), self.time, self.timing, hint=t("settings.runs.say")),
            test,
        ]

    def render(self, state):
        """Show what runs, and what is known of the other ways."""
        pick(self.rows, self.app.backend)
        self.address.hidden = self.app.backend == read("backend", "auto")
        if state.engine == "failed":
            put(self.now, said(state.engine_note))
        elif state.engine == "ready":
            backend = state.report["backend"]
            put(self.now, t("engine." + backend + ".long", threads=state.report["threads"]))
        elif state.engine in ("idle", "asleep"):
            put(self.now, t("engine." + state.engine + ".long"))
        else:
            put(self.now, t("engine.starting.long"))
        report = state.report
        timed = report is not None and not untimed(report, False)
        self.time.hidden = report is None or timed
        if timed:
            put(self.timing, t("settings.runs.timed"))
        self.time.disabled = self._timing or state.engine != "ready"
        if report is None or report is self._told:
            return
        self._told = report
        for one in report["candidates"]:
            self._way(one, report)
        self.help.replaceChildren(*[make("li", line) for line in advice(report, self.app.backend)])

    def _way(self, one, report):
        words = []
        in_use = one["name"] == report["backend"]
        if in_use:
            words.append(t("settings.runs.now"))
        # Where one alone was asked for, the others' reasons only say that.
        if one["reason"] and (in_use or self.app.backend == "auto"):
            words.append(said(one["reason"]))
        if report["times"].get(one["name"]):
            words.append(t("way.ms", ms=round(report["times"][one["name"]])))
        put(self.rows[one["name"]]["note"], together(words))

    def shown(self):
        """Nothing to ask for: the page hears of each change."""

    def _choose(self, name):
        write("backend", name)
        self.app.use_backend(name)
        self.app.run(self._renew())

    async def _renew(self):
        await warm(self.app)
        self.app.changed()

    def _time(self):
        self._timing = True
        put(self.timing, t("settings.runs.timing"))
        self.app.changed()
        self.app.run(self._clock())

    async def _clock(self):
        try:
            done = await self.app.engine.calibrate(False)
        except OffcutError as error:
            put(self.timing, trouble(error))
        else:
            put(self.timing, "" if done else t("settings.runs.untimed"))
        self._timing = False
        self._told = None
        self.app.changed()
