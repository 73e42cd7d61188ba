"""What a test asks of any browser, whichever protocol that one is driven by.

Chromium has Playwright and its own fixtures; the others have what is here: a page that is opened,
scripts that run in it, a file that is chosen. Firefox speaks WebDriver BiDi (firefox.py), WebKitGTK
W3C WebDriver (webkit.py).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Download, Frame, Page

LIMIT_S = 120
SAVED_S = 60
# As Playwright looks for an element: also inside of shadow roots, and until it is there.
FIND = """async (selector) => {
  const inside = ({ shadowRoot }) => shadowRoot && find(shadowRoot);
  const find = (root) => root.querySelector(selector) ??
    [...root.querySelectorAll("*")].map(inside).find(Boolean);
  for (let i = 0; i < 600; i++) {
    const found = find(document);
    if (found) return found;
    await new Promise((go) => setTimeout(go, 100));
  }
  throw new Error(`there is no ${selector}`);
}"""


class Driver(Protocol):
    """One browser with one tab, fresh: no cache, no database. `errors` has what went to the console
    as an error or was never caught."""

    errors: list[str]

    def open(self, url: str) -> None:
        """Go to a page; returns when it has loaded."""

    def evaluate(self, function: str, *arguments: Any, frame: int | None = None) -> Any:
        """Call an async JavaScript function and return what it resolves to. Arguments and result
        are what JSON can hold; `frame` is the number of an iframe of the page, None the page
        itself."""

    def choose(self, selector: str, *files: Path, frame: int | None = None) -> None:
        """Have a file input, which may be in a shadow root, hold these files, as if they had been
        picked; waits until it is there."""

    def drag(self, *points: tuple[float, float]) -> None:
        """Press the mouse at the first of these points of the window, go through the others."""

    def saved(self, name: str) -> bytes:
        """Take a file that the page had the browser save; waits until it is whole."""

    def fresh(self) -> None:
        """Another tab in the place of this one; `errors` is empty again."""

    def close(self) -> None:
        """End the browser, whatever it does."""


def strokes(*points: tuple[float, float]) -> list[dict[str, Any]]:
    """What the mouse does to press at the first of the points, go through the others and let go, as
    both of WebDriver's protocols have it said."""
    down, up = ({"type": f"pointer{way}", "button": 0} for way in ("Down", "Up"))
    moves = [
        {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 50} for x, y in points
    ]
    mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
    return [mouse | {"actions": [moves[0], down, *moves[1:], up]}]


def when_saved(file: Path, whole: Callable[[], bool]) -> bytes:
    """What is in a file that a browser writes, once that is said to be all; removes it."""
    end = time.monotonic() + SAVED_S
    while not (file.exists() and whole()):
        there = [one.name for one in file.parent.iterdir()]
        assert time.monotonic() < end, f"{file.name} was not saved; there are {there}"
        time.sleep(0.05)
    data = file.read_bytes()
    file.unlink()
    return data


class Tab:
    """A `Driver` over a page of Playwright's."""

    def __init__(self, browser: Browser) -> None:
        self.errors: list[str] = []
        self._browser = browser
        self._saved: list[Download] = []
        self.page = self._new()

    def _new(self) -> Page:
        page = self._browser.new_page(reduced_motion="reduce")
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("download", self._took)
        return page

    def fresh(self) -> None:
        self.close()
        self.errors.clear()
        self.page = self._new()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _took(self, download: Download) -> None:
        self._saved.append(download)

    def open(self, url: str) -> None:
        self.page.goto(url)

    def evaluate(self, function: str, *arguments: Any, frame: int | None = None) -> Any:
        wrapped = f"(all) => ({function})(...all)"
        return self._at(frame).evaluate(wrapped, list(arguments))

    def choose(self, selector: str, *files: Path, frame: int | None = None) -> None:
        self._at(frame).locator(selector).set_input_files(list(files))

    def drag(self, *points: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*points[0])
        mouse.down()
        for x, y in points[1:]:
            mouse.move(x, y, steps=4)
        mouse.up()

    def saved(self, name: str) -> bytes:
        end = time.monotonic() + SAVED_S
        while not (found := [one for one in self._saved if one.suggested_filename == name]):
            assert time.monotonic() < end, f"{name} was not saved"
            self.page.wait_for_timeout(50)
        self._saved.remove(found[0])
        return found[0].path().read_bytes()

    def _at(self, frame: int | None) -> Frame:
        main = self.page.main_frame
        return main if frame is None else main.child_frames[frame]

    def close(self) -> None:
        self.page.context.close()
