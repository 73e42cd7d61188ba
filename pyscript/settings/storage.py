"""What Offcut keeps on this device, model by model, and having all of it there for offline use."""

import asyncio
import json

import js
from backends import to_fetch
from buttons import button
from dom import JsException, icon, listen, make, missing
from errors import OffcutError
from idle import metered
from keeping import KEEP
from kept import read, write
from text import amount, megabytes, model_titles, size, t, trouble

from settings.parts import group, put, room, switch
from settings.question import question
from settings.upkeep import ask_keeper, refresh, warm

LOOK_S = 0.25


class Storage:
    """The section."""

    name = "storage"

    def __init__(self, app):
        self.app = app
        self._fetching = False

    def sign(self):
        """Its icon."""
        return icon("drive")

    def build(self):
        """Make room for what is there; the browser and the engine tell it."""
        self._told = None
        self.used = make("p", cls="set-now")
        self.safe = make("p", cls="quiet small")
        self.models = make("ul", cls="set-kept")
        listen(self.models, "click", self._pressed)
        self.offline = button(t("settings.offline.now"), self._keep, icon("offline"))
        self.cancel = button(t("cancel"), self._cancel)
        self.cancel.hidden = True
        self.meter = make("div", cls="meter", role="progressbar", aria_label=t("settings.offline"))
        self.meter.append(make("span"))
        self.meter.hidden = True
        self.progress = make("p", cls="quiet small", role="status")
        row = make("p", cls="set-row")
        row.append(self.offline, self.cancel)
        hint = t("settings.offline.say")
        keep, box = switch(t("settings.keep.on"), t("settings.keep.say"), self._keep_work)
        box.checked = read(KEEP, True)
        return [
            self.used,
            self.safe,
            group(t("settings.storage.models"), self.models),
            group(t("settings.offline"), row, self.meter, self.progress, hint=hint),
            group(t("settings.keep"), keep),
        ]

    def render(self, state):
        """Show the models, as the engine last told of them."""
        if state.report is self._told:
            return
        self._told = state.report
        if state.report is None:
            self.models.replaceChildren(make("li", t("settings.unknown"), cls="quiet small"))
            return
        self.models.replaceChildren(*[self._model(one) for one in state.report["models"]])

    def shown(self):
        """Ask the browser and the engine how much there is."""
        self.render(self.app.state)
        self.app.run(self._look())

    def _model(self, one):
        line = make("li")
        title = model_titles([one["id"]], self._told)
        words = make("span", cls="set-words")
        here, whole = one["kept_bytes"], one["bytes"]
        if here and here < whole:
            fact = t("amount", done=megabytes(here), total=megabytes(whole))
        else:
            fact = t("settings.storage.here" if here else "settings.storage.away", size=size(whole))
        words.append(make("span", title, cls="set-title"))
        words.append(make("span", fact, cls="quiet small"))
        line.append(words)
        if here:
            name = t("settings.storage.delete", name=title)
            away = make("button", type="button", cls="icon-button", title=name, aria_label=name)
            away.setAttribute("data-model", one["id"])
            away.append(icon("trash"))
            line.append(away)
        return line

    async def _look(self):
        await refresh(self.app)
        await self._measure()

    async def _measure(self):
        storage = getattr(js.navigator, "storage", None)
        try:
            # As text: a number over 2³¹ does not reach MicroPython whole.
            estimate = json.loads(js.JSON.stringify(await storage.estimate()))
            safe = await storage.persisted()
        except (AttributeError, JsException):
            put(self.used, t("settings.storage.unknown"))
            return
        used, quota = room(estimate["usage"]), room(estimate["quota"])
        put(self.used, t("settings.storage.used", used=used, quota=quota))
        put(self.safe, t("settings.storage.safe" if safe else "settings.storage.loose"))

    def _pressed(self, event):
        away = event.target.closest("[data-model]")
        if not missing(away):
            away.disabled = True
            self.app.run(self._discard(away.getAttribute("data-model")))

    async def _discard(self, model):
        try:
            await self.app.engine.discard(model)
        except OffcutError as error:
            put(self.progress, trouble(error))
        self._told = None
        self.app.changed()
        await self._measure()
        self.offline.focus()  # the button that was pressed is gone

    def _keep_work(self, on):
        """Whether photos and strokes that are not finished are to outlive the tab."""
        app = self.app
        write(KEEP, on)
        if not on:
            app.handwork.stop()
            if app.table.keeping:
                app.table.keeping.stop()
            app.run(app.offer.clear())

    # -- all of it, for offline use ----------------------------------------------------------------

    def _keep(self):
        if not self._fetching:
            self.app.run(self._keep_all())

    def _cancel(self):
        self._fetching = False
        self.app.cancel()

    async def _keep_all(self):
        app = self.app
        report = app.state.report
        if metered():
            mb = megabytes(to_fetch(report, app.plan())) if report else ""
            words = t("settings.offline.metered", mb=mb) if mb else t("settings.offline.unmeasured")
            if not await question(t("settings.offline.title"), words, t("settings.offline.go")):
                return
        self._begin()
        try:
            await js.navigator.storage.persist()
        except (AttributeError, JsException) as error:
            print("Offcut: storage:", error)  # not kept for sure, no harm
        app.run(self._tell())
        failed = await warm(app, app.model)
        if failed or not self._fetching:
            self._end(trouble(failed) if failed and self._fetching else t("cancelled.title"))
            return
        put(self.progress, t("settings.offline.page"))
        answer = await ask_keeper({"type": "CACHE_LAZY"})
        if answer is None:
            self._end(t("settings.offline.no_keeper"))
        elif answer.ok:
            self._end(t("settings.offline.done"))
        else:
            self._end(t("settings.offline.missing", n=answer.missing.length))
        await self._look()

    def _begin(self):
        self._fetching = True
        self.app.state.fetching = None
        self.offline.hidden = True
        self.cancel.hidden = self.meter.hidden = False
        self.meter.removeAttribute("aria-valuenow")
        self.cancel.focus()
        put(self.progress, t("engine.starting"))

    def _end(self, words):
        self._fetching = False
        self.offline.hidden = False
        self.cancel.hidden = self.meter.hidden = True
        self.offline.focus()
        put(self.progress, words)

    async def _tell(self):
        """Follow the download, whose word comes ten times a second to whoever looks."""
        before = None
        while self._fetching:
            told = self.app.state.fetching
            if told is not before and told["stage"] == "download" and told["total"]:
                before = told
                self.meter.setAttribute(
                    "aria-valuenow", str(round(100 * told["done"] / told["total"]))
                )
                self.meter.style.setProperty("--part", str(told["done"] / told["total"]))
                put(self.progress, amount(told["done"], told["total"], None))
            await asyncio.sleep(LOOK_S)
