"""The page's engine under CPython: its real modules over a browser and workers that are made up.

A made-up worker chooses its backend by the engine's own rules (``runtime.chain``, ``timing``), so
what page and worker agreed on is part of what is tested. Time stands still until a test lets it
pass.
"""

from __future__ import annotations

import asyncio
import json
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from offcut.errors import OffcutError, fail
from offcut.runtime import chain, timing

from .page_modules import page_modules
from .storage import JsError, Navigator, Storage, entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

REAL = ("awake", "kept", "backends", "calibration", "cutting", "engine", "idle", "life", "tasks")
GPU = chain.Facts(
    has_gpu=True, adapter=True, adapter_name="acme", device_ok=True, isolated=True, cores=8
)
TURNS = 50  # of the event loop, after which nothing moves any more


class Bag(dict[str, Any]):
    """A JavaScript object: what is in it are its attributes."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


class World:
    """A device, its browser and the workers on it.

    ``ms``: of the small network by backend; one that is missing fails its self-test. ``lost``:
    backends that fail in a job. ``faults``: by method, the codes with which the next calls fail,
    one each. ``memory_mb``: what a worker says after a photo. ``held``: methods, or methods and
    models, whose calls wait until the test lets them go. ``calls``: (worker, backend, method) in
    order. ``wanted``: the options of each export. ``edits``: (job, list) of
    each ``edit``.
    """

    def __init__(self) -> None:
        self.facts = GPU
        self.ms = {"webgpu": 80.0, "wasm-mt": 200.0, "wasm-st": 700.0}
        self.lost: set[str] = set()
        self.faults: dict[str, list[str]] = {}
        self.memory_mb = 500
        self.version = "1"
        self.held: dict[str, asyncio.Event] = {}
        self.calls: list[tuple[int, str, str]] = []
        self.wanted: list[dict[str, Any]] = []
        self.edits: list[tuple[str, Any]] = []
        self.links: list[FakeLink] = []
        self.discarded: list[str] = []
        self.told: list[tuple[str, Any]] = []
        self.now = 0.0
        self.hidden = False
        self.save_data = False
        self.storage = Storage()
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    # -- time ----------------------------------------------------------------------------------

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has let so much time pass."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds * 1000, woken))
        await woken

    async def passes(self, seconds: float) -> None:
        """Let time pass, second by second, and whatever is due happen."""
        await self.settles()
        for _ in range(round(seconds)):
            self.now += 1000
            due = [one for one in self._sleepers if one[0] <= self.now]
            self._sleepers = [one for one in self._sleepers if one[0] > self.now]
            for _, woken in due:
                woken.set_result(None)
            await self.settles()

    async def settles(self) -> None:
        """Let everything happen that needs no time."""
        for _ in range(TURNS):
            await asyncio.sleep(0)

    # -- what happened -------------------------------------------------------------------------

    def heard(self, kind: str, detail: Any) -> None:
        """``on_status`` of an engine."""
        self.told.append((kind, detail))

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.told]

    def alive(self) -> list[FakeLink]:
        return [link for link in self.links if link.opened and not link.closed]

    def backends(self, method: str) -> list[str]:
        """The backends of the workers that were asked for ``method``."""
        return [backend for _, backend, asked in self.calls if asked == method]


class FakeLink:
    """``link.Link`` to a made-up worker."""

    world: World

    def __init__(self, _base: str, name: str, _on_message: Any) -> None:
        self.name = name
        self.number = len(self.world.links)
        self.backend = ""
        self.opened = False
        self.closed: OffcutError | None = None
        self.loaded: list[str] = []
        self.asked = 0
        self.jobs: list[str] = []
        self.hints = 10 * self.number
        self._death: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.world.links.append(self)

    async def open(self) -> None:
        self.opened = True

    def close(self, error: OffcutError) -> None:
        if not self.closed:
            self.closed = error
            self._death.set_result(None)

    async def call(self, method: str, *arguments: Any, quiet_ms: int = 0) -> Any:
        if self.closed:
            raise self.closed
        assert self.opened
        answer = asyncio.ensure_future(self._answer(method, arguments))
        await asyncio.wait({answer, self._death}, return_when=asyncio.FIRST_COMPLETED)
        if self.closed:
            answer.cancel()
            raise self.closed
        return answer.result()

    async def _answer(self, method: str, arguments: tuple[Any, ...]) -> Any:
        await asyncio.sleep(0)
        said = [one["model"] for one in arguments if isinstance(one, dict) and "model" in one]
        due = self.world.faults.get(method)
        if due:
            code = due.pop(0)
            if code == "WORKER_LOST":
                self.close(fail(code))
            raise fail(code)
        gate = self.world.held.get(" ".join([method, *said])) or self.world.held.get(method)
        if gate:
            await gate.wait()
        answer: Any = getattr(self, f"on_{method}")(*arguments)
        self.world.calls.append((self.number, self.backend, method))
        return answer

    def on_apply(self, job: str, _photo: Any, mask: Any, _options: Any) -> Bag:
        self.jobs.append(job)
        return Bag(mask=mask)

    def on_start(self, options: dict[str, Any]) -> Bag:
        world = self.world
        device = timing.device_key(world.facts, None, "1")
        times = timing.kept_times(options["kept"], world.version, device)
        forced, fastest = options["backend"], timing.fastest(times)
        found = chain.candidates(world.facts, forced, options["exclude"], fastest)
        self.backend = chain.choose(found, forced).name
        if self.backend not in world.ms:
            raise fail("BACKEND_FAILED", backend=self.backend)
        return Bag(
            version=world.version,
            device=device,
            backend=self.backend,
            memory_gb=world.facts.memory_gb,
            candidates=[
                {"name": one.name, "usable": one.usable, "reason": one.reason} for one in found
            ],
            times=times,
            limits=[],
            roles={"fast": "small", "detail": "large"},
            profiles={"fast": ["small"], "auto": ["small", "large"]},
            models=self.models(),
        )

    def models(self) -> list[dict[str, Any]]:
        small = 2_000_000 if self.number else 0
        return [
            {"id": "small", "bytes": 2_000_000, "kept": bool(small), "kept_bytes": small},
            {"id": "large", "bytes": 44_000_000, "kept": False, "kept_bytes": 0},
        ]

    def on_probe(self) -> dict[str, Any]:
        return {"models": self.models()}

    def on_discard(self, options: dict[str, Any]) -> Bag:
        self.world.discarded.append(options["model"])
        return Bag()

    def on_load(self, options: dict[str, Any]) -> Bag:
        self.asked += 1
        self.loaded.append(options["model"])
        return Bag(note="")

    def on_fetch(self, _options: dict[str, Any]) -> Bag:
        self.asked += 1
        return Bag()

    def on_clock(self) -> Bag:
        return Bag(ms=self.world.ms[self.backend], limits=[{"model": "large", "why": "Slow."}])

    def _shown(self) -> Bag:
        if self.backend in self.world.lost:
            raise fail("BACKEND_LOST")
        return Bag(preview="", width=4, height=3, empty=False, notes=["Smaller."])

    def on_cut(self, job: str, _photo: Any, _options: dict[str, Any]) -> Bag:
        self.jobs.append(job)
        return self._shown()

    def on_refine(self, _job: str, _options: dict[str, Any]) -> Bag:
        return self._shown()

    def on_look(self, job: str, _options: dict[str, Any]) -> Bag:
        if job not in self.jobs:
            raise fail("JOB_UNKNOWN")
        return Bag(preview=f"{job} of worker {self.number}", width=4, height=3, empty=False)

    def on_export(self, _job: str, options: dict[str, Any]) -> Bag:
        self.world.wanted.append(options)
        return Bag(
            blob=f"by worker {self.number}",
            name="photo-cutout.png",
            width=4,
            height=3,
            checks=[],
            ms={},
            memory_mb=self.world.memory_mb,
        )

    def on_edit(self, job: str, edits: list[Any]) -> Bag:
        self.world.edits.append((job, edits))
        return self.on_look(job, {})

    def on_hint(self, job: str, click: dict[str, Any]) -> Bag:
        """Finds something but at the photo's very corner; numbers are each worker's own."""
        if job not in self.jobs:
            raise fail("JOB_UNKNOWN")
        if click["x"] == 0:
            return Bag(id=-1, note="Nothing there.")
        self.hints += 1
        return Bag(id=self.hints, note="")

    def on_stamp(self, options: dict[str, Any]) -> Bag:
        return Bag(sheet=options, side=9)

    def on_forget(self, job: str) -> Bag:
        if job in self.jobs:
            self.jobs.remove(job)
        return Bag()


def _resolvers() -> SimpleNamespace:
    promise = asyncio.get_running_loop().create_future()
    return SimpleNamespace(promise=promise, resolve=promise.set_result)


def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, SimpleNamespace]]:
    """A world, and the page's modules in it; to be used as a fixture."""
    world = World()

    class Js(ModuleType):
        document = property(lambda _: SimpleNamespace(hidden=world.hidden))
        navigator = property(
            lambda _: Navigator(
                storage=world.storage, connection=SimpleNamespace(saveData=world.save_data)
            )
        )

    js = Js("js")
    entries = entries_of(world.storage)
    del entries["navigator"]
    js.__dict__.update(
        entries,
        Promise=SimpleNamespace(withResolvers=_resolvers),
        JSON=SimpleNamespace(stringify=json.dumps),
        performance=SimpleNamespace(now=lambda: world.now),
        Math=SimpleNamespace(random=lambda: 0.5),
    )
    link = type("Link", (FakeLink,), {"world": world})
    made_up = {
        "js": js,
        "link": {"Link": link},
        "dom": {"JsException": JsError, "missing": lambda value: value is None},
        "vector": {"rasterise": None, "is_drawing": lambda _: False},
    }
    with page_modules(monkeypatch, REAL, made_up) as real:
        yield world, SimpleNamespace(**real)
