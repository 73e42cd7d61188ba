"""What is kept of a queue: written behind the work, read by the next visit, removed in time."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import fail

from .page_modules import page_modules
from .storage import JsError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

REAL = ("awake", "names", "batch", "packing", "state", "keeping", "leftovers")


class Blob:
    """A handle of the browser: nobody looks into it."""

    def __init__(self, name: str, size: int = 100) -> None:
        self.name = name
        self.size = size
        self.gone = False  # from the disk


class Response:
    """What reads a file in a browser."""

    def __init__(self, body: Blob) -> None:
        self.body = body

    async def blob(self) -> Blob:
        if self.body.gone:
            raise JsError
        return self.body


class NoRoomError(Exception):
    """As ``storeroom`` has it."""


class Room:
    """``Storeroom`` on a made-up disk. ``left``: bytes. ``cut``: a name at which the tab dies."""

    def __init__(self) -> None:
        self.records: dict[str, tuple[str, list[Any]]] = {}
        self.left = 10_000_000
        self.cut = ""
        self.at_once = 0
        self.writes: list[str] = []

    async def has_room(self, count: int) -> bool:
        return count < self.left

    async def put(self, name: str, text: str, files: list[Any]) -> None:
        assert not self.at_once
        self.at_once += 1
        await asyncio.sleep(0)
        if self.cut and self.cut in name:
            await asyncio.sleep(3600)
        self.at_once -= 1
        if sum(file.size for file in files) > self.left:
            raise NoRoomError
        self.writes.append(name)
        self.records[name] = (text, [Blob("kept " + file.name, file.size) for file in files])

    async def get(self, name: str) -> tuple[str, list[Any]] | None:
        return self.records.get(name)

    async def names(self, start: str = "") -> list[str]:
        return sorted(name for name in self.records if name.startswith(start))

    async def drop(self, start: str) -> None:
        for name in await self.names(start):
            del self.records[name]

    def drop_at_once(self, start: str) -> None:
        self.dropping = asyncio.ensure_future(self.drop(start))


class Device:
    """What outlives a tab: the room, the locks, localStorage, the time."""

    def __init__(self) -> None:
        self.room = Room()
        self.held: list[str] = []
        self.signs: dict[str, Any] = {}
        self.now = 1_800_000_000.0
        self.said = 0
        self.safe = 0
        self.settings: dict[str, Any] = {"model": "auto", "scene": {}}
        self.tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def told(self, kept: bool) -> None:
        self.safe += kept
        self.said += not kept


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, device: Device) -> Iterator[SimpleNamespace]:
    numbers = iter(range(1, 99))

    async def hold(name: str) -> bool:
        device.held.append(name)
        return True

    async def held() -> list[str]:
        return device.held

    def write(key: str, value: Any) -> bool:
        device.signs[key] = value
        return True

    made_up: dict[str, dict[str, Any]] = {
        "js": {
            "performance": SimpleNamespace(now=lambda: 0),
            "Math": SimpleNamespace(random=lambda: next(numbers) / 100),
            "Response": SimpleNamespace(new=Response),
        },
        "kept": {"write": write, "read": device.signs.get},
        "dom": {"JsException": JsError},
        "locks": {"hold": hold, "held": held},
        "storeroom": {"NoRoomError": NoRoomError},
    }
    with page_modules(monkeypatch, REAL, made_up) as real:
        clock = SimpleNamespace(time=lambda: device.now)
        for name in ("keeping", "leftovers"):
            monkeypatch.setattr(real[name], "time", clock)
        yield SimpleNamespace(**real)


class Visit:
    """A queue on the page, with an engine that does what a photo's name says."""

    def __init__(self, page: SimpleNamespace, device: Device) -> None:
        self.page = page
        self.device = device
        self.batch = page.batch.Batch(lambda: self, lambda _photo: {}, self._changed)
        self.done: list[str] = []
        self.keeping = self._keeping(None)

    def _keeping(self, queue: str | None) -> Any:
        device = self.device
        return self.page.keeping.Keeping(
            device.room,
            lambda: dict(device.settings),
            device.run,
            device.told,
            queue,
        )

    def put(self, *names: str, size: int = 100) -> None:
        photos = [self.page.state.Photo(Blob(name, size), name) for name in names]
        self.keeping.add(self.batch.add(photos))

    def resume(self, left: Any) -> None:
        self.keeping = self._keeping(left.queue)
        self.batch.items = left.items

    def _changed(self, item: Any) -> None:
        if item:
            self.keeping.changed(item)

    async def remove(self, blob: Blob, _options: Any, _on_event: Any) -> dict[str, Any]:
        self.done.append(blob.name)
        await asyncio.sleep(0)
        if blob.gone:
            raise fail("PHOTO_GONE")
        if "bad" in blob.name:
            raise fail("DECODE_FAILED", where="head")
        made = Blob("cut " + blob.name)
        return {"blob": made, "name": "cut.png", "models": ["small"], "notes": [], "width": 4}

    async def settles(self) -> None:
        for _ in range(200):
            await asyncio.sleep(0)


