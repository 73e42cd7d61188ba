"""What this browser and device offer: read once at start, judged in ``runtime.chain``."""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import JsException

from offcut.runtime.chain import Facts


async def _adapter() -> Any | None:
    gpu = getattr(js.navigator, "gpu", None)
    if gpu is None:
        return None
    try:
        # null (which Pyodide keeps apart from None) on machines without a usable GPU
        return await gpu.requestAdapter() or None
    except JsException:
        return None


def _is_fallback(adapter: Any) -> bool:
    # Moved from the adapter to its info in the course of the specification; both are asked.
    info = getattr(adapter, "info", None)
    return bool(
        getattr(info, "isFallbackAdapter", False) or getattr(adapter, "isFallbackAdapter", False)
    )


async def _device_ok(adapter: Any) -> bool:
    """Whether a device is really to be had: an adapter alone promises nothing."""
    try:
        device = await adapter.requestDevice()
    except JsException:
        return False
    device.destroy()
    return True


async def gather() -> Facts:
    """Return the facts that the backend chain decides on."""
    adapter = await _adapter()
    info = getattr(adapter, "info", None)
    return Facts(
        has_gpu=getattr(js.navigator, "gpu", None) is not None,
        adapter=adapter is not None,
        adapter_name=" ".join(
            part
            for part in (getattr(info, "vendor", ""), getattr(info, "architecture", ""))
            if part
        ),
        is_fallback=adapter is not None and _is_fallback(adapter),
        device_ok=adapter is not None and await _device_ok(adapter),
        isolated=bool(getattr(js, "crossOriginIsolated", False)),
        sab=hasattr(js, "SharedArrayBuffer"),
        cores=int(getattr(js.navigator, "hardwareConcurrency", 1) or 1),
        # Chromium alone tells, and only over HTTPS or on this machine.
        memory_gb=float(getattr(js.navigator, "deviceMemory", 0) or 0),
    )
