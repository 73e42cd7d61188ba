"""Where the time of steps goes that run side by side."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Watch:
    """Counts every moment to one step. ``ms``: milliseconds by step, up to the last change."""

    def __init__(self, step: str, clock: Callable[[], float] = time.perf_counter) -> None:
        self.ms: dict[str, float] = {}
        self._clock = clock
        self._step = step
        self._since = clock()

    def now(self, step: str) -> None:
        """From here on it is ``step``; "" for none."""
        at = self._clock()
        if self._step:
            self.ms[self._step] = self.ms.get(self._step, 0.0) + (at - self._since) * 1000
        self._step, self._since = step, at

    @contextmanager
    def during(self, step: str) -> Iterator[None]:
        """``step`` inside, then again what it was."""
        before = self._step
        self.now(step)
        try:
            yield
        finally:
            self.now(before)
