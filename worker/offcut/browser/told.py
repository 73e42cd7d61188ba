"""What is told of the models: which there are, what of them is here, what this device limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offcut.models.limit import Power, limit
from offcut.models.plan import PROFILES, ROLES, models_for
from offcut.models.registry import OWN
from offcut.storage import keeping

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from offcut.browser.bringup import Backend
    from offcut.browser.shelf import Shelf
    from offcut.models.limit import Limit
    from offcut.models.registry import ModelSpec, Registry


def models(registry: Registry, shelf: Shelf | None, kept: Collection[str]) -> list[dict[str, Any]]:
    """Each model: what it is, and how much of it is on this device. ``kept``: the keys there."""
    told = []
    for spec in registry.models.values():
        own = spec.source == OWN
        here = spec.bytes if own else keeping.bytes_kept(spec, kept)
        entry = {"id": spec.id, "title": spec.title, "bytes": spec.bytes, "own": own}
        entry |= {"licence": spec.licence, "licence_url": spec.licence_url}
        entry |= {"loaded": shelf is not None and shelf.has(spec.id)}
        told.append({**entry, "kept": here == spec.bytes, "kept_bytes": here})
    return told


def plans(registry: Registry) -> dict[str, Any]:
    """Which model has which role, and which ones each profile runs."""
    found = {role: registry.with_role(role) for role in ROLES}
    roles = {role: having[0].id for role, having in found.items() if having}
    return {
        "roles": roles,
        "profiles": {name: models_for(name, registry)[0] for name in PROFILES},
    }


def limit_of(spec: ModelSpec, backend: Backend | None, times: Mapping[str, float]) -> Limit | None:
    """How much this device lets a network see; None: all of it."""
    if backend is None:
        return None
    name, threads = backend.chosen.name, backend.runtime.threads
    power = Power(
        memory_gb=backend.facts.memory_gb,
        one_thread=name != "webgpu" and threads == 1,
        run_ms=times.get(name, 0.0),
    )
    return limit(spec, power)


def limits(
    registry: Registry, limit_here: Callable[[ModelSpec], Limit | None]
) -> list[dict[str, Any]]:
    """The models that see less here than elsewhere."""
    found = [(spec, limit_here(spec)) for spec in registry.models.values()]
    return [
        {"model": spec.id, "side": one.side, "why": one.say(spec.input.usual)}
        for spec, one in found
        if one
    ]
