"""Models that were added to those of the site while Python runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from offcut.models.registry import ModelSpec, Registry


@dataclass(frozen=True)
class Added:
    """One of them. ``read``: gives its file; None where its parts are fetched like any other's."""

    spec: ModelSpec
    read: Callable[[], bytes] | None = None


ADDED: dict[str, Added] = {}
"""By id; for all engines of this interpreter."""


def with_added(registry: Registry) -> Registry:
    """The registry with all of them."""
    for one in ADDED.values():
        registry = registry.with_model(one.spec)
    return registry
