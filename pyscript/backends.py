"""Keeps one worker running, on the best backend that works.

Which one comes first is decided in the worker (``offcut.runtime.chain``); here a failed one is
crossed out and a fresh worker started, for ONNX Runtime initialises only once a realm.
"""

import json

import js
from calibration import START_MS, Calibration
from errors import OffcutError, fail
from link import Link

# Faults of the backend or the worker, not of the photo: the next backend may do better.
MOVES_ON = (
    "BACKEND_FAILED",
    "BACKEND_LOST",
    "OUT_OF_MEMORY",
    "RUN_FAILED",
    "WORKER_FAILED",
    "WORKER_LOST",
    "WORKER_TIMEOUT",
)
# Of those, after which the worker is not to be asked for anything any more.
GONE = ("BACKEND_LOST", "OUT_OF_MEMORY", "WORKER_FAILED", "WORKER_LOST", "WORKER_TIMEOUT")
# Of those, which may be the photo's fault all the same, where no backend does it.
PERHAPS_THE_PHOTO = ("OUT_OF_MEMORY", "RUN_FAILED", "WORKER_LOST")
PROVE_S = 45  # for a backend to be set up and proven: threads may hang for ever (ORT issue 11679)
# Of models, what is fetched over a connection that may cost something without a question.
SPARING_BYTES = 10_000_000
LEADS_ON = ("webgpu", "wasm-mt")  # the backends that have another one behind them


def to_fetch(report, models):
    """How many bytes of these are still to be fetched, by a worker's report."""
    models = [one for one in report["models"] if one["id"] in models]
    return sum(one["bytes"] - one["kept_bytes"] for one in models)


def _unheard(_message):
    """Hear nothing of a worker that is only timed."""


class Attempts:
    """What is done about a photo that failed: again in a fresh worker, on the next backend, or
    nothing any more."""

    def __init__(self, backends, life):
        """``life``: of the worker in use."""
        self._backends = backends
        self._life = life
        self._used = life.is_used()
        self._crossed_out = list(backends.crossed_out)
        self._fresh = False

    def go_on(self, link, error):
        """Whether to try again after the worker behind ``link`` has failed so.

        A worker that somebody ended says nothing against its backend, and one that had done
        photos before has less memory than a fresh one. Where no backend does the photo, none is
        crossed out for it: the next photo has the best one again, in a fresh worker.
        """
        backends = self._backends
        again = error.code == "WORKER_LOST" or (error.code == "OUT_OF_MEMORY" and self._used)
        if again and not self._fresh and backends.is_at_fault(link, error):
            self._fresh = True
            backends.start_anew(error)
            return True
        if backends.move_on(link, error):
            return True
        if error.code in PERHAPS_THE_PHOTO and backends.is_at_fault(link, error):
            backends.pardon(self._crossed_out, error)
        return False