def close(device: Device) -> None:
    """The tab is gone, and what it was writing with it."""
    for task in list(device.tasks):
        task.cancel()
    device.held.clear()
    device.room.at_once = 0
    device.room.cut = ""


def states(items: list[Any]) -> list[str]:
    return [item.state for item in items]


def test_done_stopped_and_failed_ones_come_back(page: SimpleNamespace, device: Device) -> None:
    async def life() -> None:
        picture = Blob("wall.jpg")
        device.settings["scene"] = {"background": {"kind": "image", "image": picture}}
        first = Visit(page, device)
        first.put("a.jpg", "bad.jpg", "c.jpg", "d.jpg")
        first.batch.cancel(first.batch.items[2])
        first.batch.items[3].state = "elsewhere"  # not begun when the tab is closed
        first.batch.items[0].scene = {"outline": {"width": 0.1}}
        first.batch.items[0].photo.edits = [{"tool": "erase", "points": [[1, 2, 1]]}]
        await first.batch.run()
        await first.settles()
        assert first.keeping.covers()
        assert device.safe == 1
        # In memory there is no result any more that is on the disk.
        assert first.batch.items[0].result["blob"].name == "kept cut a.jpg"
        assert await page.leftovers.leftovers(device.room) == []  # this tab has it
        close(device)
        (left,) = await page.leftovers.leftovers(device.room)
        assert states(left.items) == ["done", "failed", "stopped", "waiting"]
        assert left.settings["model"] == "auto"
        assert left.settings["scene"]["background"]["image"].name == "kept wall.jpg"
        assert left.items[0].name == left.items[0].result["name"] == "cut.png"
        assert left.items[0].scene == {"outline": {"width": 0.1}}
        assert left.items[0].photo.edits == [{"tool": "erase", "points": [[1, 2, 1]]}]
        assert (left.items[2].scene, left.items[2].photo.edits) == (None, [])
        assert left.items[1].error.code == "DECODE_FAILED"
        assert left.items[1].error.detail == {"where": "head"}
        assert [item.photo.name for item in left.items] == ["a.jpg", "bad.jpg", "c.jpg", "d.jpg"]
        second = Visit(page, device)
        second.resume(left)
        device.room.writes.clear()
        await second.batch.run()
        await second.settles()
        assert second.done == ["kept d.jpg"]
        assert states(second.batch.items) == ["done", "failed", "stopped", "done"]
        assert second.batch.items[3].name == "cut-2.png"
        # No photo is written a second time.
        assert not [name for name in device.room.writes if name.endswith("photo")]

    asyncio.run(life())


def test_a_tab_that_dies_while_it_writes(page: SimpleNamespace, device: Device) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        device.room.cut = "00003/photo"
        visit.put("a.jpg", "b.jpg", "c.jpg", "d.jpg")
        await visit.settles()
        assert not visit.keeping.covers()
        close(device)
        (left,) = await page.leftovers.leftovers(device.room)
        assert [item.photo.name for item in left.items] == ["a.jpg", "b.jpg"]

    asyncio.run(life())


def test_what_has_no_settings_is_removed(page: SimpleNamespace, device: Device) -> None:
    async def life() -> None:
        device.room.records["1-x/00001/photo"] = (
            '{"name": "a", "blob": {"$file": 0}}',
            [Blob("a")],
        )
        device.signs[page.keeping.SIGN] = True
        assert await page.leftovers.leftovers(device.room) == []
        assert device.room.records == {}
        assert device.signs[page.keeping.SIGN] is None

    asyncio.run(life())


@pytest.mark.parametrize("saved", [True, False])
def test_nothing_is_asked_when_all_was_done_and_saved(
    page: SimpleNamespace, device: Device, saved: bool
) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.batch.run()
        await visit.settles()
        if saved:
            visit.keeping.saved()
        await visit.settles()
        close(device)
        left = await page.leftovers.leftovers(device.room)
        assert len(left) == (0 if saved else 1)
        assert bool(device.room.records) is not saved

    asyncio.run(life())


