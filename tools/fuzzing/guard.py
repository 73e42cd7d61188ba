"""Runs targets in a process of their own, and sees when that hangs or crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HANG, CRASH = "hang", "crash"
TOLD = 3000
"""Letters of what a process said last that are kept."""


@dataclass(frozen=True)
class Fault:
    """What may not come of the thing of that number."""

    target: str
    seed: int
    number: int
    outcome: str
    said: str


@dataclass
class Tally:
    """What came of all things that were given to a target. ``slowest``: milliseconds of processor
    time, and whose."""

    target: str
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)

    @property
    def count(self) -> int:
        """How many there were."""
        return self.outcomes.total()

    def take(self, fault: Fault) -> None:
        """Count one that failed."""
        self.outcomes[fault.outcome] += 1
        self.faults.append(fault)


def run(target: str, seed: int, *, first: int = 0, count: int = 0, seconds: float = 0) -> Tally:
    """Give ``count`` things in, from number ``first`` on, or as many as ``seconds`` allow."""
    tally = Tally(target)
    until = time.monotonic() + (seconds or float("inf"))
    number, last = first, first + (count or sys.maxsize)
    with tempfile.TemporaryDirectory() as folder:
        while number < last and time.monotonic() < until:
            number = _child(tally, seed, (number, last), until, Path(folder))
    return tally


def _child(tally: Tally, seed: int, numbers: tuple[int, int], until: float, folder: Path) -> int:
    """One process, until it ends or enough is done; gives the number that comes next."""
    number, last = numbers
    said = folder / "said.txt"
    where = [sys.executable, "-m", "tools.fuzzing.child", tally.target, str(seed), str(number)]
    around = {"PYTHONPATH": os.pathsep.join([str(ROOT / "worker"), *_beside()])}
    around |= {"TMPDIR": str(folder), "PYTHONWARNINGS": "ignore"}
    with (
        said.open("wb") as errors,
        subprocess.Popen(
            where, cwd=ROOT, env=os.environ | around, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        begun = False
        for line in _lines(process):
            begun = "outcome" not in line
            if begun:
                number = int(line["number"])
            else:
                _count(tally, seed, line)
                number += 1
            if number >= last or time.monotonic() >= until:
                process.kill()
                return last if number >= last else number
        status = process.wait()
    # The pipe is at its end and nobody ended it: the process died in the middle of one.
    told = said.read_text("utf-8", "replace")[-TOLD:]
    if not begun and number == numbers[0]:
        msg = f"{tally.target} does not begin ({status}):\n{told}"
        raise RuntimeError(msg)
    slow = status in (-signal.SIGPROF, -signal.SIGALRM)
    tally.take(Fault(tally.target, seed, number, HANG if slow else CRASH, f"{status}\n{told}"))
    return number + 1


def _beside() -> list[str]:
    given = os.environ.get("PYTHONPATH", "")
    return [given] if given else []


def _lines(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith(b"\n"):
            yield json.loads(line)


def _count(tally: Tally, seed: int, line: dict[str, Any]) -> None:
    outcome, number = str(line["outcome"]), int(line["number"])
    tally.slowest = max(tally.slowest, (float(line["ms"]), number))
    if line["fault"]:
        tally.take(Fault(tally.target, seed, number, outcome, str(line["fault"])))
    else:
        tally.outcomes[outcome] += 1
