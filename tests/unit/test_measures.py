"""The measures of quality, on mattes whose scores are known."""

from __future__ import annotations

import numpy as np
import pytest

from tools import quality
from tools.measures import Measures

from .helpers import disc


def scores(alpha: np.ndarray, truth: np.ndarray) -> object:
    measures = Measures()
    measures.add(alpha.astype(np.float32), truth)
    return measures.scores()


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


def test_no_photographs_is_said_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quality, "DATA", tmp_path)
    assert quality.main([]) == 0
    assert "skipped" in capsys.readouterr().out


def test_corner_bilinear_is_what_it_says() -> None:
    line = np.arange(4, dtype=np.float32).reshape(1, 4, 1)
    got = quality._corner_bilinear(line, 8, 1)[0, :, 0]
    assert got.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3]
