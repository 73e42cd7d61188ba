"""The engine in the very interpreter that calls it: a worker of JupyterLite, PyScript, marimo.

A backend that fails is crossed out and the photo done again, as ``pyscript/engine.py`` does it with
workers. One realm is enough for that: each try takes the JavaScript modules of ONNX Runtime anew,
under another address, and so another ONNX Runtime that was never initialised.
"""

from __future__ import annotations

import asyncio
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from offcut.browser import given
from offcut.browser.avif import WasmAvif
from offcut.browser.messages import blob
from offcut.browser.service import Service
from offcut.errors import OffcutError
from offcut.models.plan import models_for
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pipeline.matte import Matte, matte_of
from offcut.pipeline.progress import Message, Report, silent, tell
from offcut.pixels.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

MODULES = {
    "ort_wasm": "vendor/ort/ort.wasm.min.mjs",
    "ort_webgpu": "vendor/ort/ort.webgpu.min.mjs",
    "idb": "vendor/idb/index.js",
    "attempt": "worker/attempt.js",
}
LEADS_ON = ("webgpu", "wasm-mt")  # the backends that have another one behind them
MOVES_ON = ("BACKEND_FAILED", "BACKEND_LOST")
_runs = count(1)
"""Of ONNX Runtime in this realm: one that has failed, or was told other settings, stays so."""


class Desk(Service):
    """One backend that is up, for photos that are handed over as they are."""

    async def photo(self, image: object) -> Photo:
        """Decode bytes or a Blob."""
        if isinstance(image, Photo):
            return image
        return await self._decode(blob(image, "") if isinstance(image, bytes) else image)

    async def job_of(self, image: object, wanted: str, report: Report) -> Job:
        """Decode and let the networks of a profile look."""
        models, profile = models_for(wanted, self._models())
        tell(report, "decode")
        job = Job(await self.photo(image))
        for model in models:
            asked = {"profile": profile, "preview": False}
            await self._run(job, self._models().get(model), asked, report)
        return job

    async def write(
        self, job: Job, options: Mapping[str, object], picture: Photo | None, report: Report
    ) -> bytes:
        """Give the job's file."""
        avif = WasmAvif(lambda file: self._modules.lazy.load(self._base + file))
        return (await export(job, options, report, avif, self._packers, picture=picture)).data

    async def warm(self, wanted: str) -> None:
        """Have the networks of a profile ready."""
        for model in models_for(wanted, self._models())[0]:
            await self.load({"model": model})

    async def close(self) -> None:
        """Let go of the networks."""
        await self._models_at_hand().close()

    @property
    def backend(self) -> str:
        """The one in use."""
        return str(self._report["backend"])


class Here:
    """Takes the background off photos in this interpreter; see ``offcut.api.homes.Home``."""

    def __init__(self, base: str, backend: str = "auto") -> None:
        """``base``: the site's address with a slash at its end. ``backend``: "auto", or the name
        of the one that is wanted."""
        self._base = base
        self._backend = backend
        self._crossed_out: list[str] = []
        self._desk: Desk | None = None
        self._turn = asyncio.Lock()  # two large photos at once are one too many
        self._report: Report = silent
        self._run = next(_runs)

    async def remove(
        self,
        image: object,
        wanted: str,
        options: Mapping[str, object],
        picture: object,
        report: Report,
    ) -> bytes:
        """The cut-out's file."""

        async def work(desk: Desk) -> bytes:
            below = None if picture is None else await desk.photo(picture)
            return await desk.write(
                await desk.job_of(image, wanted, report), options, below, report
            )

        return await self._done(work, report)

    async def matte(self, image: object, wanted: str, report: Report) -> Matte:
        """The cut-out as arrays."""

        async def work(desk: Desk) -> Matte:
            return matte_of(await desk.job_of(image, wanted, report))

        return await self._done(work, report)

    async def preload(self, wanted: str, report: Report) -> None:
        """Have the models ready."""
        await self._done(lambda desk: desk.warm(wanted), report)

    async def probe(self) -> dict[str, Any]:
        """What runs, and why."""
        found: dict[str, Any] = await self._done(lambda desk: desk.probe(), silent)
        return found

    async def close(self) -> None:
        """Let go of the networks."""
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.close()

    async def _done(self, work: Callable[[Desk], Awaitable[Any]], report: Report) -> Any:
        async with self._turn:
            self._report = report
            try:
                while True:
                    try:
                        return await work(await self._up())
                    except OffcutError as error:
                        if not self._moves_on(error):
                            raise
            finally:
                self._report = silent

    async def _up(self) -> Desk:
        if self._desk is None:
            desk = Desk(await self._modules(), lambda _model: self._tell)
            start = {"base": self._base, "backend": self._backend, "exclude": self._crossed_out}
            await desk.start(start)
            self._desk = desk
        return self._desk

    def _tell(self, told: Message) -> None:
        """Of a model that comes hears who waits for it now."""
        self._report(told)

    async def _modules(self) -> Any:
        # What stands behind # is not fetched, but a module is another one with it.
        addresses = (f"{self._base}{file}#{self._run}" for file in MODULES.values())
        found = await asyncio.gather(*(given.load(address) for address in addresses))
        return SimpleNamespace(
            **dict(zip(MODULES, found, strict=True)), lazy=SimpleNamespace(load=given.imported)
        )

    def _moves_on(self, error: OffcutError) -> bool:
        """Whether it was the backend's fault and there is another one, which is then next."""
        if error.code not in MOVES_ON or self._backend != "auto":
            return False
        failed = self._desk.backend if self._desk else error.detail.get("backend")
        if failed not in LEADS_ON or failed in self._crossed_out:
            return False
        self._crossed_out.append(str(failed))
        self._desk, self._run = None, next(_runs)
        return True
