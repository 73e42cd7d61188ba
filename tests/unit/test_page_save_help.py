"""Where a download is known to be blocked."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from .page_modules import FOLDER, page_modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
        "text": {"t": None, "epoch": None},
    }
    with page_modules(monkeypatch, ("components", NAME), made_up) as real:

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
            return str(real[NAME].hindrance())

        yield ask


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
