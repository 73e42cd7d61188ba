"""How fast it goes and how long it will take, from what has come so far."""

from __future__ import annotations

import math

TAU_S = 4.0
"""Seconds after which an old observation weighs 1/e: calm enough to read, quick to notice."""
STEP_S = 0.25
"""Shorter spells are gathered first: network buffers arrive in bursts."""
WARM_UP_S = 1.0
"""Before this much has been seen there is no honest estimate."""


class Rate:
    """A smoothed rate (anything a second), exponentially weighted by time.

    The weights are normalised, so that the first seconds are an average and not a guess.
    """

    def __init__(self, now: float) -> None:
        self._last = now
        self._waiting = 0.0
        self._sum = 0.0
        self._weight = 0.0
        self._seen_s = 0.0

    def add(self, amount: float, now: float) -> None:
        """``amount`` more has come by ``now`` (seconds on any clock)."""
        self._waiting += amount
        span = now - self._last
        if span < STEP_S:
            return
        fade = math.exp(-span / TAU_S)
        self._sum = self._sum * fade + (1 - fade) * self._waiting / span
        self._weight = self._weight * fade + (1 - fade)
        self._last, self._waiting = now, 0.0
        self._seen_s += span

    def per_second(self) -> float | None:
        """The rate, or None while too little was seen."""
        if self._seen_s < WARM_UP_S or not self._sum:
            return None
        return self._sum / self._weight

    def eta_s(self, left: float) -> float | None:
        """Seconds until ``left`` more has come, or None while that cannot be told."""
        rate = self.per_second()
        return None if rate is None else left / rate
