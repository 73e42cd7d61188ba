"""Zoom and pan as numbers; the page's stamps beside the engine's."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.pixels.strokes import Stroke, sheet, trail

from .page_modules import page_modules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


@pytest.fixture
def touch(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    names = ("touch", "touch.viewport", "touch.stepping")
    with page_modules(monkeypatch, names, {}) as real:
        yield {name.split(".")[-1]: module for name, module in real.items()}


POINTS = [(30.25, 40.5, 1.0), (80.0, 61.3, 0.4), (81.0, 61.3, 0.0), (20.7, 90.2, 0.8)]


@pytest.mark.parametrize("size", [0.7, 9.0, 40.0])
def test_the_page_puts_its_stamps_where_the_engine_does(
    touch: dict[str, ModuleType], size: float
) -> None:
    stepping = touch["stepping"]
    spots = {stepping.spot(*POINTS[0])}
    for one, other in pairwise(POINTS):
        spots |= set(stepping.between(one, other, size)) | {stepping.spot(*other)}
    page = set()
    for x2, y2, level in spots:
        if level:
            kind, left, top = stepping.place((x2, y2), stepping.reach(size * level / 64))
            page.add((left, top, 4 * level + kind))
    found = trail(Stroke(False, False, size, 0.5, 1.0, np.array(POINTS)), 200, 200)
    assert found is not None
    engine = zip(found.left.tolist(), found.top.tolist(), found.kind.tolist(), strict=True)
    assert page == set(engine)


@pytest.mark.parametrize("diameter", [0.4, 1.0, 7.3, 80.0])
@pytest.mark.parametrize("hardness", [0.0, 0.6, 1.0])
def test_a_gradients_stops_are_the_engines_falloff(
    touch: dict[str, ModuleType], diameter: float, hardness: float
) -> None:
    """What a canvas fills with them, until the engine's own picture is there."""
    stepping = touch["stepping"]
    inner, outer, middle = stepping.rim(diameter, hardness)
    where, values = zip(*stepping.stops(), strict=True)
    assert list(where) == sorted(where)
    assert (where[0], where[-1]) == (pytest.approx(0, abs=1e-7), pytest.approx(1))
    wanted = sheet(diameter, hardness)
    side = wanted.shape[0]
    assert side == 2 * stepping.reach(diameter) + 1
    for kind in range(4):
        y, x = np.mgrid[:side, :side] + 0.5
        centre = side // 2 + 0.5 * (kind & 1), side // 2 + 0.5 * (kind >> 1)
        far = (np.hypot(x - centre[0], y - centre[1]) - inner) / (outer - inner)
        drawn = np.round(np.interp(far, where, values) * middle)
        assert np.abs(drawn - wanted[:, kind * side : (kind + 1) * side]).max() <= 1


def seen(viewport: object) -> tuple[float, ...]:
    return tuple(round(one, 6) for one in (viewport.left, viewport.top, viewport.scale))  # type: ignore[attr-defined]


def test_fit_zoom_and_pan(touch: dict[str, ModuleType]) -> None:
    view = touch["viewport"].Viewport()
    view.measure((4000, 3000), (1000, 800), 1.0, 0.2)
    assert view.fitted
    assert seen(view) == (100, 100, 0.2)
    assert view.seen() == (0, 0, 4000, 3000)
    view.whole(500, 400)
    assert seen(view) == (-1500, -1100, 1.0)
    assert view.percent() == 100
    assert view.seen() == (1500, 1100, 1000, 800)
    # What lies under the pointer stays there.
    view.zoom(2, 100, 700)
    assert (100 - view.left) / view.scale == pytest.approx(1600)
    assert (700 - view.top) / view.scale == pytest.approx(1800)
    view.zoom(100, 100, 700)
    assert view.percent() == 800
    view.zoom(1e-9, 0, 0)
    assert view.percent() == 10
    assert seen(view) == (300, 250, 0.1)  # in the middle
    view.fit()
    assert seen(view) == (100, 100, 0.2)
    view.pan(50, 50)
    assert seen(view) == (100, 100, 0.2)


def test_a_picture_is_not_lost_from_sight(touch: dict[str, ModuleType]) -> None:
    view = touch["viewport"].Viewport()
    view.measure((4000, 3000), (1000, 800), 1.0, 0.2)
    view.whole(500, 400)
    view.pan(9000, -9000)
    assert (view.left, view.top) == (48, 800 - 48 - 3000)
    assert view.seen() == (0, 2248, 952, 752)
    # The window is made smaller.
    view.measure((4000, 3000), (500, 400), 1.0, 0.1)
    assert (view.left, view.top, view.scale) == (48, -2248, 1.0)
    view.measure((4000, 3000), (5000, 4000), 1.0, 1.0)
    assert (view.left, view.top) == (500, 500)


def test_dense_screens_show_a_pixel_for_a_pixel(touch: dict[str, ModuleType]) -> None:
    view = touch["viewport"].Viewport()
    view.measure((4000, 3000), (1000, 801), 2.0, 0.2)
    view.whole(333.3, 77.7)
    assert (view.scale, view.percent()) == (0.5, 100)
    assert view.left * 2 == int(view.left * 2)
    assert view.top * 2 == int(view.top * 2)
    view.zoom(1000, 0, 0)
    assert view.scale == 4
