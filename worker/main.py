"""The worker's door: the calls that a page may make, and nothing else.

Every call answers with an envelope, ``{"ok": True, "value": …}`` or ``{"ok": False, "code": …}``,
because an exception loses its type on the way to the page. Progress goes as posted messages,
because a callback argument would hang the call for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyscript import js_modules
from pyodide.ffi import JsException

from offcut.browser.service import Service
from offcut.browser.wrongs import translate
from offcut.errors import OffcutError, envelope_error, envelope_ok, fail

if TYPE_CHECKING:
    from collections.abc import Awaitable

__export__ = [
    "apply",
    "clock",
    "colours",
    "cut",
    "discard",
    "edit",
    "export",
    "fetch",
    "forget",
    "hint",
    "inspect",
    "load",
    "look",
    "ping",
    "probe",
    "refine",
    "register",
    "stamp",
    "start",
    "traffic",
]

# What a mistake in our own code, or a browser that behaves as none we know, may raise.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

service = Service(js_modules)


async def _answer(work: Awaitable[Any]) -> dict[str, Any]:
    try:
        return envelope_ok(await work)
    except OffcutError as error:
        return envelope_error(error)
    except MemoryError as error:
        return envelope_error(fail("OUT_OF_MEMORY", reason=repr(error)))
    except JsException as error:
        known = translate(error, "INTERNAL")
        if known.code == "INTERNAL":
            service.log_exception(error)
        return envelope_error(known)
    except FAULTS as error:
        # A fault of ours: named as such, with the traceback on the console for the report.
        service.log_exception(error)
        return envelope_error(fail("INTERNAL", reason=repr(error)))


def _python(options: Any) -> dict[str, Any]:
    return {} if options is None else dict(options.to_py())


async def ping(life: str) -> dict[str, Any]:
    """Say that the engine is up. The Web Lock ``life`` is held from then on until this worker is
    gone, whoever ended it; ``held`` is false where the browser gives none."""
    return envelope_ok({"held": bool(await js_modules.lazy.hold(life))})


async def start(options: Any) -> dict[str, Any]:
    """Set one backend up and prove it; ``options``: base, backend, exclude, threads, kept."""
    return await _answer(service.start(_python(options)))


async def probe() -> dict[str, Any]:
    """Tell what runs, why, and what is kept."""
    return await _answer(service.probe())


async def clock() -> dict[str, Any]:
    """Time the small model on this backend; tells ``ms`` and what this device limits."""
    return await _answer(service.clock())


async def load(options: Any) -> dict[str, Any]:
    """Bring a model in; ``options``: model, job."""
    return await _answer(service.load(_python(options)))


async def fetch(options: Any) -> dict[str, Any]:
    """Begin to bring a model in, in silence; ``options``: model."""
    return await _answer(service.fetch(_python(options)))


async def inspect(file: Any) -> dict[str, Any]:
    """Tell what the Blob ``file`` is, if it is a model."""
    return await _answer(service.inspect(file))


async def register(file: Any, options: Any) -> dict[str, Any]:
    """Keep the Blob ``file`` as a model; ``options``: id, and what is special about it."""
    return await _answer(service.register(file, _python(options)))


async def discard(options: Any) -> dict[str, Any]:
    """Delete what the device keeps of a model; ``options``: model."""
    return await _answer(service.discard(_python(options)))


async def traffic() -> dict[str, Any]:
    """List what this worker has asked the network for."""
    from offcut.browser.traffic import traffic as listed  # noqa: PLC0415 - docs/performance.md, Start

    return envelope_ok(listed())


async def cut(job: str, blob: Any, options: Any) -> dict[str, Any]:
    """Decode ``blob`` and run one model on it; ``options``: model, name, preview."""
    return await _answer(service.cut(job, blob, _python(options)))


async def apply(job: str, blob: Any, mask: Any, options: Any) -> dict[str, Any]:
    """Decode ``blob`` and take the picture ``mask`` for its matte; ``options``: name."""
    return await _answer(service.apply(job, blob, mask, _python(options)))


async def refine(job: str, options: Any) -> dict[str, Any]:
    """Run another model on the job and fuse the masks; ``options``: model, preview."""
    return await _answer(service.refine(job, _python(options)))


async def look(job: str, options: Any) -> dict[str, Any]:
    """Draw the job's result for the screen; ``options``: as ``export`` takes them."""
    return await _answer(service.look(job, _python(options)))


async def edit(job: str, edits: Any) -> dict[str, Any]:
    """Take the list ``edits`` (``docs/strokes.md``) for the job's and show what it makes."""
    return await _answer(service.edit(job, None if edits is None else edits.to_py()))


async def stamp(options: Any) -> dict[str, Any]:
    """What a brush draws, for the page's own canvas; ``options``: size, hardness."""
    return await _answer(service.stamp(_python(options)))


async def hint(job: str, options: Any) -> dict[str, Any]:
    """Look closer at a click; ``options``: x, y, keep, model."""
    return await _answer(service.hint(job, _python(options)))


async def colours(job: str, blob: Any, options: Any) -> dict[str, Any]:
    """Colours of the job's photo, or of ``blob``; ``options``: x, y, 0 to 1, or nothing."""
    return await _answer(service.colours(job, blob, _python(options)))


async def export(job: str, options: Any) -> dict[str, Any]:
    """Write the job's result as a checked file; ``options``: see ``ExportOptions``."""
    return await _answer(service.export(job, _python(options)))


async def forget(job: str) -> dict[str, Any]:
    """Let go of the job's pixels."""
    return await _answer(service.forget(job))
