"""A browser tab with ``offcut.js`` in an otherwise empty page, for measuring what users get."""

from __future__ import annotations

import base64
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tools.host import serving
from tools.paths import stop
from tools.setup import BROWSERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Page

    from tools.host import Host

ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")
# Runs `work` and gives what it made, its milliseconds, and the longest block of this thread in it.
WATCHED = """
const watched = async (work) => {
  const blocks = [];
  const watch = new PerformanceObserver((list) => blocks.push(...list.getEntries()));
  watch.observe({ type: "longtask" });
  // What led here is not the work's, nor is the last result on its way to the browser's process.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const started = performance.now();
  const made = await work();
  const ms = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 50)); // the last block is told when it is over
  watch.disconnect();
  const during = blocks.filter((block) => block.startTime + block.duration > started);
  return { made, ms, blocked: Math.max(0, ...during.map((block) => block.duration)) };
};
"""
CUT = f"""async ([base64, options]) => {{
  {WATCHED}
  const {{ cut }} = await import("/offcut.js");
  const photo = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
  const {{ made: {{ blob, ms: split }}, ms, blocked }} = await watched(() => cut(photo, options));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768)
    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return {{ ms, split, blocked, type: blob.type, base64: btoa(text) }};
}}"""
TIME = f"""async ([path, options]) => {{
  {WATCHED}
  const {{ cut }} = await import("/offcut.js");
  const photo = await (await fetch(path)).blob();
  const {{ made: {{ blob, ms: split }}, ms, blocked }} = await watched(() => cut(photo, options));
  return {{ ms, split, blocked, bytes: blob.size }};
}}"""


@dataclass(frozen=True)
class Timed:
    """A cut without its file: milliseconds of the whole call and of its steps, the file's bytes.

    ``blocked``: milliseconds of the longest time that the page's own thread was busy at a stretch,
    0 where none was over 50, from where on browsers tell.
    """

    ms: float
    split: dict[str, float]
    blocked: float
    bytes: int


@dataclass(frozen=True)
class Cut:
    """A result: the file's bytes and type, and what ``Timed`` has of the call."""

    data: bytes
    type: str
    ms: float
    split: dict[str, float]
    blocked: float


@dataclass(frozen=True)
class Tab:
    """An open tab. ``host``: the server behind it; None where a test has its own."""

    page: Page
    host: Host | None = field(default=None)

    def cut(self, photo: bytes, **options: Any) -> Cut:
        """Run ``removeBackground`` on the bytes of a file.

        Photo and result pass through the page as text, which costs it several times their size:
        where memory matters, take ``time``.
        """
        text = base64.b64encode(photo).decode()
        made = self.page.evaluate(CUT, [text, options])
        data = base64.b64decode(made["base64"])
        return Cut(data, made["type"], made["ms"], made["split"], made["blocked"])

    def time(self, path: str, **options: Any) -> Timed:
        """Run it on the file at ``path`` of the server, as ``Host.hold`` gives it.

        The page holds photo and result as Blobs, as a user's page does, and nothing else.
        """
        return Timed(**self.page.evaluate(TIME, [path, options]))

    def hold(self, name: str, data: bytes) -> str:
        """Have the server give ``data`` to the page; returns the path for ``time``."""
        if self.host is None:
            msg = "this tab has no server of its own"
            raise ValueError(msg)
        return self.host.hold(name, data)

    def probe(self, **options: Any) -> dict[str, Any]:
        """Return what ``probe()`` says; ``device`` among ``options`` forces a backend."""
        ask = 'async (options) => (await import("/offcut.js")).probe(options)'
        return dict(self.page.evaluate(ask, options))


def chromium() -> str:
    """Return the path of the browser."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        stop("There is no Chromium here. Run: make setup-tests")
    return found


@contextmanager
def open_tab(
    *arguments: str, beside: Mapping[str, tuple[Path, ...]] | None = None
) -> Iterator[Tab]:
    """Serve dist/ on a free port and open a fresh browser on an empty page of it.

    ``arguments``: of the browser. ``beside``: further folders, by the path that they are served at.
    """
    with serving(beside) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*ARGUMENTS, *arguments]
        )
        page = browser.new_page()
        page.set_default_timeout(600_000)
        page.goto(f"{host.url}/empty")
        try:
            yield Tab(page, host)
        finally:
            browser.close()
