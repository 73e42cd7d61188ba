"""How fast a backend is on this device: timed once on the small network, kept by the page.

What was kept counts only for the version and the device it was measured with.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from statistics import median_low
from typing import TYPE_CHECKING

from offcut.models.process import input_size
from offcut.runtime.chain import BACKENDS
from offcut.runtime.selftest import fixed_input

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from offcut.models.registry import ModelSpec
    from offcut.runtime.chain import Facts
    from offcut.runtime.session import Session
    from offcut.storage.parts import Clock

RUNS = 3
PAUSE_S = 0.01
"""Between runs: lets the worker hear that a photo has come."""
ENOUGH_MS = 2000.0
"""Where two runs both take so long, there is no third."""


def device_key(facts: Facts, spec: ModelSpec | None, runtime: str) -> str:
    """What the times depend on, as one text: device, model ``spec`` and version of ``runtime``.

    The adapter's name, the cores and the isolation may change under the same browser: a laptop is
    docked, a page is moved to another host.
    """
    adapter = facts.adapter_name if facts.adapter and not facts.is_fallback else ""
    parts = (adapter, facts.cores, facts.isolated, facts.sab, runtime, spec and spec.sha256[:8])
    return " | ".join(str(part) for part in parts)


def kept_times(kept: object, version: str, device: str) -> dict[str, float]:
    """The milliseconds by backend out of what the page kept; {} where that is not for here.

    ``kept``: {"version", "device", "times"}, or whatever else lay in the page's storage. 0 stands
    for a backend that could not be timed.
    """
    if not isinstance(kept, Mapping) or kept.get("version") != version:
        return {}
    times = kept.get("times")
    if kept.get("device") != device or not isinstance(times, Mapping):
        return {}
    return {
        str(name): float(ms)
        for name, ms in times.items()
        if name in BACKENDS and _is_number(ms) and 0 <= ms < math.inf
    }


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def fastest(times: Mapping[str, float]) -> str:
    """The backend that took the least; "" where no two were tried."""
    timed = {name: ms for name, ms in times.items() if ms > 0}
    return min(timed, key=lambda name: timed[name]) if timed and len(times) > 1 else ""


def of_photos(took: Sequence[float]) -> float:
    """The time of a run by those that photos gave rise to, in order; 0 where they are too few.

    ``took``: milliseconds. The first is not counted, as in ``run_ms``: while photos come, nothing
    has to be timed besides.
    """
    return median_low(took[1:]) if len(took) > RUNS else 0.0


async def run_ms(
    session: Session,
    spec: ModelSpec,
    *,
    lock: asyncio.Lock,
    wanted: Callable[[], bool] = lambda: True,
    clock: Clock = time.perf_counter,
) -> float:
    """Milliseconds of a run of ``spec`` on a fixed picture: the median of ``RUNS``, after one more.

    ``lock``: held for each run, not between them, so that a photo that comes goes first.
    ``wanted``: asked before each run; 0 when it is no longer so. Raises what ``Session.run``
    raises.
    """
    width, height = input_size(spec.input.usual, spec.input.usual, spec.input)
    x = fixed_input((1, 3, height, width))
    took: list[float] = []
    for n in range(RUNS + 1):  # the first compiles shaders and grows the memory
        await asyncio.sleep(PAUSE_S)
        async with lock:
            if not wanted():
                return 0.0
            began = clock()
            await session.run(x)
            ms = (clock() - began) * 1000
        if n:
            took.append(ms)
        if len(took) > 1 and min(took) > ENOUGH_MS:
            break
    return median_low(took)
