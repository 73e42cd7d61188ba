"""A person in front of the page, in whichever browser: what a `Visitor` is in Chromium alone."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from .visitor import BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from .driver import Driver
    from .servers import Site

PATIENCE_S = 110  # less than a driver waits for a script
ALIVE = "() => document.documentElement.dataset.alive !== undefined"
# Looks until there is something true, or the time is over.
LOOK = """async (ms) => {
  const end = performance.now() + ms;
  do {
    const found = await (CONDITION)();
    if (found) return found;
    await new Promise((go) => setTimeout(go, 50));
  } while (performance.now() < end);
  return null;
}"""


class Guest:
    """One tab of a browser on a site."""

    def __init__(self, driver: Driver, site: Site) -> None:
        self.driver = driver
        self.site = site

    def open(self, query: str = "") -> None:
        """Load the page; returns when its Python is up."""
        self.driver.open(self.site.url + query)
        self.until(ALIVE, PATIENCE_S)

    def until(self, condition: str, seconds: float = 60) -> Any:
        """Wait until the JavaScript function, which may be async, gives something true; that."""
        found = self.driver.evaluate(LOOK.replace("CONDITION", condition, 1), seconds * 1000)
        assert found, f"waited in vain for {condition}; the page: {self._state()}"
        return found

    def sees(self, selector: str, seconds: float = 60) -> None:
        """Wait until the page has such an element."""
        self.until(f"() => document.querySelector({selector!r})?.localName", seconds)

    def click(self, selector: str) -> None:
        """Press what is there, as soon as it can be pressed."""
        look = f"document.querySelector({f'{selector}:not([disabled])'!r})"
        self.until(f"() => {look}?.checkVisibility() && ({look}.click(), true)")

    def pick(self, *photos: Path) -> None:
        """Choose files in the dialog."""
        self.driver.choose("#file", *photos)

    def file(self) -> bytes:
        """What the download link holds, when the work is done."""
        href = self.until(
            """() => document.documentElement.dataset.phase === "error" ? "error" :
              document.querySelector("html[data-phase=done] #download[href]")?.href""",
            PATIENCE_S,
        )
        assert href != "error", self._state()
        return base64.b64decode(self.driver.evaluate(BYTES, href))

    def cut(self, photo: Path) -> bytes:
        """Pick a photo, wait for its cut-out, take it."""
        self.pick(photo)
        self.until(f"() => document.querySelector('#photo-name').textContent === {photo.name!r}")
        return self.file()

    def _state(self) -> Any:
        return self.driver.evaluate(
            """async () => [document.documentElement.dataset.phase,
              document.querySelector("#error")?.dataset.code,
              document.querySelector("#engine")?.dataset.status]"""
        )
