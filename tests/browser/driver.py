"""What a test asks of any browser, whichever protocol that one is driven by.

Chromium has Playwright and its own fixtures; the others have what is here: a page that is opened,
scripts that run in it, a file that is chosen. Firefox speaks WebDriver BiDi (firefox.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Frame, Page

LIMIT_S = 120


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

    def fresh(self) -> None:
        """Another tab in the place of this one; `errors` is empty again."""

    def close(self) -> None:
        """End the browser, whatever it does."""


class Tab:
    """A `Driver` over a page of Playwright's."""

    def __init__(self, browser: Browser) -> None:
        self.errors: list[str] = []
        self._browser = browser
        self.page = self._new()

    def _new(self) -> Page:
        page = self._browser.new_page(reduced_motion="reduce")
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def fresh(self) -> None:
        self.close()
        self.errors.clear()
        self.page = self._new()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def open(self, url: str) -> None:
        self.page.goto(url)

    def evaluate(self, function: str, *arguments: Any, frame: int | None = None) -> Any:
        wrapped = f"(all) => ({function})(...all)"
        return self._at(frame).evaluate(wrapped, list(arguments))

    def choose(self, selector: str, *files: Path, frame: int | None = None) -> None:
        self._at(frame).locator(selector).set_input_files(list(files))

    def _at(self, frame: int | None) -> Frame:
        main = self.page.main_frame
        return main if frame is None else main.child_frames[frame]

    def close(self) -> None:
        self.page.context.close()
