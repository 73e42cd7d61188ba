"""The pictures that the measuring tools draw, as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

# Figure, not pyplot: no window system is asked for, and no figure outlives its function.
KINDS = {
    "profile": ("Offcut's profiles", "#0b6e4f", "o"),
    "model": ("one network, plain", "#8a8f98", "s"),
    "peer": ("other tools' recipes, same networks", "#c8553d", "^"),
}
STEPS = {
    "decode": "#9ecae1",
    "prepare": "#6baed6",
    "run": "#2b5c8a",
    "matte": "#74c476",
    "encode": "#fdae6b",
    "verify": "#fdd0a2",
    "rest": "#c7c7c7",
}
mpl.rcParams.update(
    {"font.size": 9, "svg.fonttype": "none", "axes.spines.top": False, "axes.spines.right": False}
)


@dataclass(frozen=True)
class Point:
    """What one way to cut out reaches (``iou``, ``mae``: means) and costs (``passes``: mean).

    ``kind``: a key of ``KINDS``.
    """

    name: str
    kind: str
    passes: float
    iou: float
    mae: float


def draw_curve(path: Path, points: list[Point], what: str) -> None:
    """Draw quality against compute into ``path`` (an SVG); ``what``: of which photos."""
    figure = Figure(figsize=(12, 5), layout="constrained")
    axes = figure.subplots(1, 2)
    for axis, name, head in zip(
        axes, ("iou", "mae"), ("IoU at ½ (higher is better)", "MAE (lower is better)"), strict=True
    ):
        _scatter(axis, points, name)
        axis.set_title(head, loc="left")
        axis.set_xlabel("compute, in runs of isnet at 1024 × 1024 (logarithmic)")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(KINDS), frameon=False)
    figure.suptitle(f"Quality against compute: {what}")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _scatter(axis: Axes, points: list[Point], name: str) -> None:
    for kind, (label, colour, marker) in KINDS.items():
        these = sorted((p for p in points if p.kind == kind), key=lambda p: p.passes)
        x, y = [p.passes for p in these], [float(getattr(p, name)) for p in these]
        if kind == "profile":
            axis.plot(x, y, color=colour, linewidth=1, alpha=0.5)
        axis.scatter(x, y, color=colour, marker=marker, label=label, zorder=3)
    axis.set_xscale("log")
    axis.margins(x=0.2, y=0.12)
    ticks = [0.1, 0.2, 0.5, 1, 2]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    axis.grid(color="#e6e6e6", linewidth=0.6)
    _name(axis, points, name)


def _name(axis: Axes, points: list[Point], name: str) -> None:
    """Write each point's name beside it, a line lower where it would lie on another's."""
    taken: list[tuple[float, float]] = []
    low, high = axis.get_ylim()
    line = (high - low) / 30
    for point in sorted(points, key=lambda p: -float(getattr(p, name))):
        y = float(getattr(point, name))
        near = [at for x, at in taken if 1 / 3 < point.passes / x < 3]
        while any(abs(y - at) < line for at in near):
            y -= line / 4
        taken.append((point.passes, y))
        axis.annotate(
            point.name,
            (point.passes, y),
            xytext=(7, -3),
            textcoords="offset points",
            color=KINDS[point.kind][1],
            fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0},
        )


def draw_split(path: Path, title: str, splits: Mapping[str, Mapping[str, float]]) -> None:
    """Draw where the time of cuts goes into ``path`` (an SVG), a bar each.

    ``splits``: bar → step (a key of ``STEPS``) → milliseconds.
    """
    height = 1.6 + 0.32 * len(splits)
    figure = Figure(figsize=(10, height), layout="constrained")
    axis = figure.subplots()
    names = list(splits)
    done = [0.0] * len(names)
    for step, colour in STEPS.items():
        seconds = [splits[name].get(step, 0.0) / 1000 for name in names]
        axis.barh(names, seconds, left=done, color=colour, label=step)
        done = [a + b for a, b in zip(done, seconds, strict=True)]
    axis.invert_yaxis()
    axis.set_xlabel("seconds")
    axis.set_title(title, loc="left")
    axis.legend(ncols=len(STEPS), loc="upper center", bbox_to_anchor=(0.5, -0.12), frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
