"""What the bench says of other tools, and how our model is laid out for them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tools.bench_peers import HUB, HUB_WORKER, IMGLY, NATIVE, Took, lines, ratio
from tools.peers_hub import preparation, whole

from .helpers import spec_of

if TYPE_CHECKING:
    from pathlib import Path


def test_ratios_are_taken_turn_by_turn() -> None:
    # The machine was three times as slow in the second turn, and for one call in the third.
    assert ratio([50, 150, 50], [100, 300, 400]) == 0.5
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


def test_the_table_holds_against_the_quicker_transformers() -> None:
    took = {
        IMGLY: [Took(100, 90), Took(100, 95)],
        HUB: [Took(400, 80), Took(400, 80)],
        HUB_WORKER: [Took(200, 0), Took(200, 0)],
        "Offcut auto": [Took(50, 0), Took(50, 60)],
        NATIVE: [Took(20), Took(20)],
    }
    head, _, *rows = lines(took)
    assert HUB_WORKER in head
    assert f"| {IMGLY} | 100 | 1.00 | 0.50 | 95 |" in rows
    assert f"| {HUB} | 400 | 4.00 | 2.00 | 80 |" in rows
    assert "| Offcut auto | 50 | 0.50 | 0.25 | 60 |" in rows
    assert f"| {NATIVE} | 20 | 0.20 | 0.10 | – |" in rows


def test_the_network_is_given_what_ours_gives_it() -> None:
    spec = spec_of()
    spec = replace(spec, input=replace(spec.input, normalise="255"))
    told = preparation(spec)
    assert told["size"] == {"width": spec.input.width, "height": spec.input.height}
    assert (told["image_mean"], told["image_std"]) == (list(spec.input.mean), list(spec.input.std))
    assert math.isclose(float(str(told["rescale_factor"])) * 255, 1)
    with pytest.raises(ValueError, match="does not make"):
        preparation(replace(spec, input=replace(spec.input, normalise="max")))


def test_a_model_is_put_together_from_its_parts(tmp_path: Path) -> None:
    spec = spec_of()
    (tmp_path / "models").mkdir()
    with pytest.raises(SystemExit):
        whole(spec, tmp_path)
    for at, part in enumerate(spec.parts):
        (tmp_path / "models" / part.file).parent.mkdir(exist_ok=True)
        (tmp_path / "models" / part.file).write_bytes(b"part %d " % at)
    assert whole(spec, tmp_path) == b"".join(b"part %d " % at for at in range(len(spec.parts)))
