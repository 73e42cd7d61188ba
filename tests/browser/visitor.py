"""A person in front of the page: opens it, hands it photos, waits for what the page says."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

    from .servers import Site

# Limits, not expectations: Pyodide, its wheels and ONNX Runtime start in seconds on two free cores.
START_S = 120
WORK_S = 120

# The bytes of a Blob as base64, for scripts that answer with them.
CODED = """
  const coded = async (blob) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let made = "";
    for (let i = 0; i < bytes.length; i += 32768)
      made += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(made);
  };
"""
BYTES = """async (href) => {
  const bytes = new Uint8Array(await (await fetch(href)).arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768)
    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}"""

# A file handed over as a drop or a paste does it: by an event that carries it.
HAND_OVER = """async ([kind, name, type, text]) => {
  const data = new DataTransfer();
  if (name) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, {type}));
  } else data.setData("text/plain", text);
  const options = {bubbles: true, cancelable: true};
  if (kind === "paste")
    document.dispatchEvent(new ClipboardEvent("paste", {...options, clipboardData: data}));
  else for (const step of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(step, {...options, dataTransfer: data}));
}"""

# The names of what is kept of queues (pyscript/keeping.py), of whichever Offcut on this origin.
KEPT = """async () => {
  const names = [];
  for (const { name, version } of await indexedDB.databases()) {
    if (!name.startsWith("offcut-kept")) continue;
    const db = await new Promise((done, fail) => Object.assign(
      indexedDB.open(name, version),
      { onsuccess: (event) => done(event.target.result), onerror: fail }));
    names.push(...await new Promise((done, fail) => Object.assign(
      db.transaction("records").objectStore("records").getAllKeys(),
      { onsuccess: (event) => done(event.target.result), onerror: fail })));
    db.close();
  }
  return names;
}"""


class Visitor:
    """One tab. `errors` has what went to the console as an error or was never caught, `expected`
    patterns of what may; `asked` the address of every request of this context."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.expected: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        context.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, request: Request) -> None:
        self.asked.append(request.url)

    # -- what a person does ------------------------------------------------------------------------

    def open(self, query: str = "") -> Visitor:
        """Load the page; returns when its Python is up."""
        self.page.goto(self.site.url + query)
        self.wait_alive()
        return self

    def wait_alive(self) -> None:
        """Wait until the page's Python is up."""
        expect(self.page.locator("html[data-alive]")).to_be_attached(timeout=START_S * 1000)

    def pick(self, *photos: Path) -> None:
        """Choose files in the dialog."""
        self.page.locator("#file").set_input_files(list(photos))

    def hand_over(self, kind: str, name: str, mime: str, body: bytes) -> None:
        """Drop ("drop") or paste ("paste") a file; without a name, plain text."""
        text = base64.b64encode(body).decode() if name else body.decode()
        self.page.evaluate(HAND_OVER, [kind, name, mime, text])

    def drop(self, photo: Path) -> None:
        """Drop a photo on the window."""
        self.hand_over("drop", photo.name, "image/jpeg", photo.read_bytes())

    # -- what a person sees ------------------------------------------------------------------------

    @property
    def phase(self) -> str:
        """idle, working, improving, done or error."""
        return self.page.locator("html").get_attribute("data-phase") or ""

    def wait(self, *phases: str, timeout_s: float = WORK_S) -> str:
        """Wait until the page is in one of the phases."""
        any_of = ", ".join(f"html[data-phase={phase}]" for phase in phases)
        expect(self.page.locator(any_of)).to_be_attached(timeout=timeout_s * 1000)
        return self.phase

    def wait_engine(self, status: str = "ready") -> None:
        """Wait until the header says so of the engine."""
        engine = self.page.locator(f"#engine[data-status={status}]")
        expect(engine).to_be_attached(timeout=START_S * 1000)

    @property
    def backend(self) -> str:
        """What runs, as the header has it."""
        return self.page.locator("#engine").get_attribute("data-backend") or ""

    @property
    def why(self) -> str:
        """Why it runs on that, in words."""
        return self.page.locator("#engine-why").text_content() or ""

    def error(self) -> str:
        """The sentence that the page shows for what went wrong."""
        return self.page.locator("#error").inner_text()

    def shows(self, selector: str) -> Locator:
        """That part of the page; waits until it is visible."""
        part = self.page.locator(selector)
        expect(part).to_be_visible()
        return part

    def file(self) -> bytes:
        """What the download link holds, when the work is done."""
        self.wait("done")
        href = self.page.locator("#download").get_attribute("href")
        assert href is not None, "done, but nothing to download"
        return base64.b64decode(self.page.evaluate(BYTES, href))

    def cut(self, photo: Path, timeout_s: float = WORK_S) -> bytes:
        """Pick a photo, wait for the cut-out, take it."""
        self.pick(photo)
        reached = self.wait("done", "error", timeout_s=timeout_s)
        assert reached == "done", self.error()
        return self.file()


def until(page: Page, condition: str, seconds: float = 60) -> None:
    """Wait until the JavaScript function `condition`, which may be async, gives something true.
    (Playwright's own wait_for_function takes a promise for true.)"""
    page.evaluate(
        f"""async (end) => {{
          while (!(await ({condition})())) {{
            if (performance.now() > end) throw new Error("waited in vain");
            await new Promise((go) => setTimeout(go, 50));
          }}
        }}""",
        page.evaluate("performance.now()") + seconds * 1000,
    )


def pixels(data: bytes) -> NDArray[np.uint8]:
    """A PNG's pixels as (H, W, 4) uint8; fails if it has no alpha."""
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("PNG", "RGBA")
        return np.asarray(image)


def original(photo: Path) -> NDArray[np.uint8]:
    """A photo's own pixels, (H, W, 3) uint8, by Pillow."""
    with Image.open(photo) as image:
        return np.asarray(image.convert("RGB"))


def check_cutout(data: bytes, photo: Path, *, tolerance: int = 0) -> NDArray[np.uint8]:
    """That it is a cut-out of that photo: its size, its colours under every alpha (also 0; within
    `tolerance` steps, where two JPEG decoders are compared), an alpha that is soft. Returns it."""
    rgba, rgb = pixels(data), original(photo)
    assert rgba.shape[:2] == rgb.shape[:2]
    gap = np.abs(rgba[..., :3].astype(int) - rgb)
    assert gap.max() <= tolerance, f"colours differ by up to {gap.max()}"
    alpha = rgba[..., 3]
    assert len(np.unique(alpha)) > 16, "the alpha is as good as binary"
    return rgba


def alpha_gap(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Mean absolute difference of two alphas (uint8), in 0..1."""
    return float(np.abs(one.astype(float) - other.astype(float)).mean() / 255)
