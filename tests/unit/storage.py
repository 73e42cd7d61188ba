"""A browser's localStorage under CPython, open or closed, for tests of the page's modules."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class JsError(Exception):
    """What JavaScript throws."""


class Bound:
    """A JavaScript function: it can be called, and bound to its arguments."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def bind(self, _this: object, *first: Any) -> Any:
        return lambda *rest: self._function(*first, *rest)


class Storage:
    """``items``: what is in it. ``blocked``: to touch it throws, as the browser says beforehand.
    ``full``: to write into it throws."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}
        self.blocked = False
        self.full = False
        self.getItem = self._get
        self.setItem = Bound(self._set)
        self.removeItem = lambda name: self.items.pop(name, None)

    def _get(self, name: str) -> str | None:
        assert not self.blocked, "MicroPython could not catch what this throws"
        return self.items.get(name)

    def _set(self, name: str, text: str, _event: object = None) -> None:
        assert not self.blocked
        if self.full:
            raise JsError("QuotaExceededError")
        self.items[name] = text


class EventTarget:
    """What a listener throws is told on the console, and nobody hears it."""

    @classmethod
    def new(cls) -> EventTarget:
        return cls()

    def addEventListener(self, _kind: str, listener: Any) -> None:  # noqa: N802 - as in browsers
        self._listener = listener

    def dispatchEvent(self, event: object) -> None:  # noqa: N802
        try:
            self._listener(event)
        except JsError as error:
            print("Uncaught", error)


class Navigator(SimpleNamespace):
    """``storage``: of the same browser."""

    storage: Storage

    @property
    def cookieEnabled(self) -> bool:  # noqa: N802
        return not self.storage.blocked


def entries_of(storage: Storage, **navigator: Any) -> dict[str, Any]:
    """The entries of a module ``js`` that ``kept`` needs. ``navigator``: what else is in that."""
    return {
        "navigator": Navigator(storage=storage, **navigator),
        "origin": "https://offcut.example",
        "localStorage": storage,
        "EventTarget": EventTarget,
        "Event": SimpleNamespace(new=lambda kind: kind),
    }
