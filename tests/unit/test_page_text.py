"""How the page writes numbers, and which sentence it picks."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType


def load() -> ModuleType:
    path = Path(__file__).parents[2] / "pyscript" / "text.py"
    words = json.loads((path.parent / "messages" / "en.json").read_text("utf-8"))
    sys.modules["words"] = SimpleNamespace(WORDS=words)  # type: ignore[assignment]
    spec = importlib.util.spec_from_file_location("page_text", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules["words"]
    return module


text = load()


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "1 KB"), (68_000, "68 KB"), (999_499, "999 KB"), (2_310_000, "2.3 MB"), (44.2e6, "44 MB")],
)
def test_size(count: float, said: str) -> None:
    assert text.size(count) == said


def test_both_numbers_of_an_amount_are_written_alike() -> None:
    assert text.amount(0, 44.2e6, None) == "0 of 44 MB"
    assert text.amount(12.3e6, 44.2e6, 8.2) == "12 of 44 MB, about 8 s left"
    assert text.amount(600_000, 2_310_000, 2) == "0.6 of 2.3 MB, about 2 s left"


@pytest.mark.parametrize(
    ("eta", "said"),
    [
        (0.4, "almost there"),
        (1.6, "about 2 s left"),
        (12, "about 10 s left"),
        (54, "about 55 s left"),
        (58, "about 1 min left"),
        (200, "about 3 min left"),
    ],
)
def test_time_left_is_rounded_to_what_can_be_known(eta: float, said: str) -> None:
    assert text.left(eta) == said


def test_a_stage_is_told_by_the_role_of_its_model() -> None:
    roles = {"u2netp": "fast", "isnet": "detail"}
    assert "quick model" in text.stage("download", "u2netp", roles)
    assert "detailed model" in text.stage("download", "isnet", roles)
    assert "detailed model" in text.stage("run", "isnet", roles)
    assert text.stage("run", "u2netp", roles) == text.t("stage.run")
    assert text.stage("download", "modnet", roles) == text.t("stage.download")
    assert text.stage("something new", "", roles) == text.t("stage.other")
    assert text.stage(None, None, {}) == text.t("stage.other")


def test_models_are_named_by_their_titles() -> None:
    report = {"models": [{"id": "u2netp", "title": "U²-Net small"}, {"id": "isnet"}]}
    assert text.model_titles(["u2netp", "isnet"], report) == "U²-Net small and isnet"
    assert text.model_titles(["modnet"], None) == "modnet"


def test_every_sentence_takes_the_values_it_names() -> None:
    for key in text.ENGLISH:
        assert text.has(key)
    assert not text.has("no.such.key")
