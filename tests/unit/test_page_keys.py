"""Which keys the page hears, and which belong to the field that has the focus."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from .page_modules import page_modules
from .storage import Storage, entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = ("kept", "keys")


class Page:
    """A document that hears keys, and a localStorage."""

    def __init__(self) -> None:
        self.storage = Storage()
        self.store = self.storage.items
        self.modal: object = None
        self.handler: Any = None
        self.done: list[str] = []
        self.keys: Any = None
        self.kept: Any = None

    def press(self, key: str, tag: str = "body", kind: str = "", **held: bool) -> bool:
        """Press a key; returns whether the page took it."""
        taken: list[bool] = []
        held = {"ctrlKey": False, "metaKey": False, "shiftKey": False, "altKey": False} | held
        self.handler(
            SimpleNamespace(
                key=key,
                target=SimpleNamespace(tagName=tag.upper(), type=kind),
                defaultPrevented=False,
                isComposing=False,
                preventDefault=lambda: taken.append(True),
                **held,
            )
        )
        return bool(taken)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    made = Page()
    document = SimpleNamespace(querySelector=lambda _: made.modal)

    def listen(_target: Any, _kind: str, handler: Any, **_: Any) -> None:
        made.handler = handler

    made_up = {
        "js": {**entries_of(made.storage), "document": document},
        "dom": {"JsException": RuntimeError, "missing": lambda x: x is None, "listen": listen},
    }
    with page_modules(monkeypatch, REAL, made_up) as real:
        made.kept = real["kept"]
        made.keys = real["keys"].Keys()
        for combo in ("b", "?", "Ctrl+z", "Ctrl+Shift+z", "ArrowLeft", " ", "Escape"):
            made.keys.add(combo, "says", lambda combo=combo: made.done.append(combo))
        yield made


def test_keys_do_what_the_table_says(page: Page) -> None:
    assert page.press("B", shiftKey=False)
    assert page.press("?", shiftKey=True)
    assert page.press("z", ctrlKey=True)
    assert page.press("Z", metaKey=True, shiftKey=True)
    assert not page.press("q")
    assert not page.press("b", altKey=True)
    assert page.done == ["b", "?", "Ctrl+z", "Ctrl+Shift+z"]


def test_a_field_keeps_its_own(page: Page) -> None:
    assert not page.press("b", "input", "text")
    assert not page.press("ArrowLeft", "input", "range")
    assert page.press("b", "input", "range")
    assert not page.press(" ", "button")
    assert not page.press("b", "select")
    assert page.press("ArrowLeft")
    page.modal = object()
    assert not page.press("?")


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.kept.write("keys", False)
    assert not page.press("b")
    assert not page.press("?")
    assert page.press("z", ctrlKey=True)
    assert page.press("Escape")


def test_an_action_can_wait_for_its_time(page: Page) -> None:
    page.keys.add("x", "says", lambda: page.done.append("x"), when=lambda: len(page.done) > 0)
    assert not page.press("x")
    page.press("b")
    assert page.press("x")


def test_what_cannot_be_kept_is_as_new(page: Page) -> None:
    assert page.kept.read("theme", "auto") == "auto"
    assert page.kept.write("theme", {"dark": True})
    assert json.loads(page.store["offcut.theme"]) == {"dark": True}
    assert page.kept.read("theme", "auto") == {"dark": True}
    page.store["offcut.theme"] = "{broken"
    assert page.kept.read("theme", "auto") == "auto"
    page.kept.write("theme", None)
    assert "offcut.theme" not in page.store
    page.storage.full = True
    page.kept.write("theme", 1)
    assert page.kept.read("theme", "auto") == "auto"
    page.storage.blocked = True
    assert not page.kept.write("theme", 1)
    assert page.kept.read("theme", "auto") == "auto"