def test_a_result_after_the_saving_is_not_lost(page: SimpleNamespace, device: Device) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.batch.run()
        visit.keeping.saved()
        visit.batch.wear(visit.batch.items, {"outline": {"width": 0.1}})
        await visit.batch.run()
        await visit.settles()
        visit.keeping.leave(visit.batch.items)
        await visit.settles()
        close(device)
        assert len(await page.leftovers.leftovers(device.room)) == 1

    asyncio.run(life())


def test_whoever_leaves_with_everything_saved_leaves_nothing(
    page: SimpleNamespace, device: Device
) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.batch.run()
        visit.keeping.saved()
        await visit.settles()
        visit.keeping.leave(visit.batch.items)
        await visit.settles()
        assert device.room.records == {}

    asyncio.run(life())


@pytest.mark.parametrize(("days", "there"), [(6.9, True), (7.1, False)])
def test_after_a_week_it_is_gone(
    page: SimpleNamespace, device: Device, days: float, there: bool
) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.settles()
        close(device)
        device.now += days * 86_400
        assert bool(await page.leftovers.leftovers(device.room)) is there
        assert bool(device.room.records) is there

    asyncio.run(life())


def test_a_clock_that_is_set_back_keeps_nothing_for_ever(
    page: SimpleNamespace, device: Device
) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.settles()
        close(device)
        device.now -= 400 * 86_400
        assert await page.leftovers.leftovers(device.room)
        device.now += 6.9 * 86_400
        assert await page.leftovers.leftovers(device.room)
        device.now += 0.2 * 86_400
        assert not await page.leftovers.leftovers(device.room)
        assert device.room.records == {}

    asyncio.run(life())


def test_a_clock_that_is_set_forward_takes_nothing_from_a_tab_at_work(
    page: SimpleNamespace, device: Device
) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.settles()
        device.now += 400 * 86_400
        assert await page.leftovers.leftovers(device.room) == []
        assert len(device.room.records) == 3

    asyncio.run(life())


STROKE = {"tool": "erase", "points": [[1, 2, 1]]}


def alone(page: SimpleNamespace, device: Device) -> tuple[Any, Any]:
    device.settings["alone"] = True
    visit = Visit(page, device)
    item = page.batch.Item(1, page.state.Photo(Blob("a.jpg"), "a.jpg"))
    visit.keeping.add([item])
    return visit, item


@pytest.mark.parametrize("taken", [True, False])
def test_one_photo_with_what_a_hand_did(page: SimpleNamespace, device: Device, taken: bool) -> None:
    async def life() -> None:
        visit, item = alone(page, device)
        for edits, undone in (([STROKE], []), ([STROKE, STROKE], []), ([STROKE], [STROKE])):
            item.photo.edits, item.photo.undone = edits, undone
            visit.keeping.drawn(item)
            assert visit.keeping.is_behind()
            await visit.settles()
        assert not visit.keeping.is_behind()
        if taken:
            visit.keeping.saved()
            await visit.settles()
        close(device)
        found = await page.leftovers.leftovers(device.room)
        assert bool(device.room.records) is not taken
        if not taken:
            (left,) = found
            assert left.alone
            assert left.items[0].photo.blob.name == "kept a.jpg"
            assert (left.items[0].photo.edits, left.items[0].photo.undone) == ([STROKE], [STROKE])

    asyncio.run(life())


def test_a_stroke_after_the_saving_is_not_lost(page: SimpleNamespace, device: Device) -> None:
    async def life() -> None:
        visit, item = alone(page, device)
        visit.keeping.saved()
        await visit.settles()
        visit.keeping.drawn(item)
        await visit.settles()
        visit.keeping.leave([])
        await visit.settles()
        close(device)
        assert len(await page.leftovers.leftovers(device.room)) == 1

    asyncio.run(life())


def test_strokes_on_a_photo_of_a_queue(page: SimpleNamespace, device: Device) -> None:
    """The tab dies before their file is written: it is written by the next visit."""

    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.batch.run()
        item = visit.batch.items[1]
        item.photo.edits = [STROKE]
        visit.keeping.drawn(item)
        await visit.settles()
        close(device)
        (left,) = await page.leftovers.leftovers(device.room)
        assert not left.alone
        assert states(left.items) == ["done", "waiting"]
        assert left.items[1].photo.edits == [STROKE]

    asyncio.run(life())


