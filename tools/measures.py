"""How good a matte is: the measures of the field, each with its source.

Everything is computed at the photo's own size. SOD measures by PySODMetrics, told not to stretch
what it is given: a matte that is nowhere sure must be seen as such.

A photo is measured once (``measure``) and counts in as many means (``mean``) as one likes: of its
set, of all. Measuring takes half a second, so ``kept`` remembers it in a file.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import py_sod_metrics as sod
from scipy.ndimage import gaussian_filter  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

GRADIENT_SIGMA = 1.4  # Rhemann et al., CVPR 2009: first-order Gaussian derivatives
BAND = (0.02, 0.98)  # what a trimap drawn from the truth would call unknown
_PLAIN = 7  # single numbers in an array of a photo's measures; the F curve follows
_RULES = Path(__file__).read_bytes() + version("pysodmetrics").encode()


@dataclass(frozen=True)
class Measured:
    """One photo's measures, as ``Scores`` has them. ``band``: NaN where the truth has no such
    pixels. ``f_curve``: float64 (256,), F with β² = 0.3 at each threshold."""

    iou: float
    mae: float
    weighted_f: float
    s: float
    sad: float
    gradient: float
    band: float
    f_curve: NDArray[np.float64]

    def array(self) -> NDArray[np.float64]:
        """All of it in one array: float64 (263,)."""
        plain = (self.iou, self.mae, self.weighted_f, self.s, self.sad, self.gradient, self.band)
        return np.concatenate([np.asarray(plain, np.float64), self.f_curve])

    @classmethod
    def of(cls, array: NDArray[np.float64]) -> Measured:
        """The reverse of ``array``."""
        iou, mae, weighted_f, s, sad, gradient, band = array[:_PLAIN].tolist()
        return cls(iou, mae, weighted_f, s, sad, gradient, band, array[_PLAIN:])


@dataclass(frozen=True)
class Scores:
    """Means over a set of photos.

    ``iou``: of the masks at ½. ``mae``: mean |alpha − truth|, 0..1. ``weighted_f``: Margolin et
    al., CVPR 2014. ``max_f``: F with β² = 0.3 at its best threshold, Achanta et al., CVPR 2009.
    ``s``: structure measure, Fan et al., ICCV 2017. ``sad``: sum of |alpha − truth| in thousands.
    ``gradient``: mean difference of the gradients' magnitudes (σ = 1.4), × 10³. ``band``: mean
    |alpha − truth| where the truth lies between 0.02 and 0.98, over the ``band_count`` photos that
    have such pixels (NaN for none of them).
    """

    count: int
    iou: float
    mae: float
    weighted_f: float
    max_f: float
    s: float
    sad: float
    gradient: float
    band: float
    band_count: int


def measure(alpha: NDArray[np.float32], truth: NDArray[np.uint8]) -> Measured:
    """Hold one matte against the truth. ``alpha``: float32 (H, W) 0..1; ``truth``: uint8 (H, W)."""
    wanted = truth.astype(np.float64) / 255
    matte = alpha.astype(np.float64)
    subject = truth > 128
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its successor computes the same, in more words
        f_measure = sod.Fmeasure()
    weighted_f, structure = sod.WeightedFmeasure(), sod.Smeasure()
    for one in (f_measure, weighted_f, structure):
        one.step(matte, subject, normalize=False)
    found = matte > 0.5
    either = int(np.count_nonzero(found | subject))
    both = int(np.count_nonzero(found & subject))
    gap = np.abs(matte - wanted)
    band = (wanted > BAND[0]) & (wanted < BAND[1])
    return Measured(
        iou=both / either if either else 1.0,
        mae=float(gap.mean()),
        weighted_f=float(weighted_f.get_results()["wfm"]),
        s=float(structure.get_results()["sm"]),
        sad=float(gap.sum()) / 1000,
        gradient=float(np.abs(_gradient(matte) - _gradient(wanted)).mean()) * 1000,
        band=float(gap[band].mean()) if band.any() else math.nan,
        f_curve=np.asarray(f_measure.get_results()["fm"]["curve"], np.float64),
    )


def kept(alpha: NDArray[np.float32], truth: NDArray[np.uint8], folder: Path) -> Measured:
    """``measure``, remembered in ``folder`` by the hash of both pictures and of this module."""
    digest = hashlib.sha256(_RULES)
    for picture in (alpha, truth):
        digest.update(str(picture.shape).encode() + np.ascontiguousarray(picture).tobytes())
    file = folder / f"{digest.hexdigest()[:32]}.npy"
    if file.exists():
        return Measured.of(np.load(file))
    made = measure(alpha, truth)
    save(file, made.array())
    return made


def save(file: Path, array: NDArray[np.floating]) -> None:
    """Write ``array`` (any shape) to ``file``, whole or not at all: two runs may share a cache."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".half.npy")
    np.save(half, array)
    half.replace(file)


def mean(photos: Sequence[Measured]) -> Scores:
    """The means over ``photos``, of which there is at least one."""
    bands = [photo.band for photo in photos if not math.isnan(photo.band)]

    def of(name: str) -> float:
        return float(np.mean([getattr(photo, name) for photo in photos]))

    return Scores(
        count=len(photos),
        iou=of("iou"),
        mae=of("mae"),
        weighted_f=of("weighted_f"),
        # The best threshold for the set, as the field has it, not each photo's own.
        max_f=float(np.mean([photo.f_curve for photo in photos], axis=0).max()),
        s=of("s"),
        sad=of("sad"),
        gradient=of("gradient"),
        band=float(np.mean(bands)) if bands else math.nan,
        band_count=len(bands),
    )


def _gradient(matte: NDArray[np.float64]) -> NDArray[np.float64]:
    across = gaussian_filter(matte, GRADIENT_SIGMA, order=(0, 1))
    down = gaussian_filter(matte, GRADIENT_SIGMA, order=(1, 0))
    return np.asarray(np.hypot(across, down), dtype=np.float64)
