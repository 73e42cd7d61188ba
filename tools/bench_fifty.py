"""Many photos in a row in one tab: does it get slower, does it keep memory? ``--fifty``."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from tools.paths import say
from tools.photos import photo
from tools.plots import Line, draw_lines
from tools.processes import RENDERER, busiest, held, processes
from tools.tab import open_tab
from tools.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROWS = ("fast", "auto")
COUNT = 50
EARLY = 5  # by then everything is loaded and every memory has grown
MB = 1e6
HEADS = ("1st", "5th", "10th", "25th", "last", "last / 5th", "medians of 3")


@dataclass(frozen=True)
class Row:
    """Milliseconds of each cut, and megabytes after it that the page's process had resident."""

    ms: list[float] = field(default_factory=list)
    rss: list[float] = field(default_factory=list)


def around(values: Sequence[float], at: int) -> float:
    """The median of ``values[at]`` and its two neighbours, of as many of them as there are."""
    return statistics.median(values[max(0, at - 1) : at + 2])


def growth(values: Sequence[float]) -> tuple[float, float]:
    """The last by the fifth of ``values``: the two themselves, and the medians around them.

    Raises ValueError where there are no more than five.
    """
    if len(values) <= EARLY:
        msg = f"more than {EARLY} photos are needed"
        raise ValueError(msg)
    early, last = EARLY - 1, len(values) - 1
    return values[last] / values[early], around(values, last) / around(values, early)


def fifty(
    names: Sequence[str], megapixels: float, count: int, device: str, out: Path
) -> dict[str, Row]:
    """Cut ``count`` photos by each of ``names``, each in a fresh tab; print and draw into ``out``.

    Gives what was measured.
    """
    found = {name: _row(name, photo(megapixels), count, device) for name in names}
    say(f"\n{count} photos of {megapixels:g} megapixels in a row, {device}\n")
    rows = {}
    for name, row in found.items():
        for what, values in (("ms", row.ms), ("RSS, MB", row.rss)):
            if len(values) > EARLY:
                rows[f"{name}, {what}"] = [*_picked(values), *growth(values)]
    say("\n".join(table("", HEADS, rows, digits=2)))
    for what, unit, file in (("ms", "seconds", "time"), ("rss", "RSS, MB", "memory")):
        scale = 1000 if what == "ms" else 1
        lines = []
        for name, row in found.items():
            values = [value / scale for value in getattr(row, what)]
            lines.append(Line(name, range(1, len(values) + 1), values, "o-"))
        picture = out / f"bench-fifty-{file}.svg"
        title = f"{count} photos of {megapixels:g} megapixels in a row"
        draw_lines(picture, title, "photo", unit, lines)
        say(f"picture: {picture.relative_to(out.parent.parent)}")
    return found


def _row(name: str, data: bytes, count: int, device: str) -> Row:
    row = Row()
    with open_tab() as tab:
        path = tab.hold("photo.jpg", data)
        page = 0
        for turn in range(count):
            try:
                row.ms.append(tab.time(path, model=name, device=device).ms)
            except Error as error:
                say(f"FAILED: {name}, photo {turn + 1}: {error.message}")
                break
            if not page:
                kinds = processes(tab.page.context.browser)
                page = busiest(pid for pid, kind in kinds.items() if kind == RENDERER)
            row.rss.append(held(page).rss / MB)
    return row


def _picked(values: Sequence[float]) -> list[float]:
    """The 1st, 5th, 10th, 25th and last; NaN where there are not so many."""
    picked = [values[at - 1] if at <= len(values) else float("nan") for at in (1, EARLY, 10, 25)]
    return [*picked, values[-1]]
