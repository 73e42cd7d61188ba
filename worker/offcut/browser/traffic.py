"""What this worker has asked the network for, as the browser itself lists it."""

from __future__ import annotations

from typing import Any

import js


def traffic() -> dict[str, Any]:
    """One entry a request: ``name``, its address, and ``bytes`` that came over the network for it,
    headers and all; 0 where a cache had it."""
    entries = js.performance.getEntriesByType("resource")
    return {"requests": [{"name": one.name, "bytes": one.transferSize} for one in entries]}
