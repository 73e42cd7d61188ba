"""A weak device gives the large network less to see, and says so."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.models.fusion import Seen
from offcut.models.limit import LITTLE_GB, SLOW_MS, Limit, Power, fit, limit
from offcut.models.plan import Look
from offcut.models.process import input_size
from offcut.models.registry import Registry
from offcut.pipeline import steps
from offcut.pipeline.job import Job
from offcut.pixels.photo import Photo

from .helpers import disc, entry, noise, spec_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

FREE = entry(b"x")["input"] | {"width": 1024, "height": 1024, "multiple": 64, "sides": [768, 640]}
LARGE = spec_of(input=FREE, roles=["detail"])
WEAK = Limit(640, "This device has little memory", "detailed model")
FAST, STRONG = SLOW_MS / 10, 8.0


@pytest.mark.parametrize(
    ("power", "side", "word"),
    [
        (Power(), 0, ""),
        (Power(STRONG, run_ms=FAST), 0, ""),
        (Power(STRONG, run_ms=SLOW_MS), 0, ""),
        (Power(LITTLE_GB + 0.1), 0, ""),
        (Power(STRONG, run_ms=SLOW_MS + 1), 768, "slowly"),
        (Power(STRONG, one_thread=True, run_ms=FAST), 768, "one processor thread"),
        (Power(one_thread=True), 768, "one processor thread"),
        (Power(one_thread=True, run_ms=SLOW_MS + 1), 640, "one processor thread"),
        (Power(LITTLE_GB, run_ms=FAST), 640, "little memory"),
        (Power(0.5, one_thread=True, run_ms=9999), 640, "little memory"),
    ],
)
def test_which_size_and_why(power: Power, side: int, word: str) -> None:
    found = limit(LARGE, power)
    assert (found.side if found else 0) == side
    assert word in (found.why if found else "")
    assert limit(spec_of(), power) is None, "no smaller sizes: nothing to choose from"


def test_the_sentence() -> None:
    found = limit(LARGE, Power(1.0))
    assert found
    assert found.say(1024) == (
        "This device has little memory, so the detailed model looks at a smaller picture"
        " (640 instead of 1024)."
    )
    one = spec_of(input=FREE | {"sides": [512]}, roles=[], title="Tiny")
    only = limit(one, Power(1.0))
    assert only
    assert "the model Tiny looks" in only.say(1024)
    assert only.side == 512


def test_what_is_too_much() -> None:
    assert fit(None, LARGE.input, (1024, 1024), 0) == (0, 0)
    assert fit(WEAK, LARGE.input, (1024, 1024), 0) == (640 * 640, 1024)
    assert fit(WEAK, LARGE.input, (768, 768), 768 * 768) == (640 * 640, 768)
    assert fit(WEAK, LARGE.input, (704, 384), 512 * 512) == (0, 0)
    assert fit(WEAK, LARGE.input, (704, 640), 640 * 640) == (0, 0), "rounded up is no more"
    assert fit(WEAK, spec_of().input, (1024, 1024), 0) == (0, 0), "it has one size only"


@pytest.mark.parametrize("photo", [(1000, 1000), (3000, 2000), (10, 3000), (3000, 100)])
def test_less_is_really_less(photo: tuple[int, int]) -> None:
    width, height = input_size(*photo, LARGE.input, WEAK.pixels)
    assert width * height <= 1.1 * WEAK.pixels
    assert width * height < 1024 * 1024


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"sides": 768}, "sides"),
        ({"sides": [768, "640"]}, "sides.[1]"),
        ({"sides": [1024]}, "less than 1024"),
        ({"sides": [640, 768]}, "fall from one to the next"),
        ({"sides": [768, 768]}, "fall from one to the next"),
        ({"sides": [700]}, "divisible by 64"),
        ({"sides": [0]}, "divisible by 64"),
        ({"sides": [768], "multiple": 0}, "one size"),
    ],
)
def test_mistakes_in_the_sizes_are_named(changes: dict[str, object], word: str) -> None:
    with pytest.raises(OffcutError) as caught:
        spec_of(input=FREE | changes)
    assert caught.value.code == "BAD_CONFIG"
    assert word in caught.value.message
    assert "models.tiny.input" in caught.value.message


def test_a_size_that_follows_the_photo_may_have_smaller_ones() -> None:
    spec = spec_of(input=FREE | {"width": 0, "height": 0, "side": 512, "sides": [384]})
    assert spec.input.sides == (384,)
    assert spec.input.usual == 512
    with pytest.raises(OffcutError):
        spec_of(input=FREE | {"width": 0, "height": 0, "side": 512, "sides": [512]})


def test_the_real_list_has_them_for_the_large_model() -> None:
    root = Path(__file__).resolve().parents[2]
    data = tomllib.loads((root / "models" / "registry.toml").read_text("utf-8"))
    detail = Registry.from_json(data).with_role("detail")
    assert [spec.input.sides for spec in detail] == [(768, 640)]


# -- in a job --------------------------------------------------------------------------------------


class Noting:
    """A session that notes what it is shown, and finds the same disc in everything."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, int]] = []

    async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        height, width = x.shape[2:]
        self.shown.append((width, height))
        return disc(height, width)[None, None]

    async def close(self) -> None:
        pass


def job_of(mask: NDArray[np.float32] | None = None) -> Job:
    job = Job(Photo(noise(300, 300), None, "png"))
    job.put("small", [Seen(Look("fast"), disc(64, 64) if mask is None else mask, job.whole)])
    return job


@pytest.mark.parametrize(
    ("profile", "free", "limited"),
    [
        ("", [1024], [640]),
        ("best", [512, 1024], [512, 640]),
        ("auto", [512], [512]),
    ],
)
async def test_every_look_keeps_to_the_limit(
    profile: str, free: list[int], limited: list[int]
) -> None:
    for found, wanted in ((None, free), (WEAK, limited)):
        job, session = job_of(), Noting()
        await steps.cut(job, session, LARGE, profile, limit=found)
        assert session.shown == [(side, side) for side in wanted]
        assert job.notes == ([] if wanted == free else [WEAK.say(1024)])


async def test_the_look_in_doubt_keeps_to_it_too() -> None:
    everything = np.ones((64, 64), np.float32)
    for found, side in ((None, 768), (WEAK, 640)):
        job, session = job_of(everything), Noting()
        await steps.cut(job, session, LARGE, "auto", limit=found)
        assert session.shown[1:] == [(side, side)], "the networks are at odds"
        assert job.notes == ([WEAK.say(768)] if found else [])


async def test_it_is_said_once() -> None:
    job = job_of()
    for _ in range(2):
        await steps.cut(job, Noting(), LARGE, "", limit=WEAK)
    assert job.notes == [WEAK.say(1024)]
