"""The frame's side of the protocol over a page that is made up: what is told, when, and to whom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import fail

from .page_modules import load, page_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "https://host.example"
state_of_page = load("state")
RESULT = {"width": 4, "height": 3, "models": ["small"], "checks": [], "notes": [], "ms": {}}


class Blob:
    """A Blob of the browser's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.size = 3


class Window:
    """public/embed.js, as ``embedded`` uses it."""

    framed = True

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.posted: list[tuple[dict[str, Any], str]] = []
        self.worn: list[dict[str, Any]] = []
        self.say: Any = None
        self.wear = self.worn.append

    def origin(self, address: str) -> str:
        return address

    def listen(self, listener: Any) -> None:
        self.say = listener

    def post(self, message: dict[str, Any], origin: str) -> None:
        self.posted.append((message, origin))

    def told(self, *kinds: str) -> list[dict[str, Any]]:
        return [message for message, _ in self.posted if message["type"] in kinds]


class App:
    """The page's ``App``, without an engine: photos are done when the test says so."""

    def __init__(self) -> None:
        self.state = state_of_page.State()
        self.news = SimpleNamespace(settled=True)
        self.model, self.output = "auto", {}
        self.opened: list[Any] = []
        self.cancelled: list[Any] = []
        self.later_: list[Any] = []
        self.part: Any = None
        self.table = SimpleNamespace(on_item=None, cancel=self.cancelled.append, open=self.open)
        self.dressing = SimpleNamespace(wear=self._wear, follow=lambda: None)
        after = SimpleNamespace(after=lambda _: None)
        self.dropzone = SimpleNamespace(zone=SimpleNamespace(node=after))
        self.cancel = lambda: self.cancelled.append("all")

    def _wear(self, scene: dict[str, Any]) -> None:
        self.state.scene = scene

    def later(self, _ms: int, action: Any) -> None:
        self.later_.append(action)

    def open(self, photo: Any, scene: dict[str, Any]) -> None:
        self.opened.append((photo, scene))
        self.becomes("working", photo=photo, result=None, error=None)

    def becomes(self, phase: str, **changes: Any) -> None:
        self.state.phase = phase
        self.state.__dict__.update(changes)
        self.changed()

    def done(self) -> None:
        photo = self.state.photo
        self.becomes("done", result={**RESULT, "blob": f"cut of {photo.name}", "name": "x.png"})

    def changed(self) -> None:
        if self.part:
            self.part.render(self.state)
        waiting, self.later_ = self.later_, []
        for action in waiting:
            action()


class Page:
    """A frame that is up; ``say`` is its host."""

    def __init__(self, app: App, window: Window, embedded: Any) -> None:
        self.app, self.window, self.embedded = app, window, embedded

    def up(self, **asked: str) -> Page:
        self.window.asked = asked
        self.app.part = self.embedded.Embedded(self.app)
        self.app.changed()
        return self

    def say(self, kind: str, origin: str = HOST, **rest: Any) -> None:
        self.window.say(origin, {"offcut": 1, "type": kind, **rest})


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    window = Window()
    node = SimpleNamespace(
        setAttribute=lambda *_: None, getAttribute=lambda _: None, textContent=""
    )
    js = {
        "offcutFrame": window,
        "crossOriginIsolated": True,
        "document": SimpleNamespace(documentElement=node, querySelector=lambda _: node),
    }
    made_up = {
        "js": js,
        "app": {"MODELS": ("fast", "auto")},
        "batch": {"DONE": "done", "FAILED": "failed", "STOPPED": "stopped"},
        "dom": {
            "make": lambda *_, **__: node,
            "missing": lambda value: value is None,
            "named": lambda _, name: Blob(name),
        },
        "languages": {"turn_to": None},
        "pyscript.ffi": {"create_proxy": lambda value: value, "to_js": lambda value: value},
        "text": {"LANGUAGES": {"en": "English"}, "t": lambda key: key},
    }
    with page_modules(monkeypatch, ["handles", "embedded"], made_up) as real:
        embedded = real["embedded"]
        monkeypatch.setattr(embedded, "plain", lambda value, _room: value)
        monkeypatch.setattr(embedded, "is_handle", lambda value: isinstance(value, Blob))
        monkeypatch.setattr(embedded, "_asked", lambda window: window.asked)
        monkeypatch.setattr(embedded, "as_blob", lambda value: value)
        yield Page(App(), window, embedded)


def test_ready_is_said_when_the_page_stays_and_again_with_each_engine(page: Page) -> None:
    page.app.news.settled = False
    page.up()
    page.say("ping")
    assert page.window.posted == []
    page.app.news.settled = True
    page.app.changed()
    page.app.state.report = {"backend": "wasm-mt", "threads": 4, "version": "1", "models": []}
    page.app.changed()
    page.app.changed()
    told = page.window.told("ready")
    assert [(one["backend"], one["threads"]) for one in told] == [("", 0), ("wasm-mt", 4)]


