"""A model of one's own: a file is opened, looked at, put to the test, and used; or deleted."""

import asyncio
import json

import js
from buttons import button
from dom import icon, listen, make, missing
from errors import OffcutError
from kept import write
from text import amount, model_titles, size, t, together, trouble

from settings.parts import group, put, select

START = "own-"  # of their ids, which go on with the file's sha256
WAYS = ("imagenet", "unit", "half", "signed")
OTHER = ""  # none of the known networks
LOOK_S = 0.25
# The worker is not what it was before.
SPENT = ("BACKEND_LOST", "OUT_OF_MEMORY", "WORKER_FAILED", "WORKER_TIMEOUT")


class Own:
    """A part of the section about models."""

    def __init__(self, app, chosen):
        """``chosen()``: called when the list of models, and which one is chosen, has changed."""
        self.app = app
        self._chosen = chosen
        self._file = None
        self._found = None
        self._busy = False
        self._turn = 0  # counts what was begun: who follows an older one stops

    def build(self):
        """Make the group."""
        self._told = None
        self.field = make("input", type="file", accept=".onnx", aria_label=t("own.open"))
        self.field.hidden = True
        self.field.tabIndex = -1
        self.open = button(t("own.open"), self._choose, icon("folder"))
        listen(self.field, "change", self._opened)
        self.cancel = button(t("cancel"), self._cancel)
        self.status = make("p", cls="quiet small", role="status")
        self.meter = make("div", cls="meter", role="progressbar", aria_label=t("own.title"))
        self.meter.append(make("span"))
        self.form = make("div", cls="set-own", role="group", aria_label=t("own.title"))
        self.list = make("ul", cls="set-kept", aria_label=t("own.list"))
        self.list.hidden = True
        listen(self.list, "click", self._pressed)
        row = make("p", cls="set-row")
        row.append(self.open, self.field, self.cancel)
        self._rest("")
        hint = t("own.say")
        return group(t("own.title"), self.list, row, self.form, self.meter, self.status, hint=hint)

    def render(self, state):
        """Show those that are here."""
        if state.report is None or state.report is self._told:
            return
        self._told = state.report
        here = [one for one in state.report["models"] if one["own"]]
        self.list.hidden = not here
        self.list.replaceChildren(*[_line(one) for one in here])

    def remember(self, state):
        """Where the one that was chosen is gone, Offcut chooses."""
        if state.engine != "ready" or not self.app.model.startswith(START):
            return
        if all(one["id"] != self.app.model for one in state.report["models"]):
            self.app.model = "auto"
            write("model", None)

    # -- a file ------------------------------------------------------------------------------------

    def _choose(self):
        self.field.click()

    def _opened(self, _):
        if self.field.files.length and not self._busy:
            self._file = self.field.files.item(0)
            self.field.value = ""
            self._begin("check")
            self.app.run(self._look())

    async def _look(self):
        try:
            found = await self.app.engine.ask("inspect", self._file)
        except OffcutError as error:
            self._failed(error)
            return
        self._found = json.loads(js.JSON.stringify(found))
        self._ask()

    def _ask(self):
        """Say what the file is, and ask for what it does not say."""
        self._rest("")
        found = self._found
        likely = found["likely"]
        self.form.hidden = False
        entries = [(one["id"], one["title"]) for one in likely]
        if not found["sure"]:
            entries.append((OTHER, t("own.what.other")))
        what, self.what = select(t("own.what"), entries, lambda _: self._named())
        ways = [(one, t("own.normalise." + one)) for one in WAYS]
        self.way_row, self.way = select(t("own.normalise"), ways, lambda _: None)
        self.terms = make("div", cls="set-own-terms")
        go = make("p", cls="set-row")
        go.append(
            button(t("own.use"), self._use, cls="button primary"),
            button(t("cancel"), self._cancel),
        )
        what.hidden = not likely
        self.form.replaceChildren(
            make("p", _facts(self._file, found), cls="set-title"),
            what,
            self.way_row,
            self.terms,
            go,
        )
        self._named()
        first = self.form.querySelector(".set-field:not([hidden]) select, input, button")
        first.focus()

    def _named(self):
        """Ask for what goes with the network that the file is said to be."""
        known = self._known()
        put(self.status, "")
        self.way_row.hidden = known is not None
        self.accepted = None
        if known is None:
            self.terms.replaceChildren()
            return
        read = make("a", t("own.terms.read"), href=known["licence_url"], target="_blank")
        read.setAttribute("rel", "noopener noreferrer")
        words = make("span", t("own.licence", licence=known["licence"]))
        if known["terms"]:
            self.accepted = make("input", type="checkbox")
            label = make("label", cls="set-own-accept")
            words.textContent = t("own.terms", licence=known["licence"])
            label.append(self.accepted, words)
            words = label
        self.terms.replaceChildren(words, read)

    def _known(self):
        for one in self._found["likely"]:
            if one["id"] == self.what.value:
                return one
        return None

    def _use(self):
        if self.accepted is not None and not self.accepted.checked:
            put(self.status, t("own.terms.first"))
            self.accepted.focus()
            return
        known = self._known()
        wanted = {"id": START + self._found["sha256"][:8], "template": self.what.value}
        if known is None:
            wanted["title"] = _stem(self._file.name)
            wanted["normalise"] = self.way.value
        elif known["terms"]:
            wanted["accept_terms"] = True
        self._begin("keep")
        self.app.run(self._try(wanted))

    async def _try(self, wanted):
        app = self.app
        try:
            name = str((await app.engine.ask("register", self._file, wanted)).id)
            await app.engine.refresh()
        except OffcutError as error:
            self._failed(error)
            return
        self._file = self._found = None
        app.model = name
        write("model", name)
        self._rest(t("own.done", name=model_titles([name], app.state.report)))
        self._chosen()
        self.open.focus()

    # -- while it works ----------------------------------------------------------------------------

    def _begin(self, stage):
        self._busy = True
        self._turn += 1
        self.app.state.fetching = None
        self.form.hidden = self.open.hidden = True
        self.cancel.hidden = self.meter.hidden = False
        self.meter.removeAttribute("aria-valuenow")
        self.meter.style.setProperty("--part", "0")
        put(self.status, t("own.stage." + stage))
        self.cancel.focus()
        self.app.run(self._tell(self._turn))

    async def _tell(self, turn):
        """Follow the worker's word, which comes ten times a second to whoever looks."""
        before = None
        while self._busy and turn == self._turn:
            told = self.app.state.fetching
            if told and told is not before and told["stage"] in ("check", "keep", "compile", "run"):
                before = told
                self._show(told["stage"], told["done"], told["total"])
            await asyncio.sleep(LOOK_S)

    def _show(self, stage, done, total):
        words = t("own.stage." + stage)
        if stage == "keep" and total:
            words = together([words, amount(done, total, None)])
        if stage in ("check", "keep") and total:
            self.meter.setAttribute("aria-valuenow", str(round(100 * done / total)))
            self.meter.style.setProperty("--part", str(done / total))
        else:
            self.meter.removeAttribute("aria-valuenow")
        put(self.status, words)

    def _rest(self, words):
        self._busy = False
        self.open.hidden = False
        self.form.hidden = self.cancel.hidden = self.meter.hidden = True
        put(self.status, words)

    def _cancel(self):
        """Stop, or let go of the file that was looked at."""
        if self._busy:
            self.app.engine.cancel()
        else:
            self._file = self._found = None
            self._rest("")
            self.open.focus()

    def _failed(self, error):
        self._rest("" if error.code == "CANCELLED" else trouble(error))
        if error.detail.get("reason"):
            print("Offcut: model:", error.detail["reason"])
        if error.code in SPENT and self.app.engine.free():
            self.app.engine.rest()
        self.open.focus()

    # -- deleting ----------------------------------------------------------------------------------

    def _pressed(self, event):
        away = event.target.closest("[data-model]")
        if not missing(away):
            away.disabled = True
            self.app.run(self._discard(away.getAttribute("data-model")))

    async def _discard(self, model):
        try:
            await self.app.engine.discard(model)
        except OffcutError as error:
            put(self.status, trouble(error))
        self._chosen()
        self.open.focus()  # the button that was pressed is gone


def _line(one):
    line = make("li")
    words = make("span", cls="set-words")
    words.append(make("span", one["title"], cls="set-title"))
    words.append(make("span", size(one["bytes"]), cls="quiet small"))
    name = t("settings.storage.delete", name=one["title"])
    away = make("button", type="button", cls="icon-button", title=name, aria_label=name)
    away.setAttribute("data-model", one["id"])
    away.append(icon("trash"))
    line.append(words, away)
    return line


def _facts(file, found):
    height, width = found["input"][2], found["input"][3]
    if height and width:
        values = {"width": width, "height": height}
        return t("own.file", name=file.name, size=size(found["bytes"]), **values)
    return t("own.file.free", name=file.name, size=size(found["bytes"]))


def _stem(name):
    return name[: -len(".onnx")] if name.lower().endswith(".onnx") else name