@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_nothing_is_written_where_that_is_turned_off(
    page: SimpleNamespace, device: Device, when: str
) -> None:
    async def life() -> None:
        device.signs[page.keeping.KEEP] = when != "before"
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        if when == "before":
            await visit.settles()
            assert device.room.writes == []
            assert not visit.keeping.covers()
            return
        if when == "after":
            await visit.batch.run()
            await visit.settles()
        else:
            await asyncio.sleep(0)
        visit.keeping.stop()
        visit.put("c.jpg")
        await visit.settles()
        # Results in memory that are those on the disk stay until the page is left.
        assert bool(device.room.records) is (when == "after")
        visit.keeping.leave(visit.batch.items)
        await visit.settles()
        assert device.room.records == {}
        assert device.said == 0

    asyncio.run(life())


@pytest.mark.parametrize("kept", [True, False])
def test_a_photo_whose_file_is_gone(page: SimpleNamespace, device: Device, kept: bool) -> None:
    """It is done from the copy, where there is one; the others are kept in any case."""

    async def life() -> None:
        visit = Visit(page, device)
        photos = [page.state.Photo(Blob(name), name) for name in ("a.jpg", "b.jpg")]
        items = visit.batch.add(photos)
        photos[0].blob.gone = not kept
        visit.keeping.add(items)
        await visit.settles()
        photos[0].blob.gone = True
        visit.batch._copy = visit.keeping.copy
        await visit.batch.run()
        await visit.settles()
        assert states(items) == ["done" if kept else "failed", "done"]
        assert visit.done == ["a.jpg", *(["kept a.jpg"] if kept else []), "b.jpg"]
        assert visit.keeping.covers()
        assert device.said == 0
        assert len(await device.room.names(visit.keeping.queue + "/00002")) == 2

    asyncio.run(life())


@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_a_full_disk_is_said_once_and_stops_nothing(
    page: SimpleNamespace, device: Device, when: str
) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        if when != "before":
            visit.put("a.jpg")
            if when == "after":
                await visit.batch.run()
            await visit.settles()
        device.room.left = 50
        visit.put("b.jpg", "c.jpg")
        await visit.settles()
        await visit.batch.run()
        await visit.settles()
        assert set(states(visit.batch.items)) == {"done"}
        assert not visit.keeping.covers()
        assert device.said == 1
        if when != "after":
            assert device.room.records == {}
            return
        # That result is on the disk alone: it stays, and is offered.
        close(device)
        (left,) = await page.leftovers.leftovers(device.room)
        assert states(left.items) == ["done"]

    asyncio.run(life())


def test_settings_that_change_are_kept(page: SimpleNamespace, device: Device) -> None:
    async def life() -> None:
        visit = Visit(page, device)
        visit.put("a.jpg", "b.jpg")
        await visit.settles()
        device.settings = {"model": "fast", "scene": {"shadow": {"kind": "drop"}}}
        await visit.batch.run()
        await visit.settles()
        close(device)
        (left,) = await page.leftovers.leftovers(device.room)
        assert (left.settings["model"], left.settings["scene"]) == (
            "fast",
            {"shadow": {"kind": "drop"}},
        )

    asyncio.run(life())


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, "x"], "b": {"c": ()}},
        {"a": Blob("x"), "b": [Blob("y"), {"c": Blob("z")}]},
        [],
    ],
)
def test_packing(page: SimpleNamespace, value: Any) -> None:
    text, files = page.packing.pack(value)
    back = page.packing.unpack(text, files)
    assert page.packing.pack(back) == (text, files)
    assert len(files) == str(value).count("Blob object")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\cat.png", "cat.png"),
        ("C:cat.png", "C_cat.png"),
        ("cat\x00\n.png", "cat.png"),
        ("exe\u202egpj.png", "exegpj.png"),
        ("con.png", "_con.png"),
        ("COM1.tar.png", "_COM1.tar.png"),
        ("console.png", "console.png"),
        ('a?*<b>|".png', "a___b___.png"),
        (" cat .png ", "cat.png"),
        ("..", "photo"),
        ("", "photo"),
        (".png", "photo.png"),
        ("größer 写真.png", "größer 写真.png"),
        ("x" * 300 + ".png", "x" * 117 + ".png"),
    ],
)
def test_names_that_every_disk_takes(page: SimpleNamespace, name: str, made: str) -> None:
    assert page.names.safe(name) == made
