"""The page's engine between two photos: it renews its worker, sleeps, and times its backends."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import OffcutError, fail

from . import page as made_up

if TYPE_CHECKING:
    from types import SimpleNamespace

    from .page import World

page = pytest.fixture(made_up.page)
Page = tuple["World", "SimpleNamespace"]
SETTLE_S, IDLE_S, HIDDEN_S = 6, 620, 320  # with room for the ticks in between
PROCESSOR = replace(made_up.GPU, has_gpu=False, adapter=False)


def engine_of(page: Page, backend: str = "auto", **life: Any) -> Any:
    world, real = page
    made = real.life.Life(lambda: world.now, **life)
    return real.engine.Engine("/", backend, world.heard, made, world.sleep)


async def cut(engine: Any) -> str:
    made: str = (await engine.remove("photo", {"model": "auto"}))["blob"]
    return made


async def test_settings_of_the_result_reach_the_worker_without_any_none(page: Page) -> None:
    """None would arrive as undefined, at any depth; what the worker does not know stays here."""
    picture = object()
    asked = {
        "model": "fast",
        "background": {"kind": "image", "image": picture, "fit": None, "x": 0},
        "shadow": {"kind": "drop", "x": 0.0, "colour": None},
        "outline": None,
        "frame": {"margin": 0.05, "aspect": [1, 1], "size": None, "centre": False},
        "crop": False,
        "name": "photo.jpg",
    }
    await engine_of(page).remove("photo", asked)
    assert page[0].wanted == [
        {
            "format": "image/png",
            "quality": 0.8,
            "background": {"kind": "image", "image": picture, "x": 0},
            "shadow": {"kind": "drop", "x": 0.0},
            "frame": {"margin": 0.05, "aspect": [1, 1], "centre": False},
            "crop": False,
        }
    ]


# -- a job that is held ----------------------------------------------------------------------------


async def hold(engine: Any, number: int = 1) -> None:
    await engine.remove("photo", {"model": "auto", "hold": number})


async def test_a_held_job_is_drawn_again_without_a_network(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await hold(engine)
    before = len(world.calls)
    drawn = await engine.redraw({"hold": 1, "outline": {"width": 0.1}})
    made = await engine.rewrite({"hold": 1, "background": [1, 2, 3], "name": "x"})
    assert drawn == {
        "blob": "job-1 of worker 0",
        "width": 4,
        "height": 3,
        "empty": False,
        "final": True,
    }
    assert made["models"] == ["small", "large"]
    assert made["notes"] == ["Smaller."]
    assert world.wanted[-1] == {"format": "image/png", "quality": 0.8, "background": [1, 2, 3]}
    assert [method for _, _, method in world.calls[before:]] == ["look", "export"]


@pytest.mark.parametrize("way", ["another photo", "a rest", "a cancel", "a failed one", "renewed"])
async def test_what_is_held_no_more_is_said_so(page: Page, way: str) -> None:
    world, _ = page
    engine = engine_of(page, photos=1 if way == "renewed" else 40)
    if way == "a failed one":
        world.lost = {"wasm-mt", "wasm-st", "webgpu"}
        with pytest.raises(OffcutError):
            await hold(engine)
    else:
        await hold(engine)
    if way == "another photo":
        await hold(engine, 2)
        assert (await engine.redraw({"hold": 2}))["blob"] == "job-2 of worker 0"
    elif way == "a rest":
        engine.rest()
    elif way == "a cancel":
        engine.cancel()
    with pytest.raises(OffcutError, match="JOB_UNKNOWN"):
        await engine.redraw({"hold": 1})


STROKE = {"tool": "erase", "size": 9, "points": [[1, 2, 1]]}
HINT = {"id": 7, "x": 5, "y": 6, "keep": True}


async def test_edits_are_given_to_the_worker_when_they_are_others(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    one: list[Any] = [STROKE]
    await engine.remove("photo", {"model": "fast", "hold": 1})
    assert world.edits == []  # a plain photo costs no call more
    made = await engine.rewrite({"hold": 1, "edits": one})
    assert made["edits"] is one
    await engine.redraw({"hold": 1, "edits": one})
    assert world.edits == [("job-1", [STROKE])]
    made = await engine.rewrite({"hold": 1})
    assert made["edits"] == []
    assert world.edits[1:] == [("job-1", [])]
    drawn = await engine.held("retouch", {"hold": 1})
    assert (drawn["blob"], drawn["final"]) == ("job-1 of worker 0", True)
    assert len(world.edits) == 3
    assert await engine.held("stamp", {"hold": 1, "stamp": {"size": 3, "hardness": 1}}) == {
        "blob": {"size": 3, "hardness": 1},
        "side": 9,
    }


async def test_a_new_worker_looks_again_for_what_hints_found(page: Page) -> None:
    """Numbers of patches are the worker's own; the page has its own for them."""
    world, _ = page
    engine = engine_of(page)
    await engine.remove("photo", {"model": "fast", "hold": 1})
    assert await engine.held("hint", {"hold": 1, "hint": HINT}) == ""
    assert (
        await engine.held("hint", {"hold": 1, "hint": HINT | {"id": 8, "x": 0}}) == "Nothing there."
    )
    edits = [{"tool": "patch", "hint": HINT}, STROKE]
    await engine.held("retouch", {"hold": 1, "edits": edits})
    assert world.edits == [("job-1", [{"tool": "patch", "id": 1}, STROKE])]
    engine.rest()
    await engine.remove("photo", {"model": "fast", "hold": 1, "edits": edits})
    assert world.edits[1:] == [("job-2", [{"tool": "patch", "id": 11}, STROKE])]
    # What is not found any more is left out.
    gone = [{"tool": "patch", "hint": HINT | {"id": 9, "x": 0}}, STROKE]
    await engine.held("retouch", {"hold": 1, "edits": gone})
    assert world.edits[2:] == [("job-2", [STROKE])]


