"""Several networks' masks made into one that is better than each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.models.crop import Box
from offcut.pixels.islands import tidy
from offcut.pixels.resample import resize_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from offcut.models.plan import Look

TRUST_FROM, TRUST_FULL = 0.7, 0.9
"""How well the portrait network must agree with the others, measured by how well these agree with
each other, to count at all and to count fully. Measured: 0.6 and 0.8 IoU 0.904, 0.65 and 0.85
0.909, 0.7 and 0.9 0.907, 0.75 and 0.95 0.903, 0.8 and 1 0.901."""

DOUBT = 0.6
"""Under this agreement of the small with the detailed network's look at the crop, the crop may be
the wrong one. It was so on 3 of 48 photos with one subject and on 6 of 8 with several."""

SIDE = 1024
"""The longer side of a fused mask, at most."""


@dataclass(frozen=True)
class Seen:
    """What one look gave. ``mask``: float32 (h, w), 0..1, of the part ``box`` of the photo."""

    look: Look
    mask: NDArray[np.float32]
    box: Box


@dataclass(frozen=True)
class Mask:
    """What the networks make of a photo.

    ``values``: float32 (h, w), 0..1, of the part ``box`` of the photo; the rest is background.
    ``pixels``: of the finest network's input that covered ``box``.
    """

    values: NDArray[np.float32]
    box: Box
    pixels: int


def fuse(small: NDArray[np.float32], large: NDArray[np.float32]) -> NDArray[np.float32]:
    """The large network where it is sure, else the small: w large + (1-w) small, w = |2 large - 1|.

    Both float32 (h, w), 0..1, of one size; so is the result.
    """
    weight = np.abs(2.0 * large - 1.0, dtype=np.float32)
    return np.asarray(small + weight * (large - small), dtype=np.float32)


def agreement(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Soft intersection over union: the sum of the lesser over the sum of the greater; 0..1."""
    either = float(np.maximum(one, other).sum(dtype=np.float32))
    return float(np.minimum(one, other).sum(dtype=np.float32)) / max(either, 1e-6)


def _thin(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every third value each way: enough to compare masks by."""
    return mask[1::3, 1::3] if min(mask.shape) > 2 else mask


def trust(
    small: NDArray[np.float32], large: NDArray[np.float32], third: NDArray[np.float32]
) -> float:
    """How far the portrait network is to be believed: 0..1.

    It draws the best matte of all where it sees a subject, people or not, and sees nothing where
    it does not. So nobody asks whether the photo is a portrait: it counts where it agrees with the
    fusion of the two others as well as these agree with each other; when they are at odds, it may
    be the one that is right.
    """
    small, large, third = _thin(small), _thin(large), _thin(third)
    both = max(agreement(small, large), 0.05)
    share = agreement(fuse(small, large), third) / both
    return min(1.0, max(0.0, (share - TRUST_FROM) / (TRUST_FULL - TRUST_FROM)))


def is_doubtful(seen: Sequence[Seen], frame: tuple[int, int]) -> bool:
    """Whether the small network and the detailed one's look at the crop are at odds.

    ``frame``: (width, height) of the photo. False while one of the two has not looked.
    """
    crop = [one for one in seen if one.look.role == "detail" and one.look.crop]
    first = first_look(seen)
    if not crop or first is None:
        return False
    whole = Box(0, 0, *frame)
    size = _grid(whole, SIDE // 3)
    return agreement(place(first, whole, size), place(crop[0], whole, size)) < DOUBT


def combine(seen: Sequence[Seen], frame: tuple[int, int]) -> Mask:
    """The mask that all looks so far give.

    The looks of one network are averaged, the detailed network is fused with the small one, the
    portrait network added as far as it is trusted, and crumbs are taken out. A single look stays as
    it is. ``frame``: (width, height) of the photo. Raises JOB_UNKNOWN when ``seen`` is empty.
    """
    if not seen:
        raise fail("JOB_UNKNOWN", reason="no model has answered yet")
    if len(seen) == 1:
        return Mask(seen[0].mask, seen[0].box, seen[0].mask.size)
    box = next((one.box for one in seen if one.look.crop), Box(0, 0, *frame))
    if is_doubtful(seen, frame):
        whole = [one for one in seen if one.look.role == "detail" and not one.look.crop]
        if whole:
            box = Box(0, 0, *frame)
            seen = [one for one in seen if one.look.role != "detail"] + whole
    size = _grid(box)
    by_role: dict[str, list[NDArray[np.float32]]] = {}
    for one in seen:
        by_role.setdefault(one.look.role, []).append(place(one, box, size))
    means = {
        role: sum(masks[1:], masks[0]) / np.float32(len(masks)) for role, masks in by_role.items()
    }
    found = _together(means)
    pixels = max(_pixels_over(one, box) for one in seen)
    return Mask(tidy(found), box, pixels)


def _together(means: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    order = [means[role] for role in ("fast", "detail") if role in means]
    third = means.get("portrait")
    if not order:
        return next(iter(means.values()))
    small, large = order[0], order[-1]
    two = fuse(small, large) if len(order) == 2 else large
    if third is None:
        return two
    return two + np.float32(trust(small, large, third)) * (third - two)


def place(seen: Seen, box: Box, size: tuple[int, int]) -> NDArray[np.float32]:
    """What ``seen`` says of ``box``: float32 (height, width) of ``size``, 0 where it did not look.

    Either of the two boxes holds the other.
    """
    ours = seen.box
    across, down = size[0] / box.width, size[1] / box.height
    if ours.width >= box.width and ours.height >= box.height:
        x, y = seen.mask.shape[1] / ours.width, seen.mask.shape[0] / ours.height
        part = (
            (box.left - ours.left) * x,
            (box.top - ours.top) * y,
            (box.right - ours.left) * x,
            (box.bottom - ours.top) * y,
        )
        return resize_mask(seen.mask, *size, part)
    left = min(size[0] - 1, round((ours.left - box.left) * across))
    top = min(size[1] - 1, round((ours.top - box.top) * down))
    right = max(left + 1, round((ours.right - box.left) * across))
    bottom = max(top + 1, round((ours.bottom - box.top) * down))
    out = np.zeros((size[1], size[0]), np.float32)
    out[top:bottom, left:right] = resize_mask(seen.mask, right - left, bottom - top)
    return out


def first_look(seen: Sequence[Seen]) -> Seen | None:
    """The small network's look at the whole photo, or None."""
    return next((one for one in seen if one.look.role == "fast" and not one.look.crop), None)


def _grid(box: Box, side: int = SIDE) -> tuple[int, int]:
    scale = min(1.0, side / max(box.width, box.height))
    return max(1, round(box.width * scale)), max(1, round(box.height * scale))


def _pixels_over(seen: Seen, box: Box) -> int:
    """How many pixels of a network's input lie over ``box``."""
    area = seen.box.width * seen.box.height
    return max(1, round(seen.mask.size * min(1.0, box.width * box.height / area)))
