"""The service worker: isolation on the first visit, offline use, a quiet word of a new version."""

import asyncio

import js
from dom import Element, JsException, framed, listen, missing
from kept import box
from pyscript.ffi import to_js
from state import BUSY, IDLE
from text import spoken, t

ONCE = "offcut-isolated"  # in sessionStorage: the page has reloaded itself for isolation
WAIT_MS = 4_000
POLICY_SINCE = 137  # Chromium with Document-Isolation-Policy
# What a cut-out needs offline on the processor: all but the 27 MB that only graphics cards run.
PROCESSOR = (
    "models/",
    "vendor/client-zip/",
    "vendor/idb/",
    "vendor/ort/ort.",
    "vendor/ort/ort-wasm-simd-threaded.mjs",
    "vendor/ort/ort-wasm-simd-threaded.wasm",
    "vendor/ort/parts",
    "vendor/pyodide/",
)


class UpdateNotice:
    """Registers sw.js and speaks with it."""

    def __init__(self, app):
        self.app = app
        self.box = Element("update")
        self.text = Element("update-text")
        self.now = Element("update-now")
        self.settled = False  # whether the page stays: it may reload itself once, for threads
        self._registration = None
        self._waiting = None
        self._accepted = False
        self._offline_asked = False
        self._picking = False
        self._warned = None  # what it was said of that a reload closes it
        self._news = ""  # the key of what there is to say
        self.now.on("click", lambda _: self._accept())
        Element("update-later").on("click", lambda _: self.box.show(False))
        self._container = getattr(js.navigator, "serviceWorker", None)
        if missing(self._container):
            self._container = None
            return
        listen(self._container, "controllerchange", lambda _: self._controlled())
        listen(self._container, "message", self._answered)
        # While the file dialog is open nothing may reload the page under it.
        Element("file").on("click", lambda _: self._pick(True))
        for kind in ("change", "cancel"):
            Element("file").on(kind, lambda _: self._pick(False))

    def render(self, state):
        """Nothing of the state is shown here; the notice comes from the service worker."""
        if self._news:
            self.text.text(t(self._news))

    async def settle(self):
        """Register; return when the engine may start, or never, when the page reloads itself."""
        await self._settle()
        self.settled = True

    async def _settle(self):
        if self._container is None or (framed() and not _gives_threads()):
            return
        try:
            self._registration = await self._container.register(
                "./sw.js", to_js({"scope": "./", "updateViaCache": "none"})
            )
        except JsException as error:
            print("Offcut: no service worker, so no offline use:", error)
            return
        if missing(self._registration):  # a browser driven by a test may refuse without a word
            self._registration = None
            return
        if not framed():  # there the next visit has it, unasked
            self._watch()
        if js.crossOriginIsolated or self._reloaded():
            return
        if self._reload_once():
            await asyncio.sleep(60)
        for _ in range(WAIT_MS // 100):
            if js.crossOriginIsolated or self.app.state.phase != IDLE:
                return
            await asyncio.sleep(0.1)

    def keep_offline(self):
        """Ask for the files that a cut-out needs and that came before the service worker did."""
        if not self._offline_asked and self._registration is not None:
            self._offline_asked = True
            self.app.run(self._keep_offline())

    async def _keep_offline(self):
        # The engine may be up before the service worker is: that has the page's files to fetch.
        await self._container.ready
        message = {"type": "CACHE_LAZY"}
        if (self.app.state.report or {}).get("backend") != "webgpu":
            message["only"] = list(PROCESSOR)
            message["only"].append("pyscript/messages/" + spoken().code)
        self._registration.active.postMessage(to_js(message))

    # -- isolation ---------------------------------------------------------------------------------

    def _pick(self, picking):
        self._picking = picking

    def _reloaded(self):
        if box() is None:
            return True
        try:
            return not missing(js.sessionStorage.getItem(ONCE))
        except JsException:
            return True  # no storage: a reload could not be told from the next one

    def _reload_once(self):
        """Reload under the service worker's headers: threads need them. Once, and only at rest."""
        if missing(self._container.controller) or js.crossOriginIsolated or self._reloaded():
            return False
        state = self.app.state
        if state.phase != IDLE or state.dragging or self._picking:
            return False
        js.sessionStorage.setItem(ONCE, "1")
        js.location.reload()
        return True

    def _controlled(self):
        if self._accepted:
            js.location.reload()
        else:
            self._reload_once()

    # -- a new version -----------------------------------------------------------------------------

    def _watch(self):
        registration = self._registration
        if not missing(registration.waiting) and not missing(self._container.controller):
            self._offer(registration.waiting)
        listen(registration, "updatefound", lambda _: self._found(registration.installing))

    def _found(self, worker):
        if missing(worker):
            return

        def moved(_):
            # With no controller it is the first one ever, and no news.
            if worker.state == "installed" and not missing(self._container.controller):
                self._offer(worker)

        listen(worker, "statechange", moved)

    def _offer(self, worker):
        self._waiting = worker
        self._say("update.ready")
        self.box.show(True)

    def _accept(self):
        """Take the new version, where no photo is lost by that."""
        state = self.app.state
        there = state.batch or state.photo
        if there and not self._is_kept():
            if state.phase in BUSY or (state.batch and state.batch.current):
                self._say("update.busy")
                return
            if self._warned is not there:
                self._warned = there
                self._say("update.open")
                return
        self._accepted = True
        self._waiting.postMessage(to_js({"type": "SKIP_WAITING"}))

    def _is_kept(self):
        """Whether what is on the page outlives it: the next visit goes on with it."""
        app = self.app
        if app.table is None:
            return False
        if app.state.batch:
            return app.table.keeping.covers()
        return app.handwork.covers(app.state.photo)

    def _answered(self, event):
        data = event.data
        if missing(data) or getattr(data, "type", "") != "SKIP_WAITING" or data.ok:
            return
        self._accepted = False  # another tab still runs the old version
        self._say("update.tabs")

    def _say(self, key):
        self._news = key
        self.text.text(t(key))


def _gives_threads():
    """Whether the service worker can isolate a frame that is not: in Chromium since 137, by
    Document-Isolation-Policy. Anywhere else it would only keep files for one host's visitors."""
    agent = getattr(js.navigator, "userAgentData", None)
    if js.crossOriginIsolated or missing(agent):
        return False
    brands = agent.brands
    for at in range(brands.length):
        if brands[at].brand == "Chromium":
            return int(brands[at].version) >= POLICY_SINCE
    return False
