"""A backend that fails is left for the next one, and the photo is not lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .scratch import relist
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "astronaut.jpg"
WRONG = np.full(64 * 64, 0.5, np.float32).tobytes()

# What the browser says of itself, changed inside the worker: the software adapter as a real one.
HARDWARE = """
Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", {get: () => false});
"""
# The graphics driver resets after so many commands, as drivers do.
RESETS = """
const submit = GPUQueue.prototype.submit;
const devices = new WeakMap();
const request = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (...args) {
  const device = await request.apply(this, args);
  devices.set(device.queue, device);
  return device;
};
let left = 40;
GPUQueue.prototype.submit = function (...args) {
  if (--left === 0) devices.get(this).destroy();
  return submit.apply(this, args);
};
"""
# An adapter that is there when it is first looked for, and not when it is to be used: a laptop
# leaves its dock.
UNPLUGGED = """
const ask = GPU.prototype.requestAdapter;
let asked = 0;
GPU.prototype.requestAdapter = async function (...args) {
  return asked++ ? null : ask.apply(this, args);
};
"""


def stored_answer(site: Site) -> str:
    """Where the answer lies that the self-test must give."""
    registry = json.loads(site.body("models/registry.json") or b"")
    return f"models/{registry['selftest']['expected_file']}"


def in_worker(site: Site, *scripts: str) -> None:
    """Runs scripts in the engine's worker before anything of ours asks the browser."""
    path = "vendor/idb/index.js"
    site.overlay[path] = "\n".join(scripts).encode() + (site.body(path) or b"")
    relist(site)


@fault(
    "engine",
    "A backend computes wrong numbers",
    sees="The cut-out; the header tells what failed and what runs",
    kept="The photo",
    retried="The photo, on the next backend, in a fresh worker",
)
def test_a_backend_that_computes_wrongly_is_demoted(visitor: Visitor) -> None:
    shrink(visitor.site)
    visitor.site.overlay["sw.js"] = None  # it would notice that the file is not the build's
    visitor.expected.append("when fetching the script")
    visitor.site.fault(stored_answer(visitor.site), body=WRONG)
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    check_cutout(visitor.file(), PHOTO)
    assert visitor.backend == "wasm-st"
    assert "wasm-mt failed" in visitor.why
    assert len(visitor.site.seen(stored_answer(visitor.site))) == 2


@fault(
    "engine",
    "Every backend computes wrong numbers",
    sees="“The model could not be started on this device.”, and that the photo is still here",
    kept="The photo",
    retried="Each backend once; by the person, after a reload",
)
def test_when_all_fail_the_page_says_so_and_keeps_the_photo(visitor: Visitor) -> None:
    shrink(visitor.site)
    visitor.site.overlay["sw.js"] = None
    visitor.expected.append("when fetching the script")
    visitor.site.fault(stored_answer(visitor.site), body=WRONG, times=99)
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    visitor.wait("error")
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", "BACKEND_FAILED")
    assert "photo is still here" in visitor.error()
    visitor.site.faults.clear()
    visitor.page.reload()
    check_cutout(visitor.cut(PHOTO), PHOTO)


@fault(
    "network",
    "A byte of ONNX Runtime's code is flipped on the way, at a later visit",
    sees="The cut-out, on the usual backend",
    kept="The photo",
    retried="The file, by the service worker, past the browser's cache",
)
def test_the_service_worker_heals_a_damaged_runtime(visitor: Visitor) -> None:
    """Damage on the way that the browser's own cache would keep giving back."""
    site = visitor.site
    shrink(site)
    visitor.open()
    visitor.page.evaluate(
        "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ||"
        " new Promise((done) => navigator.serviceWorker.oncontrollerchange = done)).then(() => 1)"
    )
    site.fault("vendor/ort/ort-wasm-simd-threaded.wasm", flip=4_000_000)
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert visitor.backend == "wasm-mt"
    assert visitor.why.startswith("The processor")


@fault(
    "engine",
    "The graphics processor’s part of the runtime cannot be loaded",
    sees="The cut-out; the header says that WebGPU failed",
    kept="The photo",
    retried="The photo, on the processor",
)
def test_a_broken_gpu_runtime_falls_to_the_processor(
    enter: Callable[..., Visitor], gpu_context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated)
    path = "vendor/ort/ort-wasm-simd-threaded.asyncify.mjs"
    isolated.overlay[path] = b"throw new Error('no such thing');"
    in_worker(isolated, HARDWARE)
    visitor = enter(gpu_context, isolated).open("?model=u2netp")
    visitor.pick(PHOTO)
    check_cutout(visitor.file(), PHOTO)
    assert visitor.backend == "wasm-mt"
    assert "webgpu failed" in visitor.why


@fault(
    "engine",
    "The graphics adapter is gone between the first look at it and the start",
    sees="The cut-out; the header says that WebGPU failed",
    kept="The photo",
    retried="The photo, on the processor",
)
def test_an_adapter_that_is_gone_when_it_is_needed(
    enter: Callable[..., Visitor], gpu_context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated)
    in_worker(isolated, HARDWARE, UNPLUGGED)
    visitor = enter(gpu_context, isolated).open("?model=u2netp")
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert visitor.backend == "wasm-mt"
    assert "webgpu failed" in visitor.why


@fault(
    "engine",
    "The graphics device is lost in the middle of a run",
    sees="The cut-out; the header says that WebGPU failed",
    kept="The photo",
    retried="The photo, on the processor",
)
def test_a_gpu_that_resets_in_the_run_falls_to_the_processor(
    enter: Callable[..., Visitor], gpu_context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated)
    in_worker(isolated, HARDWARE, RESETS)
    visitor = enter(gpu_context, isolated).open("?model=u2netp")
    visitor.wait_engine()
    assert visitor.backend == "webgpu"
    for _ in range(40):
        data = visitor.cut(PHOTO)
        check_cutout(data, PHOTO)
        if visitor.backend != "webgpu":
            break
    assert visitor.backend == "wasm-mt"
    assert "webgpu failed" in visitor.why
