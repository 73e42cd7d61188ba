"""Which backend to try, in which order, and why: a pure decision over facts.

Order: the one that was the fastest when this device was timed (``runtime.timing``), then WebGPU,
WASM with threads, WASM on one thread. A candidate that is usable here must still prove itself
(``runtime.selftest``) before it is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Collection

BACKENDS = ("webgpu", "wasm-mt", "wasm-st")
WASM = "wasm"
MAX_THREADS = 4  # more buys little on these networks and hurts on phones with few fast cores


@dataclass(frozen=True)
class Facts:
    """What the browser and the device offer, as found out by ``browser.facts``.

    ``has_gpu``: there is a ``navigator.gpu``. ``adapter``: an adapter was really obtained;
    ``adapter_name``: its vendor and architecture. ``is_fallback``: it is a software adapter.
    ``device_ok``: a device was really obtained from it. ``isolated``: ``crossOriginIsolated``.
    ``cores``: hardware threads. ``sab``: SharedArrayBuffer exists. ``wasm_simd``: WebAssembly
    has SIMD. ``memory_gb``: the device's memory as the browser rounds it, 0 where it does not say.
    """

    has_gpu: bool = False
    adapter: bool = False
    adapter_name: str = ""
    is_fallback: bool = False
    device_ok: bool = False
    isolated: bool = False
    cores: int = 1
    sab: bool = True
    wasm_simd: bool = True
    memory_gb: float = 0.0


@dataclass(frozen=True)
class Candidate:
    """A backend, whether it can be tried here, and why (a sentence for a person)."""

    name: str
    usable: bool
    reason: str


def candidates(
    facts: Facts, forced: str | None = None, exclude: Collection[str] = (), prefer: str = ""
) -> list[Candidate]:
    """All three backends in the order to try them; those that cannot be used say why.

    ``forced``: one name that alone may be tried ("auto" and None: all; "wasm": both that run on
    the processor). A software adapter counts
    only when WebGPU is forced. ``exclude``: names that failed before. ``prefer``: the one to try
    first, if it can be used; else it changes nothing. Raises BAD_CONFIG for a name in ``forced`` or
    ``exclude`` that does not exist.
    """
    wanted = None if forced in (None, "", "auto") else forced
    for name in (*exclude, *([wanted] if wanted else [])):
        if name not in BACKENDS and name != WASM:
            say = f"There is no backend called {name!r}; there are {', '.join(BACKENDS)} and auto."
            raise fail("BAD_CONFIG", say, backend=name)
    found = []
    for name in BACKENDS:
        usable, reason = _judge(name, facts, forced=wanted == name)
        if usable and name in exclude:
            usable, reason = False, "It failed here before."
        elif usable and wanted not in (None, name, name.split("-")[0]):
            usable, reason = False, "Another one was asked for."
        if usable and name == prefer:
            reason += " It was the fastest when this device was timed."
        found.append(Candidate(name, usable, reason))
    return sorted(found, key=lambda one: not (one.usable and one.name == prefer))


def choose(found: list[Candidate], forced: str | None = None) -> Candidate:
    """The first that is usable. Raises BACKEND_UNAVAILABLE with the reason when none is."""
    for candidate in found:
        if candidate.usable:
            return candidate
    named = [candidate for candidate in found if candidate.name == forced]
    say = " ".join(candidate.reason for candidate in named or found)
    raise fail("BACKEND_UNAVAILABLE", say, backend=forced or "auto")


def threads(backend: str, facts: Facts, wanted: int = 0) -> int:
    """How many threads ``backend`` should run on; ``wanted`` 0 = decide by the cores."""
    if backend != "wasm-mt":
        return 1
    return max(1, wanted or min(MAX_THREADS, facts.cores))


def _judge(name: str, facts: Facts, *, forced: bool) -> tuple[bool, str]:
    if name == "webgpu":
        return _judge_webgpu(facts, forced=forced)
    if not facts.wasm_simd:
        return False, "This browser's WebAssembly has no SIMD; a newer version has."
    if name == "wasm-st":
        return True, "It runs on one processor core and works in every browser."
    if not facts.isolated or not facts.sab:
        return False, "This page is not isolated from other sites, so the browser forbids threads."
    if facts.cores < 2 and not forced:
        return False, "This device has one processor core, so threads bring nothing."
    return True, f"The processor's {facts.cores} cores can be used together."


def _judge_webgpu(facts: Facts, *, forced: bool) -> tuple[bool, str]:
    if not facts.has_gpu:
        return False, "This browser has no WebGPU, or not on pages like this one."
    if not facts.adapter:
        return False, "The browser offers no graphics processor for computing."
    if not facts.device_ok:
        return False, "The graphics processor was found but could not be opened."
    if not facts.is_fallback:
        of = f" ({facts.adapter_name})" if facts.adapter_name else ""
        return True, f"The graphics processor{of} can be used."
    if forced:
        return True, "A graphics processor imitated in software is used because it was asked for."
    return False, "The graphics processor is only imitated in software, which is slower than WASM."
