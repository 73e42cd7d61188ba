"""A small ray marcher: a thing made of distances, on a seamless backdrop, in a studio's light.

numpy alone, the same picture every time. It renders what tools/still_lifes.py describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]
    # (points (N, 3)) -> distance (N,)
    Distance = Callable[[Array], Array]
    # (points, normals) -> colour (N, 3), gloss (N,) in 0..1
    Skin = Callable[[Array, Array], tuple[Array, Array]]

SIZE = (1200, 900)
FINER = 2  # samples a pixel, both ways
STEPS = 90
NEAR = 0.0008


class Studio(NamedTuple):
    """Where the camera stands, what is behind, where the large light is."""

    wall: tuple[float, float, float]  # linear colours
    ground: tuple[float, float, float]
    eye: tuple[float, float, float] = (0.0, 1.15, 5.2)
    looks_at: tuple[float, float, float] = (0.0, 0.72, 0.0)
    zoom: float = 2.3
    key: tuple[float, float, float] = (-0.62, 0.72, 0.46)
    reach: float = 1.5  # no part of the thing is further from `looks_at`


def vec(*values: float) -> Array:
    """Return a vector."""
    return np.array(values, np.float32)


def unit(vector: Array) -> Array:
    """Return vectors of length one."""
    long: Array = vector / np.linalg.norm(vector, axis=-1, keepdims=True)
    return long


def smooth_min(one: Array, other: Array, width: float) -> Array:
    """Return the lesser distance, the edge between both filled by so much."""
    mix = np.clip(0.5 + 0.5 * (other - one) / width, 0, 1)
    return other + (one - other) * mix - width * mix * (1 - mix)


def capsule(points: Array, start: list[float], end: list[float], radius: float) -> Array:
    """Return the distance from a line with round ends."""
    a, b = vec(*start), vec(*end)
    along = np.clip((points - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    away: Array = np.linalg.norm(points - a - along[:, None] * (b - a), axis=1) - radius
    return away


def _rays(studio: Studio, width: int, height: int) -> Array:
    """Return a direction for each pixel, (height, width, 3)."""
    eye, target = vec(*studio.eye), vec(*studio.looks_at)
    ahead = unit(target - eye)
    right = unit(np.cross(ahead, vec(0, 1, 0)))
    up = np.cross(right, ahead)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / (height / 2)
    y = -(np.arange(height, dtype=np.float32) + 0.5 - height / 2) / (height / 2)
    return unit(studio.zoom * ahead + x[None, :, None] * right + y[:, None, None] * up).astype(
        np.float32
    )


def _march(
    thing: Distance, eye: Array, rays: Array, start: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Go along the rays until the thing is met; returns how far, and where it was."""
    far = start.copy()
    hit = np.zeros(len(rays), bool)
    alive = np.arange(len(rays))
    for _ in range(STEPS):
        gap = thing(eye + rays[alive] * far[alive, None])
        far[alive] += gap * 0.9
        met = gap < NEAR
        hit[alive[met]] = True
        alive = alive[~met & (far[alive] < start[alive] + 4)]
        if not len(alive):
            break
    return far, hit


def _normals(thing: Distance, points: Array) -> Array:
    step = np.float32(0.0015)
    total = np.zeros_like(points)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        way = vec(*corner)
        total += way * thing(points + way * step)[:, None]
    return unit(total)


def _shadow(thing: Distance, points: Array, light: Array, softness: float) -> Array:
    """Return how much of a large light is seen from each point, 0..1."""
    seen = np.ones(len(points), np.float32)
    far = np.full(len(points), 0.03, np.float32)
    for _ in range(26):
        gap = thing(points + light * far[:, None])
        seen = np.minimum(seen, softness * gap / far)
        far += np.clip(gap, 0.035, 0.22)
    seen = np.clip(seen, 0, 1)
    return seen * seen * (3 - 2 * seen)


def _crevices(thing: Distance, points: Array, normals: Array) -> Array:
    """Return how open each point lies to the room, 0..1."""
    closed = np.zeros(len(points), np.float32)
    for at, weight in ((0.04, 1.0), (0.1, 0.7), (0.22, 0.45), (0.42, 0.3)):
        closed += weight * np.clip(at - thing(points + normals * at), 0, at) / at
    return np.clip(1 - 0.42 * closed, 0, 1)


