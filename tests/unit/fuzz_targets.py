"""Targets that do what none may do, to see that it is seen."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from offcut.errors import fail
from tools.fuzzing.targets import RESULT

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


class _Numbers:
    codes = frozenset(("BAD_CONFIG",))

    def make(self, rng: Random) -> Any:
        return rng.random()


class Good(_Numbers):
    def run(self, given: Any, more: Callable[[int], None]) -> str:
        if given < 0.5:
            raise fail("BAD_CONFIG")
        return RESULT


class Internal(_Numbers):
    def run(self, given: Any, more: Callable[[int], None]) -> str:
        raise fail("INTERNAL", reason="a mistake")


class Uncoded(_Numbers):
    def run(self, given: Any, more: Callable[[int], None]) -> str:
        return str({}["nothing"])


class Crashes(_Numbers):
    def run(self, given: Any, more: Callable[[int], None]) -> str:
        os.kill(os.getpid(), signal.SIGSEGV)
        return RESULT


class CrashesAtTimes(Crashes):
    def run(self, given: Any, more: Callable[[int], None]) -> str:
        return super().run(given, more) if given < 0.25 else RESULT


class Hangs(_Numbers):
    def run(self, given: Any, more: Callable[[int], None]) -> str:
        signal.setitimer(signal.ITIMER_PROF, 0.2)  # and not five seconds
        while True:
            pass


class Waits(_Numbers):
    def run(self, given: Any, more: Callable[[int], None]) -> str:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        signal.pause()
        return RESULT
