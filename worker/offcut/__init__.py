"""Offcut's engine: takes the background off a photo.

::

    import offcut

    png = await offcut.remove(photo)        # or offcut.remove_sync(photo)
    matte = await offcut.matte(photo)       # .alpha, .cutout(), .over("white"), .save("webp")

The same package runs in a browser tab (Pyodide, in a worker) and under CPython with native
onnxruntime. Its rooms, each importing only those below it::

    api        what programs call: the names of this module
    browser    what only a browser has (IndexedDB, fetch, ONNX Runtime Web)
    native     what only Python on a computer has: files, HTTP, where its models come from
    pipeline   a job from bytes to result
    runtime    sessions, the choice of a backend, the self-test
    models     registry, what goes into a network and what comes out
    storage    model parts: kept, fetched, verified
    pixels     numpy and Pillow on arrays
    errors     every error code, once
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offcut import models
    from offcut.api.calls import (
        close,
        configure,
        matte,
        matte_sync,
        preload,
        probe,
        remove,
        remove_sync,
    )
    from offcut.errors import OffcutError
    from offcut.pipeline.matte import Matte

__version__ = "0.2.0"
__all__ = [
    "Matte",
    "OffcutError",
    "close",
    "configure",
    "matte",
    "matte_sync",
    "models",
    "preload",
    "probe",
    "remove",
    "remove_sync",
]

_ELSEWHERE = {"Matte": "offcut.pipeline.matte", "OffcutError": "offcut.errors"}


def __getattr__(name: str) -> object:
    """Bring a name in when it is first used: the engine's worker imports this module, too."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - not at the engine's start

    if name == "models":
        return import_module("offcut.models")
    found: object = getattr(import_module(_ELSEWHERE.get(name, "offcut.api.calls")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*globals(), *__all__]
