"""How much a weak device lets a large network see: less, and told so, instead of a frozen phone.

The sizes come from the registry (``sides`` of a model's input); here is which of them, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offcut.models.registry import InputSpec, ModelSpec

LITTLE_GB = 2.0
"""isnet at 1024 × 1024 wants 1.6 GB; a phone that has 2 gives a tab about one."""
SLOW_MS = 3000.0
"""Of one run of the small network. isnet at 1024 × 1024 then takes over 20 s (``tools.costs``). Two
slow cores need 800 ms, and twice that while others use them."""

NAMES = {"fast": "quick model", "detail": "detailed model", "portrait": "model for fine edges"}


@dataclass(frozen=True)
class Power:
    """What a device has to give.

    ``memory_gb``: 0 where the browser does not say. ``one_thread``: the processor computes, and on
    one thread only, be it for want of cores or of isolation. ``run_ms``: a run of the small
    network on the backend in use; 0 before it was timed, then the rest decides.
    """

    memory_gb: float = 0.0
    one_thread: bool = False
    run_ms: float = 0.0


@dataclass(frozen=True)
class Limit:
    """What a network may be given at most: a square of ``side``, or as many pixels of any shape.

    ``why``: the beginning of a sentence. ``name``: of the network, in plain words.
    """

    side: int
    why: str
    name: str

    @property
    def pixels(self) -> int:
        """The most pixels of an input."""
        return self.side * self.side

    def say(self, usual: float) -> str:
        """A sentence for a person; ``usual``: the side that it would have been."""
        size = f"{self.side} instead of {round(usual)}"
        return f"{self.why}, so the {self.name} looks at a smaller picture ({size})."


def limit(spec: ModelSpec, power: Power) -> Limit | None:
    """The limit for that network on that device; None: there is none.

    One thread or a slow device takes the first of the registry's smaller sizes, both together or
    little memory the smallest: what does not fit fails, what is slow only takes its time.
    """
    little = 0 < power.memory_gb <= LITTLE_GB
    slow = power.run_ms > SLOW_MS
    if not spec.input.sides or not (little or slow or power.one_thread):
        return None
    severe = little or (slow and power.one_thread)
    why = "This device computes slowly"
    if little:
        why = "This device has little memory"
    elif power.one_thread:
        why = "Offcut has one processor thread here"
    names = [NAMES[role] for role in spec.roles if role in NAMES]
    side = spec.input.sides[-1 if severe else 0]
    return Limit(side, why, names[0] if names else f"model {spec.title}")


def fit(
    found: Limit | None, spec: InputSpec, size: tuple[int, int], pixels: int
) -> tuple[int, float]:
    """How many pixels a look may ask for instead, and the side it would have been; 0, 0: it fits.

    ``size``: (w, h) that the look would give the network, ``pixels``: what it asked for (0: the
    network's own size). Sizes are rounded, so what was asked for counts where it is known.
    """
    asked = pixels or size[0] * size[1]
    if found is None or not spec.multiple or asked <= found.pixels:
        return 0, 0.0
    return found.pixels, asked**0.5
