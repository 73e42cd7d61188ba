"""Sessions by native onnxruntime, under CPython: the reference that a browser is held against."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail

if TYPE_CHECKING:
    import onnxruntime as ort
    from numpy.typing import NDArray

    from offcut.errors import OffcutError
    from offcut.models.registry import ModelSpec


class NativeSession:
    """``runtime.session.Session`` over an ``onnxruntime.InferenceSession`` on the CPU."""

    def __init__(self, inner: ort.InferenceSession, spec: ModelSpec) -> None:
        self._inner: ort.InferenceSession | None = inner
        self._spec = spec
        self._one_at_a_time = asyncio.Lock()

    async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """See ``Session.run``. Runs in a thread, so the event loop stays free."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self.run_now, x)

    def run_now(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same, at once, for code that has no event loop."""
        if self._inner is None:
            raise fail("INTERNAL", reason="the session is closed")
        try:
            (out,) = self._inner.run([self._spec.output.name], {self._spec.input.name: x})
        except MemoryError as error:
            raise fail("OUT_OF_MEMORY", model=self._spec.id) from error
        except _ort_errors() as error:
            raise _explain(error, "RUN_FAILED", self._spec) from error
        return np.asarray(out, dtype=np.float32)

    async def close(self) -> None:
        """See ``Session.close``."""
        self._inner = None


def _ort_errors() -> tuple[type[Exception], ...]:
    """Everything that onnxruntime raises: its own exceptions have no common base but Exception."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state  # noqa: PLC0415

    own = (value for value in vars(state).values() if isinstance(value, type))
    return (RuntimeError, ValueError, *(kind for kind in own if issubclass(kind, Exception)))


def _explain(error: Exception, code: str, spec: ModelSpec) -> OffcutError:
    text = str(error)
    if "bad_alloc" in text or "Failed to allocate memory" in text:
        code = "OUT_OF_MEMORY"
    return fail(code, model=spec.id, reason=text)


class NativeFactory:
    """``runtime.session.SessionFactory`` over ``bytes``.

    ``threads``: for one operator; 0 = as many as onnxruntime thinks right.
    """

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads

    async def create(self, model: bytes, spec: ModelSpec) -> NativeSession:
        """See ``SessionFactory.create``."""
        return await asyncio.to_thread(self.create_now, model, spec)

    def create_now(self, model: bytes, spec: ModelSpec) -> NativeSession:
        """The same, at once."""
        try:
            import onnxruntime as ort  # noqa: PLC0415 - the rest of the engine works without it
        except ImportError as error:
            say = "The Python package onnxruntime is not installed (pip install onnxruntime)."
            raise fail("BACKEND_UNAVAILABLE", say) from error
        options = ort.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        try:
            # Without its own second try, which does the same again and prints what went wrong.
            inner = ort.InferenceSession(
                model, options, providers=["CPUExecutionProvider"], enable_fallback=0
            )
        except MemoryError as error:
            raise fail("OUT_OF_MEMORY", model=spec.id) from error
        except _ort_errors() as error:
            raise _explain(error, "BACKEND_FAILED", spec) from error
        have_in = [item.name for item in inner.get_inputs()]
        have_out = [item.name for item in inner.get_outputs()]
        if spec.input.name not in have_in or spec.output.name not in have_out:
            say = f"The file is not the model that its entry describes ({spec.id})."
            raise fail("BAD_CONFIG", say, inputs=have_in, outputs=have_out)
        return NativeSession(inner, spec)
