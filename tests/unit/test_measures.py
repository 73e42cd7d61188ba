"""The measures of quality, on mattes whose scores are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tools.measures import Measured, Scores, kept, mean, measure

from .helpers import disc

if TYPE_CHECKING:
    from pathlib import Path


def scores(alpha: np.ndarray, truth: np.ndarray) -> Scores:
    return mean([measure(alpha.astype(np.float32), truth)])


def test_a_perfect_matte_has_perfect_scores() -> None:
    truth = (disc(90, 120) > 0.5).astype(np.uint8) * 255
    found = scores(truth / 255, truth)
    assert (found.iou, found.mae, found.sad, found.gradient) == (1, 0, 0, 0)
    for value in (found.weighted_f, found.max_f, found.s):
        assert value == pytest.approx(1, abs=1e-3)


def test_known_mistakes_have_known_scores() -> None:
    truth = np.zeros((100, 100), np.uint8)
    truth[:, :50] = 255
    alpha = np.zeros((100, 100), np.float32)
    alpha[:, :25] = 1
    found = scores(alpha, truth)
    assert found.iou == pytest.approx(0.5)
    assert found.mae == pytest.approx(0.25)
    assert found.sad == pytest.approx(2.5)
    assert found.gradient > 1


def test_a_faint_matte_is_not_stretched_into_a_good_one() -> None:
    truth = (disc(90, 120) > 0.5).astype(np.uint8) * 255
    found = scores(truth / 255 * 0.3, truth)
    assert found.iou == 0
    assert found.weighted_f < 0.7


def test_an_empty_truth_met_by_an_empty_matte_is_right() -> None:
    assert scores(np.zeros((20, 20)), np.zeros((20, 20), np.uint8)).iou == 1


def test_the_band_is_where_the_truth_is_soft_and_nowhere_else() -> None:
    truth = np.zeros((40, 60), np.uint8)
    truth[:, 20:] = 255
    truth[:, 20:30] = 102  # 0.4
    truth[0, 20:30] = 4, 5, 250, 251, 0, 255, 102, 102, 102, 102  # the first six: not soft enough
    alpha = truth / 255
    alpha[:, :10] = 1  # a mistake outside
    alpha[truth == 102] = 0.7
    found = measure(alpha.astype(np.float32), truth)
    assert found.band == pytest.approx(0.3, abs=1e-6)


def test_photos_without_soft_truth_do_not_count_in_the_band() -> None:
    hard = (disc(90, 120) > 0.5).astype(np.uint8) * 255
    soft = np.full((90, 120), 102, np.uint8)
    photos = [measure(np.ones((90, 120), np.float32), truth) for truth in (hard, soft)]
    assert math.isnan(photos[0].band)
    both = mean(photos)
    assert (both.count, both.band_count) == (2, 1)
    assert both.band == pytest.approx(0.6)
    alone = mean(photos[:1])
    assert alone.band_count == 0
    assert math.isnan(alone.band)


def test_the_best_threshold_is_the_sets_not_each_photos() -> None:
    truth = np.zeros((100, 100), np.uint8)
    truth[:, :50] = 255
    left = truth / 255
    # One matte is right above a half, the other only under it: no threshold serves both.
    photos = [measure((left * 0.4).astype(np.float32), truth)]
    photos.append(measure((0.5 + left * 0.5).astype(np.float32), truth))
    assert [mean([photo]).max_f for photo in photos] == pytest.approx([1, 1], abs=1e-3)
    assert mean(photos).max_f < 0.9


def test_what_was_measured_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = (disc(90, 120) * 255).astype(np.uint8)
    alpha = disc(90, 120, soft=9)
    first = kept(alpha, truth, tmp_path)

    def never(*_: object) -> Measured:
        raise AssertionError

    monkeypatch.setattr("tools.measures.measure", never)
    again = kept(alpha, truth, tmp_path)
    assert again.array().tolist() == first.array().tolist()
    with pytest.raises(AssertionError):
        kept(alpha * np.float32(0.9), truth, tmp_path)
