"""What a browser's processes hold of memory, out of Linux's /proc."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROC = Path("/proc")
PAUSE_S = 0.05
RENDERER = "renderer"


@dataclass(frozen=True)
class Held:
    """Bytes of one process now: all that is resident, its fair share of that, and its own alone."""

    rss: int = 0
    pss: int = 0
    private: int = 0


def fields(text: str) -> dict[str, int]:
    """Bytes by name out of lines like ``VmHWM:   1234 kB``; other lines are left out."""
    found = {}
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if len(words) == 2 and words[1] == "kB" and words[0].isdigit():
            found[name] = int(words[0]) * 1024
    return found


def held(pid: int, proc: Path = PROC) -> Held:
    """What the process holds now; nothing where it has ended."""
    try:
        found = fields((proc / str(pid) / "smaps_rollup").read_text("ascii", "replace"))
    except (FileNotFoundError, ProcessLookupError):
        return Held()
    private = found.get("Private_Clean", 0) + found.get("Private_Dirty", 0)
    return Held(found.get("Rss", 0), found.get("Pss", 0), private)


def most_resident(pid: int, proc: Path = PROC) -> int:
    """The most bytes that the process ever had resident, as the kernel counted; 0 when ended."""
    try:
        return fields((proc / str(pid) / "status").read_text("utf-8", "replace")).get("VmHWM", 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def processes(browser: Any) -> dict[int, str]:
    """Kind by process id of all of a browser of Playwright's, as Chromium tells them."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return {int(one["id"]): str(one["type"]) for one in told["processInfo"]}


def busiest(pids: Iterable[int], proc: Path = PROC) -> int:
    """The process that holds most: among renderers, the one with the page that was worked in.

    Chromium keeps others, with a page that nobody sees or none.
    """
    return max(pids, key=lambda pid: held(pid, proc).rss)


@dataclass
class Peaks:
    """The most that was seen so far, bytes: by process, and of all together at one moment."""

    each: dict[int, Held] = field(default_factory=dict)
    all_pss: int = 0
    looks: int = 0

    def look(self, pids: Iterable[int], proc: Path = PROC) -> None:
        """Look once."""
        now = {pid: held(pid, proc) for pid in pids}
        for pid, one in now.items():
            most = self.each.get(pid, Held())
            self.each[pid] = Held(
                max(most.rss, one.rss), max(most.pss, one.pss), max(most.private, one.private)
            )
        self.all_pss = max(self.all_pss, sum(one.pss for one in now.values()))
        self.looks += 1


@contextmanager
def watching(pids: Iterable[int], pause_s: float = PAUSE_S) -> Iterator[Peaks]:
    """Look at the processes every ``pause_s`` seconds, beside whatever is done meanwhile."""
    listed = list(pids)
    peaks = Peaks()
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(pause_s):
            peaks.look(listed)

    peaks.look(listed)
    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()
