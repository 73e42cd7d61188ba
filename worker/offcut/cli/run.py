"""A run of the command: photos found, cut in threads, told of, and ended in good order."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from offcut.cli import DONE, FAILED, INTERRUPTED, own
from offcut.cli.cutting import Cutter, Heard, Kit, Outcome, read_edits
from offcut.cli.finding import find_photos
from offcut.cli.models import known
from offcut.cli.naming import Places, Task, Tasks
from offcut.cli.settings import FORMATS
from offcut.cli.telling import Teller, print_json, trouble
from offcut.cli.watching import EVERY_S, Watched
from offcut.errors import OffcutError, fail
from offcut.native.home import find
from offcut.native.photos import decode
from offcut.native.typed import typed
from offcut.pipeline.export import what_of
from offcut.pipeline.options import ENDINGS, ExportOptions
from offcut.pixels.compose import small_photo
from offcut.pixels.ground import PICTURE_SIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from offcut.cli.finding import Found
    from offcut.cli.order import CutOrder
    from offcut.pixels.photo import Photo

STROKES = "Strokes belong to one photo: name only that."

WAIT_S = 0.1
"""Between two looks at what has happened: a signal's handler runs in between."""


def cut(order: CutOrder) -> int:
    """Cut photos as ordered; gives what to exit with. Raises what keeps the run from beginning."""
    try:
        run = _Run(order)
        return run.watch() if order.watch else run.photos()
    except OffcutError as error:
        if order.json:
            print_json(trouble(error))
        raise


