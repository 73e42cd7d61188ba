"""How stubbornly a download is tried again."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offcut.storage.parts import FetchFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from offcut.storage.parts import B, Sleep

_PASSING = (408, 425, 429)  # request timeout, too early, too many requests


@dataclass(frozen=True)
class Policy:
    """How stubborn a download is: ``attempts`` a part, pauses that double from ``first_wait_s``
    to ``longest_wait_s``, ``parallel`` parts at a time. ``offline_attempts``: when the device says
    that it has no connection: enough for a tunnel's end, few enough to be told soon."""

    attempts: int = 6
    offline_attempts: int = 3
    first_wait_s: float = 0.5
    longest_wait_s: float = 16.0
    parallel: int = 3

    def wait_s(self, failures: int, chance: float) -> float:
        """The pause after that many failures; ``chance`` 0..1 spreads it over its upper half, so
        that a thousand tabs do not come back at the same moment."""
        whole = min(self.longest_wait_s, self.first_wait_s * 2.0 ** (failures - 1))
        return whole * (0.5 + 0.5 * chance)


def worth_repeating(failure: FetchFailed) -> bool:
    """Whether the same request may work a moment later: not for "not found" and the like, nor
    where somebody has to sign in first."""
    if failure.instead:
        return False
    return failure.status is None or failure.status >= 500 or failure.status in _PASSING


async def stubbornly(
    get: Callable[[], Awaitable[B]],
    policy: Policy,
    *,
    sleep: Sleep = asyncio.sleep,
    rng: Callable[[], float] = random.random,
) -> B:
    """What ``get`` brings, asked again as long as that may help. Raises the last FetchFailed."""
    failures = offline = 0
    while True:
        try:
            return await get()
        except FetchFailed as failure:
            failures += 1
            offline += failure.offline
            if not worth_repeating(failure) or failures >= policy.attempts:
                raise
            if offline >= policy.offline_attempts:
                raise
        await sleep(policy.wait_s(failures, rng()))
