"""The process in which things are given in: ``python -m tools.fuzzing.child TARGET SEED FIRST``.

One line of JSON before each and one after it. The kernel ends the process when one takes too long,
so the lines stop then, as they do when it crashes; the parent (``guard``) sees which.
"""

from __future__ import annotations

import faulthandler
import json
import resource
import signal
import sys
import time
from random import Random
from typing import Any

from offcut.errors import OffcutError
from tools.fuzzing.known import target as known
from tools.fuzzing.targets import say

LIMIT_S = 5.0
"""Of processor time for one; what a large picture may take besides: ``PIXEL_S`` a pixel."""
PIXEL_S = 3e-6
WAIT_S = 120.0
"""Of the clock on the wall: by then it stands still and waits for something."""
MEMORY = 4 << 30
"""Bytes that the process may address: what a tab has."""


def made(target: str, seed: int, number: int) -> Any:
    """What is given in as that number, the same each time."""
    return known(target).make(Random(f"{seed} {target} {number}"))


def watch(pixels: int = 0) -> None:
    """Begin to count the time anew."""
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S + PIXEL_S * pixels)
    signal.setitimer(signal.ITIMER_REAL, WAIT_S)


def one(target: str, seed: int, number: int) -> dict[str, Any]:
    """Give one in: ``outcome``, ``fault`` where it is none that may be, ``ms`` it took."""
    what = known(target)
    given = made(target, seed, number)
    watch()
    began = time.process_time()
    fault = ""
    try:
        outcome = what.run(given, watch)
    except OffcutError as error:
        outcome, fault = error.code, say(error, what.codes)
    except BaseException as error:
        outcome, fault = "uncoded", f"{type(error).__name__}: {error}"[:2000]
        if isinstance(error, KeyboardInterrupt):
            raise
        fault += _where(error)
    ms = (time.process_time() - began) * 1000
    return {"number": number, "outcome": outcome, "fault": fault, "ms": round(ms, 1)}


def _where(error: BaseException) -> str:
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return "" if at is None else f" ({at.tb_frame.f_code.co_filename}:{at.tb_lineno})"


def main() -> None:
    """Go on until nobody listens."""
    target, seed, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    faulthandler.enable()
    for name in (signal.SIGPROF, signal.SIGALRM):
        faulthandler.register(name, chain=True)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    lines = sys.stdout
    sys.stdout = sys.stderr
    try:
        while True:
            print(json.dumps({"number": number}), file=lines, flush=True)
            print(json.dumps(one(target, seed, number)), file=lines, flush=True)
            number += 1
    except BrokenPipeError:
        pass


if __name__ == "__main__":
    main()
