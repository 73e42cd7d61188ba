"""The page's engine: one job at a time, in a worker that is renewed before it grows too old.

Runs under MicroPython and Pyodide alike. A backend that fails is crossed out (``backends``) and the
job done again, for the page still holds the photo.
"""

import asyncio
import json

import js
from awake import Awake
from backends import Attempts, Backends
from calibration import better
from cutting import DETAIL_MAY_FAIL, Cutting
from errors import OffcutError, fail
from idle import watch
from life import Life
from tasks import Tasks
from vector import is_drawing, rasterise


def _nothing(_kind, _detail):
    """Listen to nothing."""


class Engine:
    """Takes the background off photos in a worker; see ``remove``."""

    def __init__(self, base, backend="auto", on_status=None, life=None, sleep=None, *, lists=()):
        """Start nothing yet.

        ``base``: the site's address with a slash at its end. ``backend``: "auto", "webgpu", "wasm"
        (with threads where it can), "wasm-mt" or "wasm-st". ``on_status(kind, detail)``:
        "starting", "ready" (the report), "report" (a newer one), "fallback" (a sentence), "failed"
        (the OffcutError), "asleep" (the worker was ended and comes back by itself), "stage"
        (progress outside a job). ``life``, ``sleep``: a ``Life`` and a clock, for tests.
        ``lists``: addresses of more models' lists.
        """
        self._on_status = on_status or _nothing
        self._on_event = _nothing
        self._backends = Backends(base, backend, self._told, self._heard, lists)
        self._life = life or Life(Awake())
        self._sleep = sleep or asyncio.sleep
        self._jobs = 0
        self._busy = None
        self._running = None  # the options of the photo whose turn it is
        self._held = None  # the Cutting whose job the worker still has
        self._users = 0  # who else needs the worker as it is
        self.in_use = False  # a hand draws on the photo: nothing is done unasked beside it
        self._tasks = Tasks()

    def probe(self):
        """Return what the worker last said of itself, or None while there is none."""
        return self._backends.report

    async def start(self):
        """Bring a worker up with a backend that has proven itself; returns its report."""
        await self._backends.ready()
        return self._backends.report

    async def warm(self, model, sparing=False):
        """Start the engine and have ``model`` ready: a profile or an id. ``sparing``: as the
        option of ``remove``."""
        self._backends.calibration.stop()
        self._users += 1
        try:
            link = await self._backends.ready()
            for name in self._backends.plan(model, sparing):
                await self._backends.load(link, name)
        finally:
            self._users -= 1
            self._renew()

    async def remove(self, photo, options, on_event=None):
        """Cut the subject out of ``photo`` and return the result.

        ``photo``: a Blob or File. ``options``: model ("fast", "auto" or "best", or an id), name,
        previews (whether pictures for the screen are wanted on the way), sparing (whether models
        that are not here and large are to be left out), and what pipeline/options.py tells of the
        result: format, quality, depth, mask, crop, exif, background (of the kind "image" with the
        Blob as its "image"), foreground, shadow, outline, frame, type, max_size; and edits, a list
        as docs/strokes.md tells. With ``matte``, a Blob with a mask, no model runs. With ``hold``,
        a number of the photo's own, the job stays in the worker, for ``redraw``, until the next.
        ``on_event(kind, detail)``: "stage" {stage, model, done, total, eta_s}, "preview" {blob,
        model, final, width, height}, "result" (whole, may still improve), "fallback" (a sentence).
        Returns {blob, name, width, height, checks, ms, models, notes}; raises OffcutError.
        """
        backends = self._backends
        cancels = backends.cancels
        await self._begin(on_event)
        attempts = Attempts(backends, self._life)
        self._running = options
        try:
            while True:
                link = None
                try:
                    if cancels == backends.cancels and not options.get("stopped"):
                        link = await backends.ready()
                    if cancels != backends.cancels or options.get("stopped"):
                        raise fail("CANCELLED")
                    return await self._job(link, photo, options)
                except OffcutError as error:
                    if is_drawing(error):
                        photo = await rasterise(photo)
                    elif link is None or not attempts.go_on(link, error):
                        raise
        finally:
            self._end()

    async def redraw(self, options):
        """Draw the job that is held for the screen, with other settings and without a network.

        Returns {blob, width, height, empty, final}. Raises JOB_UNKNOWN where none is held any
        more, for its worker was renewed or has failed: ``remove`` then does the photo again.
        """
        return await self.held("look", options)

    async def rewrite(self, options):
        """Write the held job's file with other settings; as ``redraw``; returns as ``remove``."""
        return await self.held("write", options)

    async def held(self, method, options):
        """As ``redraw``, a ``method`` of ``Cutting``: retouch, part, hint or stamp."""
        await self._begin(None)
        try:
            held = self._held
            if not held or held.keep != options.get("hold") or not held.is_there():
                raise fail("JOB_UNKNOWN")
            return await getattr(held, method)(options)
        except OffcutError as error:
            raise self._backends.job_lost(error)  # noqa: B904 - MicroPython has no chains
        finally:
            self._end()

    async def colours(self, photo, options):
        """Return colours of ``photo``, each [red, green, blue]: the one at ``x``, ``y`` (0..1 of
        its sides), or, without them, some that it has. ``options``: these and ``hold``."""
        await self._begin(None)
        try:
            link = await self._backends.ready()
            held = self._held
            has_it = held and held.keep == options.get("hold") and held.is_there()
            where = {key: options[key] for key in ("x", "y") if key in options}
            told = await link.call("colours", held.job if has_it else "", photo, where)
            return json.loads(js.JSON.stringify(told.colours))
        finally:
            self._end()

    async def _begin(self, on_event):
        """Wait for one's turn: the worker does one thing at a time."""
        self._backends.calibration.stop()
        while self._busy:
            await self._busy.promise
        self._busy = js.Promise.withResolvers()
        self._on_event = on_event or _nothing

    def _end(self):
        self._on_event = _nothing
        self._running = None
        busy, self._busy = self._busy, None
        self._renew()
        busy.resolve(None)

    async def ask(self, method, *arguments):
        """Call a worker about itself, one that is started for it if there is none: "clock",
        "traffic"."""
        self._users += 1
        try:
            return await (await self._backends.ready()).call(method, *arguments)
        finally:
            self._users -= 1
            self._renew()

    async def refresh(self):
        """Have the worker look again at what it has; the report comes as a status."""
        report = await self.ask("probe")
        self._backends.learn(json.loads(js.JSON.stringify(report)))

    async def discard(self, model):
        """Delete ``model`` from this device. A worker that has it in memory is ended."""
        await self.ask("discard", {"model": model})
        self._backends.kept.discard(model)
        await self.refresh()
        if model in self._backends.loaded and self.free():
            self.rest()

    def cancel(self):
        """Stop whatever runs, at any stage: only a worker's end stops a network's run."""
        self._backends.calibration.stop()
        self._backends.cancel()

    def stop(self, options):
        """Stop the photo that ``remove`` was given ``options`` for, and no other one."""
        options["stopped"] = True
        if self._running is options:
            self._backends.drop(fail("CANCELLED"))

    def dispose(self):
        """End the worker and give its memory back."""
        self.cancel()

    # -- while nobody waits (see idle.py) ----------------------------------------------------------

    def free(self):
        """Whether there is a worker, and nobody who needs it."""
        return self._backends.up() and not self._busy and not self._users and not self.in_use

    def lost(self, link):
        """The worker behind ``link`` was ended by somebody else: where nobody waits for it, it is
        asleep, for the next call starts another."""
        if link is self._backends.link and not self._busy and not self._users:
            self.rest()

    def rest(self):
        """End the worker to give its memory back; the next call starts another."""
        self._backends.calibration.stop()
        self._backends.drop(fail("CANCELLED"))
        self._on_status("asleep", None)

    async def calibrate(self, frugal):
        """Time the backends once; changes to a clearly faster one. Returns whether it is done."""
        done = await self._backends.calibrate(frugal)
        if done and self.free() and better(self._backends.report):
            self._again()
        return done

    def _renew(self):
        """Have the next photo done by a fresh worker, if this one has had its day and is free."""
        self._life.touch()
        if self._life.spent() and self.free():
            self._again()

    def _again(self):
        """Replace the worker by a fresh one with the same models; those lie on the device."""
        models = list(self._backends.loaded)
        self._backends.drop(fail("CANCELLED"))
        self._tasks.run(self._bring_back(models))

    async def _bring_back(self, models):
        self._users += 1
        try:
            link = await self._backends.ready()
            for model in models:
                await self._backends.load(link, model)
        except OffcutError as error:
            # Nobody waits for it: the next photo starts anew, and says what is wrong.
            if error.code != "CANCELLED":
                print("Offcut: renewal:", error)
        finally:
            self._users -= 1
            self._life.touch()

    # -- what the worker says ----------------------------------------------------------------------

    def _told(self, kind, detail):
        if kind == "ready":
            self._life.begin(detail["memory_gb"])
            self._tasks.run(watch(self, self._backends.link, self._life, self._sleep))
        elif kind == "fallback":
            self._on_event(kind, detail)
        self._on_status(kind, detail)

    def _heard(self, detail):
        self._on_event("stage", detail)
        self._on_status("stage", detail)

    # -- a job -----------------------------------------------------------------------------------

    async def _job(self, link, photo, options):
        backends = self._backends
        self._jobs += 1
        # Before anything is waited for: the report goes with the worker.
        plan = backends.plan(options.get("model") or "auto", options.get("sparing"))

        async def load(model, wait=True):
            if wait:
                return await backends.load(link, model)
            if model not in backends.loaded:
                await link.call("fetch", {"model": model})
            return ""

        held, self._held = self._held, None
        if held:  # two large photos at once are one too many
            await held.forget()
        cutting = Cutting(link, "job-" + str(self._jobs), options, self._on_event)
        try:
            result = await cutting.run(
                photo,
                plan,
                load,
                lambda model: model in backends.kept,
                lambda error: (
                    error.code in DETAIL_MAY_FAIL and not backends.next_is_there(link, error)
                ),
            )
            self._held = cutting if cutting.keep else None
            return result
        finally:
            self._life.did(cutting.memory_mb)
