"""Print how good the cut-outs are: ``python -m tools.quality`` (or ``make quality``).

Runs the engine natively on the photographs with known mattes in ``../shared/data/matting`` and
prints a table for each set and one for all: our profiles, each model alone, and the recipes of
@imgly/background-removal and rembg on the same networks. Photos tagged ambiguous-saliency, which
have more than one defensible answer, are scored apart. What the networks answered and how each
matte scored is kept in ``.cache/quality``, so a second run computes only what has changed.

Draws quality against compute into ``bench/out/quality.svg`` and writes the figures beside it.
Ends with 1 when the default falls under the target, with 0 when there are no photos to score.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offcut.errors import OffcutError
from tools import rows as rows_of
from tools.answers import ANSWERS, AnsweringEngine
from tools.curve import Point, draw_curve
from tools.measures import Measured, Scores, kept, mean
from tools.paths import DIST, ROOT
from tools.rows import AUTO, DATA, IMGLY, Row, load, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = DIST / "models"
OUT = ROOT / "bench" / "out"
TARGET_IOU = 0.86
ALL = "all"
COLUMNS = (
    ("IoU@0.5", "iou", "{:.4f}"),
    ("MAE", "mae", "{:.4f}"),
    ("weighted F", "weighted_f", "{:.4f}"),
    ("max F", "max_f", "{:.4f}"),
    ("S", "s", "{:.4f}"),
    ("SAD", "sad", "{:.2f}"),
    ("gradient ×10³", "gradient", "{:.3f}"),
    ("band", "band", "{:.4f}"),
)


@dataclass
class Found:
    """What one row made of a group of photos: the measures and the passes of each."""

    photos: list[Measured] = field(default_factory=list)
    passes: list[float] = field(default_factory=list)

    @property
    def scores(self) -> Scores:
        """The means."""
        return mean(self.photos)


Groups = dict[str, dict[str, Found]]
"""Group → row → what was found. A group is a set, ``ALL`` or ``AMBIGUOUS``."""
AMBIGUOUS = "ambiguous"


def table(title: str, scores: dict[str, Found]) -> Iterator[str]:
    """The lines of a Markdown table; the last columns are passes of isnet at 1024."""
    yield f"\n{title}\n"
    heads = [head for head, _, _ in COLUMNS] + ["passes", "at most"]
    yield f"| what runs | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for row, found in scores.items():
        values = asdict(found.scores)
        cells = [form.format(values[key]).replace("nan", "–") for _, key, form in COLUMNS]
        spent = found.passes
        cells += [f"{sum(spent) / len(spent):.2f}", f"{max(spent):.2f}"] if spent else ["–", "–"]
        yield f"| {row} | {' | '.join(cells)} |"


def heading(group: str, scores: Scores) -> str:
    """What stands over a group's table."""
    names = {
        ALL: "All photos with one subject",
        AMBIGUOUS: "Photos with more than one defensible answer, in no other table",
    }
    soft = f"{scores.band_count} of them with soft edges" if scores.band_count else "no soft edges"
    return f"{names.get(group, group)} ({scores.count} photos, {soft})"


async def score(
    engine: AnsweringEngine,
    listed: list[dict[str, Any]],
    which: list[Row],
    *,
    quiet: bool = False,
) -> Groups:
    """Make and measure every row's matte of every photo."""
    groups: Groups = {}
    for n, item in enumerate(listed):
        if not quiet:
            print(f"\r{n + 1}/{len(listed)} {item['id']:<50.50}", end="", file=sys.stderr)
        sample = load(item, DATA)
        into = (AMBIGUOUS,) if sample.ambiguous else (sample.group, ALL)
        for row in which:
            engine.spent = 0.0
            matte = await row.matte(sample)
            measured = kept(matte, sample.truth, engine.answers / "scores")
            for group in into:
                found = groups.setdefault(group, {}).setdefault(row.name, Found())
                found.photos.append(measured)
                found.passes.append(engine.spent)
    if not quiet:
        print(file=sys.stderr)
    last = (ALL, AMBIGUOUS)
    return {
        **{group: groups[group] for group in sorted(set(groups) - set(last))},
        **{group: groups[group] for group in last if group in groups},
    }


def against(found: dict[str, Found], ours: str, theirs: str) -> Iterator[str]:
    """How far ``ours`` is from ``theirs``, in per cent; negative is fewer errors."""
    one, other = found[ours].scores, found[theirs].scores
    for name, head in (("band", "band error"), ("gradient", "gradient error"), ("mae", "MAE")):
        mine, its = getattr(one, name), getattr(other, name)
        yield f"{head} {(mine / its - 1) * 100:+.1f} % ({mine:.4f} against {its:.4f})"


def points(found: dict[str, Found], which: list[Row]) -> list[Point]:
    """The rows as points of the picture."""
    return [
        Point(
            row.name,
            row.kind,
            passes=sum(found[row.name].passes) / len(found[row.name].passes),
            iou=found[row.name].scores.iou,
            mae=found[row.name].scores.mae,
        )
        for row in which
    ]


def report(groups: Groups, which: list[Row]) -> None:
    """Print the tables and the comparison, and write the picture and the figures."""
    for group, found in groups.items():
        first = next(iter(found.values()))
        print("\n".join(table(heading(group, first.scores), found)))
    OUT.mkdir(parents=True, exist_ok=True)
    plain = {
        group: {
            row: {**asdict(found.scores), "passes": sum(found.passes) / len(found.passes)}
            for row, found in by_row.items()
        }
        for group, by_row in groups.items()
    }
    (OUT / "quality.json").write_text(json.dumps(plain, indent=1), "utf-8")
    print("\npasses: compute, in runs of isnet at 1024 × 1024; band: error where the truth is soft")
    everything = groups.get(ALL)
    if not everything:
        return
    if AUTO in everything and IMGLY in everything:
        print(f"{AUTO} against {IMGLY}: " + ", ".join(against(everything, AUTO, IMGLY)))
    count = next(iter(everything.values())).scores.count
    picture = OUT / "quality.svg"
    draw_curve(picture, points(everything, which), f"{count} photos with one subject")
    print(f"picture: {picture.relative_to(ROOT)}")


def main(argv: list[str] | None = None) -> int:
    """Print the tables; see the module's own text for the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.quality", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with registry.json")
    parser.add_argument("--limit", type=int, default=0, help="score only so many photos")
    parser.add_argument("--match", default="", help="score only photos whose id contains this")
    parser.add_argument("--rows", default="", help="score only rows whose name contains this")
    options = parser.parse_args(argv)
    if not (DATA / "manifest.json").exists():
        print("quality: skipped, the photographs to score are not here (../shared/data/matting)")
        return 0
    listed = rows_of.items(options.match, DATA)[: options.limit or None]
    try:
        engine = AnsweringEngine(options.models, ANSWERS)
    except OffcutError as error:
        print(f"quality: {error.message} (make build)")
        return 2
    which = [row for row in rows(engine) if options.rows in row.name]
    if not listed or not which:
        print(f"quality: no photo matches {options.match!r} or no row {options.rows!r}")
        return 2
    began = time.perf_counter()
    groups = asyncio.run(score(engine, listed, which, quiet=not sys.stderr.isatty()))
    report(groups, which)
    print(f"{engine.ran} network runs, {time.perf_counter() - began:.0f} s in all")
    auto = groups.get(ALL, {}).get(AUTO)
    if auto and not options.match and not options.limit and auto.scores.iou < TARGET_IOU:
        print(f"quality: the default has IoU {auto.scores.iou:.4f}, the target is {TARGET_IOU}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
