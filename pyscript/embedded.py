"""Offcut in the frame of another page: hears what the host wants, tells it what comes out.

Brought in only there (furniture.py). What words there are, and whose count, is in wire.py; the
window itself is in the hands of public/embed.js. Nothing that the host says can do more than a
person at the page can: open a photo, stop, choose another look.
"""

import js
from app import MODELS
from batch import DONE as READY
from batch import FAILED, STOPPED
from dom import make, named
from errors import fail
from handles import as_blob, is_handle, plain
from languages import turn_to
from pyscript.ffi import create_proxy, to_js
from state import BATCH, BUSY, DONE, ERROR, Photo
from text import LANGUAGES, t
from wire import LOOKS, SCENE, WAITING, Trust, from_address, read

LARGEST = 500  # values in one message


class Embedded:
    """The frame's side of it; a part of the page that shows nothing but one sentence."""

    def __init__(self, app):
        self.app = app
        self.window = js.offcutFrame
        asked = _asked(self.window)
        self.trust = Trust(self.window.origin(asked.get("origin", "")))
        self._waiting = []  # requests "open" that are not begun
        self._ids = {}  # the host's id by the number of the photo
        self._told = {}  # what was last told, by the number of the photo
        self._report = ()  # what was last told of the engine; nothing yet
        self._step = None
        self._note()
        self._choose(from_address(asked))
        app.table.on_item = self._item
        if self.window.framed:
            self._listener = create_proxy(self._heard)
            self.window.listen(self._listener)
            self._watch_height()

    def render(self, state):
        """Tell the host what is new, and begin what waits."""
        if self.app.news.settled and state.report is not self._report:
            self._ready({})
        if state.phase == BATCH or state.item:
            for item in state.batch.items:
                self._item(item)
        elif state.photo:
            self._photo(state)
        if self._waiting and not self._is_busy():
            self.app.later(0, self._next)

    # -- to the host -------------------------------------------------------------------------------

    def _post(self, kind, told):
        if not self.window.framed:
            return
        message = {"offcut": 1, "type": kind}
        message.update(told)
        self.window.post(to_js(message), self.trust.target())

    def _answer(self, kind, number, told):
        """Of a photo: only to a host that has said something, or whose origin is in the address."""
        if self.trust.known:
            if number in self._ids:
                told["id"] = self._ids[number]
            self._post(kind, told)

    def _ready(self, told):
        self._report = report = self.app.state.report
        said = report or {}
        told["backend"] = said.get("backend", "")
        told["threads"] = said.get("threads", 0)
        told["version"] = said.get("version", "")
        told["isolated"] = bool(js.crossOriginIsolated)
        self._post("ready", told)

    def _photo(self, state):
        number = state.photo.number
        if state.batch is None:  # what was told of others is not told again: let go of it
            self._told = {number: self._told.get(number)}
        if state.phase in BUSY:
            self._progress(number, state.progress)
        elif state.phase == DONE and state.result:
            self._outcome(number, state.result)
        elif state.phase == ERROR:
            self._outcome(number, state.error)

    def _item(self, item):
        if item.stage:
            self._progress(item.photo.number, item.stage)
        elif item.state == READY:
            self._outcome(item.photo.number, item.result)
        elif item.state in (FAILED, STOPPED):
            self._outcome(item.photo.number, item.error or fail("CANCELLED"))

    def _progress(self, number, step):
        self._told.pop(number, None)
        if step and step is not self._step:
            self._step = step
            self._answer("progress", number, dict(step))

    def _outcome(self, number, outcome):
        if self._told.get(number) is outcome or not self.trust.known:
            return
        self._told[number] = outcome
        if isinstance(outcome, dict):
            keys = ("blob", "name", "width", "height", "models", "checks", "notes")
            self._answer("result", number, {key: outcome[key] for key in keys})
        else:
            self._fail(self._ids.get(number), outcome)

    def _fail(self, told_id, error):
        told = {"code": error.code, "message": error.message, "retry": error.retry}
        if told_id is not None:
            told["id"] = told_id
        self._post("error", told)

    # -- from the host -----------------------------------------------------------------------------

    def _heard(self, origin, data):
        try:
            request = read(plain(data, [LARGEST]), is_handle)
        except ValueError:  # deeper or larger than any word of ours
            return
        known = self.trust.known
        if request is None or not self.trust.hears(origin):
            return
        if not known:
            self._keep()
            self._note()
        {
            "ping": self._pinged,
            "open": self._open,
            "cancel": self._cancel,
            "set": self._set,
            "wrong": self._wrong,
        }[request["type"]](request)

    def _pinged(self, request):
        if self.app.news.settled:  # else the answer comes when it is
            self._ready({"id": request["id"]} if "id" in request else {})

    def _wrong(self, request):
        self._fail(request.get("id"), fail(request["code"]))

    def _open(self, request):
        if len(self._waiting) == WAITING:
            say = "Too many photos wait already."
            self._fail(request.get("id"), fail("BAD_CONFIG", say))
            return
        self._waiting.append(request)
        self._next()

    def _is_busy(self):
        state = self.app.state
        return state.batch is None and (state.phase in BUSY or state.editing)

    def _next(self):
        """Begin the photo whose turn it is: one alone is shown, beside others it joins them."""
        if not self._waiting or self._is_busy():
            return
        request = self._waiting.pop(0)
        blob, name = as_blob(request["photo"]), request["name"]
        if name:
            blob = named(blob, name)
        photo = Photo(blob, getattr(blob, "name", None) or t("pasted"))
        photo.wishes = request["options"]
        if "id" in request:
            self._ids[photo.number] = request["id"]
        self.app.table.open(photo, request["scene"] or self.app.state.next_scene)

    def _cancel(self, request):
        """One photo, or without an id everything."""
        wanted = request.get("id")
        stopped = [one for one in self._waiting if wanted is None or one.get("id") == wanted]
        self._waiting = [one for one in self._waiting if one not in stopped]
        for one in stopped:
            self._fail(one.get("id"), fail("CANCELLED"))
        app, state = self.app, self.app.state
        if state.batch:
            for item in state.batch.items:
                if wanted is None or self._ids.get(item.photo.number) == wanted:
                    app.table.cancel(item)
        elif state.phase in BUSY and wanted in (None, self._ids.get(state.photo.number)):
            app.cancel()

    def _set(self, request):
        made = request["settings"]
        self.window.wear(to_js({key: made[key] for key in LOOKS if key in made}))
        if made.get("language") in LANGUAGES:
            self.app.run(turn_to(self.app, made["language"]))
        self._choose(made)

    def _choose(self, made):
        app = self.app
        if made.get("model") in self._models():
            app.model = made["model"]
        scene = {key: made[key] for key in SCENE if key in made}
        if scene:
            worn = dict(app.state.scene)
            worn.update(scene)
            app.dressing.wear(worn)
        if "output" in made:
            output = dict(app.output)
            output.update(made["output"])
            app.output = output
            app.dressing.follow()
            app.changed()

    def _models(self):
        return list(MODELS) + [one["id"] for one in (self._report or {}).get("models", [])]

    def _keep(self):
        """What was made before the host spoke stays here: the person was not told of a host."""
        state = self.app.state
        for item in state.batch.items if state.batch else []:
            self._told[item.photo.number] = item.result
        if state.photo and state.result:
            self._told[state.photo.number] = state.result

    # -- what the person is told, and how high it is -----------------------------------------------

    def _note(self):
        """The cut-out goes to the host as well: whoever opens a photo here is told so."""
        if self.trust.known and self.window.framed:
            told = make("p", t("frame.handed"), cls="handed quiet small", data_t="frame.handed")
            self.app.dropzone.zone.node.after(told)
            stay = js.document.querySelector("[data-t='page.stay']")
            stay.setAttribute("data-t", "frame.handed")
            stay.textContent = t("frame.handed")

    def _watch_height(self):
        root = js.document.documentElement
        if root.getAttribute("data-height") != "auto":
            return

        def measured(*_):
            self._post("height", {"height": js.Math.ceil(js.document.body.scrollHeight)})

        observer = js.ResizeObserver.new(create_proxy(measured))
        observer.observe(js.document.body)
        self._observer = observer


def _asked(window):
    """The query of the frame's address."""
    asked = window.asked
    keys = js.Object.keys(asked)
    return {keys[at]: js.Reflect.get(asked, keys[at]) for at in range(keys.length)}
