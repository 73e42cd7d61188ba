"""Strokes: the same stamps as a canvas would draw, and what they do to the matte."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageChops

from offcut.pixels.strokes import Stroke, Trail, brush, coverage, sheet, stamp, stamps, trail

WIDTH, HEIGHT = 90, 70
GREY = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)


def stroke(*points: tuple[float, float, float], **changes: float | bool) -> Stroke:
    given = {"restore": True, "smart": False, "size": 12.0, "hardness": 0.5, "flow": 1.0} | changes
    return Stroke(points=np.array(points, np.float64), **given)  # type: ignore[arg-type]


def covered(
    given: Stroke, width: int = WIDTH, height: int = HEIGHT, tile: int = 1000
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    out = np.zeros((height, width), np.uint8)
    found = trail(given, width, height)
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            part = out[top : top + tile, left : left + tile]
            one = found and coverage(found, left, top, part.shape[1], part.shape[0])
            if one is not None:
                part[...] = one
    return out


def paint(
    alpha: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    known: np.ndarray[tuple[int, ...], np.dtype[np.float32]] | float,
    found: Trail,
) -> None:
    cover = coverage(found, 0, 0, WIDTH, HEIGHT)
    assert cover is not None
    brush(alpha, known, GREY, found, cover)


def value(far: float, diameter: float, hardness: float) -> int:
    """The profile of docs/strokes.md, word for word."""
    radius = max(1.0, diameter) / 2
    inner = hardness * max(0.0, radius - 0.5)
    u = min(1.0, max(0.0, (far - inner) / (radius + 0.5 - inner)))
    return math.floor((1 - u * u * (3 - 2 * u)) * (255 * min(1.0, diameter)) + 0.5)


def on_a_canvas(given: Stroke, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """The steps of docs/strokes.md one by one, on a picture of Pillow's as on a canvas."""
    canvas = Image.new("L", (width, height), 0)
    points = given.points.tolist()
    spots = []
    for (x0, y0, p0), (x1, y1, p1) in pairwise(points):
        way = math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
        spacing = max(0.5, given.size * min(p0, p1) * (1 / 16))
        n = max(1, math.ceil(way / spacing))
        for k in range(n):
            part = k / n
            spots.append((x0 + (x1 - x0) * part, y0 + (y1 - y0) * part, p0 + (p1 - p0) * part))
    spots.append(tuple(points[-1]))
    for x, y, pressure in spots:
        level = math.floor(pressure * 64 + 0.5)
        if not level:
            continue
        diameter = given.size * level / 64
        x2, y2 = math.floor(2 * x + 0.5), math.floor(2 * y + 0.5)
        reach = math.ceil(max(1.0, diameter) / 2 + 0.5)
        left, top = x2 // 2 - reach, y2 // 2 - reach
        sprite = Image.new("L", (2 * reach + 1, 2 * reach + 1))
        for j in range(2 * reach + 1):
            for i in range(2 * reach + 1):
                far = math.sqrt((left + i + 0.5 - x2 / 2) ** 2 + (top + j + 0.5 - y2 / 2) ** 2)
                sprite.putpixel((i, j), value(far, diameter, given.hardness))
        layer = Image.new("L", (width, height), 0)
        layer.paste(sprite, (left, top))
        canvas = ImageChops.lighter(canvas, layer)
    return np.asarray(canvas)


@pytest.mark.parametrize(
    "given",
    [
        stroke((40, 30, 1)),
        stroke((40.26, 30.74, 0.6), hardness=1.0),
        stroke((5, 5, 1), (70.3, 41.2, 1), (30, 60, 1), hardness=1.0),
        stroke((5, 5, 0.1), (70.3, 41.2, 1), (30, 60, 0), hardness=0.0, size=20.0),
        stroke((-8, -3, 1), (95, 80, 1), size=9.5),
        stroke((20, 20, 1), (20, 20, 1), (20.1, 20, 1), size=0.4),
        stroke((20, 20, 1), (60, 22, 1), size=1.7),
    ],
    ids=lambda given: f"{len(given.points)} points, {given.size:g}, {given.hardness:g}",
)
def test_a_canvas_draws_the_very_same(given: Stroke) -> None:
    drawn = covered(given)
    assert drawn.any()
    assert np.array_equal(drawn, on_a_canvas(given))
    assert np.array_equal(drawn, covered(given, tile=32)), "and tiles leave no seam"


def test_a_dot_is_the_profile_of_the_distance() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    far = np.hypot(x - 40.5, y - 30)
    hard = covered(stroke((40.5, 30, 1), hardness=1.0))
    assert (hard[far <= 5.5] == 255).all()
    assert (hard[far >= 6.5] == 0).all()
    assert hard[29, 46] == value(math.hypot(6, 0.5), 12, 1)
    soft = covered(stroke((40.5, 30.5, 1), hardness=0.0))
    assert soft[30, 40] == 255
    order = np.argsort(np.hypot(x - 40.5, y - 30.5).ravel(), kind="stable")
    assert (np.diff(soft.ravel()[order].astype(int)) <= 0).all()
    assert len(np.unique(soft)) > 15, "smooth, not a few steps"


