"""The engine's life in a worker: one backend, its sessions, the jobs at hand."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any

import js
import pyodide_js

from offcut.browser.avif import WasmAvif
from offcut.browser.backdrop import Backdrop
from offcut.browser.bringup import bring_up
from offcut.browser.decode import decode, read_bytes
from offcut.browser.heif import FILE as HEIF
from offcut.browser.idb import OWN_DATABASE, IdbStore
from offcut.browser.messages import blob, model_reporter, reporter, rounded
from offcut.browser.net import BrowserFetcher
from offcut.browser.packers import Packers
from offcut.browser.shelf import Shelf, with_own
from offcut.browser.told import limit_of, limits, models, plans
from offcut.errors import fail
from offcut.models.added import with_added
from offcut.models.plan import looks
from offcut.models.registry import OWN
from offcut.pipeline import steps
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pipeline.options import ExportOptions
from offcut.pipeline.progress import Report, tell
from offcut.runtime import timing
from offcut.storage import keeping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from offcut.browser.bringup import Backend
    from offcut.models.limit import Limit
    from offcut.models.registry import ModelSpec, Registry
    from offcut.pixels.deflate import Packer
    from offcut.pixels.photo import Photo

JOBS_KEPT = 2


class Service:
    """What ``worker/main.py`` exports, as methods that raise OffcutError."""

    def __init__(self, modules: Any, hear: Callable[[str], Report] = model_reporter) -> None:
        """Keep ``pyscript.js_modules``; ``start`` does the rest. ``hear``: who hears of a model."""
        self._modules = modules
        self._hear = hear
        self._base = ""
        self._store = IdbStore(modules.idb)
        self._own_store = IdbStore(modules.idb, OWN_DATABASE)
        self._registry: Registry | None = None
        self._shelf: Shelf | None = None
        self._backend: Backend | None = None
        self._times: dict[str, float] = {}
        self._took: list[float] = []  # runs of the small network on photos, in order
        self._asked = 0
        self._jobs: dict[str, Job] = {}
        self._backdrop = Backdrop(read_bytes, self._decode)
        self._report: dict[str, Any] = {}
        self._packers: Callable[[], Awaitable[Sequence[Packer]]] | None = None

    async def start(self, options: dict[str, Any]) -> dict[str, Any]:
        """Set up the first usable backend and prove it; see ``bringup.bring_up``."""
        self._base = str(options["base"])
        registry, backend = await bring_up(self._modules, self._base, options)
        self._registry, self._backend = await with_own(registry, self._own_store), backend
        self._times = backend.times
        self._packers = Packers(self._base, backend.facts.cores).at_hand
        self._shelf = Shelf(
            backend.runtime,
            self._store,
            BrowserFetcher(cached=False),
            f"{self._base}models/",
            reporter=self._hear,
            current=keeping.keys_of(registry.models.values()),
            own=lambda spec: _own().load(spec, self._own_store),
        )
        self._report = backend.report()
        return await self.probe()

    async def clock(self) -> dict[str, Any]:
        """The small network's time on this backend, of the photos so far or of runs for nothing
        else; ``ms`` is 0 when something is asked meanwhile."""
        role = self._models().with_role("fast")
        if not role or self._backend is None:
            raise fail("MODEL_UNKNOWN", model="fast")
        shelf = self._models_at_hand()
        session = await shelf.session(role[0])
        asked = self._asked
        ms = timing.of_photos(self._took) or await timing.run_ms(
            session, role[0], lock=shelf.busy, wanted=lambda: asked == self._asked
        )
        if ms:
            self._times = {**self._times, self._backend.chosen.name: ms}
        return {"ms": round(ms, 1), "limits": self._limits()}

    def _limit(self, spec: ModelSpec) -> Limit | None:
        return limit_of(spec, self._backend, self._times)

    def _limits(self) -> list[dict[str, Any]]:
        return limits(self._models(), self._limit)

    async def probe(self) -> dict[str, Any]:
        """Tell what runs and why, and which models lie on this device."""
        kept = await keeping.keys_kept(self._store)
        told = {"models": models(self._models(), self._shelf, kept), **plans(self._models())}
        return {**self._report, **told, "times": self._times, "limits": self._limits()}

    # -- models ----------------------------------------------------------------------------------

    async def load(self, options: dict[str, Any]) -> dict[str, Any]:
        """Fetch (or take from the store) the model named ``model`` and make its session."""
        self._asked += 1
        spec = self._models().get(str(options["model"]))
        shelf = self._models_at_hand()
        await shelf.session(spec)
        return {"model": spec.id, "note": shelf.notes.get(spec.id, "")}

    async def fetch(self, options: dict[str, Any]) -> dict[str, Any]:
        """Begin to bring ``model`` in and say at once that it is under way.

        Nothing is told of it, and no failure counts, until somebody calls ``load``.
        """
        self._asked += 1
        self._models_at_hand().begin(self._models().get(str(options["model"])))
        return {}

    async def inspect(self, file: Any) -> dict[str, Any]:
        """Tell what the Blob ``file`` is, if it is a model."""
        return dict(await _own().inspect(file, self._models_at_hand().report("")))

    async def register(self, file: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Keep the Blob ``file`` as a model, once it has shown that it computes."""
        self._asked += 1
        shelf = self._models_at_hand()
        spec = await _own().register(file, options, self._own_store, shelf, self._backend)
        self._registry = self._models().with_model(spec)
        return {"id": spec.id, "title": spec.title}

    async def discard(self, options: dict[str, Any]) -> dict[str, Any]:
        """Delete what is kept of ``model``; a session that is up goes on."""
        spec = self._models().get(str(options["model"]))
        if spec.source == OWN:
            self._registry = self._models().without(spec.id)
            await self._models_at_hand().drop(spec.id)
            return {"bytes": await _own().forget(spec, self._own_store)}
        return {"bytes": await keeping.discard(spec, self._store, self._models().models.values())}

    def _models_at_hand(self) -> Shelf:
        if self._shelf is None:
            raise fail("BACKEND_UNAVAILABLE")
        return self._shelf

    # -- jobs ------------------------------------------------------------------------------------

    async def cut(self, job_id: str, photo: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Decode the Blob ``photo`` and run the model named ``model`` on it."""
        self._asked += 1
        spec = self._models().get(str(options["model"]))
        report = reporter(job_id, spec.id)
        job = await self._begun(job_id, photo, options, report)
        return await self._run(job, spec, options, report)

    async def apply(
        self, job_id: str, photo: Any, mask: Any, options: dict[str, Any]
    ) -> dict[str, Any]:
        """Decode the Blob ``photo`` and take the Blob ``mask`` for its matte; no network runs."""
        job = await self._begun(job_id, photo, options, reporter(job_id, ""))
        job.given = steps.given(await self._decode(mask))
        return {"width": job.photo.width, "height": job.photo.height}

    async def _begun(self, job_id: str, photo: Any, options: dict[str, Any], report: Report) -> Job:
        tell(report, "decode")
        started = time.perf_counter()
        job = Job(await self._decode(photo), name=str(options.get("name") or ""))
        job.ms["decode"] = (time.perf_counter() - started) * 1000
        while len(self._jobs) >= JOBS_KEPT:
            self._jobs.pop(next(iter(self._jobs)))
        self._jobs[job_id] = job
        return job

    async def _decode(self, photo: Any) -> Photo:
        return await decode(photo, lambda: self._modules.lazy.load(self._base + HEIF))

    async def refine(self, job_id: str, options: dict[str, Any]) -> dict[str, Any]:
        """Run a further model on the job and fuse its mask with what is there."""
        spec = self._models().get(str(options["model"]))
        report = reporter(job_id, spec.id)
        job = self._job(job_id)
        if not job.models:
            raise fail("JOB_UNKNOWN", reason="nothing to refine")
        return await self._run(job, spec, options, report)

    async def _run(
        self, job: Job, spec: ModelSpec, options: dict[str, Any], report: Any
    ) -> dict[str, Any]:
        shelf = self._models_at_hand()
        session = await shelf.session(spec)
        async with shelf.busy:
            profile = str(options.get("profile") or "")
            await steps.cut(job, session, spec, profile, report, limit=self._limit(spec))
        if "fast" in spec.roles and len(looks(profile, spec.roles)) == 1:
            self._took.append(job.ms[f"run.{spec.id}"])
        shown, empty = "", False
        if options.get("preview", True):  # what nobody sees is not worked out
            shown, empty = blob(await steps.preview_png(job), "image/png"), steps.is_empty(job)
        return {
            "width": job.photo.width,
            "height": job.photo.height,
            "preview": shown,
            "empty": empty,
            "notes": list(job.notes),
            "ms": rounded(job.ms),
        }

    async def look(self, job_id: str, options: dict[str, Any]) -> dict[str, Any]:
        """Draw the job's result for the screen, with what ``export`` would be asked for."""
        self._asked += 1
        return await _editing().look(self._job(job_id), options, self._backdrop)

    async def edit(self, job_id: str, edits: Any) -> dict[str, Any]:
        """Let that list be the job's edits from now on, and show them."""
        return await _editing().edit(self._job(job_id), edits)

    async def stamp(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a brush of ``size`` and ``hardness`` draws, for the page's own canvas."""
        return await _editing().stamp(options)

    async def hint(self, job_id: str, options: dict[str, Any]) -> dict[str, Any]:
        """Let the model named ``model`` look closer at a click."""
        self._asked += 1
        spec = self._models().get(str(options.get("model")))
        job, shelf = self._job(job_id), self._models_at_hand()
        told = {"report": reporter(job_id, spec.id), "limit": self._limit(spec)}
        return await _editing().hint(job, shelf, spec, options, **told)

    async def colours(self, job_id: str, photo: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Tell colours of the job's photo, or of the Blob ``photo`` where no job has it."""
        job = self._jobs.get(job_id)
        return _editing().colours(job.photo if job else await self._decode(photo), options)

    async def export(self, job_id: str, options: dict[str, Any]) -> dict[str, Any]:
        """Write the job's cut-out as a file and check what was written."""
        job = self._job(job_id)
        wanted = ExportOptions.of(options)
        picture = await self._backdrop.of(options)
        avif = WasmAvif(lambda file: self._modules.lazy.load(self._base + file))
        made = await export(job, wanted, reporter(job_id, ""), avif, self._packers, picture=picture)
        return {
            "blob": blob(made.data, made.mime),
            "name": made.name,
            "width": made.width,
            "height": made.height,
            "checks": list(made.checks),
            "ms": rounded(job.ms),
            "memory_mb": self._memory_mb(),
        }

    async def forget(self, job_id: str) -> dict[str, Any]:
        """Let go of the job's pixels; unknown jobs are no error."""
        return {"known": self._jobs.pop(job_id, None) is not None}

    def _memory_mb(self) -> int:
        """MB of WebAssembly memory in this worker, which never become fewer."""
        heap = pyodide_js._module.HEAPU8.buffer
        return round(self._modules.lazy.memory(heap) / 1_000_000)

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
        return with_added(self._registry)


def _own() -> Any:
    from offcut.browser import own  # noqa: PLC0415 - docs/performance.md, Start

    return own


def _editing() -> Any:
    from offcut.browser import editing  # noqa: PLC0415 - docs/performance.md, Start

    return editing
