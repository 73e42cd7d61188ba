"""What a tab of Offcut's page holds: memory, handles, what it keeps. For ``make load``."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any

from tests.browser.visitor import until
from tools.processes import RENDERER, busiest, held, processes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.visitor import Visitor

MB = 1e6
WAIT_S = 300
# Addresses of Blobs that the page's scripts have made and not let go of.
COUNT_BLOBS = """(() => {
  const live = new Set();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    const url = createObjectURL.call(URL, blob);
    live.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    live.delete(url);
    revokeObjectURL.call(URL, url);
  };
  Object.defineProperty(globalThis, "liveBlobs", { value: live });
})();"""
STORED = """async () => {
  const { usageDetails = {} } = await navigator.storage.estimate();
  const stored = await caches.keys();
  return { indexed: usageDetails.indexedDB ?? 0, caches: stored.length };
}"""
ADDRESS = "(document.querySelector('#download')?.getAttribute('href') ?? '')"
# Chromium's own count of the page's heap comes with its next great collection, but for this.
FLAGS = ("--enable-blink-features=ForceEagerMeasureMemory",)


@dataclass(frozen=True)
class Sample:
    """At one moment. ``rss``, ``pss``: megabytes of the page's process, workers and all. ``heap``:
    of that, the page's own JavaScript, after a collection. ``indexed``: megabytes in IndexedDB."""

    rss: float
    pss: float
    heap: float
    listeners: int
    nodes: int
    blobs: int
    workers: int
    indexed: float


NAMES = tuple(field.name for field in fields(Sample))
ROOM = {"rss": 60.0, "pss": 60.0, "heap": 3.0, "listeners": 10, "nodes": 50, "indexed": 1.0}
"""What any may grow by without being judged: less is the browser's own coming and going."""
GROWTH = 1.1


class Tab:
    """A tab with the page, in which everything that it holds is counted."""

    def __init__(self, visitor: Visitor) -> None:
        """``visitor``: one who has not opened the page yet."""
        self.visitor = visitor
        self.page: Page = visitor.page
        self.page.add_init_script(COUNT_BLOBS)
        self._protocol = self.page.context.new_cdp_session(self.page)
        self._pid = 0
        self._last = ""

    def pick(self, photo: Path) -> None:
        """Choose a photo."""
        self._last = str(self.page.evaluate(ADDRESS))
        self.visitor.pick(photo)

    def wait(self) -> None:
        """Until the photo that was picked is done."""
        phase = "document.documentElement.dataset.phase"
        new = f"{phase} == 'done' && {ADDRESS} != {self._last!r}"
        until(self.page, f"() => {phase} == 'error' || ({new})", WAIT_S)
        if self.visitor.phase == "error":
            raise RuntimeError(self.visitor.error())

    def cut(self, photo: Path) -> None:
        """Both, as a person does who does nothing with the result."""
        self.pick(photo)
        self.wait()

    def sample(self) -> Sample:
        """Look once; the page's garbage is collected before."""
        self._protocol.send("HeapProfiler.collectGarbage")
        counted = self._protocol.send("Memory.getDOMCounters")
        heap = self._protocol.send("Runtime.getHeapUsage")["usedSize"]
        stored: dict[str, Any] = self.page.evaluate(STORED)
        memory = held(self._process())
        return Sample(
            rss=memory.rss / MB,
            pss=memory.pss / MB,
            heap=heap / MB,
            listeners=int(counted["jsEventListeners"]),
            nodes=int(counted["nodes"]),
            blobs=int(self.page.evaluate("liveBlobs.size")),
            workers=self.workers(),
            indexed=stored["indexed"] / MB,
        )

    def workers(self) -> int:
        """How many of the engine's workers live."""
        return self.page.locator("script[name^=offcut-]").count()

    def _process(self) -> int:
        """The page's process: among the browser's, the one with most, once it has worked."""
        if not self._pid:
            kinds = processes(self.page.context.browser)
            self._pid = busiest(pid for pid, kind in kinds.items() if kind == RENDERER)
        return self._pid


def grown(samples: Sequence[Sample]) -> list[str]:
    """What grew from the second fifth of the samples to the last, in words; nothing where all is
    flat. The first fifth is when everything is loaded."""
    fifth = len(samples) // 5
    if not fifth:
        msg = "at least five samples are needed"
        raise ValueError(msg)
    early, late = samples[fifth : 2 * fifth], samples[-fifth:]
    said = []
    for at, name in enumerate(NAMES):
        before = sum(astuple(one)[at] for one in early) / fifth
        after = sum(astuple(one)[at] for one in late) / fifth
        if after > max(before * GROWTH, before + ROOM.get(name, 0)):
            said.append(f"{name} grew from {before:.1f} to {after:.1f}")
    return said
