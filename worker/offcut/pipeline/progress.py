"""How a job tells where it is."""

from __future__ import annotations

from collections.abc import Callable

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
