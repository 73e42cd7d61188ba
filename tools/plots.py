"""Plots of lines, as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

COLOURS = ("#0b6e4f", "#c8553d", "#2b5c8a", "#8a8f98", "#fdae6b", "#74c476")


@dataclass(frozen=True)
class Line:
    """A line of a plot. ``style``: matplotlib's, as "o-"."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    style: str


def draw_lines(
    path: Path,
    title: str,
    across: str,
    up: str,
    lines: Sequence[Line],
    *,
    logarithmic: bool = False,
) -> None:
    """Draw ``lines`` into ``path`` (an SVG), from 0 up or both axes logarithmic."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axis = figure.subplots()
    for line, colour in zip(lines, COLOURS, strict=False):
        axis.plot(line.x, line.y, line.style, color=colour, label=line.name, markersize=4)
    if logarithmic:
        axis.set_xscale("log")
        axis.set_yscale("log")
        ticks = sorted({x for line in lines for x in line.x})
        axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.minorticks_off()
    else:
        axis.set_ylim(bottom=0)
    axis.grid(color="#e6e6e6", linewidth=0.6)
    axis.set_xlabel(across)
    axis.set_ylabel(up)
    axis.set_title(title, loc="left")
    axis.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def draw_marks(
    path: Path, title: str, across: str, names: Sequence[str], rows: Mapping[str, Sequence[float]]
) -> None:
    """Draw when things happened into ``path`` (an SVG), a line for each of ``rows``.

    ``names``: of what happened; each row has as many values, NaN for what did not.
    """
    figure = Figure(figsize=(9, 1.6 + 0.4 * len(rows)), layout="constrained")
    axis = figure.subplots()
    for at, (name, colour) in enumerate(zip(names, COLOURS, strict=False)):
        values = [row[at] for row in rows.values()]
        axis.scatter(values, range(len(rows)), color=colour, label=name, zorder=3)
    axis.set_yticks(range(len(rows)), list(rows))
    axis.invert_yaxis()
    axis.set_xlim(left=0)
    axis.grid(color="#e6e6e6", linewidth=0.6)
    axis.set_xlabel(across)
    axis.set_title(title, loc="left")
    axis.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.3), frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
