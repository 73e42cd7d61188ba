"""A browser tab with ``offcut.js`` in an otherwise empty page, for measuring what users get."""

from __future__ import annotations

import base64
import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

from playwright.sync_api import sync_playwright

from tools.paths import DIST, stop
from tools.serve import Handler
from tools.setup import BROWSERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

EMPTY = b"<!doctype html><meta charset=utf-8><title>empty</title><body>"
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")
CUT = """async ([base64, options]) => {
  const { cut } = await import("/offcut.js");
  const photo = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
  const blocks = [];
  const watch = new PerformanceObserver((list) => blocks.push(...list.getEntries()));
  watch.observe({ type: "longtask" });
  await new Promise((resolve) => setTimeout(resolve, 50)); // the unpacking above is not the cut's
  const started = performance.now();
  const { blob, ms: split } = await cut(photo, options);
  const ms = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 50)); // the last block is told when it is over
  watch.disconnect();
  const during = blocks.filter((block) => block.startTime + block.duration > started);
  const blocked = Math.max(0, ...during.map((block) => block.duration));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768)
    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return { ms, split, blocked, type: blob.type, base64: btoa(text) };
}"""


class _Host(Handler):
    beside: ClassVar[dict[str, tuple[Path, ...]]] = {}

    def translate_path(self, path: str) -> str:
        for prefix, folders in self.beside.items():
            if path.startswith(prefix):
                found = (folder / path[len(prefix) :] for folder in folders)
                return str(next((file for file in found if file.is_file()), folders[0] / "none"))
        return super().translate_path(path)

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        if self.path != "/empty":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(EMPTY)))
        self.end_headers()
        self.wfile.write(EMPTY)


@dataclass(frozen=True)
class Cut:
    """A result: the file's bytes and type, the milliseconds of the whole call and of its steps.

    ``blocked``: milliseconds of the longest time that the page's own thread was busy at a stretch,
    0 where none was over 50, from where on browsers tell.
    """

    data: bytes
    type: str
    ms: float
    split: dict[str, float]
    blocked: float


@dataclass(frozen=True)
class Tab:
    """An open tab."""

    page: Page

    def cut(self, photo: bytes, **options: Any) -> Cut:
        """Run ``removeBackground`` on the bytes of a file."""
        text = base64.b64encode(photo).decode()
        made = self.page.evaluate(CUT, [text, options])
        data = base64.b64decode(made["base64"])
        return Cut(data, made["type"], made["ms"], made["split"], made["blocked"])

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
def open_tab(*arguments: str, beside: dict[str, tuple[Path, ...]] | None = None) -> Iterator[Tab]:
    """Serve dist/ on a free port and open a fresh browser on an empty page of it.

    ``arguments``: of the browser. ``beside``: further folders, by the path that they are served at.
    """
    host = type("Host", (_Host,), {"beside": beside or {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(host, directory=str(DIST)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*ARGUMENTS, *arguments]
        )
        page = browser.new_page()
        page.set_default_timeout(600_000)
        page.goto(f"http://127.0.0.1:{server.server_port}/empty")
        try:
            yield Tab(page)
        finally:
            browser.close()
            server.shutdown()
