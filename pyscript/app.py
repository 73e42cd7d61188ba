"""The page's life: what comes in, what the engine says, what is shown.

One state (state.py), changed here and nowhere else; after each change every component is asked to
render, and writes only what differs.
"""

import asyncio

import js
from components.backend_note import BackendNote
from components.compare import Compare
from components.dropzone import Dropzone
from components.error_note import ErrorNote
from components.progress import Progress
from components.result import ResultBar
from components.stage import Stage
from components.update_notice import UpdateNotice
from dom import JsException, parameter
from engine import Engine
from errors import OffcutError, wrap
from idle import frugal, metered, short_of_memory
from kept import chosen, read
from later import bring
from pace import Pace
from state import BUSY, DONE, ERROR, IDLE, Photo, State
from tasks import Tasks, complain
from text import t

BACKENDS = ("webgpu", "wasm-mt", "wasm-st")
MODELS = ("fast", "auto", "best", "u2netp", "isnet", "modnet")
TICK_S = 0.5
FURNISH_MS = 250  # the engine's worker is on its way by then


class App(Tasks):
    """The page."""

    def __init__(self, document):
        super().__init__()
        self.document = document
        self.state = State()
        self.base = js.URL.new("./", js.location.href).href
        self.model = parameter("model", MODELS, chosen("model", MODELS, "auto", "own-"))
        self.backend = parameter("backend", BACKENDS, chosen("backend", BACKENDS, "auto"))
        self.output = read("output", {})  # the file: settings of the engine's ``remove``
        self.sparing = True  # on a metered connection, large models are not fetched unasked
        self._job = 0  # counts up; what belongs to an older one is not heard
        self.pace = Pace()
        self._engine()
        self.news = UpdateNotice(self)
        self.dropzone = Dropzone(self)
        self.dressing = self.table = self.caution = self.handwork = None  # see ``furnish``
        self.parts = [
            self.dropzone,
            Stage(self),
            Compare(self),
            Progress(self),
            ResultBar(self),
            ErrorNote(self),
            BackendNote(self),
            self.news,
        ]

    def mount(self):
        """Show the page as alive, then warm the engine up while nothing else is to do."""
        self.changed()
        self.document.documentElement.setAttribute("data-alive", "")
        self.dropzone.picked()
        self.run(self._settle())
        self.later(FURNISH_MS, lambda: self.run(self.furnish()))

    async def furnish(self):
        """Have all parts of the page there; returns whether they are."""
        if self.table is None:
            try:
                await bring(self.base)
            except JsException as error:
                print("Offcut:", error)
                return False
        if self.table is None:
            from furniture import furnish

            furnish(self)
            self.changed()
        return True

    def changed(self):
        """Have every component show the state as it now is."""
        state = self.state
        self.document.documentElement.setAttribute("data-phase", state.phase)
        key = "title." + ("working" if state.phase in BUSY else state.phase)
        self.document.title = t("title" if state.phase == IDLE else key)
        for part in self.parts:
            part.render(state)

    # -- the engine ------------------------------------------------------------------------------

    def _engine(self):
        self.engine = Engine(self.base, self.backend, self._status)

    def _status(self, kind, detail):
        if self.state.engine_said(kind, detail):
            self.changed()

    async def _settle(self):
        """After the first paint: the service worker, then the engine and the small model."""
        await self.news.settle()
        if self.state.phase == IDLE and frugal():
            self.state.engine = "idle"
            self.changed()
            return
        try:
            model = "fast" if self.model in ("auto", "best") else self.model
            await self.engine.warm(model, self.sparing and metered())
        except OffcutError as error:
            # Told where it matters, once a photo is there; what runs is in the header's note.
            print("Offcut: warm-up:", error)
        self.news.keep_offline()

    # -- the photos ------------------------------------------------------------------------------

    def take(self, blobs):
        """Take photos in. One alone is shown, and work on another one ends; several become a
        queue, which more join."""
        state = self.state
        photos = [Photo(blob, getattr(blob, "name", None) or t("pasted")) for blob in blobs]
        state.hint = ""
        if state.phase in BUSY:
            self.engine.cancel()
        if state.batch is None and len(photos) == 1:
            state.photo = photos[0]
            state.scene = state.next_scene
            self.redo()
            return
        if state.batch is None:
            self._job += 1  # what was under way is not heard any more
            self.pace.stop(keep=False)
        self.run(self._put(photos))

    async def _put(self, photos):
        if await self.furnish():
            self.table.put(photos)
        else:
            self.hint(t("later.failed"))

    def retry(self):
        """Do the same photo again; with any backend, where the chosen one cannot be had."""
        self.any_backend(self.state.error)
        self.redo()

    def any_backend(self, error):
        """Let Offcut choose from now on, where ``error`` says that the chosen one cannot be had."""
        if error and error.code == "BACKEND_UNAVAILABLE" and self.backend != "auto":
            self.use_backend("auto")

    def use_backend(self, name):
        """Have everything from now on done on that backend, or "auto"."""
        self.backend = name
        self.engine.dispose()
        self._engine()

    def cancel(self):
        """Stop the work. A cut-out that is already there stays."""
        self.engine.cancel()

    def leave(self):
        """Turn from the photo on screen: what is under way for it is not heard any more."""
        self._job += 1
        self.pace.stop(keep=False)
        self.dressing.stop()

    def options(self, photo, scene):
        """What is asked of the engine for a photo that is to look so."""
        options = {"model": self.model, "name": photo.name, "sparing": self.sparing and metered()}
        for more in (self.output, photo.wishes, scene):
            options.update(more)
        if photo.edits:
            options["edits"] = photo.edits
        return options

    def redo(self):
        """Do the photo on screen from the beginning."""
        if self.dressing:
            self.dressing.stop()
        state = self.state
        state.begin()
        self._job += 1
        self.pace.stop(keep=False)
        self.changed()
        self.run(self._work(self._job))
        self.run(self._tick(self._job))

    async def _work(self, job):
        def on_event(kind, detail):
            if job == self._job:
                self._heard(kind, detail)

        photo = self.state.photo
        scene = self.state.scene
        options = self.options(photo, scene)
        options["hold"] = photo.number
        try:
            if short_of_memory() and await self.furnish():
                await self.caution.consider(photo)
            result = await self._remove(photo, options, on_event)
        except OffcutError as error:
            failed = error
        except Exception as error:  # a fault of ours: shown to the person, and on the console
            complain(error)
            failed = wrap(error)
        else:
            failed = None
        if job != self._job:
            return
        if failed:
            self.stopped(failed)
            return
        self.pace.stop(keep=True)
        self.written(result, scene)
        self.news.keep_offline()
        if scene is not self.state.scene:  # chosen while the networks were at work
            self.dressing.follow()

    async def _remove(self, photo, options, on_event):
        """Have it done; a file that is gone is done from the copy that was kept, if one was."""
        try:
            return await self.engine.remove(photo.blob, options, on_event)
        except OffcutError as error:
            gone = error.code == "PHOTO_GONE" and self.handwork
            spare = await self.handwork.copy(photo) if gone else None
            if spare is None:
                raise
            photo.blob = spare
        return await self.engine.remove(photo.blob, options, on_event)

    async def _tick(self, job):
        """Have the time left move while the engine says nothing."""
        while job == self._job and self.state.phase in BUSY:
            await asyncio.sleep(TICK_S)
            self.changed()

    def _heard(self, kind, detail):
        state = self.state
        state.job_said(kind, detail)
        if kind == "stage":
            backend = (state.report or {}).get("backend")
            self.pace.step(backend, detail["stage"], detail["model"])
        self.changed()

    def written(self, result, scene):
        """The photo's file is there, and looks so."""
        state = self.state
        result["scene"], result["framed"] = scene, "frame" in scene
        if state.item:
            self.table.written(state.item, result)
        state.phase = DONE
        state.progress = None
        state.result = result
        self.changed()

    def stopped(self, error):
        """Work on the photo ended with this."""
        self.pace.stop(keep=False)
        state = self.state
        state.progress = None
        state.error = error
        # What is there stays: the quick model's file is a whole result.
        state.phase = DONE if state.result else ERROR
        if not state.result:
            state.preview = None
        self.changed()

    # -- what the components find out --------------------------------------------------------------

    def photo_seen(self, width, height):
        """The browser shows the photo, this large; zeros: it cannot."""
        self.state.photo.seen(width, height)
        self.changed()

    def drag(self, over):
        """A file is held over the window, or no longer."""
        if self.state.dragging != over:
            self.state.dragging = over
            self.changed()

    def hint(self, sentence):
        """Say something about what was dropped or pasted."""
        self.state.hint = sentence
        self.changed()

    def want(self):
        """Download as soon as the file is there."""
        self.state.wanted = True
        self.changed()

    def plan(self):
        """The models that are to run, in order, as far as is known."""
        profiles = (self.state.report or {}).get("profiles", {})
        return profiles.get(self.model) or [self.model]