def test_what_a_person_opens_is_told_once_the_host_has_spoken(page: Page) -> None:
    """And not what was made before: the person was not told then that somebody gets it."""
    page.up()
    page.app.open(state_of_page.Photo(Blob("a.jpg"), "a.jpg"), {})
    page.app.done()
    page.say("ping")
    page.app.changed()
    assert page.window.told("result", "progress") == []
    page.app.open(state_of_page.Photo(Blob("b.jpg"), "b.jpg"), {})
    page.app.done()
    page.app.changed()
    (told,) = page.window.told("result")
    assert (told["blob"], "id" in told) == ("cut of b.jpg", False)
    assert {origin for message, origin in page.window.posted if message == told} == {HOST}


def test_nobody_but_the_host_is_heard(page: Page) -> None:
    page.up(origin=HOST)
    page.say("open", "https://other.example", photo=Blob("a.jpg"))
    assert page.app.opened == []


def test_photos_of_the_host_are_done_one_after_the_other(page: Page) -> None:
    page.up()
    for at in (1, 2):
        page.say("open", id=at, photo=Blob("a"), name=f"{at}.jpg", options={"model": "fast"})
    assert [photo.name for photo, _ in page.app.opened] == ["1.jpg"]
    page.app.becomes("working", progress={"stage": "run", "done": 1, "total": 2})
    page.app.done()
    page.app.becomes("error", error=fail("NOT_AN_IMAGE"))
    assert [photo.wishes for photo, _ in page.app.opened] == [{"model": "fast"}] * 2
    told = page.window.told("progress", "result", "error")
    assert [(one["type"], one["id"]) for one in told] == [
        *(("progress", 1), ("result", 1), ("error", 2)),
    ]
    assert told[-1]["code"] == "NOT_AN_IMAGE"


def test_a_hand_at_work_is_not_interrupted(page: Page) -> None:
    page.up()
    page.app.open(state_of_page.Photo(Blob("a.jpg"), "a.jpg"), {})
    page.app.becomes("done", editing=True)
    page.say("open", photo=Blob("b.jpg"))
    assert len(page.app.opened) == 1
    page.app.becomes("done", editing=False)
    assert len(page.app.opened) == 2


def test_a_file_that_is_made_anew_is_told_again(page: Page) -> None:
    page.up()
    page.say("open", id=1, photo=Blob("a.jpg"))
    page.app.done()
    page.app.becomes("done", result=None)
    page.app.done()
    assert [one["id"] for one in page.window.told("result")] == [1, 1]


def test_stopping_one_or_all(page: Page) -> None:
    page.up()
    for at in (1, 2, 3):
        page.say("open", id=at, photo=Blob("a.jpg"))
    page.say("cancel", id=2)
    assert [(one["id"], one["code"]) for one in page.window.told("error")] == [(2, "CANCELLED")]
    assert page.app.cancelled == []
    page.say("cancel", id=9)
    assert page.app.cancelled == []
    page.say("cancel")
    assert page.app.cancelled == ["all"]
    assert [one["id"] for one in page.window.told("error")] == [2, 3]


def test_too_many_that_wait_are_told_so(page: Page) -> None:
    page.up()
    for at in range(102):
        page.say("open", id=at, photo=Blob("a.jpg"))
    (told,) = page.window.told("error")
    assert (told["id"], told["code"]) == (101, "BAD_CONFIG")


def test_photos_of_a_queue_are_told_each(page: Page) -> None:
    page.up()
    page.say("ping")
    photo = state_of_page.Photo(Blob("a.jpg"), "a.jpg")
    item = SimpleNamespace(photo=photo, state="working", stage=None, result=None, error=None)
    page.app.becomes("batch", batch=SimpleNamespace(items=[item]))
    item.stage = {"stage": "run"}
    page.app.table.on_item(item)
    item.stage, item.state, item.result = None, "done", {**RESULT, "blob": "cut", "name": "x.png"}
    page.app.table.on_item(item)
    page.app.changed()
    assert [one["type"] for one in page.window.told("progress", "result")] == ["progress", "result"]
    page.say("open", id=5, photo=Blob("b.jpg"))
    assert len(page.app.opened) == 1


def test_settings_of_the_address_and_of_the_host(page: Page) -> None:
    page.up(output="webp", background="white", profile="evil", theme="dark")
    white = {"kind": "colour", "colour": [255, 255, 255]}
    assert (page.app.output, page.app.model) == ({"format": "image/webp"}, "auto")
    assert page.app.state.scene == {"background": white}
    page.say("set", settings={"model": "fast", "theme": "dark", "background": None})
    assert (page.app.model, page.app.state.scene) == ("fast", {"background": None})
    assert page.window.worn == [{"theme": "dark"}]
    page.say("set", settings={"model": "evil"})
    assert page.app.model == "fast"


def test_outside_of_a_frame_nothing_is_said(page: Page) -> None:
    page.window.framed = False
    page.up(origin=HOST)
    page.app.open(state_of_page.Photo(Blob("a.jpg"), "a.jpg"), {})
    page.app.done()
    assert (page.window.posted, page.window.say) == ([], None)