async def test_only_one_job_is_held_and_none_that_nobody_asked_to_hold(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await hold(engine, 1)
    await hold(engine, 2)
    assert [link.jobs for link in world.alive()] == [["job-2"]]
    await cut(engine)
    assert [link.jobs for link in world.alive()] == [[]]


# -- renewal ---------------------------------------------------------------------------------------


async def test_a_batch_never_notices_that_the_worker_is_renewed(page: Page) -> None:
    world, _ = page
    engine = engine_of(page, photos=3)
    made = await asyncio.gather(*(cut(engine) for _ in range(7)))
    assert made == [f"by worker {n}" for n in (0, 0, 0, 1, 1, 1, 2)]
    assert len(world.alive()) == 1


async def test_a_renewed_worker_has_the_same_models_ready(page: Page) -> None:
    world, _ = page
    engine = engine_of(page, photos=1)
    await cut(engine)
    await world.settles()
    assert [link.number for link in world.alive()] == [1]
    assert world.alive()[0].loaded == ["small", "large"]
    assert engine.probe()["backend"] == "webgpu"
    assert world.kinds() == ["starting", "ready", "starting", "ready"]
    assert await cut(engine) == "by worker 1"


async def test_a_worker_that_grew_too_large_is_renewed(page: Page) -> None:
    world, _ = page
    engine = engine_of(page, memory_mb=2000)
    world.memory_mb = 2000
    assert [await cut(engine), await cut(engine)] == ["by worker 0", "by worker 0"]
    world.memory_mb = 2001
    await cut(engine)
    assert await cut(engine) == "by worker 1"


async def test_a_phone_s_worker_may_grow_less(page: Page) -> None:
    world, _ = page
    world.facts = replace(world.facts, memory_gb=1)
    world.memory_mb = 600
    engine = engine_of(page)
    assert [await cut(engine), await cut(engine)] == ["by worker 0", "by worker 1"]


async def test_no_renewal_while_somebody_loads_models(page: Page) -> None:
    """A preload beside a photo holds on to the worker: it must not hear that it was cancelled."""
    world, _ = page
    engine = engine_of(page, photos=1)
    await engine.start()
    world.held["load large"] = asyncio.Event()
    warming = asyncio.ensure_future(engine.warm("auto"))
    await world.settles()
    assert not engine.free()
    for _ in range(2):
        made = await engine.remove("photo", {"model": "fast"})
        assert made["blob"] == "by worker 0"
    world.held["load large"].set()
    await warming
    assert await cut(engine) == "by worker 1", "put off, not forgotten"


@pytest.mark.parametrize("which", [0, 1])
async def test_one_photo_is_stopped_and_the_others_are_done(page: Page, which: int) -> None:
    """The one whose turn it is, or one that waits."""
    world, _ = page
    engine = engine_of(page)
    world.held["cut"] = asyncio.Event()
    options: list[dict[str, Any]] = [{"model": "auto"} for _ in range(3)]
    photos = [asyncio.ensure_future(engine.remove("photo", one)) for one in options]
    await world.settles()
    engine.stop(options[which])
    world.held["cut"].set()
    answers = await asyncio.gather(*photos, return_exceptions=True)
    stopped = answers.pop(which)
    assert isinstance(stopped, OffcutError)
    assert stopped.code == "CANCELLED"
    worker = "by worker 0" if which else "by worker 1"
    assert [one["blob"] for one in answers if isinstance(one, dict)] == [worker, worker]


async def test_a_matte_that_came_along_needs_no_model(page: Page) -> None:
    world, _ = page
    made = await engine_of(page).remove("photo", {"model": "auto", "matte": "mask"})
    assert made["models"] == []
    asked = [method for _, _, method in world.calls]
    assert "load" not in asked
    assert asked.index("apply") < asked.index("export") < asked.index("forget")


async def test_cancel_in_a_batch_cancels_all_of_it_and_the_next_photo_is_done(page: Page) -> None:
    world, _ = page
    engine = engine_of(page, photos=1)
    world.held["cut"] = asyncio.Event()
    batch = [asyncio.ensure_future(cut(engine)) for _ in range(3)]
    await world.settles()
    engine.cancel()
    for one in await asyncio.gather(*batch, return_exceptions=True):
        assert isinstance(one, OffcutError)
        assert one.code == "CANCELLED"
    world.held.clear()
    assert await cut(engine) == "by worker 1"


async def test_cancel_at_the_moment_in_which_the_last_photo_is_forgotten(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the answer already goes on, and the worker's report is gone by then."""
    engine = engine_of(page)
    await engine.remove("photo", {"model": "auto", "hold": 1})

    async def forget() -> None:
        engine.cancel()

    monkeypatch.setattr(engine._held, "forget", forget)
    with pytest.raises(OffcutError, match="CANCELLED"):
        await cut(engine)


async def test_a_backend_lost_in_a_job_is_left_and_the_photo_done(page: Page) -> None:
    world, _ = page
    world.lost.add("webgpu")
    events: list[str] = []
    engine = engine_of(page)
    made = await engine.remove("photo", {}, lambda kind, _: events.append(kind))
    assert made["blob"] == "by worker 1"
    assert made["notes"] == ["Smaller."], "said once, though each model says it"
    assert engine.probe()["backend"] == "wasm-mt"
    assert "fallback" in events
    assert "fallback" in world.kinds()


async def told(engine: Any, code: str) -> None:
    with pytest.raises(OffcutError) as caught:
        await cut(engine)
    assert caught.value.code == code


async def test_a_worker_that_was_ended_is_started_anew_on_the_same_backend_once(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    world.faults["cut"] = ["WORKER_LOST"]
    assert await cut(engine) == "by worker 1"
    assert engine.probe()["backend"] == "webgpu"
    # It goes on so: the backend may be what kills it.
    world.faults["cut"] = ["WORKER_LOST", "WORKER_LOST"]
    await cut(engine)
    assert engine.probe()["backend"] == "wasm-mt"


async def test_a_worker_that_was_ended_in_its_start_is_started_anew_once(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    world.faults["start"] = ["WORKER_LOST"]
    assert await cut(engine) == "by worker 1"
    assert engine.probe()["backend"] == "webgpu"
    engine.rest()
    world.faults["start"] = ["WORKER_LOST"] * 2
    await told(engine, "WORKER_LOST")
    assert (await cut(engine)).startswith("by worker")


async def test_a_start_that_hangs_leaves_what_needs_the_least(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    world.faults["start"] = ["WORKER_TIMEOUT"]
    await cut(engine)
    assert engine.probe()["backend"] == "wasm-st"
    assert len(world.links) == 2
    forced = engine_of(page, "webgpu")
    world.faults["start"] = ["WORKER_TIMEOUT"]
    await told(forced, "WORKER_TIMEOUT")


@pytest.mark.parametrize("used", [True, False])
async def test_a_full_memory_is_met_with_a_fresh_worker_where_that_has_more(
    page: Page, used: bool
) -> None:
    world, _ = page
    engine = engine_of(page)
    if used:
        await cut(engine)
    world.faults["cut"] = ["OUT_OF_MEMORY"]
    assert await cut(engine) == "by worker 1"
    assert engine.probe()["backend"] == ("webgpu" if used else "wasm-mt")


@pytest.mark.parametrize("code", ["OUT_OF_MEMORY", "RUN_FAILED", "WORKER_LOST", "BACKEND_LOST"])
async def test_a_photo_that_no_backend_does_costs_the_next_one_nothing(
    page: Page, code: str
) -> None:
    world, _ = page
    engine = engine_of(page)
    await cut(engine)
    world.faults["cut"] = [code] * 9
    await told(engine, code)
    world.faults["cut"] = []
    await cut(engine)
    photo = code != "BACKEND_LOST"  # no photo does that
    assert engine.probe()["backend"] == ("webgpu" if photo else "wasm-st")


async def test_a_photo_that_the_last_backend_cannot_do_keeps_its_worker(page: Page) -> None:
    world, _ = page
    engine = engine_of(page, "wasm-st")
    await cut(engine)
    world.faults["cut"] = ["RUN_FAILED"]
    await told(engine, "RUN_FAILED")
    assert await cut(engine) == "by worker 0"


@pytest.mark.parametrize("code", ["WORKER_LOST", "OUT_OF_MEMORY", "WORKER_TIMEOUT"])
async def test_a_held_job_whose_worker_fails_is_to_be_done_again(page: Page, code: str) -> None:
    world, _ = page
    engine = engine_of(page)
    await hold(engine)
    world.faults["look"] = [code]
    with pytest.raises(OffcutError, match="JOB_UNKNOWN"):
        await engine.redraw({"hold": 1})
    assert world.alive() == []
    await hold(engine)
    assert (await engine.redraw({"hold": 1}))["blob"].endswith("of worker 1")


async def test_one_that_is_ended_while_nobody_needs_it_is_said_to_sleep(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await cut(engine)
    world.alive()[0].close(fail("WORKER_LOST"))
    await world.passes(20)
    assert world.kinds()[-1] == "asleep"
    assert await cut(engine) == f"by worker {len(world.links) - 1}"


async def test_a_page_that_slept_has_left_nobody_alone(page: Page) -> None:
    """And a clock that is set says nothing about how long that was."""
    world, real = page
    awake = real.awake.Awake(1000)
    for now, since in ((400, 400), (5000, 1400), (-9e9, 1400), (-9e9 + 300, 1700), (9e9, 2700)):
        world.now = now
        assert awake() == since
    engine = real.engine.Engine("/", "auto", world.heard, None, world.sleep)
    await engine.warm("fast")
    world.now += 3 * 3_600_000
    await world.passes(60)
    assert "asleep" not in world.kinds()
    await world.passes(IDLE_S)
    assert world.kinds()[-1] == "asleep"


# -- sleep -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hidden", "after_s"), [(False, IDLE_S), (True, HIDDEN_S)])
async def test_left_alone_it_sleeps_and_the_next_photo_wakes_it(
    page: Page, hidden: bool, after_s: int
) -> None:
    world, _ = page
    world.hidden = hidden
    engine = engine_of(page)
    await engine.warm("fast")
    await world.passes(after_s - 60)
    assert len(world.alive()) == 1
    await world.passes(60)
    assert world.alive() == []
    assert world.kinds()[-1] == "asleep"
    assert "failed" not in world.kinds()
    number = len(world.links)
    assert await cut(engine) == f"by worker {number}"


async def test_photos_keep_it_awake_and_a_long_one_is_not_disturbed(page: Page) -> None:
    world, _ = page
    world.facts = PROCESSOR
    engine = engine_of(page)
    for _ in range(3):
        await cut(engine)
        await world.passes(IDLE_S - 60)
    world.held["cut"] = asyncio.Event()
    long = asyncio.ensure_future(cut(engine))
    await world.passes(2 * IDLE_S)
    world.held["cut"].set()
    assert await long == "by worker 0"
    assert "asleep" not in world.kinds()


# -- which backend is the fastest ------------------------------------------------------------------


async def test_each_backend_is_timed_once_while_nobody_waits(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await engine.warm("fast")
    assert world.backends("clock") == []
    await world.passes(SETTLE_S)
    assert world.backends("clock") == ["webgpu", "wasm-mt"], "one thread is never faster"
    assert [link.backend for link in world.alive()] == ["webgpu"]
    assert engine.probe()["times"] == {"webgpu": 80, "wasm-mt": 200}
    assert engine.probe()["limits"] == [{"model": "large", "why": "Slow."}]
    await world.passes(60)
    await cut(engine)
    await world.passes(60)
    assert len(world.backends("clock")) == 2
    later = engine_of(page)
    assert (await later.start())["times"] == {"webgpu": 80, "wasm-mt": 200}


async def test_a_clearly_faster_one_takes_over_and_goes_first_from_then_on(page: Page) -> None:
    world, _ = page
    world.ms["webgpu"] = 251
    engine = engine_of(page)
    await engine.warm("fast")
    await world.passes(SETTLE_S)
    assert engine.probe()["backend"] == "wasm-mt"
    assert [(link.backend, link.loaded) for link in world.alive()] == [("wasm-mt", ["small"])]
    await world.passes(60)
    assert len(world.backends("clock")) == 2
    first = (await engine_of(page).start())["candidates"][0]
    assert first["name"] == "wasm-mt"
    assert "fastest" in first["reason"]


async def test_one_that_is_hardly_faster_waits_for_the_next_visit(page: Page) -> None:
    world, _ = page
    world.ms["webgpu"] = 249
    engine = engine_of(page)
    await engine.warm("fast")
    await world.passes(SETTLE_S)
    assert engine.probe()["backend"] == "webgpu"
    assert (await engine_of(page).start())["backend"] == "wasm-mt"


async def test_a_photo_stops_the_timing_at_once(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await engine.warm("fast")
    world.held["clock"] = asyncio.Event()
    await world.passes(SETTLE_S)
    world.held["clock"].set()
    world.held["clock"] = asyncio.Event()
    await world.settles()
    assert [link.backend for link in world.alive()] == ["webgpu", "wasm-mt"]
    cutting = asyncio.ensure_future(cut(engine))
    await asyncio.sleep(0)
    assert [link.backend for link in world.alive()] == ["webgpu"]
    assert await cutting == "by worker 0"
    assert engine.probe()["times"] == {"webgpu": 80}
    world.held.clear()
    await world.passes(SETTLE_S)
    assert engine.probe()["times"] == {"webgpu": 80, "wasm-mt": 200}, "later, when idle again"


@pytest.mark.parametrize(
    ("changes", "backend"),
    [
        ({"facts": PROCESSOR}, "auto"),
        ({"facts": replace(made_up.GPU, memory_gb=2)}, "auto"),
        ({"save_data": True}, "auto"),
        ({}, "webgpu"),
        ({}, "wasm-st"),
    ],
)
async def test_no_second_worker(page: Page, changes: dict[str, Any], backend: str) -> None:
    """One candidate, little memory, a visit that is to save data, a backend that was asked for."""
    world, _ = page
    world.__dict__.update(changes)
    engine = engine_of(page, backend)
    await engine.warm("fast")
    await world.passes(60)
    assert len(world.links) == 1
    assert len(world.backends("clock")) == 1
    assert list(engine.probe()["times"]) == [engine.probe()["backend"]]


async def test_nothing_is_timed_without_the_small_model_or_in_a_hidden_page(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await engine.start()
    await world.passes(60)
    assert world.backends("clock") == [], "timing must not be what downloads it"
    world.hidden = True
    await engine.warm("fast")
    await world.passes(60)
    assert world.backends("clock") == []


async def test_a_rival_that_does_not_work_is_not_tried_again(page: Page) -> None:
    world, _ = page
    del world.ms["wasm-mt"]
    engine = engine_of(page)
    await engine.warm("fast")
    await world.passes(SETTLE_S)
    assert engine.probe()["times"] == {"webgpu": 80, "wasm-mt": 0}
    assert engine.probe()["backend"] == "webgpu"
    started = len(world.links)
    await engine_of(page).warm("fast")
    await world.passes(60)
    assert len(world.links) == started + 1


@pytest.mark.parametrize("change", ["version", "device"])
async def test_times_of_another_version_or_device_do_not_count(page: Page, change: str) -> None:
    world, _ = page
    await engine_of(page).warm("fast")
    await world.passes(SETTLE_S)
    if change == "version":
        world.version = "2"
    else:
        world.facts = replace(world.facts, cores=4)
    assert (await engine_of(page).start())["times"] == {}


@pytest.mark.parametrize("kept", ["", "{", "[1]", "null", '{"version": "1", "times": 5}'])
async def test_a_storage_with_something_else_in_it(page: Page, kept: str) -> None:
    world, real = page
    world.storage.items[real.calibration.KEY] = kept
    assert (await engine_of(page).start())["times"] == {}


async def test_a_storage_that_is_blocked_breaks_nothing(page: Page) -> None:
    world, _ = page
    world.storage.blocked = True
    world.ms["webgpu"] = 1000
    engine = engine_of(page)
    await engine.warm("fast")
    await world.passes(60)
    assert engine.probe()["backend"] == "wasm-mt", "known until the page is closed"
    assert len(world.backends("clock")) == 2
    assert (await engine_of(page).start())["backend"] == "webgpu"


async def test_what_is_kept_is_plain(page: Page) -> None:
    world, real = page
    await engine_of(page).warm("fast")
    await world.passes(SETTLE_S)
    kept = json.loads(world.storage.items[real.calibration.KEY])
    assert sorted(kept) == ["device", "times", "version"]


async def test_a_fast_one_that_fails_falls_through(page: Page) -> None:
    world, _ = page
    world.ms["webgpu"] = 1000
    await engine_of(page).warm("fast")
    await world.passes(SETTLE_S)
    del world.ms["wasm-mt"]
    engine = engine_of(page)
    assert (await engine.start())["backend"] == "webgpu"
    assert world.told[-2][0] == "fallback"


async def test_the_backend_in_use_failing_while_it_is_timed_is_no_end(page: Page) -> None:
    world, real = page
    engine = engine_of(page)
    await engine.warm("fast")

    def broken(_link: Any) -> None:
        raise fail("BACKEND_LOST")

    real.backends.Link.on_clock = broken
    await world.passes(60)
    assert await cut(engine) == "by worker 0"


# -- models that are not here ------------------------------------------------------------------


async def made_by(page: Page, engine: Any, **options: Any) -> list[str]:
    made: list[str] = (await engine.remove("photo", {"model": "auto", **options}))["models"]
    return made


async def test_large_models_are_not_fetched_unasked_where_that_costs(page: Page) -> None:
    engine = engine_of(page)
    await engine.warm("large", sparing=True)
    assert await made_by(page, engine, sparing=True) == ["small"]
    # One that stands alone and would have to be fetched: the quick one in its place.
    assert await made_by(page, engine, model="large", sparing=True) == ["small"]
    assert await made_by(page, engine, sparing=False) == ["small", "large"]
    # It is here now.
    assert await made_by(page, engine, sparing=True) == ["small", "large"]
    assert await made_by(page, engine, model="large", sparing=True) == ["large"]


async def test_a_model_is_deleted_and_its_worker_goes(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await engine.warm("fast")
    await engine.discard("large")  # not in memory: the worker may stay
    assert len(world.alive()) == 1
    await engine.discard("small")
    assert world.discarded == ["large", "small"]
    assert world.alive() == []
    assert world.kinds()[-1] == "asleep"
    await cut(engine)
    assert len(world.alive()) == 1


async def test_what_the_worker_has_is_told_anew(page: Page) -> None:
    world, _ = page
    engine = engine_of(page)
    await engine.start()
    await engine.refresh()
    assert world.told[-1] == ("report", engine.probe())
