"""Many photos, many tabs, many hours: does anything grow? ``make load``.

Offcut's own page in Chromium, with tiny networks, so that what is measured is all else; workers
are renewed and fall asleep as shipped. Ends with 1 where memory, handles or what is stored grew
from the second fifth of a run to its last (tools/load_tab.py says by how much).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.servers import CORS, ISOLATED, Site
from tests.browser.tiny import shrink
from tests.browser.visitor import Visitor
from tools.load_tab import FLAGS, NAMES, Sample, Tab, grown
from tools.paths import DIST, ROOT, say, stop
from tools.photos import photo
from tools.plots import Line, draw_lines
from tools.processes import held, processes
from tools.tab import ARGUMENTS, chromium
from tools.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import BrowserContext

OUT = ROOT / "bench" / "out"
QUERY = "?model=u2netp"
MODEL = "models/u2netp/*"
SIZES = (1.0, 1.5)  # in turn, of what --megapixels says
EVERY = 25
HOUR_CYCLES = 6  # the engine falls asleep when it was left alone for ten minutes
ASLEEP = "10:30"
TRIES, LOOK_MS = 60, 1000
LEAST = 5
MB = 1e6


@contextmanager
def browsing(dist: Path) -> Iterator[tuple[Site, BrowserContext]]:
    """The site with tiny networks, and a visitor's browser who has never been there."""
    with Site(dist, ISOLATED | CORS) as site, sync_playwright() as playwright:
        shrink(site)
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, *FLAGS])
        try:
            yield site, browser.new_context()
        finally:
            browser.close()


def row(tab: Tab, photos: Sequence[Path], count: int, every: int) -> list[Sample]:
    """Cut so many photos in a row in an open tab; looks after each ``every``."""
    samples = []
    for number in range(1, count + 1):
        tab.cut(photos[number % len(photos)])
        if number % every == 0:
            samples.append(tab.sample())
            say(f"  {number} photos: {samples[-1].rss:.0f} MB resident")
    return samples


def naps(tab: Tab, photo: Path, cycles: int) -> list[Sample]:
    """Let the engine fall asleep and wake it by a photo, so many times; looks after each.

    The page's clock is Playwright's from its beginning, and is put forward. Raises RuntimeError
    where the engine does not sleep, or more than one worker lives.
    """
    samples = []
    tab.visitor.wait_engine()
    for cycle in range(cycles):
        _to_sleep(tab)
        if tab.workers():
            msg = f"asleep, and {tab.workers()} workers live, in cycle {cycle}"
            raise RuntimeError(msg)
        tab.cut(photo)
        samples.append(tab.sample())
        if samples[-1].workers != 1:
            msg = f"{samples[-1].workers} workers live in cycle {cycle}"
            raise RuntimeError(msg)
    return samples


def _to_sleep(tab: Tab) -> None:
    # It sleeps when it is next looked at while it has nothing to do: it may be timing itself.
    for _ in range(TRIES):
        tab.page.clock.fast_forward(ASLEEP)
        tab.page.wait_for_timeout(LOOK_MS)
        if tab.page.locator("#engine[data-status=asleep]").count():
            return
    msg = "the engine does not fall asleep"
    raise RuntimeError(msg)


def crowd(context: BrowserContext, site: Site, photo: Path, count: int) -> list[float]:
    """So many tabs at once, a photo in each: how often a part of the model was fetched, how many
    megabytes are stored, how many the whole browser holds, by its fair share of memory."""
    tabs = [Tab(Visitor(context, site)) for _ in range(count)]
    for tab in tabs:
        tab.page.goto(site.url + QUERY, wait_until="commit")
    for tab in tabs:
        tab.visitor.wait_alive()
        tab.pick(photo)
    for tab in tabs:
        tab.wait()
    stored = tabs[0].sample().indexed
    whole = sum(held(pid).pss for pid in processes(context.browser))
    for tab in tabs:
        tab.page.close()
    return [float(len(site.seen(MODEL))), stored, whole / MB]


def shown(title: str, across: str, samples: Sequence[Sample], every: int) -> list[str]:
    """Print a table of some of the samples and draw all of them; what grew, in words."""
    rows = {}
    step = max(1, len(samples) // 10)
    for at in sorted({0, len(samples) - 1, *range(step - 1, len(samples), step)}):
        rows[f"{across} {(at + 1) * every}"] = [float(value) for value in astuple(samples[at])]
    say(f"\n{title}\n")
    say("\n".join(table("", NAMES, rows, digits=1)))
    xs = [(at + 1) * every for at in range(len(samples))]
    lines = [
        Line(f"{name}, MB", xs, [getattr(one, name) for one in samples], "o-")
        for name in ("rss", "pss", "heap", "indexed")
    ]
    picture = OUT / f"load-{across}.svg"
    draw_lines(picture, title, across, "MB", lines)
    said = grown(samples)
    say(f"picture: {picture.relative_to(ROOT)}\n{'; '.join(said) or 'flat'}")
    return [f"{title}: {one}" for one in said]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load ARGS=…", description=__doc__)
    parser.add_argument("--photos", type=int, default=500, help="in a row in one tab; 0: leave out")
    parser.add_argument("--tabs", type=int, default=10, help="at once on one origin; 0: leave out")
    parser.add_argument("--hours", type=float, default=8, help="of sleeping and waking; 0: none")
    parser.add_argument("--megapixels", type=float, default=1.0, help="of every other photo")
    parser.add_argument("--dist", type=Path, default=DIST, help="the built site")
    return parser.parse_args()


def main() -> None:
    """Run the command."""
    asked = _asked()
    began, wrong = time.monotonic(), []
    with tempfile.TemporaryDirectory() as folder:
        photos = [Path(folder) / f"{size:g}.jpg" for size in SIZES]
        for file, size in zip(photos, SIZES, strict=True):
            file.write_bytes(photo(size * asked.megapixels))
        if asked.photos:
            every = min(EVERY, max(1, asked.photos // (2 * LEAST)))
            with browsing(asked.dist) as (site, context):
                tab = Tab(Visitor(context, site))
                tab.visitor.open(QUERY)
                samples = row(tab, photos, asked.photos, every)
            large = " and ".join(f"{size * asked.megapixels:g}" for size in SIZES)
            title = f"{asked.photos} photos of {large} megapixels in a row in one tab"
            wrong += shown(title, "photo", samples, every)
        cycles = round(asked.hours * HOUR_CYCLES)
        if cycles:
            with browsing(asked.dist) as (site, context):
                tab = Tab(Visitor(context, site))
                tab.page.clock.install()
                tab.visitor.open(QUERY)
                samples = naps(tab, photos[0], max(LEAST, cycles))
            title = f"{asked.hours:g} hours of sleeping and waking, put forward"
            wrong += shown(title, "nap", samples, 1)
        if asked.tabs:
            with browsing(asked.dist) as (site, context):
                told = crowd(context, site, photos[0], asked.tabs)
            heads = ("times the model was fetched", "MB in IndexedDB", "MB of the whole browser")
            say(f"\n{asked.tabs} tabs at once\n")
            say("\n".join(table("", heads, {f"{asked.tabs} tabs": told}, digits=1)))
    say(f"\n{(time.monotonic() - began) / 60:.0f} minutes; load {os.getloadavg()[0]:.1f}")
    if wrong:
        stop("Not flat:\n  " + "\n  ".join(wrong))


if __name__ == "__main__":
    main()
