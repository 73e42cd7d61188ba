"""A photo that was touched up: whether the tab can be closed over it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from .page_modules import page_modules

if TYPE_CHECKING:
    from collections.abc import Iterator


class Keeping:
    """As ``keeping`` has it: ``safe``: the photo is written; ``behind``: something else is not."""

    def __init__(self, *_: Any) -> None:
        self.safe, self.behind = False, True

    def add(self, items: list[Any]) -> None:
        assert len(items) == 1

    def drawn(self, item: Any) -> None:
        assert item.photo.edits is not None

    def covers(self) -> bool:
        return self.safe

    def is_behind(self) -> bool:
        return self.behind


@pytest.fixture
def handwork(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def element(_name: str) -> SimpleNamespace:
        return SimpleNamespace(on=lambda *_: None)

    made_up: dict[str, dict[str, Any]] = {
        "js": {"window": None},
        "batch": {"Item": lambda number, photo: SimpleNamespace(number=number, photo=photo)},
        "dom": {"Element": element, "listen": lambda *_, **__: None},
        "keeping": {"Keeping": Keeping, "lock_of": str},
        "locks": {"hold": None},
        "text": {"t": str},
    }
    state = SimpleNamespace(item=None, batch=None, photo=None, scene={}, result=None)
    app = SimpleNamespace(state=state, run=None, table=SimpleNamespace(room=None), model="auto")
    with page_modules(monkeypatch, ("handwork",), made_up) as real:
        yield real["handwork"].Handwork(app)


def test_it_is_covered_once_photo_and_strokes_are_written(handwork: Any) -> None:
    photo = SimpleNamespace(edits=[1])
    assert not handwork.covers(photo), "nothing is kept of what nobody drew on"
    handwork.changed(photo)
    keeping = handwork._keeping
    assert not handwork.covers(photo)
    keeping.safe = True
    assert not handwork.covers(photo), "a stroke is still to be written"
    keeping.behind = False
    assert handwork.covers(photo)
    assert not handwork.covers(SimpleNamespace(edits=[1])), "another photo"


def test_closing_asks_only_over_what_would_be_lost(handwork: Any) -> None:
    asked: list[bool] = []
    event = SimpleNamespace(preventDefault=lambda: asked.append(True))
    handwork._leaving(event)
    assert asked == []
    handwork.changed(SimpleNamespace(edits=[1]))
    handwork._leaving(event)
    assert asked == [True]
    handwork._keeping.safe, handwork._keeping.behind = True, False
    handwork._leaving(event)
    assert asked == [True]
