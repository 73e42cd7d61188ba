"""The engine's life in a worker: one backend, its sessions, the jobs at hand."""

from __future__ import annotations

import asyncio
import time
import traceback
from typing import TYPE_CHECKING, Any

import js
import numpy as np
from pyodide.ffi import to_js

from offcut import __version__
from offcut.browser import facts as browser_facts
from offcut.browser.avif import WasmAvif
from offcut.browser.decode import decode
from offcut.browser.heif import FILE as HEIF
from offcut.browser.idb import IdbStore
from offcut.browser.net import BrowserFetcher, fetch_json
from offcut.browser.ort_web import OrtWeb, within
from offcut.browser.packers import Packers
from offcut.browser.shelf import Shelf
from offcut.errors import OffcutError, fail
from offcut.models.plan import PROFILES, models_for
from offcut.models.registry import Registry
from offcut.pipeline import steps
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pipeline.progress import tell
from offcut.runtime import chain, selftest
from offcut.storage.download import key_of
from offcut.storage.parts import FetchFailed, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from offcut.models.registry import ModelSpec, SelfTestSpec
    from offcut.pixels.deflate import Packer
    from offcut.runtime.session import Session

START_S = 45.0  # fetch, set up and prove; thread start-up may hang for ever (ORT issue 11679)
JOBS_KEPT = 2
REPORT_EVERY_S = 0.1


def _blob(data: bytes, mime: str) -> Any:
    return js.Blob.new([to_js(data)], to_js({"type": mime}, dict_converter=js.Object.fromEntries))


