"""Where a stroke's stamps lie, and what a stamp looks like: docs/strokes.md, step by step.

The engine plays strokes back by the same rules (offcut/pixels/strokes.py); a test holds the two
against each other.
"""

from math import asin, ceil, floor, sin, sqrt

LEVELS = 64  # of pressure
SHEET = 4  # pictures of a stamp: its centre on a pixel's corner, an edge, the other, its middle


def spot(x, y, pressure):
    """A stamp's centre in half pixels, and its level of pressure."""
    return floor(2 * x + 0.5), floor(2 * y + 0.5), floor(pressure * LEVELS + 0.5)


def between(one, other, size):
    """The stamps on the way from one point (x, y, pressure) to the next, without both ends."""
    dx, dy, dp = other[0] - one[0], other[1] - one[1], other[2] - one[2]
    thinner = size * min(one[2], other[2])
    steps = max(1, ceil(sqrt(dx * dx + dy * dy) / max(0.5, thinner / 16)))
    found = []
    for k in range(1, steps):
        part = k / steps
        found.append(spot(one[0] + dx * part, one[1] + dy * part, one[2] + dp * part))
    return found


def reach(diameter):
    """How many pixels a stamp's picture has on each side of its middle one."""
    return ceil(max(1, diameter) / 2 + 0.5)


def place(centre, half):
    """Which of the four pictures, and its left and top edge, for a stamp at ``centre``.

    ``half``: its ``reach``.
    """
    x2, y2 = centre[0], centre[1]
    return 2 * (y2 & 1) + (x2 & 1), (x2 >> 1) - half, (y2 >> 1) - half


def rim(diameter, hardness):
    """A stamp's falloff: its inner and outer radius, and its value in the middle, 0..255."""
    radius = max(1, diameter) / 2
    return hardness * max(0, radius - 0.5), radius + 0.5, 255 * min(1, diameter)


def stops():
    """The falloff 1 - u² (3 - 2 u) as straight pieces: (u, value), close to it within 1/500.

    At values that a colour of 8 bits has, and more of them where the curve bends most.
    """
    shares = [n / 255 for n in range(6)]
    shares += [n / 51 for n in range(2, 50)]
    shares += [n / 255 for n in range(250, 256)]
    return [(0.5 - sin(asin(1 - 2 * share) / 3), 1 - share) for share in shares]
