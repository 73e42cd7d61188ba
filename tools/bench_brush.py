"""How smoothly the brush follows, from a trace of the page: ``--brush``.

A mouse that reports 125 times a second paints circles over a photo for some seconds. The page is
asked for a frame whenever it has drawn one, and each is an entry in Chromium's trace: when the page
rendered it, and when it was on the screen. A frame is missed where two are 33 ms apart.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tools.host import serving
from tools.paths import say
from tools.tab import ARGUMENTS, chromium
from tools.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import CDPSession, Page

SECONDS = 8.0
EVERY_S = 0.008
SLOW_MS = 20.0
HEADS = ("frames", "slow", "slow %", "median", "p99", "longest", "shown p99", "missed", "work p99")
KINDS = "devtools.timeline"
SETTLE_S = 3.0
START_MS = 600_000
RENDERED, SHOWN = ("AnimationFrame::Render", "b"), ("AnimationFrame::Presentation", "n")
MISSED_MS = 33.0
# The part of the photo that is on the stage: left, top, right, bottom in the window.
SEEN = """() => {
  const [a, b] = ["#frame", "#stage"].map(
    (name) => document.querySelector(name).getBoundingClientRect());
  return [Math.max(a.left, b.left), Math.max(a.top, b.top),
          Math.min(a.right, b.right), Math.min(a.bottom, b.bottom)];
}"""


def gaps(events: Sequence[dict[str, Any]], kind: tuple[str, str]) -> list[float]:
    """Milliseconds from each event of that name and phase to the next."""
    stamps = sorted(e["ts"] for e in events if (e.get("name"), e.get("ph")) == kind)
    return [(after - before) / 1000 for before, after in pairwise(stamps)]


def work(events: Sequence[dict[str, Any]]) -> list[float]:
    """Milliseconds that each of the page's own callbacks took."""
    return [e.get("dur", 0) / 1000 for e in events if e.get("name") == "FireAnimationFrame"]


def row(events: Sequence[dict[str, Any]]) -> list[float]:
    """The figures of ``HEADS``."""
    apart, shown, took = gaps(events, RENDERED), gaps(events, SHOWN), work(events)
    slow = sum(1 for one in apart if one > SLOW_MS)
    return [
        len(apart),
        slow,
        100 * slow / len(apart),
        statistics.median(apart),
        _high(apart),
        max(apart),
        _high(shown),
        sum(1 for one in shown if one > MISSED_MS),
        _high(took),
    ]


def _high(values: Sequence[float]) -> float:
    """What 99 of 100 do not exceed."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


def brush(data: bytes, megapixels: float, out: Path) -> None:
    """Paint on a photo at two nearnesses, print the figures, leave the traces in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    rows = {}
    with serving() as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{host.url}/?model=fast")
        page.wait_for_selector("html[data-alive]")
        page.locator("#file").set_input_files(
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": data}
        )
        page.wait_for_selector("#touch:not([hidden])", timeout=START_MS)
        page.locator("#touch").click()
        page.wait_for_selector(".easel-sheet", timeout=START_MS)
        page.evaluate("() => (function next() { requestAnimationFrame(next); })()")
        time.sleep(SETTLE_S)
        rows["all of it"] = row(_painted(page, out / "brush-all.json"))
        page.locator("#stage").focus()
        page.keyboard.press("1")
        time.sleep(SETTLE_S)
        rows["at 100 %"] = row(_painted(page, out / "brush-near.json"))
        browser.close()
    say(f"\nChromium, {megapixels:g} megapixels, {SECONDS:g} s each; slow: over {SLOW_MS:g} ms\n")
    say("\n".join(table("ms", HEADS, rows, 1)))


def _painted(page: Page, target: Path) -> list[dict[str, Any]]:
    """Paint, and return the trace's events."""
    cdp = page.context.new_cdp_session(page)
    left, top, right, bottom = page.evaluate(SEEN)
    middle = (left + right) / 2, (top + bottom) / 2
    radius = 0.35 * min(right - left, bottom - top)
    events: list[dict[str, Any]] = []
    cdp.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    ended: list[bool] = []
    cdp.on("Tracing.tracingComplete", lambda _: ended.append(True))
    _mouse(cdp, "mousePressed", middle[0] + radius, middle[1])
    time.sleep(0.5)
    cdp.send("Tracing.start", {"categories": KINDS, "transferMode": "ReportEvents"})
    began = time.monotonic()
    step = 0
    while (passed := time.monotonic() - began) < SECONDS:
        turn = 2 * math.pi * passed / 1.5
        wide = radius * (0.4 + 0.6 * abs(math.cos(turn / 7)))
        _mouse(
            cdp, "mouseMoved", middle[0] + wide * math.cos(turn), middle[1] + wide * math.sin(turn)
        )
        step += 1
        time.sleep(max(0.0, began + step * EVERY_S - time.monotonic()))
    cdp.send("Tracing.end")
    _mouse(cdp, "mouseReleased", *middle)
    while not ended:
        page.wait_for_timeout(50)
    target.write_text(json.dumps({"traceEvents": events}), "utf-8")
    return events


def _mouse(cdp: CDPSession, kind: str, x: float, y: float) -> None:
    cdp.send(
        "Input.dispatchMouseEvent",
        {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1},
    )
