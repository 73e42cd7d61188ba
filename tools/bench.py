"""The bench: ``python -m tools.bench`` prints what cuts cost in Chromium and draws it.

A photo's bytes in, a checked PNG's bytes out. It prints figures and judges nothing. Each part
can be asked for alone; without one, all run, which takes about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from tools import (
    bench_brush,
    bench_cold,
    bench_curve,
    bench_fifty,
    bench_memory,
    bench_peers,
    bench_split,
)
from tools.bench_networks import networks
from tools.paths import ROOT, say
from tools.photos import photo
from tools.tab import open_tab

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = ROOT / "bench" / "out"
# In the order in which they run: what is asked for most often comes first.
PARTS = {
    "split": "where the time of a warm cut goes, by profile and network (1 and 12 megapixels)",
    "peer": "whole calls beside @imgly/background-removal and transformers.js, in turn (12)",
    "cold": "from navigation to the first and the best cut-out, empty and kept profile, bytes",
    "memory": "what the page's process holds at most for one photo (12, 48)",
    "curve": "how all but the network grows with the photo (1 to 100)",
    "fifty": "fifty photos in a row in one tab: time and memory (12)",
    "brush": "how smoothly the brush follows, from a trace (12)",
    "networks": "each network alone, and what it costs in passes (tools/costs.py)",
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description="Prints figures and draws into bench/out/. Without a part, all of them run: "
        "about half an hour on two cores.",
    )
    for part, what in PARTS.items():
        parser.add_argument(f"--{part}", action="store_true", help=what)
    parser.add_argument("--megapixels", type=float, nargs="+", help="instead of a part's own")
    parser.add_argument("--only", nargs="+", help="profiles, networks; with --cold: pages")
    parser.add_argument("--repeat", type=int, default=3, help="medians are of so many")
    parser.add_argument("--count", type=int, default=bench_fifty.COUNT, help="with --fifty")
    parser.add_argument("--device", default="wasm-mt", help="or wasm-st, webgpu")
    parser.add_argument("--look", nargs="+", default=[], help="with --networks: isnet:1024x768 …")
    return parser.parse_args()


def _part(name: str, o: argparse.Namespace) -> Callable[[], object]:
    def of_networks() -> None:
        with open_tab() as tab:
            networks(tab.page, o.look, o.repeat)

    def of_peers() -> None:
        for size in o.megapixels or bench_peers.MEGAPIXELS:
            bench_peers.compare(size, photo(size), o.repeat, o.only or bench_peers.ROWS)

    def of_fifty() -> None:
        for size in o.megapixels or (12.0,):
            bench_fifty.fifty(o.only or bench_fifty.ROWS, size, o.count, o.device, OUT)

    def of_split() -> None:
        sizes, names = o.megapixels or bench_split.MEGAPIXELS, o.only or bench_split.ROWS
        bench_split.splits(sizes, names, o.repeat, o.device, OUT)

    def of_memory() -> None:
        sizes, names = o.megapixels or bench_memory.MEGAPIXELS, o.only or bench_memory.ROWS
        bench_memory.memories(sizes, names, o.device)

    def of_curve() -> None:
        bench_curve.cost(o.megapixels or bench_curve.MEGAPIXELS, o.repeat, o.device, OUT)

    def of_cold() -> None:
        for size in o.megapixels or (12.0,):
            bench_cold.cold(photo(size), size, o.repeat, o.only or list(bench_cold.PAGES), OUT)

    def of_brush() -> None:
        for size in o.megapixels or (12.0,):
            bench_brush.brush(photo(size), size, OUT)

    return {
        "networks": of_networks,
        "brush": of_brush,
        "peer": of_peers,
        "fifty": of_fifty,
        "split": of_split,
        "memory": of_memory,
        "curve": of_curve,
        "cold": of_cold,
    }[name]


def main() -> None:
    """Run the parts that are asked for, or all."""
    options = _options()
    wanted = [name for name in PARTS if getattr(options, name)] or list(PARTS)
    for name in wanted:
        if hasattr(os, "getloadavg"):
            # Times are those of the machine as it is: with others at work on it, look at ratios.
            say(f"\n== {name} (load of the machine before: {os.getloadavg()[0]:.1f})")
        _part(name, options)()


if __name__ == "__main__":
    main()
