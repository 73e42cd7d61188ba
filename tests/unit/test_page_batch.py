"""Many photos: their order, what one failure costs, what is stopped, the results' names."""

from __future__ import annotations

import asyncio
import csv
import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import fail

from .page_modules import page_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = ("awake", "names", "looks", "batch", "saving")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The page's own modules over a browser that is a clock and nothing else."""
    clock = SimpleNamespace(now=0)
    made_up = {
        "js": {"performance": SimpleNamespace(now=lambda: clock.now)},
        "dom": {"JsException": RuntimeError, "named": None},
        "pyscript": {"js_import": None},
        "pyscript.ffi": {"to_js": None},
    }
    with page_modules(monkeypatch, REAL, made_up) as real:
        yield SimpleNamespace(**real, clock=clock)


class Engine:
    """Does a photo when the test lets it; photos whose name begins with "bad" are no photos."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._running: asyncio.Future[None] | None = None

    async def remove(self, blob: str, options: dict[str, Any], on_event: Any) -> dict[str, Any]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.order.append(blob)
            on_event("stage", {"stage": "run", "model": "small"})
            self._running = asyncio.get_running_loop().create_future()
            gate = asyncio.ensure_future(self.gate.wait())
            await asyncio.wait({gate, self._running}, return_when=asyncio.FIRST_COMPLETED)
            gate.cancel()
            if self._running.done():
                raise fail("CANCELLED")
            if blob.startswith("bad"):
                raise fail("DECODE_FAILED")
            name = blob.rsplit(".", 1)[0].rsplit("/", 1)[-1] + "-cutout.png"
            return {"blob": blob, "name": name, "width": 4, "height": 3, "models": ["small"]} | {
                "notes": [options["name"]]
            }
        finally:
            self.at_once -= 1

    def cancel(self) -> None:
        if self._running and not self._running.done():
            self._running.set_result(None)


def photos(*names: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(blob=name, name=name.rsplit("/", 1)[-1], edits=[]) for name in names]


def asked(item: Any) -> dict[str, Any]:
    return {"model": "auto", "name": item.photo.name}


def states(batch: Any) -> list[str]:
    return [item.state for item in batch.items]


def test_one_after_another_and_a_broken_one_stops_nothing(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()
        heard: list[Any] = []
        batch = page.batch.Batch(lambda: engine, asked, heard.append)
        batch.add(photos("a.jpg", "bad.jpg", "c.jpg"))
        await batch.run()
        assert engine.order == ["a.jpg", "bad.jpg", "c.jpg"]
        assert engine.most_at_once == 1
        assert states(batch) == ["done", "failed", "done"]
        assert batch.items[1].error.code == "DECODE_FAILED"
        assert batch.items[0].result["notes"] == ["a.jpg"]
        assert batch.current is None
        assert {item for item in heard if item} == set(batch.items)

    asyncio.run(life())


def test_photos_join_while_it_runs(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()
        engine.gate.clear()
        batch = page.batch.Batch(lambda: engine, asked, lambda _item: None)
        batch.add(photos("a.jpg"))
        running = asyncio.ensure_future(batch.run())
        await asyncio.sleep(0)
        batch.add(photos("b.jpg"))
        await batch.run()  # one runs already: this is no second one
        assert engine.order == ["a.jpg"]
        engine.gate.set()
        await running
        assert states(batch) == ["done", "done"]
        assert engine.most_at_once == 1

    asyncio.run(life())


def test_one_is_stopped_and_the_rest_goes_on(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()
        engine.gate.clear()
        batch = page.batch.Batch(lambda: engine, asked, lambda _item: None)
        batch.add(photos("a.jpg", "b.jpg", "c.jpg"))
        running = asyncio.ensure_future(batch.run())
        await asyncio.sleep(0)
        assert batch.items[0].stage == {"stage": "run", "model": "small"}
        batch.cancel(batch.items[1])  # it waits
        batch.cancel(batch.items[0])  # it is under way
        engine.gate.set()
        await running
        assert states(batch) == ["stopped", "stopped", "done"]
        assert engine.order == ["a.jpg", "c.jpg"]
        batch.retry(batch.items[0])
        batch.retry(batch.items[2])  # done: nothing to be tried again
        await batch.run()
        assert states(batch) == ["done", "stopped", "done"]
        assert engine.order == ["a.jpg", "c.jpg", "a.jpg"]

    asyncio.run(life())


def test_all_are_stopped(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()
        engine.gate.clear()
        batch = page.batch.Batch(lambda: engine, asked, lambda _item: None)
        batch.add(photos("a.jpg", "b.jpg"))
        running = asyncio.ensure_future(batch.run())
        await asyncio.sleep(0)
        batch.cancel_all()
        await running
        assert states(batch) == ["stopped", "stopped"]
        assert engine.order == ["a.jpg"]

    asyncio.run(life())


def test_time_left_is_by_the_last_five(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()

        class Slow(Engine):
            async def remove(self, blob: str, *rest: Any) -> dict[str, Any]:
                page.clock.now += {"first.jpg": 60_000}.get(blob, 2_000)
                return await engine.remove(blob, *rest)

        slow = Slow()
        batch = page.batch.Batch(lambda: slow, asked, lambda _item: None)
        assert batch.left_s() is None
        batch.add(photos("first.jpg", *[f"{n}.jpg" for n in range(5)]))
        await batch.run()
        assert batch.left_s() == 0
        batch.add(photos("x.jpg", "y.jpg", "z.jpg"))
        assert batch.left_s() == 6

    asyncio.run(life())


def test_names_are_kept_and_clashes_numbered(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()
        batch = page.batch.Batch(lambda: engine, asked, lambda _item: None)
        batch.add(photos("one/cup.jpg", "two/cup.jpg", "two/Cup.png", "tea.jpg"))
        await batch.run()
        made = ["cup-cutout.png", "cup-cutout-2.png", "Cup-cutout-3.png", "tea-cutout.png"]
        assert [item.name for item in batch.items] == made
        assert [item.result["name"] for item in batch.items] == made

    asyncio.run(life())


def test_another_look_is_done_again_and_the_same_is_not(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()
        white = {"background": [255, 255, 255]}

        def options(item: Any) -> dict[str, Any]:
            item.scene = item.scene or {}
            return asked(item)

        batch = page.batch.Batch(lambda: engine, options, lambda _item: None)
        batch.add(photos("a.jpg", "b.jpg", "bad.jpg"))
        await batch.run()
        batch.wear([batch.items[0]], dict(white))
        assert states(batch) == ["waiting", "done", "failed"]
        await batch.run()
        assert batch.items[0].result["scene"] == white
        batch.wear(batch.items, dict(white))
        assert states(batch) == ["done", "waiting", "failed"]
        await batch.run()
        assert engine.order == ["a.jpg", "b.jpg", "bad.jpg", "a.jpg", "b.jpg"]
        # One that is under way when another look is chosen is done once more, not left as it was.
        engine.gate.clear()
        batch.wear([batch.items[0]], {})
        running = asyncio.ensure_future(batch.run())
        await asyncio.sleep(0)
        batch.wear([batch.items[0]], dict(white))
        engine.gate.set()
        await running
        assert batch.items[0].result["scene"] == white
        # What was touched up and not written yet is done again, too.
        batch.items[0].photo.edits = [{"tool": "erase"}]
        batch.wear(batch.items[:2], white)
        assert states(batch) == ["waiting", "done", "failed"]
        assert [item.name for item in batch.items[:2]] == ["a-cutout.png", "b-cutout.png"]

    asyncio.run(life())


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("a.png", [], "a.png"),
        ("a.png", ["A.PNG"], "a-2.png"),
        ("a.png", ["a.png", "a-2.png"], "a-3.png"),
        ("a", ["a"], "a-2"),
        (".b.png", [".b.png"], ".b-2.png"),
    ],
)
def test_unique(page: SimpleNamespace, name: str, taken: list[str], free: str) -> None:
    assert page.names.unique(name, taken) == free


@pytest.mark.parametrize(
    ("name", "kind", "is_one"),
    [
        ("a.jpg", "image/jpeg", True),
        ("a.HEIC", "", True),
        ("a.txt", "text/plain", False),
        ("a.pdf", "application/pdf", False),
        ("notes", "", False),
        ("jpg", "", False),
        (".DS_Store", "", False),
        ("._a.jpg", "image/jpeg", False),
    ],
)
def test_what_looks_like_a_picture(
    page: SimpleNamespace, name: str, kind: str, is_one: bool
) -> None:
    assert page.names.is_picture(name, kind) is is_one


def test_report_says_what_became_of_each(page: SimpleNamespace) -> None:
    async def life() -> None:
        engine = Engine()
        batch = page.batch.Batch(lambda: engine, asked, lambda _item: None)
        batch.add(photos('a,"b".jpg', "bad.jpg", "=cmd.jpg", "＝a;=b.jpg"))
        await batch.run()
        text = page.saving.report(batch.items)
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert [row["outcome"] for row in rows] == ["done", "failed", "done", "done"]
        assert rows[0]["file"] == 'a,"b".jpg'
        assert rows[0]["result"] == "a,_b_-cutout.png"  # as every disk takes it
        assert (rows[0]["look"], rows[1]["look"]) == ("{}", "")
        assert rows[1]["result"] == ""
        assert rows[1]["note"] == batch.items[1].error.message
        assert rows[2]["file"] == "'=cmd.jpg"  # no formula for whoever opens it in a table
        assert rows[3]["file"] == "'＝a;'=b.jpg"  # nor where a semicolon parts the cells
        assert text.endswith("\r\n")

    asyncio.run(life())
