"""A changed setting is drawn at once and written later; what is chosen is what is on screen."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import OffcutError, fail

from .page_modules import page_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = ("state", "dressing")
WHITE, BLACK, RED = ({"background": {"kind": "colour", "colour": [n] * 3}} for n in (255, 0, 9))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    with page_modules(monkeypatch, REAL, {}) as real:
        yield SimpleNamespace(**real)


class Engine:
    """Draws what it is asked for; ``gate`` holds it back, ``refuses`` is what it raises."""

    def __init__(self) -> None:
        self.drawn: list[Any] = []
        self.written: list[Any] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.refuses: OffcutError | None = None

    async def redraw(self, options: dict[str, Any]) -> dict[str, Any]:
        self.drawn.append(options.get("background"))
        await self.gate.wait()
        if self.refuses:
            raise self.refuses
        return {"blob": f"picture {len(self.drawn)}"}

    async def rewrite(self, options: dict[str, Any]) -> dict[str, Any]:
        self.written.append(options.get("background"))
        return {"blob": "file"}


class App:
    """The page with a photo that is done."""

    def __init__(self, page: SimpleNamespace) -> None:
        self.state = page.state.State()
        self.engine = Engine()
        self.state.phase = page.state.DONE
        self.state.photo = SimpleNamespace(number=1)
        self.state.result = {"blob": "first", "scene": {}}
        self.tasks: list[Any] = []
        self.errors: list[OffcutError] = []
        self.again = 0
        self.shown: list[str] = []
        self.sleeping = 0.0
        self.dressing = page.dressing.Dressing(self, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.sleeping += seconds
        await asyncio.sleep(0)

    def run(self, work: Any) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    def options(self, _photo: Any, scene: dict[str, Any]) -> dict[str, Any]:
        return dict(scene)

    def changed(self) -> None:
        if self.state.preview:
            self.shown.append(self.state.preview["blob"])

    def written(self, result: dict[str, Any], scene: dict[str, Any]) -> None:
        result["scene"] = scene
        self.state.result = result

    def stopped(self, error: OffcutError) -> None:
        self.errors.append(error)

    def redo(self) -> None:
        self.again += 1
        self.dressing.stop()

    async def settled(self) -> None:
        await asyncio.gather(*self.tasks)


async def drawing(page: SimpleNamespace) -> App:
    """An app whose engine draws ``WHITE``, and waits at the gate."""
    app = App(page)
    app.engine.gate.clear()
    app.dressing.wear(WHITE)
    for _ in range(5):
        await asyncio.sleep(0)
    return app


def test_the_last_of_many_is_drawn_and_written_once(page: SimpleNamespace) -> None:
    async def life() -> None:
        app = await drawing(page)
        for scene in (BLACK, RED, BLACK, RED):  # a slider, while the first picture is drawn
            app.dressing.wear(scene)
        assert app.state.preview["blob"] == "first"
        app.engine.gate.set()
        await app.settled()
        assert app.engine.drawn == [WHITE["background"], RED["background"]]
        assert app.engine.written == [RED["background"]]
        assert app.state.preview["blob"] == "picture 2"
        assert app.state.result["scene"] == RED
        assert app.sleeping >= page.dressing.WRITE_S

    asyncio.run(life())


def test_a_picture_is_shown_while_the_slider_moves_on(page: SimpleNamespace) -> None:
    async def life() -> None:
        app = await drawing(page)
        app.dressing.wear(BLACK)
        app.engine.gate.set()
        await app.settled()
        assert app.shown[-2:] == ["picture 1", "picture 2"]

    asyncio.run(life())


def test_what_fails_is_taken_back(page: SimpleNamespace) -> None:
    async def life() -> None:
        app = App(page)
        first = app.state.result
        app.engine.refuses = fail("BAD_CONFIG", "No picture.")
        app.dressing.wear(WHITE)
        await app.settled()
        assert [error.code for error in app.errors] == ["BAD_CONFIG"]
        assert (app.state.result, app.state.scene) == (first, {})
        app.engine.refuses = None  # and the next one works
        app.dressing.wear(BLACK)
        await app.settled()
        assert app.state.result["scene"] == BLACK

    asyncio.run(life())


def test_a_photo_that_the_worker_has_no_more_is_done_again(page: SimpleNamespace) -> None:
    async def life() -> None:
        app = App(page)
        app.engine.refuses = fail("JOB_UNKNOWN")
        app.dressing.wear(WHITE)
        await app.settled()
        assert app.again == 1
        assert app.state.scene == WHITE

    asyncio.run(life())


def test_nothing_is_heard_of_a_photo_that_was_left(page: SimpleNamespace) -> None:
    async def life() -> None:
        app = await drawing(page)
        app.dressing.stop()
        app.state.preview = "another photo's"
        app.engine.gate.set()
        await app.settled()
        assert app.state.preview == "another photo's"
        assert app.engine.written == []

    asyncio.run(life())


@pytest.mark.parametrize(("for_next", "item", "worn"), [(1, 0, True), (0, 0, False), (1, 1, False)])
def test_the_next_photos_wear_the_same_if_wished(
    page: SimpleNamespace, for_next: int, item: int, worn: bool
) -> None:
    """One photo of a queue is changed for itself; there is a button for all of them."""

    async def life() -> None:
        app = App(page)
        app.state.for_next, app.state.item = bool(for_next), item or None
        app.dressing.wear(WHITE)
        await app.settled()
        assert app.state.next_scene == (WHITE if worn else {})

    asyncio.run(life())
