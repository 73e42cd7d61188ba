"""Models brought in over a network that fails in every way."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.storage.download import NOT_KEPT_FULL, NOT_KEPT_NO_STORE, Loaded, key_of, load_model
from offcut.storage.files import BytesBoxes
from offcut.storage.parts import FetchFailed, QuotaFull, StoreUnavailable
from offcut.storage.retry import Policy

from .helpers import spec_of

if TYPE_CHECKING:
    from offcut.storage.parts import OnBytes

MODEL = np.random.default_rng(9).bytes(10240)
SPEC = spec_of(MODEL, parts=5)
BASE = "https://example.org/models/"
Fault = Exception | bytes | None


class World:
    """A site, a device and a clock. ``faults``: by part, what happens at each try in turn."""

    def __init__(self, faults: dict[int, list[Fault]] | None = None) -> None:
        self.faults = {n: list(each) for n, each in (faults or {}).items()}
        self.kept: dict[str, bytes] = {}
        self.room = 1 << 30
        self.store_error: Exception | None = None
        self.now = 100.0
        self.naps: list[float] = []
        self.asked: list[str] = []
        self.flying = self.most_flying = 0
        self.told: list[dict[str, Any]] = []
        self.chunk_s = 0.01

    # the site

    async def fetch(self, url: str, on_bytes: OnBytes | None = None) -> bytes:
        self.asked.append(url)
        address, _, _ = url.partition("?")
        (n,) = [n for n, part in enumerate(SPEC.parts) if BASE + part.file == address]
        body = MODEL[n * 2048 : (n + 1) * 2048]
        fault = self.faults[n].pop(0) if self.faults.get(n) else None
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        try:
            for got in range(256, 2049, 256):
                await asyncio.sleep(0)
                self.now += self.chunk_s
                if isinstance(fault, Exception) and got > 1024:
                    raise fault
                if on_bytes is not None:
                    on_bytes(got)
        finally:
            self.flying -= 1
        return body if fault is None else bytes(fault)

    # the device

    async def get(self, key: str) -> bytes | None:
        self._check()
        return self.kept.get(key)

    async def put(self, key: str, box: bytes) -> None:
        self._check()
        if sum(map(len, self.kept.values())) + len(box) > self.room:
            raise QuotaFull
        self.kept[key] = box

    async def delete(self, key: str) -> None:
        self._check()
        self.kept.pop(key, None)

    async def keys(self, prefix: str = "") -> list[str]:
        self._check()
        return [key for key in self.kept if key.startswith(prefix)]

    def _check(self) -> None:
        if self.store_error is not None:
            raise self.store_error

    # time

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    async def load(self, **changes: Any) -> Loaded[bytes]:
        settings: dict[str, Any] = {
            "store": self,
            "fetcher": self,
            "boxes": BytesBoxes(),
            "base_url": BASE,
            "on_progress": self.told.append,
            "clock": lambda: self.now,
            "sleep": self.sleep,
            "rng": lambda: 1.0,
        }
        return await load_model(SPEC, **(settings | changes))

    def tries(self) -> list[int]:
        count = Counter(url.partition("?")[0] for url in self.asked)
        return [count[BASE + part.file] for part in SPEC.parts]


def cut() -> FetchFailed:
    return FetchFailed("url", None, "connection reset")


async def code_of(world: World, **changes: Any) -> str:
    with pytest.raises(OffcutError) as caught:
        await world.load(**changes)
    return caught.value.code


async def test_first_visit_fetches_keeps_and_joins() -> None:
    world = World()
    loaded = await world.load()
    assert loaded.box == MODEL
    assert (loaded.kept, loaded.note) == (True, "")
    assert (loaded.from_store, loaded.fetched) == (0, len(MODEL))
    assert world.kept == {
        key_of(part): MODEL[n * 2048 : (n + 1) * 2048] for n, part in enumerate(SPEC.parts)
    }
    assert world.tries() == [1] * 5
    assert world.most_flying == 3


async def test_second_visit_fetches_nothing() -> None:
    world = World()
    await world.load()
    world.asked.clear()
    loaded = await world.load()
    assert loaded.box == MODEL
    assert (loaded.from_store, loaded.fetched, world.asked) == (len(MODEL), 0, [])


async def test_a_cut_connection_is_tried_again_with_growing_pauses() -> None:
    world = World({2: [cut(), cut(), cut()]})
    assert (await world.load()).box == MODEL
    assert world.tries() == [1, 1, 4, 1, 1]
    assert world.naps == [0.5, 1.0, 2.0]


async def test_pauses_are_spread_by_chance_and_have_an_end() -> None:
    policy = Policy()
    assert policy.wait_s(1, 0.0) == 0.25
    assert policy.wait_s(1, 1.0) == 0.5
    assert policy.wait_s(3, 0.5) == 1.5
    assert policy.wait_s(30, 1.0) == policy.longest_wait_s


async def test_a_server_in_trouble_is_given_time() -> None:
    world = World({n: [FetchFailed("u", 503), FetchFailed("u", 429)] for n in range(5)})
    assert (await world.load()).box == MODEL
    assert world.tries() == [3] * 5


async def test_after_enough_tries_it_says_so_and_what_came_stays() -> None:
    world = World({3: [FetchFailed("u", 500)] * 99})
    assert await code_of(world) == "MODEL_DOWNLOAD_FAILED"
    assert world.tries()[3] == Policy().attempts
    assert len(world.kept) >= 3
    world.faults.clear()
    world.asked.clear()
    kept = len(world.kept)
    assert (await world.load()).box == MODEL
    assert len(world.asked) == 5 - kept, "only what is missing"


async def test_what_is_not_there_is_not_asked_for_again() -> None:
    world = World({0: [FetchFailed("u", 404)] * 9})
    with pytest.raises(OffcutError) as caught:
        await world.load()
    assert caught.value.code == "MODEL_DOWNLOAD_FAILED"
    assert caught.value.detail["status"] == 404
    assert world.tries()[0] == 1
    assert world.flying == 0
    assert len(world.asked) < 5, "the other parts are not waited for"


async def test_offline_is_told_as_such_and_soon() -> None:
    world = World({n: [FetchFailed("u", offline=True)] * 99 for n in range(5)})
    assert await code_of(world) == "OFFLINE_NO_MODEL"
    assert max(world.naps) <= 1.0


async def test_a_short_loss_of_connection_is_waited_out() -> None:
    world = World({n: [FetchFailed("u", offline=True)] for n in range(5)})
    assert (await world.load()).box == MODEL


async def test_a_flipped_byte_is_fetched_again_around_caches() -> None:
    flipped = bytearray(MODEL[2048:4096])
    flipped[77] ^= 1
    world = World({1: [bytes(flipped), bytes(flipped)]})
    assert (await world.load()).box == MODEL
    asked = [url for url in world.asked if SPEC.parts[1].file in url]
    assert [url.partition("?")[2] for url in asked] == ["", "again=1", "again=2"]
    assert bytes(flipped) not in world.kept.values(), "a wrong part is never kept"


@pytest.mark.parametrize("body", [b"", b"short", MODEL[:4096], bytes(2048)])
async def test_a_wrong_body_again_and_again_is_corrupt(body: bytes) -> None:
    world = World({4: [body] * 99})
    assert await code_of(world) == "MODEL_CORRUPT"
    assert body not in world.kept.values()


async def test_a_part_that_rotted_on_the_device_is_fetched_again() -> None:
    world = World()
    await world.load()
    key = key_of(SPEC.parts[0])
    for rotten in (b"", world.kept[key][:-1], bytes(2048)):
        world.kept[key] = rotten
        world.asked.clear()
        loaded = await world.load()
        assert loaded.box == MODEL
        assert (len(world.asked), loaded.fetched) == (1, 2048)
        assert world.kept[key] == MODEL[:2048]


async def test_a_full_device_still_works_and_says_so() -> None:
    world = World()
    world.room = 5000
    loaded = await world.load()
    assert loaded.box == MODEL
    assert (loaded.kept, loaded.note) == (False, NOT_KEPT_FULL)
    assert len(world.kept) == 2, "what found room helps the next time"


async def test_earlier_versions_make_room() -> None:
    world = World()
    world.kept = {"old": bytes(9000), "other": bytes(1000)}
    world.room = len(MODEL) + 1500
    current = {"other", *(key_of(part) for part in SPEC.parts)}
    loaded = await world.load(current=current)
    assert (loaded.box, loaded.kept) == (MODEL, True)
    assert set(world.kept) == current
    world = World()
    world.kept = {"old": bytes(9000)}
    world.room = 9500
    assert not (await world.load()).kept, "without a list nothing is thrown away"
    assert "old" in world.kept


@pytest.mark.parametrize("when", ["always", "later"])
async def test_no_store_still_works_and_says_so(when: str) -> None:
    world = World()
    if when == "always":
        world.store_error = StoreUnavailable("private window")
    else:
        put, world_put = world.put, 0

        async def failing(key: str, box: bytes) -> None:
            nonlocal world_put
            world_put += 1
            if world_put > 2:
                world.store_error = StoreUnavailable("connection lost")
            await put(key, box)

        world.put = failing  # type: ignore[method-assign]
    loaded = await world.load()
    assert (loaded.box, loaded.kept, loaded.note) == (MODEL, False, NOT_KEPT_NO_STORE)


async def test_without_a_store() -> None:
    loaded = await World().load(store=None)
    assert (loaded.box, loaded.kept) == (MODEL, False)


async def test_progress_grows_to_the_whole_and_never_runs_back() -> None:
    flipped = bytes(2048)
    world = World({0: [flipped, cut()], 3: [cut()]})
    await world.load()
    done = [message["done"] for message in world.told]
    assert done == sorted(done)
    assert world.told[-1]["done"] == world.told[-1]["total"] == len(MODEL)
    assert {message["stage"] for message in world.told} == {"download"}
    assert {"store", "fetch", "wait"} >= {message["state"] for message in world.told}
    assert any(message["state"] == "wait" for message in world.told)


async def test_kept_parts_count_from_the_start() -> None:
    world = World()
    await world.load()
    del world.kept[key_of(SPEC.parts[4])]
    world.told.clear()
    await world.load()
    assert min(m["done"] for m in world.told if m["state"] == "fetch") >= 4 * 2048


async def test_messages_are_few_and_the_estimate_is_honest() -> None:
    world = World()
    world.chunk_s = 0.2  # three parts at once: 256 bytes every 0.2 s
    began = world.now
    seen: list[tuple[float, float]] = []

    def on_progress(message: dict[str, Any]) -> None:
        if message["eta_s"]:
            seen.append((world.now, float(message["eta_s"])))

    await world.load(on_progress=on_progress)
    took = world.now - began
    assert len(seen) > 10
    for now, eta_s in seen:
        assert began + took == pytest.approx(now + eta_s, abs=0.15 * took)
    world = World()
    world.chunk_s = 0.001
    await world.load()
    assert len(world.told) < 8


async def test_a_cancelled_download_stops_and_resumes() -> None:
    world = World()
    task = asyncio.ensure_future(world.load())
    while len(world.kept) < 2:
        assert not task.done()
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    asked, kept = len(world.asked), len(world.kept)
    for _ in range(50):
        await asyncio.sleep(0)
    assert len(world.asked) == asked, "nothing goes on behind the back"
    world.asked.clear()
    assert (await world.load()).box == MODEL
    assert len(world.asked) == 5 - kept


@pytest.mark.parametrize("broken", [OSError("bug"), ZeroDivisionError()])
async def test_mistakes_of_our_own_are_not_swallowed(broken: Exception) -> None:
    def on_progress(message: dict[str, Any]) -> None:
        raise broken

    with pytest.raises(type(broken)):
        await World().load(on_progress=on_progress)
