"""What the page's process needs for one photo, in a fresh browser each: ``--memory``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from tools.paths import say, stop
from tools.photos import photo
from tools.processes import RENDERER, busiest, held, most_resident, processes, watching
from tools.tab import open_tab
from tools.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

MEGAPIXELS = (12.0, 48.0)
ROWS = ("auto", "isnet")
MB = 1e6
SETTLED_S = 2.0
# Without it, Chromium answers at the next great collection: up to a minute later.
AT_ONCE = "--enable-blink-features=ForceEagerMeasureMemory"
ASK = """async () => {
  const told = await performance.measureUserAgentSpecificMemory();
  return told.breakdown.filter((one) => one.types.includes("JavaScript"))
    .reduce((sum, one) => sum + one.bytes, 0);
}"""
HEADS = ("peak RSS", "peak PSS", "peak private", "whole browser's PSS", "after", "of that heaps")


def memory(data: bytes, model: str, device: str) -> list[float]:
    """Cut the photo once in a browser of its own; megabytes in the order of ``HEADS``."""
    with open_tab(AT_ONCE) as tab:
        path = tab.hold("photo.jpg", data)
        kinds = processes(tab.page.context.browser)
        with watching(kinds) as peaks:
            tab.time(path, model=model, device=device)
        page = busiest(pid for pid, kind in kinds.items() if kind == RENDERER)
        most = peaks.each[page]
        peak = most_resident(page)
        time.sleep(SETTLED_S)
        after = held(page)
        heaps = float(tab.page.evaluate(ASK))
    return [one / MB for one in (peak, most.pss, most.private, peaks.all_pss, after.private, heaps)]


def memories(megapixels: Sequence[float], names: Sequence[str], device: str) -> None:
    """Print a table of ``names`` at ``megapixels``."""
    if not Path("/proc/self/smaps_rollup").exists():
        stop("Memory is read out of /proc, which is Linux's: this system has none.")
    rows = {}
    for size in megapixels:
        data = photo(size)
        for name in names:
            rows[f"{name}, {size:g} megapixels"] = memory(data, name, device)
    say("\nMemory of the page's process (page and worker), one photo in a fresh browser\n")
    say("\n".join(table("MB", HEADS, rows)))
    say("\nafter: its own memory 2 s after the cut; heaps: of that, what the browser counts as")
    say("JavaScript's: its objects, Python's memory and the networks' bytes on their way in")
