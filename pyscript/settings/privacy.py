"""What this visit has asked the network for, in figures, and how to check it oneself."""

import js
from dom import icon, listen, make
from errors import OffcutError
from text import number, size, t

from settings.parts import group, put
from settings.traffic import KINDS, real, tally
from settings.upkeep import ask_keeper

EVERY_MS = 2_000
FIGURES = ("asked", "came", "sent")
CHECKS = ("offline", "tools", "rule")
BUFFER = 5_000  # requests that the browser is to remember; its own 250 are soon full of previews


class Privacy:
    """The section; while it is in sight it counts on."""

    name = "privacy"

    def __init__(self, app):
        self.app = app
        self._round = 0
        self._workers = []  # what the engine's worker lists, as it last did
        self._keeper = None  # what the service worker last counted
        self._asked = False  # both of them, once
        self.live = None
        js.performance.setResourceTimingBufferSize(BUFFER)
        for kind in ("online", "offline"):
            listen(js.window, kind, lambda _: self._live())

    def sign(self):
        """Its icon."""
        return icon("lock")

    def build(self):
        """Make room for the figures; they come with the first round."""
        self.live = make("p", cls="set-live", role="status")
        self.words = make("span")
        self.live.append(make("span", cls="dot", aria_hidden="true"), self.words)
        self.big = {name: make("strong") for name in FIGURES}
        figures = make("dl", cls="set-figures")
        for name in FIGURES:
            one = make("div")
            value = make("dd")
            value.append(self.big[name])
            one.append(make("dt", t("settings.privacy." + name)), value)
            figures.append(one)
        self.table = make("table", cls="set-table")
        self.hosts = make("p", cls="quiet small")
        self.watched = make("p", cls="quiet small")
        self.list = make("ul", cls="set-requests")
        all_of_them = make("details", cls="fine")
        all_of_them.append(make("summary", t("settings.privacy.all")), self.list)
        checks = make("ol", cls="set-list")
        checks.append(*[make("li", t("settings.check." + name)) for name in CHECKS])
        return [
            self.live,
            figures,
            group(t("settings.privacy.kinds"), self.table, self.hosts, self.watched, all_of_them),
            group(t("settings.privacy.check"), checks),
            group(t("settings.privacy.limits"), make("p", t("settings.privacy.limits.say"))),
        ]

    def render(self, _state):
        """The figures do not come from the page's state."""

    def shown(self):
        """Count, as long as it is in sight."""
        self._round += 1
        self._live()
        self.app.run(self._count(self._round))

    def _live(self):
        if self.live is None:
            return
        online = bool(js.navigator.onLine)
        self.live.setAttribute("data-online", "yes" if online else "no")
        put(self.words, t("settings.privacy.online" if online else "settings.privacy.offline"))

    async def _count(self, round_):
        self._show()  # what the page itself knows is there at once
        self._keeper = await ask_keeper({"type": "TRAFFIC"})
        await self._ask_engine()
        if round_ != self._round:
            return
        self._asked = True
        self._show()
        if self.table.checkVisibility():
            self.app.later(EVERY_MS, lambda: self._again(round_))

    def _again(self, round_):
        if round_ == self._round:
            self.app.run(self._count(round_))

    async def _ask_engine(self):
        if self.app.state.engine != "ready":
            return
        try:
            self._workers = _listed((await self.app.engine.ask("traffic")).requests, "bytes")
        except OffcutError as error:  # it was ended meanwhile; what it said before still counts
            print("Offcut: settings:", error)

    def _show(self):
        requests, keeper = requests_of_the_page() + self._workers, self._keeper
        told = tally(requests, self.app.base)
        asked = real(requests)
        carried = keeper.carried if keeper else 0
        put(self.big["asked"], number(len(asked)))
        put(self.big["came"], _amount(told["bytes"], t("settings.none")))
        put(self.big["sent"], number(carried) if carried else t("settings.none"))
        heads = [t("settings.privacy." + name) for name in ("kind", "asked", "came")]
        self.table.replaceChildren(_row("th", heads))
        for kind in KINDS:
            count, came = told["kinds"][kind]
            cells = [t("settings.privacy." + kind), number(count), _amount(came, "–")]
            self.table.append(_row("td", cells))
        hosts = told["hosts"]
        key = "own" if len(hosts) == 1 and js.location.host in hosts else "hosts"
        put(self.hosts, t("settings.privacy." + key, hosts=", ".join(sorted(hosts))))
        if keeper:
            put(self.watched, t("settings.privacy.keeper", n=keeper.asked, m=keeper.carried))
        elif self._asked:
            put(self.watched, t("settings.privacy.no_keeper"))
        if self.list.childElementCount != len(asked):
            self.list.replaceChildren(*[self._line(one) for one in asked])

    def _line(self, one):
        address = one["name"]
        short = address[len(self.app.base) :] if address.startswith(self.app.base) else ""
        line = make("li")
        line.append(make("bdi", short or address))
        line.append(make("span", _amount(one["bytes"], t("settings.privacy.kept"))))
        return line


def _amount(count, otherwise):
    return size(count) if count else otherwise


def requests_of_the_page():
    """What the page itself has asked for, its own address first, as ``traffic.tally`` takes it."""
    navigation = js.performance.getEntriesByType("navigation")
    resources = js.performance.getEntriesByType("resource")
    return _listed(navigation, "transferSize") + _listed(resources, "transferSize")


def _listed(entries, bytes_):
    """``entries``: a list of JavaScript's, whose ``bytes_`` says how much came."""
    places = range(entries.length)
    return [{"name": entries[at].name, "bytes": getattr(entries[at], bytes_)} for at in places]


def _row(tag, cells):
    row = make("tr")
    row.append(*[make(tag, cell) for cell in cells])
    return row
