"""One photo after the other, in a thread that has its own engine and event loop."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from offcut.cli.naming import STDOUT, check, put
from offcut.errors import OffcutError, fail, wrap
from offcut.native.photos import decode
from offcut.native.typed import typed
from offcut.pipeline.edits import Edits
from offcut.pipeline.engine import Engine, packers
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pipeline.steps import is_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from offcut.cli.naming import Task
    from offcut.pipeline.options import ExportOptions
    from offcut.pipeline.progress import Message
    from offcut.pixels.photo import Photo

EMPTY = "No subject was found in it: the result is empty."

# What a mistake in our own code, or a file that nobody thought of, may raise: one photo is then
# told as broken and the others go on.
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Outcome:
    """What became of a photo. ``out``: where the result went, None where there is none, "-" for
    the standard output. ``code``: "ok", "skipped" or one of ``errors.ERRORS``; with one of those
    ``error`` says more. ``ms``: by step. ``trace``: for --debug."""

    task: Task
    code: str
    out: Path | str | None = None
    error: OffcutError | None = None
    models: tuple[str, ...] = ()
    size: tuple[int, int] = (0, 0)
    ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    trace: str = ""


@dataclass(frozen=True)
class Heard:
    """A message of the engine about the photo of that name."""

    name: str
    message: Message


@dataclass(frozen=True)
class Kit:
    """What is the same for all photos. ``folder``: of models. ``picture``: of the background."""

    folder: Path
    threads: int
    wanted: str
    options: ExportOptions
    existing: str
    picture: Photo | None = None
    edits: object = None


class Cutter:
    """Cuts photos in a thread of its own until ``following`` gives None.

    ``tell``: called in that thread.
    """

    def __init__(
        self,
        kit: Kit,
        following: Callable[[], Task | None],
        tell: Callable[[Outcome | Heard], None],
    ) -> None:
        self._kit = kit
        self._following = following
        self._tell = tell
        self._stage = self._name = ""
        self._said: set[str] = set()  # of the engine's notes: they are about no photo
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[Outcome] | None = None
        # A daemon: whoever presses Ctrl-C twice does not wait for a network's run.
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def interrupt(self) -> None:
        """End a download now; whatever else is going on goes on to the end of its photo."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._cancel_download)

    def _cancel_download(self) -> None:
        if self._running is not None and self._stage == "download":
            self._running.cancel()

    def _run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        self._loop = asyncio.get_running_loop()
        engine = Engine(self._kit.folder, self._kit.threads)
        try:
            while (task := self._following()) is not None:
                self._name = task.name or task.shown
                self._running = asyncio.ensure_future(self._one(engine, task))
                self._tell(await self._running)
        finally:
            await engine.close()

    async def _one(self, engine: Engine, task: Task) -> Outcome:
        try:
            return await self._cut(engine, task)
        except asyncio.CancelledError:
            return Outcome(task, "CANCELLED", error=fail("CANCELLED"))
        except OffcutError as error:
            return Outcome(task, error.code, error=error)
        except _FAULTS as error:
            known = wrap(error)
            return Outcome(task, known.code, error=known, trace=traceback.format_exc())

    async def _cut(self, engine: Engine, task: Task) -> Outcome:
        kit = self._kit
        if not check(task, kit.existing):
            return Outcome(task, "skipped", out=task.target)
        began = time.perf_counter()
        self._hear({"stage": "decode"})
        job = Job(decode(read(task)), task.name)
        job.ms["decode"] = (time.perf_counter() - began) * 1000
        await engine.look(job, kit.wanted, self._hear)
        if kit.edits is not None:
            job.edits = Edits.of(kit.edits)
        made = await export(job, kit.options, self._hear, packers=packers, picture=kit.picture)
        if task.target is None:
            sys.stdout.buffer.write(made.data)
            sys.stdout.buffer.flush()
        out = STDOUT if task.target is None else put(task.target, made.data, kit.existing)
        job.ms["all"] = (time.perf_counter() - began) * 1000
        notes = [*job.notes, *(note for note in engine.notes if note not in self._said)]
        self._said.update(engine.notes)
        if is_empty(job) and not (job.edits and job.edits.items):
            notes.append(EMPTY)
        return Outcome(
            task,
            "ok",
            out=out,
            models=tuple(job.models),
            size=(made.width, made.height),
            ms=dict(job.ms),
            notes=tuple(notes),
            checks=tuple(made.checks),
        )

    def _hear(self, message: Message) -> None:
        self._stage = str(message["stage"])
        self._tell(Heard(self._name, message))


def read(task: Task) -> bytes:
    """A photo's bytes. Raises PHOTO_GONE with the system's reason."""
    if task.source is None:
        return sys.stdin.buffer.read()
    try:
        return task.source.read_bytes()
    except OSError as error:
        raise fail("PHOTO_GONE", reason=error.strerror or str(error)) from error


def read_edits(path: str) -> object:
    """A list of strokes from a file, as ``Edits.of`` takes it. Raises BAD_CONFIG."""
    try:
        found: object = json.loads(typed(path).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        say = f"The strokes in {path} cannot be read: {error}."
        raise fail("BAD_CONFIG", say) from error
    Edits.of(found)
    return found
