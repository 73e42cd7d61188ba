"""What goes to the page beside a call's answer: Blobs, and word of how far the work is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import to_js

if TYPE_CHECKING:
    from collections.abc import Callable

REPORT_EVERY_S = 0.1


def blob(data: bytes, mime: str) -> Any:
    """Return ``data`` as a Blob of that type."""
    return js.Blob.new([to_js(data)], to_js({"type": mime}, dict_converter=js.Object.fromEntries))


def reporter(job_id: str, model: str) -> Callable[[dict[str, Any]], None]:
    """Return a listener that posts progress to the page: ``{offcut: 1, job, model, stage, …}``."""
    stage, told = "", 0.0

    def report(progress: dict[str, Any]) -> None:
        # A message a kilobyte would keep the page busy: ten a second of a stage are enough.
        nonlocal stage, told
        now = time.perf_counter()
        ended = progress["done"] >= progress["total"]
        if progress["stage"] == stage and not ended and now - told < REPORT_EVERY_S:
            return
        stage, told = progress["stage"], now
        message = {
            "offcut": 1,
            "job": job_id,
            "model": model,
            "stage": "",
            "done": 0,
            "total": 0,
            "eta_s": -1,
            **progress,
        }
        # None would arrive as undefined, which MicroPython does not know as None.
        ready = {key: -1 if value is None else value for key, value in message.items()}
        js.postMessage(to_js(ready, dict_converter=js.Object.fromEntries))

    return report


def model_reporter(model: str) -> Callable[[dict[str, Any]], None]:
    """The same of a model that comes, whichever job is waiting for it."""
    return reporter("", model)


def rounded(ms: dict[str, float]) -> dict[str, float]:
    """Durations for a person's eyes."""
    return {key: round(value, 1) for key, value in ms.items()}
