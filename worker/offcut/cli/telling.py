"""What a run says while it goes on: a line that moves, lines that stay, lines of JSON."""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import TYPE_CHECKING, TextIO

from offcut.cli.naming import STDOUT
from offcut.cli.words import count, seconds, sentence, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from offcut.cli.cutting import Outcome
    from offcut.errors import OffcutError

EVERY_S = 0.1
BAR = 16
STAGES = {
    "decode": "reading",
    "compile": "starting the model",
    "run": "finding the subject",
    "matte": "drawing the edges",
    "encode": "writing",
    "verify": "checking",
}


class Teller:
    """Tells of photos, one after the other. ``total``: how many; 0 where nobody knows (a watch).

    What moves and what stays goes to ``errors``, the standard error output, so that the standard
    output is free for pictures and JSON. Nothing moves where that is no terminal.
    """

    def __init__(
        self,
        total: int,
        *,
        json_lines: bool,
        quiet: bool,
        debug: bool,
        errors: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.done: dict[str, int] = {"ok": 0, "skipped": 0, "failed": 0, "left": 0}
        self._total = total
        self._json = json_lines
        self._quiet = quiet
        self._debug = debug
        self._errors = errors or sys.stderr
        self._moves = self._errors.isatty() and not quiet
        self._clock = clock
        self._began = clock()
        self._shown = ""
        self._last = 0.0

    def say(self, text: str) -> None:
        """A line that stays, unless --quiet."""
        if not self._quiet:
            self._line(text)

    def hear(self, name: str, message: dict[str, object]) -> None:
        """A message of the engine, about the photo of that name."""
        now = self._clock()
        if not self._moves or now - self._last < EVERY_S:
            return
        self._last = now
        bar, rest = self._bar(), f"  {_step(message)}{self._left(message)}"
        room = shutil.get_terminal_size().columns - 1 - len(bar) - len(rest)
        if len(name) > room:  # its end tells photos apart
            name = f"…{name[-max(1, room - 1) :]}"
        self._show(f"{bar}{name}{rest}")

    def photo(self, outcome: Outcome) -> None:
        """What became of a photo."""
        kind = "failed"
        if outcome.code in ("ok", "skipped"):
            kind = outcome.code
        elif outcome.code == "CANCELLED":
            kind = "left"
        self.done[kind] += 1
        if self._json:
            print_json(as_json(outcome))
        if kind == "failed" and outcome.error is not None:
            self._line(f"{outcome.task.shown}: {sentence(outcome.error)}")
            reason = outcome.error.detail.get("reason")
            if self._debug and (outcome.trace or reason):
                self._line(outcome.trace or f"  {reason}")
        elif kind == "ok" and outcome.out != STDOUT:
            self.say(f"{outcome.task.shown} → {outcome.out}")
        elif kind == "skipped":
            self.say(f"{outcome.task.shown}: left out, {outcome.out} is there.")
        for note in outcome.notes:
            self.say(f"{outcome.task.shown}: {note}")

    def summary(self, *, others: int, left: int) -> None:
        """What became of all. ``others``: files that are no photos; ``left``: photos not begun."""
        self.clear()
        left += self.done["left"]
        parts = [f"{count(self.done['ok'], 'photo')} cut out"]
        if self.done["skipped"]:
            parts.append(f"{self.done['skipped']} left out")
        if self.done["failed"]:
            parts.append(f"{self.done['failed']} failed")
        if left:
            parts.append(f"{left} not begun")
        took = seconds(self._clock() - self._began)
        if self._total != 1 or left:
            self.say(f"{', '.join(parts)} in {took}.")
        if others:
            self.say(f"{count(others, 'other file is', 'other files are')} no photos.")

    def _line(self, text: str) -> None:
        self.clear()
        print(text, file=self._errors, flush=True)

    def _show(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        self._errors.write("\r" + text.ljust(len(self._shown)))
        self._errors.flush()
        self._shown = text

    def clear(self) -> None:
        """Take away the line that moves."""
        if self._shown:
            self._errors.write("\r" + " " * len(self._shown) + "\r")
            self._errors.flush()
            self._shown = ""

    def _bar(self) -> str:
        if self._total < 2:
            return ""
        over = sum(self.done.values())
        full = BAR * over // self._total
        return f"[{'#' * full}{'.' * (BAR - full)}] {over}/{self._total}  "

    def _left(self, message: dict[str, object]) -> str:
        """The time that is left: of a download as it says, of photos by those that are done."""
        eta = message.get("eta_s") if message.get("stage") == "download" else None
        if isinstance(eta, (int, float)):
            return f"  {seconds(eta)} left"
        worked = self.done["ok"] + self.done["failed"]
        left = self._total - sum(self.done.values())
        if self._total < 2 or not worked:
            return ""
        return f"  {seconds((self._clock() - self._began) / worked * left)} left"


def _step(message: dict[str, object]) -> str:
    stage = str(message["stage"])
    if stage != "download":
        return STAGES.get(stage, stage)
    done, total = message.get("done"), message.get("total")
    of = ""
    if isinstance(done, (int, float)) and isinstance(total, (int, float)) and total:
        of = f", {size(done)} of {size(total)}"
    return f"fetching {message['model']}{of}"


def print_json(told: dict[str, object]) -> None:
    """One line of --json."""
    print(json.dumps(told, ensure_ascii=False), flush=True)


def trouble(error: OffcutError) -> dict[str, object]:
    """The line for what kept a whole run from beginning."""
    return {"file": None, "out": None, "code": error.code, "message": sentence(error)}


def as_json(outcome: Outcome) -> dict[str, object]:
    """The line for a photo: see docs/command-line.md."""
    error = outcome.error
    told: dict[str, object] = {
        "file": outcome.task.shown,
        "out": None if outcome.out is None else str(outcome.out),
        "code": outcome.code,
    }
    if error is not None:
        told |= {"message": sentence(error), "retry": error.retry, "detail": error.detail}
    if outcome.code == "ok":
        told |= {
            "width": outcome.size[0],
            "height": outcome.size[1],
            "models": list(outcome.models),
            "ms": {name: round(ms, 1) for name, ms in outcome.ms.items()},
            "notes": list(outcome.notes),
            "checks": list(outcome.checks),
        }
    return told
