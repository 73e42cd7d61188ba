"""The page's engine: a worker, the chain of backends behind it, one job at a time.

Runs under MicroPython and Pyodide alike. Which backend comes first is decided in the worker
(``offcut.runtime.chain``); here a failed one is crossed out, a fresh worker started, and the job
done again, for ONNX Runtime initialises only once a realm and the page still holds the photo.
"""

import json

import js
from cutting import Cutting
from errors import OffcutError, fail
from link import Link
from vector import rasterise

# Faults of the backend or the worker, not of the photo: the next backend may do better.
MOVES_ON = (
    "BACKEND_FAILED",
    "BACKEND_LOST",
    "OUT_OF_MEMORY",
    "WORKER_FAILED",
    "WORKER_TIMEOUT",
)
# Where the large model cannot be had, the small one's answer stands.
DETAIL_MAY_FAIL = (
    "MODEL_CORRUPT",
    "MODEL_DOWNLOAD_FAILED",
    "OFFLINE_NO_MODEL",
    "OUT_OF_MEMORY",
    "RUN_FAILED",
)
START_MS = 90_000
LEADS_ON = ("webgpu", "wasm-mt")  # the backends that have another one behind them


def _nothing(_kind, _detail):
    """Listen to nothing."""


class Engine:
    """Takes the background off photos in a worker; see ``remove``."""

    _workers = 0  # PyScript remembers a worker's name for ever: each gets a new one

    def __init__(self, base, backend="auto", on_status=None):
        """Start nothing yet.

        ``base``: the site's address with a slash at its end. ``backend``: "auto", "webgpu",
        "wasm-mt" or "wasm-st". ``on_status(kind, detail)``: "starting", "ready" (the report),
        "fallback" (a sentence), "failed" (the OffcutError), "stage" (progress outside a job).
        """
        self._base = base
        self._backend = backend
        self._on_status = on_status or _nothing
        self._on_event = _nothing
        self._link = None
        self._starting = None
        self._crossed_out = []
        self._report = None
        self._kept = set()
        self._loaded = {}  # what the worker has ready, with the sentence that came with it
        self._jobs = 0
        self._busy = None
        self._cancels = 0

    def probe(self):
        """Return what the worker last said of itself, or None before it is up."""
        return self._report

    async def start(self):
        """Bring a worker up with a backend that has proven itself; returns its report."""
        await self._ready()
        return self._report

    async def warm(self, model):
        """Start the engine and have ``model`` ready: a profile or an id."""
        link = await self._ready()
        for name in self._plan(model):
            await self._load(link, name)

    async def remove(self, photo, options, on_event=None):
        """Cut the subject out of ``photo`` and return the result.

        ``photo``: a Blob or File. ``options``: model ("fast", "auto" or "best", or an id), name,
        previews (whether pictures for the screen are wanted on the way), and what
        worker/offcut/pipeline/options.py tells of the result: format, quality, depth, mask, crop,
        exif, background, foreground.
        ``on_event(kind, detail)``: "stage" {stage, model, done, total, eta_s},
        "preview" {blob, model, final, width, height}, "result" (a complete result that may still
        improve), "fallback" (a sentence).
        Returns {blob, name, width, height, checks, ms, models, notes}; raises OffcutError.
        """
        cancels = self._cancels
        while self._busy:
            await self._busy.promise
        self._busy = js.Promise.withResolvers()
        self._on_event = on_event or _nothing
        try:
            while True:
                link = None
                try:
                    if cancels == self._cancels:
                        link = await self._ready()
                    if cancels != self._cancels:
                        raise fail("CANCELLED")
                    return await self._job(link, photo, options)
                except OffcutError as error:
                    if _is_drawing(error):
                        photo = await rasterise(photo)
                    elif link is None or not self._move_on(link, error):
                        raise
        finally:
            self._on_event = _nothing
            busy, self._busy = self._busy, None
            busy.resolve(None)

    def cancel(self):
        """Stop whatever runs, at any stage: only a worker's end stops a network's run."""
        self._cancels += 1
        if self._link:
            self._drop(fail("CANCELLED"))

    def dispose(self):
        """End the worker and give its memory back."""
        self.cancel()
        self._report = None

    # -- the worker ------------------------------------------------------------------------------

    async def _ready(self):
        """Return a link to a started worker; several callers share one start."""
        cancels = self._cancels
        while self._starting:
            await self._starting.promise
            if cancels != self._cancels:
                raise fail("CANCELLED")  # or the one that waited would start the next worker
        if self._link and not self._link.closed and self._report:
            return self._link
        self._starting = js.Promise.withResolvers()
        try:
            return await self._start_chain()
        except OffcutError as error:
            if error.code != "CANCELLED":
                self._on_status("failed", error)
            raise
        finally:
            starting, self._starting = self._starting, None
            starting.resolve(None)

    async def _start_chain(self):
        self._on_status("starting", None)
        while True:
            Engine._workers += 1
            link = Link(self._base, "offcut-" + str(Engine._workers), self._heard)
            self._link = link
            self._report = None
            try:
                await link.open()
                report = await link.call(
                    "start",
                    {
                        "base": self._base,
                        "backend": self._backend,
                        "exclude": self._crossed_out,
                    },
                    quiet_ms=START_MS,
                )
            except OffcutError as error:
                if self._move_on(link, error):
                    continue
                if not link.closed:
                    self._drop(error)
                raise
            self._report = _python(report)
            self._kept = {item["id"] for item in self._report["models"] if item["kept"]}
            self._on_status("ready", self._report)
            return link

    def _next_is_there(self, link, error):
        """Whether ``error`` is the backend's fault and the chain has another one."""
        if error.code not in MOVES_ON or (link.closed and link.closed.code == "CANCELLED"):
            return False
        return self._backend == "auto" and self._failed(error) in LEADS_ON

    def _failed(self, error):
        return (self._report or {}).get("backend") or error.detail.get("backend")

    def _move_on(self, link, error):
        """Cross the failed backend out; returns whether another one is worth a try."""
        if not self._next_is_there(link, error):
            return False
        failed = self._failed(error)
        if failed in self._crossed_out:
            return False
        self._crossed_out.append(failed)
        sentence = failed + " failed (" + error.message + "); trying the next way."
        self._on_status("fallback", sentence)
        self._on_event("fallback", sentence)
        self._drop(error)
        return True

    def _drop(self, error):
        link, self._link = self._link, None
        self._kept = set()
        self._loaded = {}
        self._report = None
        if link:
            link.close(error)

    def _heard(self, message):
        detail = {
            "stage": message.stage,
            "model": message.model,
            "done": message.done,
            "total": message.total,
            "eta_s": message.eta_s,
        }
        self._on_event("stage", detail)
        self._on_status("stage", detail)

    # -- a job -----------------------------------------------------------------------------------

    def _plan(self, wanted):
        """Return the models to run, in order, for a profile or a model's id."""
        return self._report["profiles"].get(wanted) or [wanted]

    async def _load(self, link, model):
        """Bring ``model`` in; returns a sentence if it could not be kept, else ""."""
        if model not in self._loaded:
            loaded = await link.call("load", {"model": model})
            self._kept.add(model)
            self._loaded[model] = loaded.note
        return self._loaded[model]

    async def _job(self, link, photo, options):
        self._jobs += 1

        async def load(model, wait=True):
            if wait:
                return await self._load(link, model)
            if model not in self._loaded:
                await link.call("fetch", {"model": model})
            return ""

        cutting = Cutting(link, "job-" + str(self._jobs), options, self._on_event)
        return await cutting.run(
            photo,
            self._plan(options.get("model") or "auto"),
            load,
            lambda model: model in self._kept,
            lambda error: error.code in DETAIL_MAY_FAIL and not self._next_is_there(link, error),
        )


def _is_drawing(error):
    """Whether the worker was given an SVG, which only the page can draw."""
    return error.code == "UNSUPPORTED_FORMAT" and error.detail.get("format") == "svg"


def _python(value):
    """Return a JavaScript object of plain values as dicts and lists."""
    return json.loads(js.JSON.stringify(value))
