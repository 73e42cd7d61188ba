"""How far a download is, told as it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from offcut.storage.rate import Rate

if TYPE_CHECKING:
    from offcut.storage.parts import Clock, InParts

OnProgress = Callable[[dict[str, object]], None]
"""Called with ``stage`` ("download"), ``done`` of ``total`` bytes, ``eta_s`` (None while unknown)
and ``state``: "store" (reading what is kept), "fetch", or "wait" (a pause before the next try, or
for another tab that brings the same). At most every ``EVERY_S`` seconds, but always when the state
changes and at the end."""

EVERY_S = 0.1


class Meter:
    """What has come of one model."""

    def __init__(self, spec: InParts, on_progress: OnProgress | None, clock: Clock) -> None:
        """``on_progress``: who hears of it. ``clock``: as ``load_model``'s."""
        self._spec = spec
        self._on_progress = on_progress
        self._clock = clock
        self._got: dict[int, int] = {}  # bytes at hand, by part
        self._shown = 0
        self._told = ("", 0.0)  # the state that was told last, and when
        self.begin()

    def begin(self) -> None:
        """Measure how fast it goes from here on."""
        self._rate = Rate(self._clock())

    def kept(self, n: int) -> None:
        """Part ``n`` was on the device."""
        self._got[n] = self._spec.parts[n].bytes
        self.tell("store")

    def arrived(self, n: int, got: int) -> None:
        """So many bytes of part ``n`` have come so far; 0: what had come was of no use."""
        self._rate.add(max(0, got - self._got.get(n, 0)), self._clock())
        self._got[n] = got
        self.tell("fetch")

    def tell(self, state: str, *, last: bool = False) -> None:
        """Say how far it is, if it is time to; see ``OnProgress``."""
        now = self._clock()
        told, when = self._told
        if self._on_progress is None or (state == told and not last and now - when < EVERY_S):
            return
        self._told = (state, now)
        have, total = sum(self._got.values()), self._spec.bytes
        # A part that must come again takes its bytes back; a bar that runs backwards only alarms.
        self._shown = max(self._shown, have)
        eta_s = self._rate.eta_s(total - have) if state == "fetch" else None
        self._on_progress(
            {
                "stage": "download",
                "done": self._shown,
                "total": total,
                "eta_s": eta_s,
                "state": state,
            }
        )
