"""How a job tells where it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offcut.storage.parts import Clock

STAGES = ("start", "download", "compile", "decode", "run", "matte", "encode", "verify")
"""In the order in which a job goes through them."""

Message = dict[str, object]
"""``stage`` (one of ``STAGES``), ``model`` (id or ""), ``done``, ``total``, ``eta_s`` (or None)."""

Report = Callable[[Message], None]


def silent(message: Message) -> None:
    """A report that goes nowhere."""


def tell(
    report: Report,
    stage: str,
    *,
    model: str = "",
    done: float = 0,
    total: float = 0,
    eta_s: float | None = None,
) -> None:
    """Report one stage; ``total`` 0: how far it is cannot be told."""
    report({"stage": stage, "model": model, "done": done, "total": total, "eta_s": eta_s})


class Calm:
    """A report that passes on at most one message of a stage every ``every_s`` seconds.

    The first and the last (``done`` equals ``total``) of a stage always pass.
    """

    def __init__(self, report: Report, every_s: float = 0.1, clock: Clock = time.monotonic) -> None:
        self._report, self._every_s, self._clock = report, every_s, clock
        self._stage: tuple[object, object] = ("", "")
        self._last = 0.0

    def __call__(self, message: Message) -> None:
        stage = (message.get("stage"), message.get("model"))
        now = self._clock()
        ended = message.get("total") and message.get("done") == message.get("total")
        if stage == self._stage and not ended and now - self._last < self._every_s:
            return
        self._stage, self._last = stage, now
        self._report(message)


class Durations:
    """How long things took before, for an honest guess at how long they will take now.

    A network's run has no progress of its own, but on one device it always takes about as long.
    """

    def __init__(self) -> None:
        self._mean: dict[str, float] = {}

    def add(self, what: str, seconds: float) -> None:
        """``what`` has just taken ``seconds``: the mean of it moves half-way there."""
        self._mean[what] = (self._mean.get(what, seconds) + seconds) / 2

    def guess(self, what: str) -> float | None:
        """Seconds that ``what`` will take, or None when it was never seen."""
        return self._mean.get(what)