class Backends:
    """The worker in use: ``link`` and its ``report``, both None while there is none."""

    # PyScript remembers a worker's name for ever, and for every interpreter of the page (offcut.js
    # has one of its own): each worker gets a new one.
    _workers = 0
    _mark = str(js.Math.random())[2:]

    def __init__(self, base, backend, on_status, on_message, lists=()):
        """``base``, ``backend``, ``on_status``, ``lists``: as ``Engine``. ``on_message``: hears
        the worker."""
        self._base = base
        self._backend = backend
        self._lists = list(lists)
        self._on_status = on_status
        self._on_message = on_message
        self._starting = None
        self.crossed_out = []
        self.calibration = Calibration(base, lambda: self._new_link(_unheard))
        self.link = None
        self.report = None
        self.kept = set()  # models on this device
        self.loaded = {}  # models that the worker has ready, with the sentence that came with each
        self.cancels = 0

    def up(self):
        """Whether a worker has started and lives."""
        return bool(self.link and not self.link.closed and self.report and not self._starting)

    async def ready(self):
        """Return a link to a started worker; several callers share one start."""
        cancels = self.cancels
        while self._starting:
            await self._starting.promise
            if cancels != self.cancels:
                raise fail("CANCELLED")  # or the one that waited would start the next worker
        if self.up():
            return self.link
        self._starting = js.Promise.withResolvers()
        try:
            await self._start_chain()
        except OffcutError as error:
            if error.code != "CANCELLED":
                self._on_status("failed", error)
            raise
        finally:
            starting, self._starting = self._starting, None
            starting.resolve(None)
        self._on_status("ready", self.report)
        return self.link

    def plan(self, wanted, sparing=False):
        """Return the models to run, in order, for a profile or a model's id. ``sparing``: without
        those that would have to be fetched, if that is much; see ``Engine.remove``."""
        plan = self.report["profiles"].get(wanted) or [wanted]
        missing = [model for model in plan if model not in self.kept]
        if not sparing or to_fetch(self.report, missing) <= SPARING_BYTES:
            return plan
        at_hand = [model for model in plan if model in self.kept]
        return at_hand or [self.report["roles"].get("fast") or plan[0]]

    async def load(self, link, model):
        """Bring ``model`` in; returns a sentence if it could not be kept, else ""."""
        if model not in self.loaded:
            loaded = await link.call("load", {"model": model})
            self.kept.add(model)
            self.loaded[model] = loaded.note
        return self.loaded[model]

    def cancel(self):
        """End the worker, whatever it does."""
        self.cancels += 1
        self.drop(fail("CANCELLED"))

    def drop(self, error):
        """End the worker; what it was doing raises ``error``."""
        link, self.link = self.link, None
        self.kept = set()
        self.loaded = {}
        self.report = None
        if link:
            link.close(error)

    def is_at_fault(self, link, error):
        """Whether ``error`` is the backend's or the worker's, as far as can be told."""
        cancelled = link.closed and link.closed.code == "CANCELLED"
        return error.code in MOVES_ON and not cancelled

    def next_is_there(self, link, error):
        """Whether ``error`` is the backend's fault and the chain has another one."""
        chain = self._backend in ("auto", "wasm") and self._failed(error) in LEADS_ON
        return chain and self.is_at_fault(link, error)

    def move_on(self, link, error):
        """Cross the failed backend out; returns a sentence, or "" if no other is worth a try."""
        if not self.next_is_there(link, error):
            return ""
        return self._leave([self._failed(error)], error)

    def _leave(self, failed, error):
        failed = [name for name in failed if name not in self.crossed_out]
        if not failed:
            return ""
        self.crossed_out += failed
        sentence = failed[-1] + " failed (" + error.message + "); trying the next way."
        self._on_status("fallback", sentence)
        self.drop(error)
        return sentence

    def start_anew(self, error):
        """Have the next call start another worker, on the same backend."""
        sentence = "The engine stopped (" + error.message + ") and was started anew."
        self._on_status("fallback", sentence)
        self.drop(error)

    def pardon(self, crossed_out, error):
        """Let no more backends be crossed out than these; the next call starts a fresh worker."""
        if error.code in GONE or crossed_out != self.crossed_out:
            self.crossed_out = crossed_out
            self.drop(error)
            self._on_status("asleep", None)

    def job_lost(self, error):
        """What a job that was held is over with after ``error``: JOB_UNKNOWN, where its worker is
        not to be asked for anything any more, and is ended; else the error itself."""
        if error.code not in GONE:
            return error
        self.drop(error)
        return fail("JOB_UNKNOWN", reason=str(error))

    def learn(self, report):
        """Take a newer report of the worker in use."""
        self.report = report
        self._on_status("report", report)

    async def calibrate(self, frugal):
        """Time the backends that are usable here, once; returns whether that is done with.

        ``frugal``: only the one in use. What the small model needs must be on this device already.
        """
        if self.report["roles"].get("fast") not in self.kept:
            return False
        link = self.link

        def tell(report):
            if link is self.link:
                self.learn(report)

        return await self.calibration.run(link, self.report, frugal, tell)

    def _failed(self, error):
        return (self.report or {}).get("backend") or error.detail.get("backend")

    def _new_link(self, on_message):
        Backends._workers += 1
        return Link(
            self._base, "offcut-" + Backends._mark + "-" + str(Backends._workers), on_message
        )

    async def _start_chain(self):
        self._on_status("starting", None)
        again = True
        while True:
            link = self.link = self._new_link(self._on_message)
            self.report = None
            is_up = False
            wanted = {
                "base": self._base,
                "backend": self._backend,
                "exclude": self.crossed_out,
                "kept": self.calibration.kept,
                "registries": self._lists,
                "within_s": PROVE_S,
            }
            try:
                await link.open()
                is_up = True
                report = await link.call("start", wanted, quiet_ms=START_MS)
            except OffcutError as error:
                if self.move_on(link, error):
                    continue
                if error.code == "WORKER_LOST" and again:
                    again = False
                    self.start_anew(error)
                    continue
                hangs = is_up and error.code == "WORKER_TIMEOUT" and self._backend == "auto"
                # It cannot say on which one it hangs: what is left needs the least.
                if hangs and self._leave(LEADS_ON, error):
                    continue
                if not link.closed:
                    self.drop(error)
                raise
            self.report = json.loads(js.JSON.stringify(report))
            self.kept = {item["id"] for item in self.report["models"] if item["kept"]}
            return
