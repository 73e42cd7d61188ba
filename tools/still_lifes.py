"""Three things to take the background off: a pear, a mug of pencils, a fluffy chick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from tools.render import (
    FINER,
    SIZE,
    Studio,
    backdrop,
    capsule,
    develop,
    larger,
    ramp,
    render,
    smooth_min,
    vec,
)

if TYPE_CHECKING:
    from tools.render import Array

STRANDS = 46_000
PENCILS = (
    # where it stands, where it leans to, colour
    ((-0.14, 0.0), (-0.36, 1.60, 0.02), (0.72, 0.10, 0.07)),
    ((0.02, -0.10), (0.06, 1.74, -0.14), (0.92, 0.52, 0.04)),
    ((0.15, 0.08), (0.42, 1.52, 0.10), (0.07, 0.24, 0.50)),
)


def _noise(points: Array, scale: float, seed: int) -> Array:
    """Return soft unevenness, about -1..1: waves in a few directions."""
    rng = np.random.default_rng(seed)
    total = np.zeros(len(points), np.float32)
    for _ in range(5):
        way = rng.normal(0, scale, 3).astype(np.float32)
        total += np.sin(points @ way + np.float32(rng.uniform(0, 6.28)))
    return total / 2.6


def _mixed(one: Array, other: Array, part: Array) -> Array:
    return one + (other - one) * part[:, None]


# -- a pear ----------------------------------------------------------------------------------------


def _pear_body(points: Array) -> Array:
    bottom = np.linalg.norm(points - vec(0, 0.5, 0), axis=1) - 0.52
    top = np.linalg.norm(points - vec(0.05, 1.08, 0.02), axis=1) - 0.27
    body = smooth_min(bottom, top, 0.42)
    dent = np.linalg.norm(points - vec(0.09, 1.46, 0.02), axis=1) - 0.05
    uneven: Array = np.maximum(body, -(dent - 0.05)) + 0.008 * np.sin(points @ vec(4, 3, 2))
    return uneven


def _pear_leaf(points: Array) -> Array:
    place = points - vec(0.36, 1.60, 0.05)
    turn = np.stack([vec(0.90, 0.43, 0), vec(-0.43, 0.90, 0), vec(0, 0, 1)])
    x, y, z = (place @ turn.T).T
    y = y + 0.55 * x * x - 0.35 * np.abs(z) + 0.02
    width = np.maximum(0.13 * (1 - (x / 0.30) ** 2), 0.002)
    flat = np.sqrt((np.maximum(np.abs(x) - 0.28, 0)) ** 2 + np.maximum(np.abs(z) - width, 0) ** 2)
    leaf: Array = (np.sqrt(flat**2 + y**2) - 0.012) * 0.6
    return leaf


def _pear_stem(points: Array) -> Array:
    low = capsule(points, [0.07, 1.30, 0.02], [0.09, 1.48, 0.02], 0.032)
    return smooth_min(low, capsule(points, [0.09, 1.48, 0.02], [0.17, 1.66, 0.03], 0.03), 0.05)


def _pear(points: Array) -> Array:
    parts = (_pear_body(points), _pear_stem(points), _pear_leaf(points))
    nearest: Array = np.minimum.reduce(parts)
    return nearest


def _pear_skin(points: Array, normals: Array) -> tuple[Array, Array]:
    ripe = _noise(points, 1.6, 5)
    green, yellow = vec(0.42, 0.50, 0.07), vec(0.74, 0.60, 0.10)
    colour = _mixed(green, yellow, ramp(-0.6, 1.6, ripe + 0.5 * points[:, 1] - 0.3))
    blush = ramp(0.15, 0.95, normals[:, 0] + 0.25 * _noise(points, 3.5, 9) - 0.1)
    colour = _mixed(colour, vec(0.66, 0.15, 0.05), 0.75 * blush)
    dots = ramp(1.15, 1.5, np.abs(_noise(points, 38, 11)))
    colour = _mixed(colour, vec(0.40, 0.30, 0.10), 0.2 * dots)
    gloss = np.full(len(points), 0.75, np.float32)
    stem, leaf, body = _pear_stem(points), _pear_leaf(points), _pear_body(points)
    is_stem, is_leaf = stem < np.minimum(leaf, body), leaf < np.minimum(stem, body)
    bark = vec(0.16, 0.09, 0.04) * (1 + 0.3 * _noise(points, 30, 2))[:, None]
    colour[is_stem], gloss[is_stem] = bark[is_stem], 0.1
    blade = vec(0.07, 0.22, 0.06) * (1 + 0.18 * _noise(points, 14, 4))[:, None]
    colour[is_leaf], gloss[is_leaf] = blade[is_leaf], 0.5
    return colour.astype(np.float32), gloss


def pear(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a pear, as in the picture on the start page, before a dark wall."""
    studio = Studio(
        wall=(0.05, 0.10, 0.12), ground=(0.035, 0.075, 0.09), looks_at=(0.06, 0.79, 0), zoom=4.1
    )
    return develop(render(studio, _pear, _pear_skin, size), 1)


