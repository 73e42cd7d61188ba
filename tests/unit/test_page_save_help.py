"""Where a download is known to be blocked."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parents[2] / "pyscript"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
NAME = "components.save_help"


@pytest.fixture
def hindrance(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """`hindrance(...)`: what is found in such a browser."""
    made_up: dict[str, dict[str, Any]] = {
        "js": {},
        "dom": dict.fromkeys(("Element", "ObjectUrl", "icon", "listen", "make"))
        | {"missing": lambda value: value is None},
        "state": {"DONE": "done"},
        "text": {"t": None},
    }
    for name, entries in made_up.items():
        module = ModuleType(name)
        module.__dict__.update(entries)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in (NAME, "components"):
        sys.modules.pop(name, None)

    def ask(
        agent: str = SAFARI,
        standalone: bool | None = None,
        origin: str = "https://offcut.example",
        sandbox: str | None = None,
        framed: bool = False,
    ) -> str:
        frame = SimpleNamespace(
            hasAttribute=lambda _: sandbox is not None, getAttribute=lambda _: sandbox
        )
        js: Any = sys.modules["js"]
        js.navigator = SimpleNamespace(userAgent=agent, standalone=standalone)
        js.window = SimpleNamespace(origin=origin, frameElement=frame if framed else None)
        return str(importlib.import_module(NAME).hindrance())

    try:
        yield ask
    finally:
        for name in (NAME, "components"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("browser", "why"),
    [
        ({}, ""),
        ({"agent": SAFARI + " Instagram 350.0"}, "saving.in-app"),
        ({"agent": SAFARI + " [FBAN/FBIOS;FBAV/480.0]"}, "saving.in-app"),
        ({"agent": SAFARI + " MicroMessenger/8.0"}, "saving.in-app"),
        ({"standalone": True}, "saving.home-screen"),
        ({"standalone": False}, ""),
        ({"origin": "null"}, "saving.framed"),
        ({"framed": True}, ""),
        ({"framed": True, "sandbox": "allow-scripts allow-same-origin"}, "saving.framed"),
        ({"framed": True, "sandbox": "allow-scripts allow-downloads"}, ""),
    ],
)
def test_what_stands_in_the_way(
    hindrance: Callable[..., str], browser: dict[str, Any], why: str
) -> None:
    assert hindrance(**browser) == why
    words = json.loads((FOLDER / "messages" / "en.json").read_text("utf-8"))
    assert not why or why in words
