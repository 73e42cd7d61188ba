"""The Markdown tables that the bench prints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def table(
    corner: str, heads: Sequence[str], rows: Mapping[str, Sequence[float]], digits: int = 0
) -> list[str]:
    """The lines of a table of numbers, a line for each of ``rows``; NaN is told as "–".

    Raises ValueError where a row is not as long as ``heads``.
    """
    lines = [f"| {corner} | {' | '.join(heads)} |", "|---" + "|---:" * len(heads) + "|"]
    for name, row in rows.items():
        pairs = zip(heads, row, strict=True)
        cells = ("–" if math.isnan(value) else f"{value:.{digits}f}" for _, value in pairs)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines
