"""ONNX Runtime Web, driven from Python.

It initialises once a realm and refuses a second try after a failure (P4 of the field notes), so one
worker holds one backend; the next candidate of the chain gets a fresh worker.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import js
import numpy as np
from pyodide.ffi import create_proxy, to_js

from offcut.browser.net import fetch_json, fetch_stubbornly
from offcut.browser.wrongs import translate
from offcut.errors import OffcutError, fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pyodide.ffi import JsProxy

    from offcut.models.registry import ModelSpec

INIT_TIMEOUT_MS = 30_000
GLUE = {
    "webgpu": "ort-wasm-simd-threaded.asyncify",
    "wasm-mt": "ort-wasm-simd-threaded",
    "wasm-st": "ort-wasm-simd-threaded",
}


def _js_object(**entries: Any) -> JsProxy:
    return to_js(entries, dict_converter=js.Object.fromEntries)


class OrtWeb:
    """ONNX Runtime Web for one backend; ``runtime.session.SessionFactory`` in the browser."""

    def __init__(self, modules: Any, base: str, backend: str, threads: int) -> None:
        """Choose the module for ``backend``; nothing is loaded yet.

        Args:
            modules: ``pyscript.js_modules``, which holds ``ort_wasm`` and ``ort_webgpu``.
            base: Address of the site, with a slash at its end.
            backend: "webgpu", "wasm-mt" or "wasm-st".
            threads: Threads for "wasm-mt"; the others run on one.
        """
        self._ort = modules.ort_webgpu if backend == "webgpu" else modules.ort_wasm
        self._attempt = modules.attempt.attempt
        self._vendor = f"{base}vendor/ort/"
        self.backend = backend
        self.threads = threads if backend == "wasm-mt" else 1
        self.lost = ""
        self._joined = False  # whether the .wasm came in parts

    async def prepare(self) -> None:
        """Point the runtime at our own copies of its files, and fetch what comes in parts."""
        env = self._ort.env
        glue = GLUE[self.backend]
        env.wasm.numThreads = self.threads
        env.wasm.proxy = False
        env.wasm.initTimeout = INIT_TIMEOUT_MS
        env.logLevel = "error"
        env.wasm.wasmPaths = _js_object(
            mjs=f"{self._vendor}{glue}.mjs", wasm=f"{self._vendor}{glue}.wasm"
        )
        parts = (await fetch_json(f"{self._vendor}parts.json")).get(f"{glue}.wasm")
        if parts:
            # Over the 25 MiB that several static hosts allow a file: joined here.
            buffers = await asyncio.gather(
                *(fetch_stubbornly(self._vendor + part["file"]) for part in parts["parts"])
            )
            blob = js.Blob.new(to_js(list(buffers)))
            env.wasm.wasmBinary = await blob.arrayBuffer()
            self._joined = True

    async def check_files(self) -> None:
        """Raise MODEL_DOWNLOAD_FAILED or OFFLINE_NO_MODEL where the runtime could not fetch its own
        files, of which it says no more than that it failed. They are in the browser's cache by
        then, if they could be had."""
        files = [f"{GLUE[self.backend]}.mjs"]
        if not self._joined:
            files.append(f"{GLUE[self.backend]}.wasm")
        await asyncio.gather(*(fetch_stubbornly(self._vendor + file) for file in files))

    async def create(self, model: JsProxy, spec: ModelSpec) -> OrtSession:
        """Return a session over the ``.onnx`` bytes in the ArrayBuffer ``model``.

        Raises:
            OffcutError: OUT_OF_MEMORY, or BACKEND_FAILED with what the runtime said.
        """
        provider = "webgpu" if self.backend == "webgpu" else "wasm"
        options = to_js(
            {"executionProviders": [provider], "graphOptimizationLevel": "all"},
            dict_converter=js.Object.fromEntries,
        )
        bytes_ = js.Uint8Array.new(model)
        where = self._ort.InferenceSession, "create"
        session = await self.outcome("BACKEND_FAILED", *where, bytes_, options)
        if self.backend == "webgpu":
            await self._watch_device()
        return OrtSession(self, session, spec.input_name, spec.output_name)

    async def outcome(self, otherwise: str, owner: Any, method: str, *given: Any) -> Any:
        """What a method of the runtime's comes to. Raises OUT_OF_MEMORY, or ``otherwise``."""
        told = await self._attempt(owner, method, *given)
        wrong = getattr(told, "wrong", None)
        if wrong is not None:
            raise translate(wrong, otherwise)
        return told.value

    async def _watch_device(self) -> None:
        """Remember why the GPU went away, if it does: drivers reset, tabs sleep (P15)."""
        # A promise until the first session exists, the device afterwards.
        device = await js.Promise.resolve(self._ort.env.webgpu.device)
        if not device or self.lost:
            return

        def lost(info: Any) -> None:
            self.lost = str(info.message or info.reason or "device lost")
            keep.destroy()

        keep: Any = create_proxy(lost)
        getattr(device.lost, "then")(keep)  # noqa: B009 - plain `.then` is Pyodide's own method

    def tensor(self, x: NDArray[np.float32]) -> JsProxy:
        """Copy ``x`` once into a JavaScript tensor."""
        data = js.Float32Array.new(x.size)
        data.assign(np.ascontiguousarray(x).reshape(-1))
        return self._ort.Tensor.new("float32", data, to_js(list(x.shape)))


class OrtSession:
    """``runtime.session.Session`` over one InferenceSession."""

    def __init__(self, runtime: OrtWeb, session: Any, input_name: str, output_name: str) -> None:
        """Wrap ``session``; only the output named ``output_name`` is ever fetched."""
        self._runtime = runtime
        self._session = session
        self._input = input_name
        self._fetches = to_js([output_name])
        self._output = output_name

    async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network.

        Args:
            x: (1, 3, h, w) float32.

        Returns:
            The named output, float32, in the network's own shape.

        Raises:
            OffcutError: OUT_OF_MEMORY, or BACKEND_LOST: the caller takes the next backend.
        """
        tensor = self._runtime.tensor(x)
        feeds = js.Object.fromEntries(to_js([[self._input, tensor]]))
        try:
            where = self._session, "run"
            results = await self._runtime.outcome("BACKEND_LOST", *where, feeds, self._fetches)
        finally:
            tensor.dispose()
        if self._runtime.lost:
            raise fail("BACKEND_LOST", reason=self._runtime.lost)
        # Output names such as "1959" are no Python attributes.
        result = js.Reflect.get(results, self._output)
        out = np.empty(int(result.data.length), np.float32)
        result.data.assign_to(out)
        shape = [int(n) for n in result.dims]
        result.dispose()
        return out.reshape(shape)

    async def close(self) -> None:
        """Give the session's memory back, as far as WebAssembly can."""
        await self._session.release()


async def within(seconds: float, work: Any, late: Callable[[], OffcutError]) -> Any:
    """Await ``work``; after ``seconds`` raise what ``late`` makes."""
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError as error:
        raise late() from error
