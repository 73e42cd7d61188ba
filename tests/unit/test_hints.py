"""A click and what a network finds there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from offcut.errors import OffcutError, fail
from offcut.models.crop import Box
from offcut.models.fusion import Seen
from offcut.models.limit import Limit
from offcut.models.plan import Look
from offcut.pipeline import hints as module
from offcut.pipeline import steps
from offcut.pipeline.edits import Edits
from offcut.pipeline.hints import NONE, around, hint, part_at
from offcut.pipeline.job import Job
from offcut.pixels.photo import Photo

from .helpers import disc, entry, noise, spec_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT, WIDTH = 300, 420
SPEC = spec_of(
    name="large",
    roles=["detail"],
    input=entry(b"x")["input"] | {"width": 128, "height": 128, "multiple": 32, "sides": [96, 64]},
)


class Painted:
    """A network that answers with one picture, of whatever size it is asked for."""

    def __init__(self, answer: NDArray[np.float32] | None = None) -> None:
        self.answer = answer
        self.saw: list[NDArray[np.float32]] = []

    async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        self.saw.append(x)
        height, width = x.shape[2:]
        answer = disc(height, width) if self.answer is None else self.answer
        return np.ascontiguousarray(answer[np.newaxis, np.newaxis])

    async def close(self) -> None:
        pass


def job_of(mask: NDArray[np.float32] | None = None) -> Job:
    job = Job(Photo(noise(HEIGHT, WIDTH), None, "jpeg"), side=200)
    whole = np.zeros((60, 84), np.float32)
    whole[10:50, 8:34] = 1  # 130 × 200 pixels of the photo, on its left
    job.put("small", [Seen(Look("fast"), whole if mask is None else mask, job.whole)])
    return job


def click(x: float, y: float, keep: bool = True) -> dict[str, Any]:
    return {"x": x, "y": y, "keep": keep}


def edits_of(job: Job, *found: dict[str, object]) -> Edits:
    return Edits.of([{"tool": "patch", "id": one["id"]} for one in found], job.patches)


def two_parts(height: int, width: int) -> NDArray[np.float32]:
    """Two squares that a veil joins."""
    mask = np.zeros((height, width), np.float32)
    middle = slice(int(0.3 * height), int(0.7 * height))
    mask[middle, int(0.1 * width) : int(0.9 * width)] = 0.3
    mask[middle, int(0.1 * width) : int(0.45 * width)] = 0.9
    mask[middle, int(0.55 * width) : int(0.9 * width)] = 0.8
    return mask


async def test_a_click_on_a_missed_part_adds_it() -> None:
    job, session = job_of(), Painted()
    before = steps.alpha(job)
    told: list[dict[str, object]] = []
    found = await hint(job, session, SPEC, click(320, 150), told.append)
    assert found == {"id": 0, "note": ""}
    assert [(m["stage"], m["done"]) for m in told] == [("run", 0), ("run", 1)]
    assert session.saw[0].shape[:2] == (1, 3)
    assert session.saw[0].shape[2] * session.saw[0].shape[3] == 512 * 512
    assert job.ms["hint"] >= 0
    assert np.array_equal(steps.alpha(job), before), "the list decides"
    box = job.patches[0].box
    assert box.left < 320 < box.right
    job.edits = edits_of(job, found)
    alpha = steps.alpha(job)
    assert alpha[150, 320] == 1
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[box.top : box.bottom, box.left : box.right] = False
    assert np.array_equal(alpha[outside], before[outside])
    assert (alpha >= before).all()


async def test_a_click_on_an_unwanted_part_takes_it_away() -> None:
    job = job_of()
    before = steps.alpha(job)
    assert before[150, 100] == 1
    found = await hint(job, Painted(), SPEC, click(100, 150, keep=False))
    job.edits = edits_of(job, found)
    alpha = steps.alpha(job)
    assert alpha[150, 100] == 0
    assert (alpha <= before).all()
    assert alpha.sum() > 0.5 * before.sum()
    again = await hint(job, Painted(), SPEC, click(100, 150))
    assert again["id"] == 1
    job.edits = edits_of(job, found, again)
    assert steps.alpha(job)[150, 100] == 1


async def test_nothing_at_the_click_is_said_and_nothing_kept() -> None:
    job = job_of()
    size = 512, 512
    for answer in (np.zeros(size, np.float32), np.full(size, 0.4, np.float32), disc(*size)):
        session = Painted(answer)
        corner = click(418, 298)  # the photo's corner: the disc is in the crop's middle
        found = await hint(job, session, SPEC, corner)
        assert found["id"] == NONE
        assert "Use the brush" in str(found["note"])
    assert job.patches == []
    assert not job.notes


async def test_only_the_part_at_the_click_is_taken() -> None:
    job = job_of()
    answer = np.roll(two_parts(512, 512), 102, axis=1)  # the left part to the middle
    found = await hint(job, Painted(answer), SPEC, click(300, 150))
    assert found["id"] == 0
    values = job.patches[0].values
    assert (values[200:300, 160:330] > 0.85).all()
    assert not values[:, 345:].any()
    assert not values[:, :50].any()


def test_a_part_has_its_soft_edge_but_not_its_neighbour() -> None:
    mask = two_parts(200, 300)
    part = part_at(mask, 60, 100)
    assert part is not None
    left = slice(60, 140), slice(30, 135)
    assert np.array_equal(part[left], mask[left])
    assert part[100, 140] == np.float32(0.3), "the veil near it"
    assert part[100, 142] == 0
    assert not part[:, 165:].any()
    soft = disc(200, 200, soft=6)
    kept = part_at(soft, 100, 100)
    assert kept is not None
    assert np.array_equal(kept, soft), "a soft edge is not cut"


def test_a_click_may_miss_by_a_little() -> None:
    mask = two_parts(200, 300)
    assert part_at(mask, 27.5, 100) is not None
    assert part_at(mask, 25, 100) is None
    assert part_at(mask, 60, 55) is None
    near = part_at(mask, 300, 200)
    assert near is None
    assert part_at(np.ones((1, 1), np.float32), 0.5, 0.5) is not None


def test_where_it_looks() -> None:
    frame = 4000, 3000
    subject = Box(1000, 500, 2000, 2500)
    assert around(1500, 1500, subject, frame) == Box(1100, 1100, 1900, 1900)
    assert around(0, 3000, subject, frame) == Box(0, 2200, 800, 3000)
    assert around(4000, 10, subject, frame) == Box(3200, 0, 4000, 800)
    assert around(2000, 20, Box(0, 0, 4000, 50), (4000, 50)) == Box(1200, 0, 2800, 50)
    assert around(5, 5, Box(2, 2, 8, 8), frame) == Box(0, 0, 64, 64)
    assert around(0.5, 0.5, Box(0, 0, 1, 1), (1, 1)) == Box(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "x goes from 0 to 420"),
        (click(-1, 0), "x goes"),
        (click(3, 300.5), "y goes from 0 to 300"),
        (click(float("nan"), 3), "x goes"),
        (click(True, 3), "x goes"),
        ({"x": 3, "y": 3}, "true or false"),
        ({"x": 3, "y": 3, "keep": 1}, "true or false"),
        (click(3, 3) | {"size": 9}, "no key 'size'"),
    ],
)
async def test_a_hint_that_is_none_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(OffcutError, match=says) as caught:
        await hint(job_of(), Painted(), SPEC, given)
    assert caught.value.code == "BAD_CONFIG"


async def test_there_is_an_end_to_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATCHES", 1)
    job = job_of()
    await hint(job, Painted(), SPEC, click(320, 150))
    with pytest.raises(OffcutError, match="go on with the brush") as caught:
        await hint(job, Painted(), SPEC, click(320, 150))
    assert caught.value.code == "BAD_CONFIG"
    assert len(job.patches) == 1


async def test_no_network_has_looked_yet() -> None:
    job = Job(Photo(noise(HEIGHT, WIDTH), None, "jpeg"))
    with pytest.raises(OffcutError) as caught:
        await hint(job, Painted(), SPEC, click(3, 3))
    assert caught.value.code == "JOB_UNKNOWN"


async def test_a_failing_network_leaves_the_job_as_it_was() -> None:
    class Lost(Painted):
        async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
            raise fail("BACKEND_LOST")

    job = job_of()
    with pytest.raises(OffcutError):
        await hint(job, Lost(), SPEC, click(320, 150))
    assert job.patches == []


async def test_a_weak_device_looks_at_less_and_says_so() -> None:
    job, session = job_of(), Painted()
    weak = Limit(96, "This device has little memory", "detailed model")
    await hint(job, session, SPEC, click(320, 150), limit=weak)
    assert session.saw[0].shape == (1, 3, 96, 96)
    assert "96 instead of 512" in job.notes[0]


async def test_a_photo_of_one_pixel() -> None:
    job = Job(Photo(noise(1, 1), None, "png"))
    job.put("small", [Seen(Look("fast"), np.zeros((4, 4), np.float32), job.whole)])
    found = await hint(job, Painted(np.ones((8, 8), np.float32)), SPEC, click(0.5, 0.5))
    job.edits = edits_of(job, found)
    assert steps.alpha(job).tolist() == [[1]]
