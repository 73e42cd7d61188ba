"""Print where the time of a cut goes, in Chromium, warm: ``python -m tools.bench``.

A photo's bytes in, a checked PNG's bytes out, for each profile and each network alone, WASM with
threads. A benchmark prints figures and judges nothing. Photos of the wanted sizes are made by
enlarging one of the tests' photos with a little grain, so that they pack like photos. Draws its
tables into ``bench/out/bench-<megapixels>.svg``.

``--networks`` times the networks alone instead, and prints what they cost in passes
(``tools.costs``). ``--peer`` runs @imgly/background-removal beside ours, whole calls in turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
from typing import TYPE_CHECKING

from offcut.models.plan import PROFILES
from tools.bench_networks import networks
from tools.curve import STEPS, draw_split
from tools.paths import ROOT, say
from tools.peers import compare
from tools.photos import photo
from tools.tab import open_tab

if TYPE_CHECKING:
    from tools.tab import Tab, Timed

OUT = ROOT / "bench" / "out"
MODELS = ("u2netp", "isnet", "modnet")


def split(steps: dict[str, float], total: float) -> dict[str, float]:
    """Milliseconds by the steps of ``STEPS``; all that no step accounts for is "rest".

    ``steps``: as the engine tells them, "run.isnet" and the like. ``total``: of the whole call.
    """
    found = dict.fromkeys(STEPS, 0.0)
    for name, ms in steps.items():
        step = name.split(".")[0]
        if step in found:
            found[step] += ms
    found["rest"] = total - sum(found.values())
    return found


def middle(cuts: list[Timed]) -> dict[str, float]:
    """The medians of the steps over ``cuts``, and "total", "but run" and "blocked" with them."""
    splits = [split(cut.split, cut.ms) for cut in cuts]
    found = {step: statistics.median(one[step] for one in splits) for step in STEPS}
    found["total"] = statistics.median(cut.ms for cut in cuts)
    pairs = zip(cuts, splits, strict=True)
    found["but run"] = statistics.median(cut.ms - one["run"] for cut, one in pairs)
    found["blocked"] = max(cut.blocked for cut in cuts)
    return found


def table(found: dict[str, dict[str, float]]) -> list[str]:
    """The lines of a Markdown table of milliseconds, a line for each that was cut with."""
    heads = ["total", "but run", *STEPS, "blocked"]
    lines = [f"| ms | {' | '.join(heads)} |", "|---" + "|---:" * len(heads) + "|"]
    for name, row in found.items():
        lines.append(f"| {name} | {' | '.join(f'{row[head]:.0f}' for head in heads)} |")
    return lines


def bench(tab: Tab, megapixels: float, names: list[str], repeat: int, device: str) -> None:
    """Cut one photo by each of ``names``, ``repeat`` times after one to warm up; print and draw."""
    data = photo(megapixels)
    path = tab.hold("photo.jpg", data)
    cuts: dict[str, list[Timed]] = {name: [] for name in names}
    for name in names:
        tab.time(path, model=name, device=device)
    for _ in range(repeat):
        # In turn, so that a busy while of the machine falls on all of them.
        for name in names:
            cuts[name].append(tab.time(path, model=name, device=device))
    found = {name: middle(made) for name, made in cuts.items()}
    written = ", ".join(f"{name} {made[0].bytes / 1e6:.1f}" for name, made in cuts.items())
    say(f"\n{megapixels:g} megapixels, JPEG of {len(data) / 1e6:.1f} MB; PNG in MB: {written}\n")
    say("\n".join(table(found)))
    picture = OUT / f"bench-{megapixels:g}.svg"
    draw_split(picture, f"{megapixels:g} megapixels, Chromium, {device}, warm", found)
    say(f"\npicture: {picture.relative_to(ROOT)}")


def main() -> None:
    """Print one table a size."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench")
    parser.add_argument("--megapixels", type=float, nargs="+", default=[1, 12])
    parser.add_argument("--only", nargs="+", default=[*PROFILES, *MODELS], help="profiles, models")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--device", default="wasm-mt", help="or wasm-st, webgpu")
    parser.add_argument("--peer", action="store_true", help="beside @imgly/background-removal")
    parser.add_argument("--networks", action="store_true", help="time the networks alone")
    parser.add_argument("--look", nargs="+", default=[], help="with --networks: isnet:1024x768 …")
    options = parser.parse_args()
    if options.peer:
        for megapixels in options.megapixels:
            compare(megapixels, photo(megapixels), options.repeat)
        return
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    with open_tab() as tab:
        if options.networks:
            networks(tab.page, options.look, options.repeat)
            return
        told = tab.probe(device=options.device)
        say(f"Chromium, {told['backend']}, {told['threads']} threads; medians of {options.repeat}")
        say("but run: all except the networks themselves; blocked: longest block of the page's")
        say(f"thread (0: none over 50 ms). Load of the machine before: {busy:.1f}")
        for megapixels in options.megapixels:
            bench(tab, megapixels, options.only, options.repeat, options.device)


if __name__ == "__main__":
    main()