class Service:
    """What ``worker/main.py`` exports, as methods that raise OffcutError."""

    def __init__(self, modules: Any) -> None:
        """Keep ``pyscript.js_modules``; ``start`` does the rest."""
        self._modules = modules
        self._base = ""
        self._store = IdbStore(modules.idb)
        self._fetcher = BrowserFetcher()
        self._registry: Registry | None = None
        self._shelf: Shelf | None = None
        self._tiny: Session | None = None
        self._jobs: dict[str, Job] = {}
        self._report: dict[str, Any] = {}
        self._packers: Callable[[], Awaitable[Sequence[Packer]]] | None = None

    # -- start -----------------------------------------------------------------------------------

    async def start(self, options: dict[str, Any]) -> dict[str, Any]:
        """Set up the first usable backend and prove it with the self-test.

        Raises:
            OffcutError: BACKEND_UNAVAILABLE when none is usable, BACKEND_FAILED (detail
                ``backend``) when the chosen one fails: the page then starts a fresh worker without
                it, because ONNX Runtime does not initialise twice.
        """
        self._base = str(options["base"])
        forced = str(options.get("backend") or "auto")
        data, facts = await asyncio.gather(
            fetch_json(f"{self._base}models/registry.json"), browser_facts.gather()
        )
        self._registry = Registry.from_json(data)
        found = chain.candidates(facts, forced, list(options.get("exclude") or []))
        chosen = chain.choose(found, forced)
        threads = chain.threads(chosen.name, facts, int(options.get("threads") or 0))
        runtime = OrtWeb(self._modules, self._base, chosen.name, threads)
        self._packers = Packers(self._base, facts.cores).at_hand
        started = time.perf_counter()
        try:
            await within(
                START_S,
                self._prove(runtime, self._registry.selftest),
                lambda: fail("BACKEND_FAILED", reason=f"no result within {START_S:.0f} s"),
            )
        except OffcutError as error:
            error.detail["backend"] = chosen.name
            raise
        self._shelf = Shelf(
            runtime,
            self._store,
            BrowserFetcher(cached=False),
            f"{self._base}models/",
            reporter=lambda model: self._reporter("", model),
            current=frozenset(
                key_of(part) for spec in self._registry.models.values() for part in spec.parts
            ),
        )
        self._report = {
            "version": __version__,
            "backend": chosen.name,
            "why": chosen.reason,
            "threads": runtime.threads,
            "isolated": facts.isolated,
            "cores": facts.cores,
            "adapter": facts.adapter_name,
            "selftest_ms": round((time.perf_counter() - started) * 1000),
            "candidates": [
                {"name": one.name, "usable": one.usable, "reason": one.reason} for one in found
            ],
            "roles": self._roles(),
            "profiles": {name: models_for(name, self._models())[0] for name in PROFILES},
        }
        return await self.probe()

    async def _prove(self, runtime: OrtWeb, spec: SelfTestSpec | None) -> None:
        if spec is None:
            raise fail("BAD_CONFIG", "This site's list of models has no self-test.")
        await runtime.prepare()
        models = f"{self._base}models/"
        try:
            network, stored = await asyncio.gather(
                self._fetcher.fetch(models + spec.part.file),
                self._fetcher.fetch(models + spec.expected_file),
            )
        except FetchFailed as error:
            # The network's fault, not the backend's: no reason to cross it out.
            raise fail("MODEL_DOWNLOAD_FAILED", reason=str(error)) from error
        expected = np.frombuffer(js.Uint8Array.new(stored).to_bytes(), np.float32)
        # Never closed: ONNX Runtime destroys the WebGPU device with its last session.
        self._tiny = await runtime.create(network, spec.model)
        proof = await selftest.prove(self._tiny, spec, expected)
        if not proof.ok:
            raise fail("BACKEND_FAILED", proof.reason)

    def _roles(self) -> dict[str, str]:
        """The smallest model of each role."""
        found = {}
        for role in ("fast", "detail", "portrait"):
            models = self._models().with_role(role)
            if models:
                found[role] = models[0].id
        return found

    async def probe(self) -> dict[str, Any]:
        """Tell what runs and why, and which models lie on this device."""
        try:
            kept = set(await self._store.keys())
        except StoreUnavailable:
            kept = set()
        models = [
            {
                "id": spec.id,
                "title": spec.title,
                "bytes": spec.bytes,
                "licence": spec.licence,
                "loaded": self._shelf is not None and self._shelf.has(spec.id),
                "kept": all(key_of(part) in kept for part in spec.parts),
            }
            for spec in self._models().models.values()
        ]
        return {**self._report, "models": models}

    # -- models ----------------------------------------------------------------------------------

    async def load(self, options: dict[str, Any]) -> dict[str, Any]:
        """Fetch (or take from the store) the model named ``model`` and make its session."""
        spec = self._models().get(str(options["model"]))
        shelf = self._models_at_hand()
        await shelf.session(spec)
        return {"model": spec.id, "note": shelf.notes.get(spec.id, "")}

    async def fetch(self, options: dict[str, Any]) -> dict[str, Any]:
        """Begin to bring ``model`` in and say at once that it is under way.

        Nothing is told of it, and no failure counts, until somebody calls ``load``.
        """
        self._models_at_hand().begin(self._models().get(str(options["model"])))
        return {}

    def _models_at_hand(self) -> Shelf:
        if self._shelf is None:
            raise fail("BACKEND_UNAVAILABLE")
        return self._shelf

    # -- jobs ------------------------------------------------------------------------------------

    async def cut(self, job_id: str, blob: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Decode ``blob`` and run the model named ``model`` on it."""
        spec = self._models().get(str(options["model"]))
        report = self._reporter(job_id, spec.id)
        tell(report, "decode")
        started = time.perf_counter()
        photo = await decode(blob, lambda: self._modules.lazy.load(self._base + HEIF))
        job = Job(photo, name=str(options.get("name") or ""))
        job.ms["decode"] = (time.perf_counter() - started) * 1000
        while len(self._jobs) >= JOBS_KEPT:
            self._jobs.pop(next(iter(self._jobs)))
        self._jobs[job_id] = job
        return await self._run(job, spec, options, report, steps.cut)

    async def refine(self, job_id: str, options: dict[str, Any]) -> dict[str, Any]:
        """Run a further model on the job and fuse its mask with what is there."""
        spec = self._models().get(str(options["model"]))
        report = self._reporter(job_id, spec.id)
        return await self._run(self._job(job_id), spec, options, report, steps.refine)

    async def _run(
        self, job: Job, spec: ModelSpec, options: dict[str, Any], report: Any, step: Any
    ) -> dict[str, Any]:
        shelf = self._models_at_hand()
        session = await shelf.session(spec)
        async with shelf.busy:
            await step(job, session, spec, str(options.get("profile") or ""), report)
        shown: Any = ""
        empty = False
        if options.get("preview", True):  # what nobody sees is not worked out
            shown, empty = _blob(await steps.preview_png(job), "image/png"), steps.is_empty(job)
        return {
            "width": job.photo.width,
            "height": job.photo.height,
            "preview": shown,
            "empty": empty,
            "ms": _rounded(job.ms),
        }

    async def export(self, job_id: str, options: dict[str, Any]) -> dict[str, Any]:
        """Write the job's cut-out as a file and check what was written."""
        job = self._job(job_id)
        report = self._reporter(job_id, "")
        avif = WasmAvif(lambda file: self._modules.lazy.load(self._base + file))
        made = await export(job, options, report, avif, self._packers)
        return {
            "blob": _blob(made.data, made.mime),
            "name": made.name,
            "width": made.width,
            "height": made.height,
            "checks": list(made.checks),
            "ms": _rounded(job.ms),
        }

    async def forget(self, job_id: str) -> dict[str, Any]:
        """Let go of the job's pixels; unknown jobs are no error."""
        return {"known": self._jobs.pop(job_id, None) is not None}

    def log_exception(self, error: BaseException) -> None:
        """Put a fault of ours on the console with its traceback."""
        js.console.error("".join(traceback.format_exception(error)))

    def _job(self, job_id: str) -> Job:
        if job_id not in self._jobs:
            raise fail("JOB_UNKNOWN", job=job_id)
        return self._jobs[job_id]

    def _models(self) -> Registry:
        if self._registry is None:
            raise fail("WORKER_FAILED", reason="start was not called")
        return self._registry

    def _reporter(self, job_id: str, model: str) -> Callable[[dict[str, Any]], None]:
        stage, told = "", 0.0

        def report(progress: dict[str, Any]) -> None:
            # A message a kilobyte would keep the page busy: ten a second of a stage are enough.
            nonlocal stage, told
            now = time.perf_counter()
            ended = progress["done"] >= progress["total"]
            if progress["stage"] == stage and not ended and now - told < REPORT_EVERY_S:
                return
            stage, told = progress["stage"], now
            message = {
                "offcut": 1,
                "job": job_id,
                "model": model,
                "stage": "",
                "done": 0,
                "total": 0,
                "eta_s": -1,
                **progress,
            }
            # None would arrive as undefined, which MicroPython does not know as None.
            ready = {key: -1 if value is None else value for key, value in message.items()}
            js.postMessage(to_js(ready, dict_converter=js.Object.fromEntries))

        return report


def _rounded(ms: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 1) for key, value in ms.items()}
