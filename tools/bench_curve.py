"""How the cost of a cut grows with the photo, its network left out: ``--curve``."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import Error

from tools.paths import say
from tools.photos import photo
from tools.plots import Line, draw_lines
from tools.tab import open_tab
from tools.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tools.tab import Tab, Timed

# The network of this profile sees every photo at one size, so it costs the same each time.
PROFILE = "fast"
MEGAPIXELS = (1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 48.0, 100.0)
HEADS = ("ms", "but run", "of that a megapixel", "blocked")


def but_run(made: Timed) -> float:
    """Milliseconds of the whole call without the networks."""
    return made.ms - sum(ms for step, ms in made.split.items() if step.split(".")[0] == "run")


def power(sizes: Sequence[float], costs: Sequence[float]) -> tuple[float, float]:
    """(exponent, factor) of ``factor · size ** exponent`` through the points.

    By least squares of the logarithms: each size counts the same, near or far. Raises ValueError
    for fewer than two sizes, or one that is not above 0.
    """
    if len(set(sizes)) < 2 or min(*sizes, *costs) <= 0:
        msg = "a power law needs two sizes or more, all above 0"
        raise ValueError(msg)
    exponent, offset = np.polyfit(np.log(sizes), np.log(costs), 1)
    return float(exponent), float(np.exp(offset))


def _cuts(tab: Tab, megapixels: float, repeat: int, device: str) -> list[Timed]:
    """All cuts but the first of a size, which finds its memory; fewer where one fails."""
    path = tab.hold("photo.jpg", photo(megapixels))
    made: list[Timed] = []
    for turn in range(repeat + 1):
        try:
            made.append(tab.time(path, model=PROFILE, device=device))
        except Error as error:
            say(f"FAILED: cut {turn + 1} of {megapixels:g} megapixels: {error.message}")
            break
    return made[1:]


def cost(megapixels: Sequence[float], repeat: int, device: str, out: Path) -> None:
    """Cut a photo of each size; print the table and the exponent, draw into ``out``."""
    rows: dict[str, list[float]] = {}
    sizes: list[float] = []
    costs: list[float] = []
    for size in megapixels:
        # A tab for each: what the sizes before have left in memory is not this one's.
        with open_tab() as tab:
            made = _cuts(tab, size, repeat, device)
        if not made:
            continue
        sizes.append(size)
        costs.append(statistics.median(map(but_run, made)))
        whole = statistics.median(one.ms for one in made)
        blocked = max(one.blocked for one in made)
        rows[f"{size:g}"] = [whole, costs[-1], costs[-1] / size, blocked]
    say(f"\nCost against size: profile {PROFILE}, medians of {repeat}\n")
    say("\n".join(table("megapixels", HEADS, rows)))
    if len(costs) < 2:
        return
    exponent, factor = power(sizes, costs)
    say(f"\nall but the network: {factor:.0f} ms × megapixels ^ {exponent:.2f}")
    fitted = [factor * size**exponent for size in sizes]
    lines = [
        Line("all but the network", sizes, [ms / 1000 for ms in costs], "o-"),
        Line(f"megapixels ^ {exponent:.2f}", sizes, [ms / 1000 for ms in fitted], "--"),
    ]
    title = f"Cost against size, {device}, warm"
    picture = out / "bench-curve.svg"
    draw_lines(picture, title, "megapixels", "seconds", lines, logarithmic=True)
    say(f"picture: {picture.relative_to(out.parent.parent)}")
