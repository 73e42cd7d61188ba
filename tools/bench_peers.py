"""Whole calls beside other tools', photo bytes to PNG bytes, on the same weights: ``--peer``.

@imgly/background-removal, transformers.js, and as a limit the run of the network alone, by ONNX
Runtime Web and by native ONNX Runtime. All are warm and take turns.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from offcut.runtime.chain import MAX_THREADS
from offcut.runtime.ort_native import NativeFactory
from tools import peers, peers_hub
from tools.bench_networks import REFERENCE, Look, registry, timed
from tools.paths import say
from tools.tab import WATCHED, open_tab

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from playwright.sync_api import Page

    from offcut.models.registry import ModelSpec
    from tools.tab import Tab

MEGAPIXELS = (12.0,)
ROWS = ("fast", "auto", "best", "isnet")
IMGLY, IMGLY_SMALL = "imgly isnet_fp16", "imgly isnet_quint8"
HUB, HUB_WORKER = "transformers.js on the page's thread", "transformers.js in a worker"
WEB, NATIVE = "ONNX Runtime Web, the run alone", "native ONNX Runtime, the run alone"
CUT_IMGLY = f"""async ([path, model]) => {{
  {WATCHED}
  const {{ removeBackground }} = await import("/peers/imgly.js");
  const publicPath = new URL("/peers/", location).href;
  const photo = await (await fetch(path)).blob();
  const run = () => removeBackground(photo, {{ publicPath, model, device: "cpu" }});
  const {{ made, ms, blocked }} = await watched(run);
  return {{ ms, blocked, bytes: made.size }};
}}"""
CUT_HUB = f"""async ([path, inWorker]) => {{
  {WATCHED}
  const base = "/hub/";
  const photo = await (await fetch(path)).blob();
  const {{ removeBackground }} = inWorker ? {{}} : await import("/hub/hub.js");
  const send = () => new Promise((resolve, reject) => {{
    globalThis.hub ??= new Worker("/hub/worker.js", {{ type: "module" }});
    hub.onerror = (event) => reject(new Error(event.message));
    hub.onmessage = ({{ data }}) => data.blob ? resolve(data.blob) : reject(new Error(data.error));
    hub.postMessage({{ photo, base }});
  }});
  const run = () => inWorker ? send() : removeBackground(photo, base);
  const {{ made, ms, blocked }} = await watched(run);
  return {{ ms, blocked, bytes: made.size }};
}}"""


@dataclass(frozen=True)
class Took:
    """One call: its milliseconds, and the longest block of the page's thread; NaN: no page."""

    ms: float
    blocked: float = float("nan")


def compare(megapixels: float, data: bytes, repeat: int, names: Sequence[str]) -> None:
    """Print whole calls of ``names``, of the others and the limits, in turn, warm."""
    spec = registry().get(Look.of(REFERENCE).model)
    beside = {
        "/peers/": (peers.install(), peers.DATA),
        "/hub/": (peers_hub.install(spec),),
    }
    # Before the browser: Playwright keeps an event loop running in this thread.
    native = native_run(spec)
    took: dict[str, list[Took]] = {}
    with open_tab(beside=beside) as tab:
        path = tab.hold("photo.jpg", data)
        asked = callers(tab, path, names) | {NATIVE: native}
        for turn in range(repeat + 1):
            for name, call in asked.items():
                made = call()
                if turn:  # the first of each loads
                    took.setdefault(name, []).append(made)
    say(f"\n{megapixels:g} megapixels, whole call, medians of {repeat}, in turn\n")
    say("\n".join(lines(took)))


def lines(took: Mapping[str, Sequence[Took]]) -> list[str]:
    """The lines of the table: medians, and the medians of each turn's ratios to the two others."""
    hub = min((HUB, HUB_WORKER), key=lambda name: statistics.median(ms_of(took[name])))
    heads = ["ms", "of imgly's isnet_fp16", f"of {hub}", "longest block of the page, ms"]
    found = [f"| | {' | '.join(heads)} |", "|---" + "|---:" * len(heads) + "|"]
    for name, made in took.items():
        ms = ms_of(made)
        cells = [f"{statistics.median(ms):.0f}"]
        cells += [f"{ratio(ms, ms_of(took[other])):.2f}" for other in (IMGLY, hub)]
        blocked = max(one.blocked for one in made)
        cells.append("–" if np.isnan(blocked) else f"{blocked:.0f}")
        found.append(f"| {name} | {' | '.join(cells)} |")
    return found


def ms_of(made: Sequence[Took]) -> list[float]:
    """The milliseconds of the calls."""
    return [one.ms for one in made]


def ratio(ms: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios turn by turn: a machine that slows down in one spoils that one."""
    return statistics.median(a / b for a, b in zip(ms, other, strict=True))


def callers(tab: Tab, path: str, names: Sequence[str]) -> dict[str, Callable[[], Took]]:
    """What to call in the tab, by name, in the order of the turns."""

    def ask(script: str, what: Any) -> Took:
        made = tab.page.evaluate(script, [path, what])
        return Took(made["ms"], made["blocked"])

    def ours(name: str) -> Took:
        made = tab.time(path, model=name, device="wasm-mt")
        return Took(made.ms, made.blocked)

    found: dict[str, Callable[[], Took]] = {
        IMGLY: partial(ask, CUT_IMGLY, "isnet_fp16"),
        IMGLY_SMALL: partial(ask, CUT_IMGLY, "isnet_quint8"),
        HUB: partial(ask, CUT_HUB, False),
        HUB_WORKER: partial(ask, CUT_HUB, True),
    }
    found |= {f"Offcut {name}": partial(ours, name) for name in names}
    return found | {WEB: partial(web_run, tab.page)}


def web_run(page: Page) -> Took:
    """The network's run alone, by ONNX Runtime Web in a worker."""
    return Took(timed(page, registry(), Look.of(REFERENCE)))


def native_run(spec: ModelSpec) -> Callable[[], Took]:
    """What times the network's run alone by native ONNX Runtime, on as many threads."""
    threads = min(MAX_THREADS, os.cpu_count() or 1)
    session = NativeFactory(threads).create_now(peers_hub.whole(spec), spec)
    shape = (1, 3, spec.input.height, spec.input.width)
    values = np.random.default_rng(1).random(shape, np.float32) - np.float32(0.5)

    def run() -> Took:
        began = time.perf_counter()
        session.run_now(values)
        return Took((time.perf_counter() - began) * 1000)

    return run
