"""Where the time of a cut goes, warm, by ``offcut.js``: ``--split``."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from offcut.models.plan import PROFILES
from tools.curve import STEPS, draw_split
from tools.paths import say
from tools.photos import photo
from tools.tab import open_tab
from tools.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tools.tab import Tab, Timed

MEGAPIXELS = (1.0, 12.0)
ROWS = (*PROFILES, "u2netp", "isnet", "modnet")
HEADS = ("total", "but run", *STEPS, "blocked")


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


def splits(
    megapixels: Sequence[float], names: Sequence[str], repeat: int, device: str, out: Path
) -> None:
    """Print one table a size, a line for each of ``names``; draw into ``out``."""
    with open_tab() as tab:
        told = tab.probe(device=device)
        say(f"\nChromium, {told['backend']}, {told['threads']} threads; medians of {repeat}")
        say("but run: all except the networks themselves; blocked: longest block of the page's")
        say("thread (0: none over 50 ms)")
        for size in megapixels:
            path = tab.hold("photo.jpg", photo(size))
            cuts = _cuts(tab, path, names, repeat, device)
            _tell(size, cuts, f"Chromium, {device}, warm", out)


def _cuts(
    tab: Tab, path: str, names: Sequence[str], repeat: int, device: str
) -> dict[str, list[Timed]]:
    cuts: dict[str, list[Timed]] = {name: [] for name in names}
    for name in names:
        tab.time(path, model=name, device=device)
    for _ in range(repeat):
        # In turn, so that a busy while of the machine falls on all of them.
        for name in names:
            cuts[name].append(tab.time(path, model=name, device=device))
    return cuts


def _tell(megapixels: float, cuts: dict[str, list[Timed]], what: str, out: Path) -> None:
    found = {name: middle(made) for name, made in cuts.items()}
    written = ", ".join(f"{name} {made[0].bytes / 1e6:.1f}" for name, made in cuts.items())
    say(f"\n{megapixels:g} megapixels; PNG in MB: {written}\n")
    rows = {name: [row[head] for head in HEADS] for name, row in found.items()}
    say("\n".join(table("ms", HEADS, rows)))
    picture = out / f"bench-{megapixels:g}.svg"
    draw_split(picture, f"{megapixels:g} megapixels, {what}", found)
    say(f"\npicture: {picture.relative_to(out.parent.parent)}")
