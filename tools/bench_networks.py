"""What each network costs in Chromium by itself: ONNX Runtime Web in a worker, without Python."""

from __future__ import annotations

import json
import os
import statistics
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from offcut.models.registry import Registry
from offcut.runtime.chain import MAX_THREADS
from tools.costs import passes
from tools.paths import DIST, say, stop

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from offcut.models.registry import InputSpec

# A worker as the engine's own: the page's thread may not wait, so ONNX Runtime would spin there.
WORKER = """
let ort;
const sessions = new Map();
onmessage = async ({ data: { base, threads, model, parts, input, output, width, height } }) => {
  try {
    if (!ort) {
      ort = await import(`${base}/vendor/ort/ort.wasm.min.mjs`);
      ort.env.wasm.numThreads = threads;
      ort.env.wasm.wasmPaths = `${base}/vendor/ort/`;
    }
    if (!sessions.has(model)) {
      const fetched = parts.map((file) => fetch(`${base}/models/${file}`));
      const blobs = await Promise.all(fetched.map(async (one) => (await one).blob()));
      const bytes = new Uint8Array(await new Blob(blobs).arrayBuffer());
      const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all" };
      sessions.set(model, await ort.InferenceSession.create(bytes, options));
    }
    const values = Float32Array.from({ length: 3 * width * height }, () => Math.random() - 0.5);
    const tensor = new ort.Tensor("float32", values, [1, 3, height, width]);
    const began = performance.now();
    const made = await sessions.get(model).run({ [input]: tensor }, [output]);
    const ms = performance.now() - began;
    made[output].dispose();
    tensor.dispose();
    postMessage({ ms });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
"""
TIME = """([source, look]) => {
  globalThis.bench ??= new Worker(
    URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
  return new Promise((resolve, reject) => {
    bench.onerror = (event) => reject(new Error(event.message));
    bench.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.ms));
    const threads = Math.min(look.most, navigator.hardwareConcurrency);
    bench.postMessage({ ...look, base: location.origin, threads });
  });
}"""
REFERENCE = "isnet:1024x1024"
LOOKS = (
    REFERENCE,
    "isnet:768x768",
    "isnet:512x512",
    "isnet:768x512",
    "u2netp:320x320",
    "modnet:512x512",
    "modnet:384x384",
    "modnet:768x512",
)


@dataclass(frozen=True)
class Look:
    """One network at one size."""

    model: str
    width: int
    height: int

    @classmethod
    def of(cls, text: str) -> Look:
        """Read ``model:WIDTHxHEIGHT``. Raises ValueError."""
        model, _, size = text.partition(":")
        width, _, height = size.partition("x")
        return cls(model, int(width), int(height))

    def __str__(self) -> str:
        return f"{self.model} {self.width}×{self.height}"


def allowed(look: Look, spec: InputSpec) -> bool:
    """Whether the registry lets the network see that size."""
    if (look.width, look.height) == (spec.width, spec.height):
        return True
    free = spec.multiple > 0
    return free and look.width % spec.multiple == 0 and look.height % spec.multiple == 0


def registry() -> Registry:
    """The models of the built site."""
    return Registry.from_json(json.loads((DIST / "models" / "registry.json").read_text("utf-8")))


def timed(page: Page, models: Registry, look: Look) -> float:
    """Milliseconds of one run in a worker of ``page``; the first run of a model loads it."""
    spec = models.get(look.model)
    asked = {
        "model": look.model,
        "parts": [part.file for part in spec.parts],
        "input": spec.input.name,
        "output": spec.output.name,
        "width": look.width,
        "height": look.height,
        "most": MAX_THREADS,
    }
    return float(page.evaluate(TIME, [WORKER, asked]))


def networks(page: Page, wanted: list[str], repeat: int) -> None:
    """Time each look in turn with the reference, A B A B …, and print the medians.

    ``wanted``: looks as ``model:WIDTHxHEIGHT``; none: those of ``LOOKS`` that the registry allows.
    Each ratio is of two runs next to each other, so a machine that slows down meanwhile spoils few.
    """
    models = registry()
    reference = Look.of(REFERENCE)
    if reference.model not in models.models:
        stop("isnet, which costs are counted in, is left out of this build.")
    looks = [Look.of(text) for text in wanted or LOOKS]
    looks = [
        look
        for look in looks
        if look.model in models.models and allowed(look, models.get(look.model).input)
    ]
    time = partial(timed, page, models)
    time(reference)  # the first run of a size finds its memory
    say(f"\n| network | ms | {reference} beside it, ms | passes | by tools/costs.py |")
    say("|---|---:|---:|---:|---:|")
    for look in looks:
        if look == reference:
            continue
        time(look)
        pairs = [(time(reference), time(look)) for _ in range(repeat)]
        ratio = statistics.median(its / whole for whole, its in pairs)
        whole, its = (statistics.median(column) for column in zip(*pairs, strict=True))
        known = passes(look.model, look.width, look.height)
        say(f"| {look} | {its:.0f} | {whole:.0f} | {ratio:.3f} | {known:.3f} |")
    say(f"\nmedians of {repeat} pairs; load of the machine after: {os.getloadavg()[0]:.1f}")