@pytest.mark.parametrize("size", [0.3, 1.0, 12.0, 33.3])
def test_a_sheet_has_what_a_canvas_needs(size: float) -> None:
    pictures = sheet(size, 0.7)
    side = len(pictures)
    assert pictures.shape == (side, 4 * side)
    for kind, (x, y) in enumerate([(30, 30), (30.5, 30), (30, 30.5), (30.5, 30.5)]):
        canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
        left = top = 30 - side // 2
        canvas[top : top + side, left : left + side] = pictures[:, kind * side :][:, :side]
        assert np.array_equal(canvas, covered(stroke((x, y, 1), size=size, hardness=0.7)))
        for row, column in np.ndindex(HEIGHT, WIDTH):  # nothing is cut off
            far = math.sqrt((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2)
            assert canvas[row, column] == value(far, size, 0.7)


def test_pressure_scales_the_diameter() -> None:
    assert np.array_equal(
        covered(stroke((40, 30, 0.5), size=24.0)), covered(stroke((40, 30, 1), size=12.0))
    )
    assert not covered(stroke((40, 30, 0), (60, 30, 0))).any(), "a pen that hovers draws nothing"
    assert stamp(24.0, 0.5, 0, 0).shape == (27, 27)


def test_a_line_has_an_even_rim_at_any_pressure() -> None:
    for pressure in (1.0, 0.25):
        drawn = covered(stroke((-99, 30.5, pressure), (199, 30.5, pressure), size=40.0))
        gap = drawn.max(axis=1).astype(int) - drawn.min(axis=1)
        assert gap.max() <= 6, "the scallops between two stamps"


def test_it_does_not_matter_how_often_the_pointer_told() -> None:
    few = covered(stroke((10, 10, 1), (70, 50, 1), size=32.0))
    many = [(10 + 60 * n / 240, 10 + 40 * n / 240, 1.0) for n in range(241)]
    gap = np.abs(few.astype(int) - covered(stroke(*many, size=32.0)))
    # A centre lies up to ¼ pixel from where it should, and the rim falls by 44 a pixel at most.
    assert gap.max() <= 22
    assert gap.mean() < 2
    again = [*many, *many[::-1]]
    assert np.array_equal(covered(stroke(*many)), covered(stroke(*again))), "no second coat"


def test_double_stamps_are_drawn_once() -> None:
    found = trail(stroke(*[(30.0, 30.0, 1.0)] * 500), WIDTH, HEIGHT)
    assert found is not None
    assert len(found.left) == 1
    assert stamps(stroke(*[(30.0, 30.0, 1.0)] * 500)) == 500
    assert stamps(stroke((0, 0, 1), (30, 40, 1), size=160.0)) == 6


def test_what_lies_outside_is_nothing() -> None:
    assert trail(stroke((-50, 10, 1)), WIDTH, HEIGHT) is None
    assert trail(stroke((40, 90_000, 1)), WIDTH, HEIGHT) is None
    found = trail(stroke((-3, 10, 1)), WIDTH, HEIGHT)
    assert found is not None
    assert found.box[0] == 0
    assert coverage(found, 50, 0, 40, 70) is None
    assert covered(stroke((0.5, 0.5, 1), size=900.0, hardness=1.0), 1, 1).tolist() == [[255]]


def test_a_smaller_picture_shows_about_the_same() -> None:
    given = stroke((40, 40, 1), (300, 200, 0.5), size=60.0)
    large = covered(given, 400, 280)
    found = trail(given, 100, 70, (0.25, 0.25))
    assert found is not None
    small = coverage(found, 0, 0, 100, 70)
    wanted = np.asarray(Image.fromarray(large).resize((100, 70), Image.Resampling.BOX))
    assert np.abs(wanted.astype(int) - small).mean() < 2


@pytest.mark.parametrize("restore", [True, False])
def test_alpha_goes_its_way_to_the_tools_side(restore: bool) -> None:
    before = np.linspace(0, 1, WIDTH * HEIGHT, dtype=np.float32).reshape(HEIGHT, WIDTH)
    given = stroke((45, 35, 1), size=40.0, flow=0.3, restore=restore)
    alpha, found = before.copy(), trail(given, WIDTH, HEIGHT)
    assert found is not None
    paint(alpha, before, found)
    wanted = before + 0.3 * covered(given) / 255.0 * (float(restore) - before)
    assert alpha.dtype == np.float32
    assert np.abs(alpha - wanted).max() < 1e-6
    assert np.array_equal(alpha[covered(given) == 0], before[covered(given) == 0])


@pytest.mark.parametrize("restore", [True, False])
def test_full_flow_ends_exactly_there(restore: bool) -> None:
    alpha = np.random.default_rng(4).random((HEIGHT, WIDTH), np.float32)
    found = trail(stroke((45, 35, 1), size=400.0, hardness=1.0, restore=restore), WIDTH, HEIGHT)
    assert found is not None
    paint(alpha, 0.0, found)
    assert (alpha == float(restore)).all()


def test_a_smart_stroke_goes_by_what_is_known() -> None:
    known = np.linspace(0, 1, WIDTH, dtype=np.float32)[np.newaxis].repeat(HEIGHT, axis=0)
    given = stroke((45, 35, 1), size=400.0, hardness=1.0, smart=True)
    found = trail(given, WIDTH, HEIGHT)
    assert found is not None
    alpha = np.full((HEIGHT, WIDTH), 0.25, np.float32)
    paint(alpha, known, found)
    assert np.abs(alpha - (0.25 + known * 0.75)).max() < 1e-6, "as soft as it is known"
    given = stroke((45, 35, 1), size=400.0, hardness=1.0, smart=True, restore=False)
    found = trail(given, WIDTH, HEIGHT)
    assert found is not None
    alpha = np.full((HEIGHT, WIDTH), 0.25, np.float32)
    paint(alpha, known, found)
    assert np.abs(alpha - 0.25 * known).max() < 1e-6
    alpha = np.full((HEIGHT, WIDTH), 0.25, np.float32)
    paint(alpha, 1.0, found)
    assert (alpha == 0.25).all(), "nothing there is background"
