"""How fast a backend is here: what is measured, and when what was kept still counts."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.errors import OffcutError, fail
from offcut.runtime.chain import Facts
from offcut.runtime.timing import (
    ENOUGH_MS,
    RUNS,
    device_key,
    fastest,
    kept_times,
    of_photos,
    run_ms,
)

from .helpers import entry, spec_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE = Facts(adapter=True, adapter_name="acme fast", cores=8, isolated=True)
SPEC = spec_of(input=entry(b"x")["input"] | {"width": 24, "height": 16})
KEY = device_key(HERE, SPEC, "1.27.0")
KEPT = {"version": "1", "device": KEY, "times": {"webgpu": 80, "wasm-mt": 220.5}}


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        (KEPT, {"webgpu": 80, "wasm-mt": 220.5}),
        (json.loads(json.dumps(KEPT)), {"webgpu": 80, "wasm-mt": 220.5}),
        (KEPT | {"version": "0"}, {}),
        (KEPT | {"device": KEY + "x"}, {}),
        (KEPT | {"times": {"webgpu": 80, "cuda": 1, "wasm-mt": "9"}}, {"webgpu": 80}),
        (KEPT | {"times": {"webgpu": -1, "wasm-mt": float("nan"), "wasm-st": True}}, {}),
        (KEPT | {"times": {"webgpu": 0, "wasm-mt": 5}}, {"webgpu": 0, "wasm-mt": 5}),
        (KEPT | {"times": [1]}, {}),
        ({"version": "1"}, {}),
        (None, {}),
        ("what a stranger wrote", {}),
    ],
)
def test_what_was_kept_counts_only_here(kept: object, wanted: dict[str, float]) -> None:
    assert kept_times(kept, "1", KEY) == wanted


def test_another_device_has_another_key() -> None:
    others = [
        device_key(replace(HERE, **changes), SPEC, "1.27.0")  # type: ignore[arg-type]
        for changes in (
            {"adapter_name": "acme slow"},
            {"adapter": False},
            {"is_fallback": True},
            {"cores": 4},
            {"isolated": False},
            {"sab": False},
        )
    ]
    others += [
        device_key(HERE, spec_of(b"other"), "1.27.0"),
        device_key(HERE, None, "1.27.0"),
        device_key(HERE, SPEC, "1.28.0"),
    ]
    assert KEY not in others
    assert device_key(replace(HERE, memory_gb=4), SPEC, "1.27.0") == KEY


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        ({}, ""),
        ({"webgpu": 5}, ""),
        ({"webgpu": 90, "wasm-mt": 80}, "wasm-mt"),
        ({"webgpu": 70, "wasm-mt": 80, "wasm-st": 75}, "webgpu"),
        ({"webgpu": 0, "wasm-mt": 80}, "wasm-mt"),
        ({"webgpu": 0, "wasm-mt": 0}, ""),
    ],
)
def test_the_fastest(times: dict[str, float], wanted: str) -> None:
    assert fastest(times) == wanted


class Ticking:
    """A session whose runs take as long as it is told, on a clock of its own."""

    def __init__(self, *took_ms: float, fails: OffcutError | None = None) -> None:
        self.left = list(took_ms)
        self.fails = fails
        self.now = 0.0
        self.shapes: list[tuple[int, ...]] = []

    async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        self.shapes.append(x.shape)
        if self.fails:
            raise self.fails
        self.now += self.left.pop(0) / 1000
        return x

    async def close(self) -> None:
        pass


async def timed(session: Ticking, **options: object) -> float:
    lock = asyncio.Lock()
    return await run_ms(session, SPEC, lock=lock, clock=lambda: session.now, **options)  # type: ignore[arg-type]


async def test_the_median_of_three_after_one_more() -> None:
    session = Ticking(900, 30, 500, 40)
    assert await timed(session) == pytest.approx(40)
    assert session.shapes == [(1, 3, 16, 24)] * (RUNS + 1)


async def test_a_slow_device_is_not_held_up() -> None:
    session = Ticking(9000, ENOUGH_MS + 500, ENOUGH_MS + 100, 1)
    assert await timed(session) == pytest.approx(ENOUGH_MS + 100)
    assert len(session.shapes) == 3
    hiccup = Ticking(1, ENOUGH_MS + 500, 40, 30)
    assert await timed(hiccup) == pytest.approx(40), "one slow run is no slow device"


async def test_it_ends_when_a_photo_comes() -> None:
    session = Ticking(1, 1, 1, 1)
    assert await timed(session, wanted=lambda: len(session.shapes) < 2) == 0
    assert len(session.shapes) == 2


async def test_a_photo_goes_between_two_runs() -> None:
    """The lock is not held from one run to the next."""
    session, lock, order = Ticking(1, 1, 1, 1), asyncio.Lock(), []

    async def photo() -> None:
        while not session.shapes:
            await asyncio.sleep(0)
        async with lock:
            order.append(len(session.shapes))

    await asyncio.gather(
        photo(), run_ms(session, SPEC, lock=lock, clock=lambda: session.now, wanted=lambda: True)
    )
    assert order
    assert order[0] < RUNS + 1


async def test_a_backend_that_is_lost_says_so() -> None:
    with pytest.raises(OffcutError) as caught:
        await timed(Ticking(fails=fail("BACKEND_LOST")))
    assert caught.value.code == "BACKEND_LOST"


async def test_the_picture_is_always_the_same() -> None:
    shown = []

    class Keeping(Ticking):
        async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
            shown.append(x)
            return await super().run(x)

    for _ in range(2):
        await timed(Keeping(1, 1, 1, 1))
    assert all(np.array_equal(one, shown[0]) for one in shown)


def test_photos_tell_the_time_once_there_are_enough() -> None:
    assert of_photos([900, 100, 110]) == 0
    assert of_photos([900, 100, 120, 110]) == 110, "the first made room, and is not counted"
    assert of_photos([]) == 0
