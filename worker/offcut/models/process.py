"""What goes into a network and what comes out, as its registry entry says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.pixels.resample import resize_rgb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.registry import InputSpec, ModelSpec
    from offcut.pixels.colour import Convert
    from offcut.pixels.resample import Part


SLIM = 4
"""What is longer than this many times its width is squeezed: a strip has no more to show."""

LOGIT = 0.05
"""How far beyond 0..1 arithmetic in half precision may go."""


def input_size(width: int, height: int, spec: InputSpec, pixels: int = 0) -> tuple[int, int]:
    """(width, height) at which the network sees a picture of ``width`` × ``height`` pixels.

    ``pixels``: about how many, where the network takes any size: the shape is kept, both sides
    are rounded to ``multiple``. 0, or a network of one size: the size of its entry. Where the entry
    has none, it follows the picture: the shorter side becomes ``side``, unless the longer one would
    pass twice that (a panorama).
    """
    if pixels and spec.multiple:
        slim = min(SLIM, max(1 / SLIM, width / height))
        across, down = (pixels * slim) ** 0.5, (pixels / slim) ** 0.5
        return _whole(across, spec.multiple), _whole(down, spec.multiple)
    if spec.fixed:
        return spec.width, spec.height
    scale = min(spec.side / min(width, height), 2 * spec.side / max(width, height))
    return _whole(width * scale, spec.multiple), _whole(height * scale, spec.multiple)


def _whole(pixels: float, multiple: int) -> int:
    return max(multiple, round(pixels / multiple) * multiple)


def prepare(
    rgb: NDArray[np.uint8],
    spec: ModelSpec,
    size: tuple[int, int] | None = None,
    part: Part | None = None,
    colours: Convert | None = None,
) -> NDArray[np.float32]:
    """A photo, or a part of it, as the network wants it.

    ``rgb``: uint8 (H, W, 3). ``size``: (w, h) of the network's input; ``input_size`` when None.
    ``part``: what of the photo it sees. ``colours``: makes sRGB of the photo's. Gives
    float32 (1, 3, h, w), contiguous, resized and normalised.
    """
    taken = spec.input
    width, height = size or input_size(rgb.shape[1], rgb.shape[0], taken)
    x = resize_rgb(rgb, width, height, part)
    if colours is not None:
        x = colours(x)
    # A black photo has a maximum of 0: U-2-Net's own code guards the division the same way.
    top = max(float(x.max()), 1e-6) if taken.normalise == "max" else 255.0
    mean = np.asarray(taken.mean, dtype=np.float32)
    std = np.asarray(taken.std, dtype=np.float32)
    x *= 1.0 / (top * std)
    x -= mean / std
    return np.ascontiguousarray(x.transpose(2, 0, 1))[np.newaxis]


def finish(out: NDArray[np.float32], spec: ModelSpec) -> NDArray[np.float32]:
    """The network's answer as a mask: float32 (h, w), 0 = background, 1 = subject.

    ``out``: float32 (1, 1, h, w). Raises RUN_FAILED for another shape or for values that are
    not finite.

    Logits go through the sigmoid that they lack (``spec.output.activation``). Then the values are
    clipped to 0..1 and never stretched, also where ``spec.output.range`` is "minmax", which tells
    that the model's own authors stretch every image. Measured for u2netp on 48 photos: stretched
    or clipped, IoU 0.858 and MAE 0.0414 alike, and fused with isnet 0.898 and 0.0334 alike, for
    its maximum is 1.000 wherever it finds a subject. Where it finds none (a car in its own smoke:
    maximum 0.20) stretching makes a subject out of noise.
    """
    if out.ndim != 4 or out.shape[:2] != (1, 1):
        raise fail("RUN_FAILED", model=spec.id, shape=out.shape)
    mask = np.asarray(out[0, 0], dtype=np.float32)
    if not np.isfinite(mask).all():
        raise fail("RUN_FAILED", model=spec.id, why="not finite")
    activation = spec.output.activation
    if activation == "sigmoid" or (activation == "auto" and are_logits(mask)):
        # Beyond ±30 it is 0 or 1 to float32, and exp would overflow.
        mask = np.float32(1) / (np.float32(1) + np.exp(-np.clip(mask, -30, 30), dtype=np.float32))
    return np.clip(mask, 0.0, 1.0)


def are_logits(mask: NDArray[np.float32]) -> bool:
    """Whether a network that gave this still lacks its sigmoid: that never leaves 0..1, and logits
    of any picture do."""
    return bool(mask.min() < -LOGIT or mask.max() > 1 + LOGIT)
