"""Ground, shadow, outline and subject laid on one another, some rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from offcut.pixels.compose import WIDE
from offcut.pixels.sheet import Sheet, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from offcut.pixels.frame import Cut
    from offcut.pixels.ground import Paint

    Colour = tuple[int, int, int]
    Share = NDArray[np.float32]

_BAND = 256


def merged(
    cut: Cut,
    sheets: Sequence[tuple[Colour, Sheet]],
    paint: Paint | None,
    size: tuple[int, int],
    depth: int = 8,
) -> NDArray[Any]:
    """A picture of ``size``, (width, height), from below: ground, sheets in order, subject.

    ``sheets``: a colour, (R, G, B) of 0..255, and its alpha. ``paint``: the ground, None for none.
    ``depth``: 8 or 16. Gives uint8 or ``compose.WIDE``: (H, W, 3) on a ground, else (H, W, 4) with
    straight alpha, by the "over" of Porter and Duff ("Compositing Digital Images", 1984). The
    numbers are mixed as they stand. Where nothing is, the colours of ``cut`` are kept under
    alpha 0, and beyond it they are 0.
    """
    width, height = size
    out = np.empty((height, width, 4 if paint is None else 3), np.uint8 if depth == 8 else WIDE)
    step = np.float32(1 if depth == 8 else 257)
    for top in range(0, height, _BAND):
        bottom = min(height, top + _BAND)
        alpha = None if paint else np.zeros((bottom - top, width), np.float32)
        colours = paint(top, bottom) if paint else np.zeros((3, bottom - top, width), np.float32)
        for colour, sheet in sheets:
            found = read(sheet, top, bottom, width)
            if found is not None:
                rows, columns, share = found
                _over(colours, alpha, colour=colour, rows=rows, columns=columns, share=share)
        _subject(colours, alpha, cut, top, bottom)
        if alpha is not None:
            _straighten(colours, alpha, cut, top, bottom)
        for channel in range(3):  # a plane at a time, as in ``compose``
            _write(out[top:bottom, :, channel], colours[channel], step)
        if alpha is not None:
            _write(out[top:bottom, :, 3], alpha, step * np.float32(255))
    return out


def _over(
    colours: NDArray[np.float32],
    alpha: Share | None,
    *,
    colour: Sequence[int] | NDArray[np.uint8],
    rows: slice,
    columns: slice,
    share: Share,
) -> None:
    """Lay a colour, or colours (3, n, m), on what is there, in place; ``colours`` are times
    ``alpha``, which is 1 where it is None."""
    keep = 1 - share
    for channel, one in enumerate(colour):
        part = colours[channel, rows, columns]
        part *= keep
        part += share * np.asarray(one, np.float32)
    if alpha is not None:
        part = alpha[rows, columns]
        part *= keep
        part += share


def _within(cut: Cut, top: int, bottom: int) -> tuple[slice, slice, slice] | None:
    """Rows of the band, its columns, and rows of ``cut``, where it lies in the band."""
    height, width = cut.share.shape
    first, last = max(top, cut.top), min(bottom, cut.top + height)
    if first >= last or not width:
        return None
    rows = slice(first - top, last - top)
    return rows, slice(cut.left, cut.left + width), slice(first - cut.top, last - cut.top)


def _subject(
    colours: NDArray[np.float32], alpha: Share | None, cut: Cut, top: int, bottom: int
) -> None:
    found = _within(cut, top, bottom)
    if found is not None:
        rows, columns, own = found
        rgb, share = np.moveaxis(cut.rgb[own], 2, 0), cut.share[own]
        _over(colours, alpha, colour=rgb, rows=rows, columns=columns, share=share)


def _straighten(
    colours: NDArray[np.float32], alpha: Share, cut: Cut, top: int, bottom: int
) -> None:
    """Divide by alpha; under alpha 0 come the photo's own colours."""
    nothing = alpha <= 0
    colours /= np.where(nothing, np.float32(1), alpha)
    found = _within(cut, top, bottom)
    if found is not None:
        rows, columns, own = found
        empty = nothing[rows, columns]
        for channel in range(3):
            np.copyto(colours[channel, rows, columns], cut.rgb[own][..., channel], where=empty)


def _write(out: NDArray[Any], values: NDArray[np.float32], step: np.float32) -> None:
    """``values`` times ``step``, to the nearest of what ``out`` can hold."""
    values *= step
    values += np.float32(0.5)
    np.clip(values, 0, 255 if out.dtype.itemsize == 1 else 65535, out=values)
    out[...] = values
