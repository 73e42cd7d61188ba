"""How closely a converted model agrees with the one it was made from, on real photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from offcut.models.process import finish, prepare
from offcut.pixels.decode import decode_pillow
from tools.paths import PHOTOS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec


FOUND = 0.001
"""A mask that covers less of the picture found nothing; the IoU of two such masks means nothing."""


@dataclass(frozen=True)
class Agreement:
    """Over all photos: mean |difference| (0..1); over those in which the source found something:
    IoU of the masks cut at 0.5 (mean, worst). ``found``: how many those are."""

    mean_iou: float
    worst_iou: float
    mean_difference: float
    photos: int
    found: int


def iou(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Intersection over union of two masks (h, w) cut at 0.5; two empty ones agree fully."""
    a, b = one > 0.5, other > 0.5
    union = int(np.count_nonzero(a | b))
    return int(np.count_nonzero(a & b)) / union if union else 1.0


def compare(source: bytes, made: bytes, spec: ModelSpec) -> Agreement:
    """Run both models natively on the photos of ``tests/photos``, each also mirrored."""
    ious, gaps = [], []
    sessions = [
        onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        for data in (source, made)
    ]
    for path in sorted(PHOTOS.glob("*.jpg")):
        rgb = decode_pillow(path.read_bytes()).rgb
        for pixels in (rgb, np.ascontiguousarray(rgb[:, ::-1])):
            x = prepare(pixels, spec)
            first, second = (
                finish(session.run([spec.output_name], {spec.input_name: x})[0], spec)
                for session in sessions
            )
            if float((first > 0.5).mean()) >= FOUND:
                ious.append(iou(first, second))
            gaps.append(float(np.abs(first - second).mean()))
    return Agreement(
        mean_iou=float(np.mean(ious)) if ious else 0.0,
        worst_iou=min(ious, default=0.0),
        mean_difference=float(np.mean(gaps)),
        photos=len(gaps),
        found=len(ious),
    )