class Stop:
    """Ctrl-C, once: no further photo is begun. Twice: at once."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self.asked = False
        self._heard = heard
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        for name in ("SIGINT", "SIGTERM"):
            number = getattr(signal, name)
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_exc: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, *_signal: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self._heard()


class _Run:
    def __init__(self, order: CutOrder) -> None:
        self._order = order
        options = ExportOptions.of({**order.look, "format": _format(order)})
        _check(order)
        self._places = Places(
            order.output,
            ENDINGS[options.format],
            f"-{what_of(options)}" if order.suffix is None else order.suffix,
        )
        self._tasks = Tasks(self._places)
        folder = find(order.models, order.cache)
        wanted, said = known(own.wanted(order), folder)
        self._said = [*order.said, *said]
        self._kit = Kit(
            folder=folder,
            threads=order.threads or _share(order.jobs),
            wanted=wanted,
            options=options,
            existing=order.existing,
            picture=None if order.picture is None else _picture(order.picture),
            edits=None if order.edits is None else read_edits(order.edits),
        )
        self._todo: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Outcome | Heard] = queue.SimpleQueue()
        self._cutters: list[Cutter] = []
        self._out = 0  # handed out, and not yet told of

    def photos(self) -> int:
        """All that was named."""
        order = self._order
        search = find_photos(order.photos, recursive=order.recursive, out=self._places.folder())
        self._places.check_room(len(search.photos))
        tasks = [self._tasks.of(found) for found in search.photos]
        if any(task.target is None for task in tasks):
            _check_stdout(order)
        if order.edits is not None and len(tasks) > 1:
            raise fail("BAD_CONFIG", STROKES)
        teller = self._teller(len(tasks))
        if not tasks:
            teller.say(f"There are no photos in {', '.join(order.photos)}.")
        with Stop(lambda: self._interrupt(teller)) as stop:
            left = self._work(tasks, teller, stop)
        teller.summary(others=search.others, left=left)
        if stop.asked and (left or teller.done["left"]):
            return INTERRUPTED
        return FAILED if teller.done["failed"] else DONE

    def watch(self) -> int:
        """Whatever comes into the folder, until Ctrl-C, which is no failure here."""
        (name,) = self._order.photos
        watched = Watched(
            typed(name),
            recursive=self._order.recursive,
            out=self._places.folder(),
            clock=time.monotonic,
        )
        teller = self._teller(0)
        teller.say(f"Waiting for photos in {name}. Ctrl-C ends it.")
        with Stop(lambda: self._interrupt(teller)) as stop:
            self._work(self._coming(watched, stop), teller, stop)
        teller.summary(others=0, left=0)
        return FAILED if teller.done["failed"] else DONE

    def _coming(self, watched: Watched, stop: Stop) -> Iterator[Task | None]:
        """Tasks as photos come; None while there is nothing to do."""
        looked = 0.0
        while not stop.asked:
            found: Sequence[Found] = ()
            if time.monotonic() - looked >= EVERY_S:
                looked = time.monotonic()
                found = watched.look()
            yield from (self._tasks.of(one) for one in found)
            yield None

    def _teller(self, total: int) -> Teller:
        order = self._order
        teller = Teller(total, json_lines=order.json, quiet=order.quiet, debug=order.debug)
        for sentence in self._said:
            teller.say(sentence)
        return teller

    def _interrupt(self, teller: Teller) -> None:
        if self._out:
            teller.say("Stopping after this photo. Ctrl-C again stops at once.")
        for cutter in self._cutters:
            cutter.interrupt()

    def _work(
        self, tasks: Sequence[Task] | Iterator[Task | None], teller: Teller, stop: Stop
    ) -> int:
        """Hand out tasks and tell of them; gives how many were not begun."""
        coming = iter(tasks)
        begun = 0
        ended = False
        while True:
            # The first one alone: it brings in the models that are not here yet, once for all.
            most = self._order.jobs if begun > self._out else 1
            while not ended and not stop.asked and self._out < most:
                try:
                    task = next(coming)
                except StopIteration:
                    ended = True
                    break
                if task is None:
                    break
                self._hand_out(task)
                self._out += 1
                begun += 1
            if not self._out and (ended or stop.asked):
                break
            self._out -= self._tell(teller)
        for _ in self._cutters:
            self._todo.put(None)
        for cutter in self._cutters:
            cutter.thread.join()
        return len(tasks) - begun if isinstance(tasks, list) else 0

    def _hand_out(self, task: Task) -> None:
        self._todo.put(task)
        if len(self._cutters) < self._order.jobs:  # as many as there is work for
            self._cutters.append(Cutter(self._kit, self._todo.get, self._events.put))

    def _tell(self, teller: Teller) -> int:
        """Wait a moment for what happens, and tell it; whether a photo is done."""
        try:
            what = self._events.get(timeout=WAIT_S)
        except queue.Empty:
            if not all(cutter.thread.is_alive() for cutter in self._cutters):
                raise fail("INTERNAL", reason="a thread has ended in the middle") from None
            return 0
        if isinstance(what, Outcome):
            teller.photo(what)
            return 1
        teller.hear(what.name, what.message)
        return 0


def _share(jobs: int) -> int:
    """Threads for a network where several run side by side; 0: as many as it likes."""
    return 0 if jobs == 1 else max(1, (os.cpu_count() or 1) // jobs)


def _format(order: CutOrder) -> str:
    """The format that was asked for, or that the output's name says; else PNG. BAD_CONFIG where
    the two do not agree, or the name says something else."""
    asked = str(order.look.get("format", ""))
    suffix = ""
    if order.output and Places(order.output, "", "").folder() is None:
        suffix = PurePath(order.output).suffix.lower().removeprefix(".")
    named = FORMATS.get(suffix, "")
    if suffix and not named:
        say = f"A result is {', '.join(FORMATS)}, not .{suffix}. (A folder ends with /.)"
        raise fail("BAD_CONFIG", say)
    if asked and named and asked != named:
        say = f"{order.output} is named as {named}, but {asked} was asked for."
        raise fail("BAD_CONFIG", say)
    return asked or named or "image/png"


def _check(order: CutOrder) -> None:
    """Raise BAD_CONFIG for what does not go together."""
    if order.watch:
        if len(order.photos) != 1 or not typed(order.photos[0]).is_dir():
            raise fail("BAD_CONFIG", "A watch needs one folder.")
        if order.output is None or order.output == "-":
            raise fail("BAD_CONFIG", "A watch needs a folder for its results: -o FOLDER.")
        if order.edits is not None:
            raise fail("BAD_CONFIG", STROKES)


def _check_stdout(order: CutOrder) -> None:
    if order.json:
        raise fail("BAD_CONFIG", "Both the picture and --json would go to the standard output.")
    if sys.stdout.isatty():
        say = "A picture does not go to a terminal: name a file by -o, or send it on by a pipe."
        raise fail("BAD_CONFIG", say)


def _picture(path: Path) -> Photo:
    try:
        return small_photo(decode(path.read_bytes()), PICTURE_SIDE)
    except OSError as error:
        raise fail("BAD_CONFIG", f"{path} cannot be read: {error.strerror}.") from error
    except OffcutError as error:
        say = f"The background's picture cannot be used. {error.message}"
        raise fail("BAD_CONFIG", say, reason=error.code) from error
