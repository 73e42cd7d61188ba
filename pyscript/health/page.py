"""selftest.html: a table that fills, a sentence at its end, and a report to copy."""

import js
from buttons import button
from dom import Element, JsException, icon, make
from errors import wrap
from languages import turn_to
from pyscript.ffi import create_proxy
from tasks import complain
from text import megabytes, t

from health import here, judged, report
from health.rows import AWAY, FAIL, NOW, OK, PARTS, WAIT, WARN, Trouble, Words, made, verdict
from health.served import Served
from health.ways import Ways

ICONS = {OK: "checked", AWAY: "minus", WARN: "alert", FAIL: "x", WAIT: "minus", NOW: "refresh"}
PATIENCE_MS = 20_000  # for what this browser answers by itself


class Page:
    """The page; ``languages`` takes it for the app."""

    def __init__(self, base, make_link, tasks):
        """``base``: the site's address. ``make_link``: ``Link``. ``tasks``: runs coroutines."""
        self.base = base
        self._make_link = make_link
        self._tasks = tasks
        self._rows = made()
        self._cells = {}
        self._running = True  # as good as: it begins at once
        self._said = ""  # how the report's copy went
        self._versions = []
        self.verdict = Element("health-now")
        self.meter = Element("health-meter")
        self.text = Element("health-report")
        self.copied = Element("health-copied")

    async def open(self, code):
        """Come alive in that language, and begin."""
        if code == "en" or not await turn_to(self, code):
            self._draw()
        js.document.documentElement.setAttribute("data-alive", "")
        await self.run(everything=False)

    def changed(self):
        """Another language is spoken: all of it is said anew."""
        self._draw()

    # -- what is on the page ---------------------------------------------------------------------

    def _draw(self):
        js.document.title = t("health.title") + " – Offcut"
        self.copy = button(t("health.copy"), self._copy, icon("copy"), cls="button primary")
        self.again = button(t("health.again"), lambda: self._begin(False), icon("retry"))
        self.whole = button("", lambda: self._begin(True), icon("drive"))
        self.whole.hidden = True  # until it is known how much that is
        Element("health-buttons").fill([self.copy, self.again, self.whole])
        # With roles: narrow windows lay rows out as grids, and Safari takes those for no rows.
        table = make("table", cls="health-table", role="table", aria_labelledby="health-title")
        head = make("thead", role="rowgroup")
        line = make("tr", cls="visually-hidden", role="row")
        for name in ("result", "check", "found"):
            line.append(make("th", t("health.head." + name), scope="col", role="columnheader"))
        head.append(line)
        table.append(head)
        for part, names in PARTS:
            body = make("tbody", role="rowgroup")
            title = make("tr", role="row")
            title.append(
                make(
                    "th", t("health.part." + part), cls="health-part", colspan="3", role="rowheader"
                )
            )
            body.append(title, *[self._line(name) for name in names])
            table.append(body)
        Element("health-table").fill([table])
        for name in self._rows:
            self._show(name)
        self._tell()

    def _line(self, name):
        line = make("tr", data_check=name, role="row")
        sign = make("td", cls="health-sign", role="cell")
        found = make("td", cls="health-found", role="cell")
        title = make(
            "th", t(self._rows[name].title()), cls="health-name", scope="row", role="rowheader"
        )
        line.append(sign, title, found)
        self._cells[name] = (line, sign, found)
        return line

    def _show(self, name):
        row = self._rows[name]
        line, sign, found = self._cells[name]
        line.setAttribute("data-status", row.status)
        sign.replaceChildren(icon(ICONS[row.status]), make("span", t("health.is." + row.status)))
        found.replaceChildren(*[make("p", one.here()) for one in row.sentences])

    def _tell(self):
        """The sentence above the table, and what can be pressed."""
        rows = [self._rows[name] for name in self._rows]
        over = len([one for one in rows if one.is_over()])
        self.meter.show(self._running)
        self.meter.attr("aria-valuenow", round(100 * over / len(rows)))
        self.meter.style("--part", over / len(rows))
        for one in (self.copy, self.again, self.whole):
            # Not disabled: that would take the focus away from the one that was pressed.
            one.setAttribute("aria-disabled", "true" if self._running else "false")
        self.copied.text(self._said)
        Element("health-more").show(not self._running)
        # What is said while it runs does not change: nobody wants each check read out.
        if self._running:
            self.verdict.text(t("health.running"))
            self.verdict.attr("data-status", NOW)
            return
        status, count = verdict(rows)
        self.verdict.text(t("health.all." + status, n=count))
        self.verdict.attr("data-status", status)

    def _put(self, name, status, *sentences):
        self._rows[name].put(status, *sentences)
        self._show(name)
        self._tell()

    # -- the run -----------------------------------------------------------------------------------

    def _begin(self, everything):
        if not self._running:
            self._tasks.run(self.run(everything))

    async def run(self, everything):
        """Check all there is. ``everything``: and read every file of the site."""
        self._running, self._said = True, ""
        for name in self._rows:
            self._rows[name].put(WAIT)
            self._show(name)
        self._tell()
        self._versions = []
        served = Served(self.base)
        await self._one("secure", here.secure())
        await self._one("version", self._lists(served))
        for part in ("page", "engine", "models"):
            await self._one(part, _files(served, part, everything))
        await self._one("types", _of(judged.types, served.all()))
        isolated = bool(js.crossOriginIsolated)
        await self._one("isolation", _of(judged.isolation, served.all(), isolated))
        for name, check in (
            ("store", here.store(self.base)),
            ("room", here.space()),
            ("small", here.small()),
            ("locks", here.locks()),
            ("keeper", here.keeper(served.listed)),
        ):
            await self._one(name, check, PATIENCE_MS)
        await self._ways(served)
        self._running = False
        self._finish(served)

    async def _lists(self, served):
        await served.lists()
        return judged.version(served.told, served.listed)

    async def _ways(self, served):
        if self._rows["types"].status == FAIL or judged.is_vital(served.all()):
            for name in ("webgpu", "wasm-mt", "wasm-st", "cut"):
                self._put(name, AWAY, Words("skipped"))
            return
        ways = Ways(self.base, self._make_link, self._put)
        await ways.run()
        if ways.report:
            self._versions.append("version " + ways.report["version"])

    async def _one(self, name, work, patience_ms=0):
        """Do one check. ``patience_ms``: after that it counts as never answered; 0: for ever."""
        self._put(name, NOW)
        answer = js.Promise.withResolvers()
        found = []

        async def held():
            try:
                found.extend(await work)
            except Exception as error:  # a fault of ours: on the page as such, and on the console
                complain(error)
                found.extend((FAIL, [Trouble(wrap(error))]))
            answer.resolve(None)

        self._tasks.run(held())
        timer = None
        if patience_ms:
            timer = js.setTimeout(create_proxy(lambda *_: answer.resolve(None)), patience_ms)
        await answer.promise
        if timer is not None:
            js.clearTimeout(timer)
        if found:
            self._put(name, found[0], *found[1])
        else:
            self._put(name, WARN, Words("silent", n=patience_ms // 1000))

    def _finish(self, served):
        site = served.listed or served.told
        if site:
            self._versions.append("site " + site)
        self.whole.lastElementChild.textContent = t("health.whole", mb=megabytes(served.bytes()))
        self.whole.hidden = not served.bytes()
        self.text.text(report.written(self._rows, self._versions, self.base))
        self._tell()

    def _copy(self):
        if not self._running:
            self._tasks.run(self._copy_it())

    async def _copy_it(self):
        clipboard = getattr(js.navigator, "clipboard", None)
        try:
            await clipboard.writeText(self.text.node.textContent)
        except (AttributeError, JsException):  # not on this address, or not allowed
            Element("health-more").node.open = True
            js.getSelection().selectAllChildren(self.text.node)
            self._said = t("health.select")
        else:
            self._said = t("health.copied")
        self._tell()


async def _files(served, part, everything):
    await served.look(part, everything)
    return judged.whole(served.answers[part])


async def _of(judge, *arguments):
    return judge(*arguments)
