"""How good a matte is: the measures of the field, each with its source.

Everything is computed at the photo's own size. SOD measures by PySODMetrics, told not to stretch
what it is given: a matte that is nowhere sure must be seen as such.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import py_sod_metrics as sod
from scipy.ndimage import gaussian_filter  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRADIENT_SIGMA = 1.4  # Rhemann et al., CVPR 2009: first-order Gaussian derivatives


@dataclass(frozen=True)
class Scores:
    """Means over a set of photos.

    ``iou``: of the masks at ½. ``mae``: mean |alpha − truth|, 0..1. ``weighted_f``: Margolin et
    al., CVPR 2014. ``max_f``: F with β² = 0.3 at its best threshold, Achanta et al., CVPR 2009.
    ``s``: structure measure, Fan et al., ICCV 2017. ``sad``: sum of |alpha − truth| in thousands.
    ``gradient``: mean difference of the gradients' magnitudes (σ = 1.4), × 10³.
    """

    count: int
    iou: float
    mae: float
    weighted_f: float
    max_f: float
    s: float
    sad: float
    gradient: float


class Measures:
    """Gathers one photo after another."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its successor computes the same, in more words
            self._f = sod.Fmeasure()
        self._weighted_f = sod.WeightedFmeasure()
        self._s = sod.Smeasure()
        self._rows: list[tuple[float, float, float, float]] = []

    def add(self, alpha: NDArray[np.float32], truth: NDArray[np.uint8]) -> None:
        """``alpha``: float32 (H, W) 0..1; ``truth``: uint8 (H, W)."""
        wanted = truth.astype(np.float64) / 255
        matte = alpha.astype(np.float64)
        subject = truth > 128
        for measure in (self._f, self._weighted_f, self._s):
            measure.step(matte, subject, normalize=False)
        found = matte > 0.5
        either = int(np.count_nonzero(found | subject))
        both = int(np.count_nonzero(found & subject))
        gap = np.abs(matte - wanted)
        edges = np.abs(_gradient(matte) - _gradient(wanted))
        self._rows.append(
            (
                both / either if either else 1.0,
                float(gap.mean()),
                float(gap.sum()) / 1000,
                float(edges.mean()) * 1000,
            )
        )

    def scores(self) -> Scores:
        """The means over what was added; at least one photo."""
        iou, mae, sad, gradient = np.asarray(self._rows).mean(axis=0)
        return Scores(
            count=len(self._rows),
            iou=float(iou),
            mae=float(mae),
            weighted_f=float(self._weighted_f.get_results()["wfm"]),
            max_f=float(self._f.get_results()["fm"]["curve"].max()),
            s=float(self._s.get_results()["sm"]),
            sad=float(sad),
            gradient=float(gradient),
        )


def _gradient(matte: NDArray[np.float64]) -> NDArray[np.float64]:
    across = gaussian_filter(matte, GRADIENT_SIGMA, order=(0, 1))
    down = gaussian_filter(matte, GRADIENT_SIGMA, order=(1, 0))
    return np.asarray(np.hypot(across, down), dtype=np.float64)