# -- a mug of pencils ------------------------------------------------------------------------------


def _tube(points: Array, low: float, high: float, radius: float, edge: float) -> Array:
    across = np.hypot(points[:, 0], points[:, 2]) - radius
    along = np.abs(points[:, 1] - (low + high) / 2) - (high - low) / 2
    outside = np.hypot(np.maximum(across + edge, 0), np.maximum(along + edge, 0))
    solid: Array = outside + np.minimum(np.maximum(across, along) + edge, 0) - edge
    return solid


def _mug_clay(points: Array) -> Array:
    cup = np.maximum(_tube(points, 0, 1.0, 0.5, 0.06), -_tube(points, 0.1, 1.4, 0.435, 0.03))
    x, y, z = points[:, 0] - 0.50, points[:, 1] - 0.52, points[:, 2]
    ring = np.hypot(np.hypot(x, y * 0.9) - 0.27, z * 0.8) - 0.062
    handle = np.maximum(ring, 0.46 - np.hypot(points[:, 0], points[:, 2]))
    return smooth_min(cup, handle, 0.05)


def _pencil(points: Array, at: int) -> tuple[Array, Array]:
    """Return the distance of one pencil, and how far up a point lies, 0..1."""
    foot, tip, _ = PENCILS[at]
    start, end = vec(foot[0], 0.14, foot[1]), vec(*tip)
    length = np.linalg.norm(end - start)
    way = (end - start) / length
    along = (points - start) @ way
    away = np.linalg.norm(points - start - along[:, None] * way, axis=1)
    radius = 0.072 * np.clip((length - along) / 0.24, 0.10, 1)
    gap: Array = np.maximum((away - radius) * 0.92, np.maximum(along - length, -along))
    return gap, (along / length).astype(np.float32)


def _mug(points: Array) -> Array:
    gaps = [_pencil(points, at)[0] for at in range(len(PENCILS))]
    nearest: Array = np.minimum(_mug_clay(points), np.minimum.reduce(gaps))
    return nearest


def _mug_skin(points: Array, _normals: Array) -> tuple[Array, Array]:
    gloss = np.full(len(points), 1.0, np.float32)
    cream, teal = vec(0.78, 0.72, 0.60), vec(0.03, 0.20, 0.20)
    wave = points[:, 1] + 0.018 * _noise(points, 5, 6)
    colour = _mixed(cream, teal, ramp(0.60, 0.59, wave))
    colour = _mixed(
        colour, vec(0.86, 0.55, 0.08), ramp(0.64, 0.645, wave) * ramp(0.70, 0.695, wave)
    )
    inside = np.hypot(points[:, 0], points[:, 2]) < 0.445
    colour[inside] = cream
    clay = _mug_clay(points)
    for at, (_, _, paint) in enumerate(PENCILS):
        gap, up = _pencil(points, at)
        here = gap < clay
        wood, lead = vec(0.72, 0.48, 0.26), vec(*paint) * 0.55
        pencil = np.tile(vec(*paint), (len(points), 1))
        scallop = 0.84 + 0.008 * np.sin(40 * points[:, 0])
        pencil[up > scallop] = wood
        pencil[up > 0.955] = lead
        colour[here] = pencil[here]
        gloss[here] = np.where(up > scallop, 0.05, 0.5)[here]
        clay = np.minimum(clay, gap)
    return colour.astype(np.float32), gloss


