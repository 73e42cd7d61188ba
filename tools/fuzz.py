"""Damaged photos, settings, messages, lists and models, given to the engine: ``make fuzz``.

Each gives a result or an error with a code and a sentence, within five seconds, and nothing
crashes; what does not is saved below bench/out/fuzz, and the command ends with 1. The same seed
gives the same things. The engine runs under CPython, in a process of its own; ``--browser`` is
files in a tab (tools/fuzz_tab.py).
"""

from __future__ import annotations

import argparse
import pprint
import time
from typing import TYPE_CHECKING

from tools import fuzz_tab
from tools.fuzzing import guard
from tools.fuzzing.child import made
from tools.fuzzing.known import TARGETS
from tools.paths import ROOT, say, stop

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tools.fuzzing.guard import Fault, Tally

OUT = ROOT / "bench" / "out" / "fuzz"
# Of the time: where most code of others is reached, most of it.
SHARES = {"photos": 8, "models": 3, "settings": 2, "arguments": 2}
SHOWN = 5


def keep(fault: Fault, folder: Path = OUT) -> Path:
    """Save what made that happen, and what came of it beside it; gives the file."""
    folder.mkdir(parents=True, exist_ok=True)
    if fault.target == fuzz_tab.NAME:
        given: object = fuzz_tab.file(fault.seed, fault.number)
    else:
        given = made(fault.target, fault.seed, fault.number)
    name = f"{fault.target}-{fault.seed}-{fault.number}"
    file = folder / (f"{name}.bin" if isinstance(given, bytes) else f"{name}.txt")
    if isinstance(given, bytes):
        file.write_bytes(given)
    else:
        file.write_text(pprint.pformat(given), "utf-8", "backslashreplace")
    (folder / f"{name}.said").write_text(fault.said, "utf-8", "backslashreplace")
    return file


def told(tallies: Iterable[Tally]) -> list[str]:
    """The lines of the table."""
    lines = ["| target | given in | results | refused, by code | faults | slowest |"]
    lines.append("|---|---:|---:|---|---:|---:|")
    for one in tallies:
        bad = {fault.outcome for fault in one.faults}
        good = [(name, n) for name, n in one.outcomes.most_common() if name not in bad]
        results = sum(n for name, n in good if name == "result")
        refused = ", ".join(f"{name} {n:,}" for name, n in good if name != "result")
        ms = f"{one.slowest[0]:.0f} ms"
        lines.append(
            f"| {one.target} | {one.count:,} | {results:,} | {refused or '–'} |"
            f" {len(one.faults)} | {ms} |"
        )
    return lines


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long, in all")
    parser.add_argument("--seed", type=int, default=1, help="what the random numbers begin with")
    parser.add_argument("--only", default="", help=f"some of {', '.join(TARGETS)}, with commas")
    parser.add_argument("--one", type=int, help="only the thing of that number, to see it again")
    parser.add_argument("--browser", type=int, default=0, help="so many files in a tab as well")
    return parser.parse_args()


def main() -> None:
    """Run the command."""
    asked = _asked()
    names = [name for name in asked.only.split(",") if name] or list(TARGETS)
    if unknown := [name for name in names if name not in TARGETS]:
        stop(f"There is no {unknown[0]}, only {', '.join(TARGETS)}.")
    all_of_it = sum(SHARES.get(name, 1) for name in names)
    tallies = []
    for name in names:
        seconds = asked.minutes * 60 * SHARES.get(name, 1) / all_of_it
        if asked.one is None:
            tallies.append(guard.run(name, asked.seed, seconds=seconds))
        else:
            tallies.append(guard.run(name, asked.seed, first=asked.one, count=1))
        say(f"  {name}: {tallies[-1].count:,}, {len(tallies[-1].faults)} faults")
    if asked.browser:
        tallies.append(fuzz_tab.files(asked.seed, asked.browser))
    say(f"\nSeed {asked.seed}, {time.strftime('%Y-%m-%d')}\n")
    say("\n".join(told(tallies)))
    faults = [fault for one in tallies for fault in one.faults]
    for fault in faults[:SHOWN]:
        say(f"\n{fault.target} {fault.number}, {fault.outcome}: {fault.said}")
    if faults:
        kept = [keep(fault) for fault in faults]
        stop(f"{len(kept)} faults, saved in {OUT.relative_to(ROOT)}/.")
    say("\nNo hang, no crash, and a code for every error.")


if __name__ == "__main__":
    main()