def _lit(studio: Studio, thing: Distance, skin: Skin, points: Array, rays: Array) -> Array:
    """Return the colour of the thing at these points."""
    normals = _normals(thing, points)
    colour, gloss = skin(points, normals)
    key = unit(vec(*studio.key))
    fill = unit(vec(0.9, 0.35, 0.6))
    back = unit(vec(0.55, 0.5, -0.8))
    seen = _shadow(thing, points + normals * 0.006, key, 9)
    room = _crevices(thing, points, normals)
    wrap = np.clip((normals @ key + 0.18) / 1.18, 0, 1) * (0.12 + 0.88 * seen)
    sky = (0.5 + 0.5 * normals[:, 1]) * room
    bounce = np.clip(0.5 - 0.5 * normals[:, 1], 0, 1) * room
    light = (
        1.55 * wrap[:, None] * vec(1.0, 0.96, 0.9)
        + 0.42 * (np.clip(normals @ fill, 0, 1) * room)[:, None] * vec(0.85, 0.92, 1.0)
        + 0.5 * sky[:, None] * vec(0.9, 0.95, 1.0)
        + 0.75 * bounce[:, None] * vec(*studio.ground)
    )
    mirror = rays - 2 * np.sum(rays * normals, 1, keepdims=True) * normals
    # The large light is a rectangle: that is what a glaze shows of a studio.
    across = unit(np.cross(key, vec(0, 1, 0)))
    over = np.cross(across, key)
    toward = np.maximum(mirror @ key, 0.05)
    inside = ramp(0.5, 0.34, np.abs(mirror @ across) / toward) * ramp(
        0.62, 0.46, np.abs(mirror @ over) / toward
    )
    inside *= (mirror @ key > 0.05) * (0.25 + 0.75 * seen)
    edge = (1 - np.clip(-np.sum(rays * normals, 1), 0, 1)) ** 4
    rim = np.clip(normals @ back, 0, 1) ** 2 * edge
    shine = gloss * (0.05 + 0.6 * edge) * (3.2 * inside + 0.35 * room * (mirror[:, 1] * 0.5 + 0.5))
    soft = np.clip(normals @ unit(key - rays.mean(0)), 0, 1) ** 18 * seen * 0.10
    shown: Array = colour * light + (shine + soft + 0.55 * rim)[:, None]
    return shown


def ramp(start: float, end: float, value: Array) -> Array:
    part = np.clip((value - start) / (end - start), 0, 1)
    smooth: Array = part * part * (3 - 2 * part)
    return smooth


def backdrop(studio: Studio, width: int, height: int, thing: Distance) -> Array:
    """Return wall and ground without the thing but with its shadow, linear, (height, width, 3)."""
    rays = _rays(studio, width, height)
    wall, ground = vec(*studio.wall), vec(*studio.ground)
    eye = vec(*studio.eye)
    down = np.clip(-rays[..., 1], 1e-4, None)
    far = np.minimum(eye[1] / down, 40)
    spot = eye + rays * far[..., None]
    # A seamless roll: the ground bends up into the wall.
    deep = ramp(0.6, -3.4, spot[..., 2])[..., None]
    colour = ground * (1 - deep) + wall * deep
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    glow = 1.14 * np.exp(-((x + 0.28) ** 2 + (y + 0.3) ** 2) * 0.42) + 0.18
    colour = colour * glow[..., None]
    near = (rays[..., 1] < 0) & (np.abs(spot[..., 0]) < 3.2) & (np.abs(spot[..., 2]) < 3.2)
    points = spot[near]
    points[:, 1] = 0
    light = unit(vec(*studio.key))
    seen = _shadow(thing, points, light, 5)
    above = np.tile(vec(0, 1, 0), (len(points), 1))
    room = _crevices(thing, points, above)
    shade = np.ones((height, width), np.float32)
    shade[near] = (0.38 + 0.62 * seen) * (0.25 + 0.75 * room)
    tint = shade[..., None] ** vec(0.9, 1.0, 1.04)
    return (colour * tint).astype(np.float32)


def larger(picture: Array, width: int, height: int) -> Array:
    planes = [
        Image.fromarray(picture[..., at]).resize((width, height), Image.Resampling.BICUBIC)
        for at in range(3)
    ]
    return np.stack([np.asarray(plane) for plane in planes], -1)


def render(studio: Studio, thing: Distance, skin: Skin, size: tuple[int, int]) -> Array:
    """Return the picture, linear light, (height, width, 3) at `FINER` times `size`."""
    width, height = size[0] * FINER, size[1] * FINER
    # Shadows are soft: a quarter of the samples is enough for them.
    picture = larger(backdrop(studio, width // 4, height // 4, thing), width, height)
    rays = _rays(studio, width, height).reshape(-1, 3)
    eye = vec(*studio.eye)
    toward = vec(*studio.looks_at) - eye
    along = rays @ toward
    miss = np.sqrt(np.maximum(toward @ toward - along**2, 0))
    near = np.flatnonzero(miss < studio.reach)
    start = np.maximum(along[near] - studio.reach, 0.1)
    far, hit = _march(thing, eye, rays[near], start)
    struck, far = near[hit], far[hit]
    points = eye + rays[struck] * far[:, None]
    picture.reshape(-1, 3)[struck] = _lit(studio, thing, skin, points, rays[struck])
    return picture


def develop(picture: Array, seed: int) -> Image.Image:
    """Return the photo: light to a film's curve, a little grain, `FINER` times smaller."""
    # Averaged as light, before the curve: that is what a lens does.
    height, width = picture.shape[0] // FINER, picture.shape[1] // FINER
    light = picture.reshape(height, FINER, width, FINER, 3).mean((1, 3))
    film = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)  # ACES, fitted
    film = np.clip(film, 0, 1)
    srgb = np.where(film <= 0.0031308, film * 12.92, 1.055 * film ** (1 / 2.4) - 0.055)
    grain = np.random.default_rng(seed).normal(0, 0.006, (height, width, 1))
    return Image.fromarray((np.clip(srgb + grain, 0, 1) * 255 + 0.5).astype(np.uint8))
