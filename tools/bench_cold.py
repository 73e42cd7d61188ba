"""From navigation to the first and the best cut-out, as a visitor has it: ``--cold``.

Each time with an empty profile, then again with what that visit left: HTTP cache, service worker,
IndexedDB. The browser is started anew for both. The page itself notes when things come about.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tools import peers
from tools.host import HELD, bytes_until, serving
from tools.paths import say, stop
from tools.plots import draw_marks
from tools.tab import ARGUMENTS, chromium
from tools.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import BrowserType

    from tools.host import Host, Sent

PAGES = {"offcut": "/", "imgly": "/peers/page.html"}
MARKS = ("painted", "alive", "engine", "given", "first", "best")
NAMES = ("painted", "page alive", "engine ready", "photo given", "first cut-out", "best cut-out")
NEVER_MS = 600_000
QUIET_S = 2.0
PATIENCE_S = 60.0
# imgly's page sets the same attributes; it has one cut-out, which is the first and the best.
MARK = """
globalThis.benchMarks = {};
(() => {
  const mark = (name) => { benchMarks[name] ??= performance.now(); };
  const look = () => {
    const root = document.documentElement;
    if (!root) return;
    if (root.hasAttribute("data-alive")) mark("alive");
    if (document.getElementById("engine")?.dataset.status === "ready") mark("engine");
    if (["improving", "done"].includes(root.dataset.phase)) mark("first");
    if (root.dataset.phase === "done") mark("best");
  };
  const what = { attributes: true, attributeFilter: ["data-alive", "data-status", "data-phase"] };
  new MutationObserver(look).observe(document, { subtree: true, ...what });
  document.addEventListener("change", () => mark("given"), { capture: true });
})();
"""
TELL = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return { origin: performance.timeOrigin, marks: { ...benchMarks, painted: paint?.startTime } };
}"""


@dataclass(frozen=True)
class Visit:
    """Milliseconds after navigation, and bytes that had come by then, in the order of ``MARKS``.

    NaN for what the page does not have.
    """

    ms: tuple[float, ...]
    bytes: tuple[float, ...]


def told(origin: float, marks: dict[str, float | None], sent: list[Sent]) -> Visit:
    """A visit by what its page says.

    ``origin``: its ``performance.timeOrigin``. ``marks``: by name, milliseconds after that.
    ``sent``: by its server.
    """
    ms = [marks.get(name) for name in MARKS]
    came = [
        math.nan if at is None else bytes_until(sent, (origin + at) / 1000, (HELD,)) for at in ms
    ]
    return Visit(tuple(math.nan if at is None else at for at in ms), tuple(came))


def middle(visits: Sequence[Visit]) -> Visit:
    """The medians."""
    ms = zip(*(visit.ms for visit in visits), strict=True)
    came = zip(*(visit.bytes for visit in visits), strict=True)
    return Visit(tuple(map(statistics.median, ms)), tuple(map(statistics.median, came)))


def cold(data: bytes, megapixels: float, repeat: int, names: Sequence[str], out: Path) -> None:
    """Visit each page ``repeat`` times with an empty and with a kept profile, in turn.

    ``data``: the photo. ``names``: keys of ``PAGES``. Prints and draws the medians into ``out``.
    """
    found: dict[str, list[Visit]] = {}
    beside = {"/peers/": (peers.install(), peers.DATA)} if "imgly" in names else {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(data)
        for turn in range(repeat):
            for name in names:
                profile = Path(folder) / f"{name}-{turn}"
                # One server for both: what a browser keeps, it keeps by the port as well.
                with serving(beside) as host:
                    for kind in ("empty profile", "kept profile"):
                        host.sent.clear()
                        made = visit(playwright.chromium, profile, host, PAGES[name], photo)
                        found.setdefault(f"{name}, {kind}", []).append(made)
    medians = {name: middle(visits) for name, visits in found.items()}
    say(f"\nFrom navigation, photo of {megapixels:g} megapixels given when the page is alive;")
    say(f"medians of {repeat}\n")
    say("\n".join(table("ms", NAMES, {name: one.ms for name, one in medians.items()})))
    say("\nwhat the server had sent by then, headers and all\n")
    sent = {name: [one / 1e6 for one in each.bytes] for name, each in medians.items()}
    say("\n".join(table("MB", NAMES, sent, digits=2)))
    picture = out / "bench-cold.svg"
    rows = {name: [ms / 1000 for ms in one.ms] for name, one in medians.items()}
    draw_marks(picture, f"From navigation, {megapixels:g} megapixels", "seconds", NAMES, rows)
    say(f"\npicture: {picture.relative_to(out.parent.parent)}")


def visit(chrome: BrowserType, profile: Path, host: Host, path: str, photo: Path) -> Visit:
    """Start the browser on ``profile``, open the page, give it the photo, wait for the best."""
    context = chrome.launch_persistent_context(profile, executable_path=chromium(), args=ARGUMENTS)
    try:
        page = context.new_page()
        page.set_default_timeout(NEVER_MS)
        page.add_init_script(MARK)
        page.goto(host.url + path, wait_until="commit")
        page.wait_for_selector("html[data-alive]", state="attached")
        page.set_input_files("#file", photo)
        over = page.wait_for_selector(
            "html[data-phase=done], html[data-phase=error]", state="attached"
        )
        if over is None or over.get_attribute("data-phase") == "error":
            stop(f"{path} failed: {page.inner_text('body')}")
        answer = page.evaluate(TELL)
        quiet(host)
    finally:
        context.close()
    return told(answer["origin"], answer["marks"], host.sent)


def quiet(host: Host) -> None:
    """Wait until nothing is sent any more: what is kept for the next visit still comes in."""
    end = time.time() + PATIENCE_S
    while host.sent and time.time() < min(end, host.sent[-1].at + QUIET_S):
        time.sleep(QUIET_S / 10)
