"""Damaged things given to the engine: a result or an error with a code, no hang, no crash."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tools import fuzz
from tools.fuzzing import guard, seeds
from tools.fuzzing.damage import changed, damaged, sealed
from tools.fuzzing.known import TARGETS

if TYPE_CHECKING:
    from pathlib import Path

SEED = 7
# How many of each, and an outcome besides a result that has to be among them: a fuzz that reaches
# nothing finds nothing.
COUNTS = {
    "photos": (400, "DECODE_FAILED"),
    "settings": (100, "BAD_CONFIG"),
    "strokes": (200, "BAD_CONFIG"),
    "calls": (60, "BAD_CONFIG"),
    "arguments": (20, "exit 2"),
    "messages": (2000, "left alone"),
    "lists": (100, "BAD_CONFIG"),
    "models": (300, "MODEL_FILE"),
}
OWN = "tests.unit.fuzz_targets:"


@pytest.mark.parametrize("target", list(TARGETS))
def test_a_result_or_a_code(target: str) -> None:
    count, refused = COUNTS[target]
    tally = guard.run(target, SEED, count=count)
    assert [f"{one.number} {one.outcome}: {one.said}" for one in tally.faults] == []
    assert tally.count == count
    assert tally.outcomes["result"] > 0
    assert tally.outcomes[refused] > 0


def test_all_targets_have_a_count() -> None:
    assert COUNTS.keys() == TARGETS.keys()


@pytest.mark.parametrize(
    ("name", "outcome", "said"),
    [
        ("Internal", "INTERNAL", "a mistake"),
        ("Uncoded", "uncoded", "KeyError: 'nothing'"),
        ("Crashes", "crash", "Segmentation fault"),
        ("Hangs", "hang", "fuzz_targets.py"),
        ("Waits", "hang", "fuzz_targets.py"),
    ],
)
def test_what_may_not_be_is_seen(name: str, outcome: str, said: str) -> None:
    tally = guard.run(OWN + name, SEED, count=1)
    (one,) = tally.faults
    assert (one.number, one.outcome, tally.count) == (0, outcome, 1)
    assert said in one.said


def test_it_goes_on_after_a_crash() -> None:
    tally = guard.run(OWN + "CrashesAtTimes", SEED, count=12)
    assert {one.outcome for one in tally.faults} == {"crash"}
    assert 0 < len(tally.faults) < tally.count == 12
    assert tally.outcomes["result"] + len(tally.faults) == 12


def test_what_may_be_is_counted() -> None:
    tally = guard.run(OWN + "Good", SEED, count=40)
    assert tally.faults == []
    assert set(tally.outcomes) == {"result", "BAD_CONFIG"}
    (row,) = fuzz.told([tally])[2:]
    assert f"| 40 | {tally.outcomes['result']} | BAD_CONFIG {tally.outcomes['BAD_CONFIG']} |" in row


def test_a_fault_is_kept_with_what_made_it(tmp_path: Path) -> None:
    fault = guard.Fault("photos", SEED, 3, "crash", "a trace")
    file = fuzz.keep(fault, tmp_path)
    assert file.read_bytes() == TARGETS["photos"].make(Random(f"{SEED} photos 3"))
    assert file.with_suffix(".said").read_text() == "a trace"
    assert fuzz.keep(guard.Fault("settings", SEED, 3, "crash", ""), tmp_path).read_text()


def test_the_same_seed_is_the_same_damage() -> None:
    whole = list(seeds.pictures().values())
    made = [damaged(whole[0], whole, Random(n)) for n in (1, 1, 2)]
    assert made[0] == made[1] != made[2]
    assert changed(seeds.registry(), Random(4)) != seeds.registry()


def test_a_png_is_sealed_again() -> None:
    png = seeds.pictures()["png"]
    broken = png[:20] + b"\1" + png[21:]
    assert sealed(png) == png
    assert sealed(broken)[:29] == broken[:29]
    assert sealed(broken)[29:33] != broken[29:33]
    assert sealed(seeds.pictures()["jpeg"]) == seeds.pictures()["jpeg"]