def mug(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a mug with pencils in it: a handle to look through, and points."""
    studio = Studio(
        wall=(0.34, 0.24, 0.38),
        ground=(0.27, 0.18, 0.30),
        looks_at=(0.12, 0.84, 0),
        eye=(0.0, 1.75, 5.2),
        zoom=3.7,
    )
    return develop(render(studio, _mug, _mug_skin, size), 2)


# -- a chick ---------------------------------------------------------------------------------------


def _chick_shape(points: Array) -> Array:
    """Return what throws the chick's shadow."""
    body = np.linalg.norm((points - vec(0, 0.54, 0)) / vec(1.1, 0.95, 1), axis=1)
    head = np.linalg.norm(points - vec(0, 1.08, 0.16), axis=1) - 0.4
    return smooth_min(body - 0.5, head, 0.15)


def _strand(rng: np.random.Generator, where: str) -> tuple[Array, Array, float]:
    """Return where one strand grows on a ball, the way it points, and its length."""
    while True:
        place = rng.normal(0, 1, 3).astype(np.float32)
        place /= np.linalg.norm(place)
        if place[2] > -0.35:
            break
    lean = vec(0, -0.55 if where == "body" else 0.05, 0)
    way = place + lean + rng.normal(0, 0.30, 3).astype(np.float32)
    length = rng.uniform(0.10, 0.19) if where == "body" else rng.uniform(0.07, 0.14)
    return place, way / np.float32(np.linalg.norm(way)), length


def _fur(draw: ImageDraw.ImageDraw, scale: float, middle: tuple[float, float]) -> None:
    """Draw the down, what is behind first."""
    for x, y, across, up in ((0, 0.54, 0.52, 0.42), (0, 1.08, 0.39, 0.35)):
        left, top = middle[0] + (x - across) * scale, middle[1] - (y + up) * scale
        box = (left, top, left + 2 * across * scale, top + 2 * up * scale)
        draw.ellipse(box, fill=(196, 146, 52))
    rng = np.random.default_rng(8)
    light = vec(-0.55, 0.68, 0.48)
    strands = []
    for _ in range(STRANDS):
        part = "body" if rng.random() < 0.68 else "head"
        place, way, length = _strand(rng, part)
        if part == "body":
            root = vec(0, 0.54, 0) + place * vec(0.54, 0.44, 0.5)
        else:
            root = vec(0, 1.08, 0.16) + place * vec(0.41, 0.37, 0.38)
        behind = root[2] + 0.2 * place[2]
        strands.append((float(behind), part, root, place, way, length, rng.random()))
    strands.sort(key=lambda one: one[0])
    for _, part, root, place, way, length, luck in strands:
        lit = max(0.0, float(place @ light))
        low = 1 - 0.35 * max(0.0, 0.45 - float(root[1]))
        edge = (1 - abs(float(place[2]))) ** 3
        bright = (0.50 + 0.52 * lit + 0.22 * edge) * low * (0.86 + 0.26 * luck)
        if part == "body" and root[1] > 0.70 and place[2] > 0:
            bright *= 0.88  # the head's shadow
        colour = tuple(
            int(min(255, 255 * one * bright)) for one in (1.0, 0.80 + 0.06 * lit, 0.36 + 0.14 * lit)
        )
        bend = vec(rng.normal(0, 0.012), -0.02 * luck, 0)
        line = []
        for at in range(4):
            spot = root + way * np.float32(length * at / 3) + bend * np.float32(at * at / 4)
            line.append((middle[0] + spot[0] * scale, middle[1] - spot[1] * scale))
        thick = 3 if luck < 0.3 else 2
        draw.line(line[:3], fill=colour, width=thick + 1)
        draw.line(line[2:], fill=colour, width=1 if luck > 0.5 else 2)


def _face(draw: ImageDraw.ImageDraw, scale: float, middle: tuple[float, float]) -> None:
    def ball(x: float, y: float, across: float, up: float, colour: tuple[int, int, int]) -> None:
        left, top = middle[0] + (x - across) * scale, middle[1] - (y + up) * scale
        draw.ellipse((left, top, left + 2 * across * scale, top + 2 * up * scale), fill=colour)

    def shape(corners: list[tuple[float, float]], colour: tuple[int, int, int]) -> None:
        spots = [(middle[0] + x * scale, middle[1] - y * scale) for x, y in corners]
        draw.polygon(spots, fill=colour)

    for side in (-1, 1):
        ball(side * 0.155, 1.13, 0.052, 0.058, (24, 17, 15))
        ball(side * 0.155 - 0.016, 1.15, 0.018, 0.02, (250, 248, 244))
        ball(side * 0.155 + 0.018, 1.11, 0.009, 0.01, (120, 110, 105))
    shape([(-0.07, 1.05), (0, 1.085), (0.07, 1.05), (0, 0.965)], (228, 122, 30))
    shape([(-0.055, 1.032), (0, 1.042), (0.055, 1.032), (0, 0.955)], (196, 92, 18))


def _feet(draw: ImageDraw.ImageDraw, scale: float, middle: tuple[float, float]) -> None:
    for side in (-1, 1):
        x = middle[0] + side * 0.2 * scale
        for toe in (-1, 0, 1):
            tip = (x + toe * 0.085 * scale, middle[1] + (0.06 - 0.02 * abs(toe)) * scale)
            draw.line(
                [(x, middle[1] - 0.1 * scale), tip], fill=(218, 118, 34), width=int(0.045 * scale)
            )
            radius = 0.022 * scale
            draw.ellipse(
                (tip[0] - radius, tip[1] - radius, tip[0] + radius, tip[1] + radius),
                fill=(218, 118, 34),
            )


def chick(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a chick whose down has no hard edge anywhere."""
    studio = Studio(
        wall=(0.20, 0.38, 0.44), ground=(0.15, 0.28, 0.33), looks_at=(0, 0.80, 0), zoom=3.6
    )
    width, height = size[0] * FINER, size[1] * FINER
    ground = larger(backdrop(studio, width // 4, height // 4, _chick_shape), width, height)
    layer = Image.new("RGBA", (width, height), (200, 150, 50, 0))
    draw = ImageDraw.Draw(layer)
    # Where the studio's camera has the point (0, 0, 0), and a unit there.
    scale, middle = 0.3416 * height, (width / 2, 0.773 * height)
    _feet(draw, scale, middle)
    _fur(draw, scale, middle)
    _face(draw, scale, middle)
    over = np.asarray(layer, np.float32) / 255
    # As light: what is drawn is meant for a screen.
    light = over[..., :3] ** 2.2 * 0.95
    alpha = over[..., 3:]
    return develop(ground * (1 - alpha) + light * alpha, 3)


SCENES = {"pear": pear, "mug": mug, "chick": chick}
