"""A worker's backend: chosen by facts and kept times, set up, and made to prove itself."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import js
import numpy as np

from offcut import __version__
from offcut.browser import facts as browser_facts
from offcut.browser.net import fetch_json, fetch_stubbornly
from offcut.browser.ort_web import OrtWeb, within
from offcut.errors import OffcutError, fail
from offcut.models.fields import table
from offcut.models.registry import Registry, SelfTestSpec
from offcut.runtime import chain, selftest, timing
from offcut.storage.failures import ENGINE_FILE

if TYPE_CHECKING:
    from offcut.runtime.session import Session

START_S = 45.0  # set up and prove; thread start-up may hang for ever (ORT issue 11679)
SLOW_S = 10.0  # files that are at hand are read again in less


@dataclass(frozen=True)
class Backend:
    """A backend that has proven itself.

    ``tiny``: the self-test's session. Never closed: ONNX Runtime destroys the WebGPU device with
    its last session. ``device``: what kept times belong to; ``times``: those that the page gave and
    that count here, milliseconds by backend. ``selftest_ms``: what setting up and proving took.
    """

    facts: chain.Facts
    found: tuple[chain.Candidate, ...]
    chosen: chain.Candidate
    runtime: OrtWeb
    tiny: Session
    device: str
    times: dict[str, float]
    selftest_ms: float

    def report(self) -> dict[str, Any]:
        """Tell what runs and why, for ``probe``."""
        return {
            "version": __version__,
            "backend": self.chosen.name,
            "why": self.chosen.reason,
            "threads": self.runtime.threads,
            "isolated": self.facts.isolated,
            "cores": self.facts.cores,
            "memory_gb": self.facts.memory_gb,
            "adapter": self.facts.adapter_name,
            "selftest_ms": round(self.selftest_ms),
            "candidates": [
                {"name": one.name, "usable": one.usable, "reason": one.reason} for one in self.found
            ],
            "device": self.device,
        }


async def bring_up(modules: Any, base: str, options: dict[str, Any]) -> tuple[Registry, Backend]:
    """Set up the first usable backend and prove it with the self-test.

    Args:
        modules: ``pyscript.js_modules``.
        base: Address of the site, with a slash at its end.
        options: backend, exclude, threads, kept: what the page remembers of this device's speed,
            registries: addresses of further lists of models, within_s: how long it may take.

    Returns:
        The site's list of models, and the backend.

    Raises:
        OffcutError: MODEL_DOWNLOAD_FAILED or OFFLINE_NO_MODEL when a file that it needs cannot be
            fetched, BACKEND_UNAVAILABLE when none is usable, BACKEND_FAILED (detail ``backend``)
            when the chosen one fails: the page then starts a fresh worker without it, because ONNX
            Runtime does not initialise twice.
    """
    forced = str(options.get("backend") or "auto")
    data, facts = await asyncio.gather(
        fetch_json(f"{base}models/registry.json"), browser_facts.gather()
    )
    registry = Registry.from_json(table(data, "registry"))
    small = registry.with_role("fast")
    for address in list(options.get("registries") or []):
        registry = await _with_registry(registry, str(address))
    version = str(modules.ort_wasm.env.versions.web)
    device = timing.device_key(facts, small[0] if small else None, version)
    times = timing.kept_times(options.get("kept"), __version__, device)
    exclude = list(options.get("exclude") or [])
    found = chain.candidates(facts, forced, exclude, timing.fastest(times))
    chosen = chain.choose(found, forced)
    threads = chain.threads(chosen.name, facts, int(options.get("threads") or 0))
    runtime = OrtWeb(modules, base, chosen.name, threads)
    spec = registry.selftest
    if spec is None:
        raise fail("BAD_CONFIG", "This site's list of models has no self-test.")
    # Outside the time limit: a slow network is no fault of the backend's.
    _, network, stored = await asyncio.gather(
        runtime.prepare(),
        fetch_stubbornly(f"{base}models/{spec.part.file}"),
        fetch_stubbornly(f"{base}models/{spec.expected_file}"),
    )
    limit_s = float(options.get("within_s") or START_S)
    began = time.perf_counter()
    try:
        tiny = await within(
            limit_s,
            _prove(runtime, spec, network, stored),
            lambda: fail("BACKEND_FAILED", reason=f"no result within {limit_s:.0f} s"),
        )
    except OffcutError as error:
        await _not_by_the_network(runtime)
        error.detail["backend"] = chosen.name
        raise
    took = (time.perf_counter() - began) * 1000
    return registry, Backend(facts, tuple(found), chosen, runtime, tiny, device, times, took)


async def _with_registry(registry: Registry, address: str) -> Registry:
    """The registry with all models of the one at ``address``; those go first in their roles."""
    listed = table(await fetch_json(address), "registry")
    for spec in Registry.from_json(listed, js.URL.new("./", address).href).models.values():
        registry = registry.with_model(spec)
    return registry


async def _not_by_the_network(runtime: OrtWeb) -> None:
    """Raise where the backend failed because its files did not come, or too slowly for it: the
    runtime itself speaks of an abort then, as where memory is short."""
    began = time.perf_counter()
    await runtime.check_files()
    took = time.perf_counter() - began
    if took > SLOW_S:  # now they are here, for the next try
        raise fail(
            "MODEL_DOWNLOAD_FAILED",
            ENGINE_FILE,
            reason=f"the runtime's files took {took:.0f} s more",
        )


async def _prove(runtime: OrtWeb, spec: SelfTestSpec, network: Any, stored: Any) -> Session:
    expected = np.frombuffer(js.Uint8Array.new(stored).to_bytes(), np.float32)
    tiny: Session = await runtime.create(network, spec.model)
    proof = await selftest.prove(tiny, spec, expected)
    if not proof.ok:
        raise fail("BACKEND_FAILED", proof.reason)
    return tiny
