"""Every state that the page can be in, and the way there: one table for all who judge the page.

A state is a generator function: what it does before its ``yield`` brings the page from the state
that it comes ``after`` into its own, what it does after it leads back there. One that comes after
none begins with a new visitor. The networks of the later ones are held back, so that the page
stays as long as somebody looks at it.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import expect

from .visitor import Visitor, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

    from .servers import Fault, Site

PHOTOS = Path(__file__).parents[1] / "photos"
DESK: ViewportSize = {"width": 1280, "height": 800}
USUAL: dict[str, Any] = {"color_scheme": "light", "reduced_motion": "no-preference"}
USUAL |= {"forced_colors": "none", "contrast": "no-preference"}
WAIT_MS = 60_000  # a limit, for busy machines
NETWORKS = ("u2netp", "isnet", "modnet")
# A hint goes by itself after six seconds; here it waits until everybody has looked.
STAY = """(() => {
  const later = window.setTimeout;
  window.setTimeout = (work, ms, ...more) => later(work, ms === 6000 ? 3_600_000 : ms, ...more);
})()"""
# Nothing moves any more, but what moves for as long as something is under way.
STILL = """() => document.getAnimations().every((one) =>
  one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity)"""
DRAG = """(kind) => {
  const data = new DataTransfer();
  data.items.add(new File(["."], "next.jpg", {type: "image/jpeg"}));
  document.body.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true,
    dataTransfer: data}));
}"""
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 50));
  await registration.update();
}"""


@dataclass(frozen=True)
class Place:
    """A state: the one that it is reached from ("" for none), and the way."""

    after: str
    way: Callable[[Walk], Iterator[None]]


STATES: dict[str, Place] = {}


def state(after: str = "") -> Callable[[Callable[[Walk], Iterator[None]]], None]:
    """Put a way into the table, under the function's name."""

    def put(way: Callable[[Walk], Iterator[None]]) -> None:
        STATES[way.__name__.replace("_", "-")] = Place(after, way)

    return put


@dataclass
class Walk:
    """One who walks from state to state. ``folder``: for files that are made on the way."""

    browser: Browser
    site: Site
    folder: Path
    photo: Path = PHOTOS / "rocket.jpg"
    many: tuple[str, ...] = ("chelsea", "coffee", "rocket")
    visitors: list[Visitor] = field(default_factory=list)
    held: dict[str, Fault] = field(default_factory=dict)
    _context: BrowserContext | None = None
    _path: list[tuple[str, Iterator[None]]] = field(default_factory=list)

    @property
    def visitor(self) -> Visitor:
        """Who is here now."""
        return self.visitors[-1]

    @property
    def page(self) -> Page:
        """The page as it is now."""
        return self.visitor.page

    @property
    def name(self) -> str:
        """The state that the page is in."""
        return self._path[-1][0]

    def to(self, name: str) -> None:
        """Go to a state: back as far as its way is another one, then on."""
        wanted = [name]
        while after := STATES[wanted[0]].after:
            wanted.insert(0, after)
        while self._path and self._path[-1][0] not in wanted:
            next(self._path.pop()[1], None)
        for one in wanted[len(self._path) :]:
            way = STATES[one].way(self)
            try:
                next(way)
            except BaseException:
                self._path.clear()  # nobody knows where this is; the next begins anew
                raise
            self._path.append((one, way))
        self.page.mouse.move(0, 0)
        self.settle()

    def settle(self) -> None:
        """Wait until what moves has arrived."""
        until(self.page, STILL, 30)

    @contextlib.contextmanager
    def seen(self, width: int = 0, height: int = 0, **media: Any) -> Iterator[Page]:
        """The page in a window of another size, or under other media (``emulate_media``)."""
        if width:
            self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(**{**USUAL, **media})
        self.settle()
        try:
            yield self.page
        finally:
            self.page.emulate_media(**USUAL)
            self.page.set_viewport_size(DESK)
            self.page.evaluate("scrollTo(0, 0)")
            self.settle()

    def arrive(self, query: str = "", *, held: bool = False) -> Visitor:
        """Begin anew as somebody who has never been here; ``held``: no network comes before
        ``release``."""
        self.close()
        self.site.faults.clear()
        self._context = self.browser.new_context(viewport=DESK)
        self._context.set_default_timeout(30_000)
        self._context.add_init_script(STAY)
        if held:
            self.held = {one: self.site.hold(f"models/{one}/*", times=99) for one in NETWORKS}
        self.visitors.append(Visitor(self._context, self.site))
        return self.visitor.open(query)

    def release(self, *networks: str) -> None:
        """Let these networks come."""
        for one in networks:
            self.held[one].release()

    def close(self) -> None:
        """Leave."""
        if self._context is not None:
            self._context.close()
            self._context = None
        self._path.clear()

    def file(self, name: str, body: bytes) -> Path:
        """A file to be picked."""
        file = self.folder / name
        file.write_bytes(body)
        return file


# -- nothing picked yet ------------------------------------------------------------------------


@state()
def idle(walk: Walk) -> Iterator[None]:
    walk.arrive()
    walk.visitor.wait_engine()
    yield


@state(after="idle")
def engine(walk: Walk) -> Iterator[None]:
    walk.page.locator("#engine summary").click()
    # Timed once, some seconds after the start: one line more.
    expect(walk.page.locator("#engine-ways")).to_contain_text(" ms.", timeout=WAIT_MS)
    yield
    walk.page.keyboard.press("Escape")


@state(after="idle")
def settings(walk: Walk) -> Iterator[None]:
    walk.page.locator("#settings-open:not([disabled])").click()
    expect(walk.page.locator("dialog.settings[open]")).to_be_visible(timeout=WAIT_MS)
    yield
    walk.page.keyboard.press("Escape")


@state(after="idle")
def keys(walk: Walk) -> Iterator[None]:
    """The settings where they show the most: every shortcut."""
    walk.page.locator("#settings-open").click()
    walk.page.locator("#tab-keys").click()
    expect(walk.page.locator("#section-keys")).to_be_visible(timeout=WAIT_MS)
    yield
    walk.page.keyboard.press("Escape")


@state(after="idle")
def veil(walk: Walk) -> Iterator[None]:
    walk.page.evaluate(DRAG, "dragover")
    expect(walk.page.locator("#veil")).to_be_visible()
    yield
    walk.page.evaluate(DRAG, "dragleave")


@state(after="idle")
def update(walk: Walk) -> Iterator[None]:
    walk.page.evaluate("() => navigator.serviceWorker.ready.then(() => 0)")
    walk.site.overlay["sw.js"] = (walk.site.body("sw.js") or b"") + b"\n// newer\n"
    walk.page.evaluate(UPDATE)
    expect(walk.page.locator("#update")).to_be_visible(timeout=WAIT_MS)
    yield
    walk.page.locator("#update-later").click()


@state(after="idle")
def hint(walk: Walk) -> Iterator[None]:
    walk.visitor.hand_over("drop", "", "text/plain", b"no photo at all")
    expect(walk.page.locator("#hint")).to_be_visible()
    yield


# -- one photo ---------------------------------------------------------------------------------


@state()
def unseen(walk: Walk) -> Iterator[None]:
    """A photo that the browser cannot show."""
    walk.arrive(held=True)
    odd = walk.folder / "scan.tif"
    Image.open(walk.photo).save(odd)
    walk.visitor.pick(odd)
    expect(walk.page.locator("#unseen")).to_be_visible(timeout=WAIT_MS)
    _fetching(walk)
    yield


@state(after="unseen")
def working(walk: Walk) -> Iterator[None]:
    walk.visitor.pick(walk.photo)
    expect(walk.page.locator("#frame[data-sized]")).to_be_visible(timeout=WAIT_MS)
    _fetching(walk)
    yield


@state(after="working")
def stopped(walk: Walk) -> Iterator[None]:
    walk.page.locator("#cancel").click()
    walk.visitor.wait("error")
    yield
    walk.page.locator("#retry").click()
    _fetching(walk)


@state(after="working")
def improving(walk: Walk) -> Iterator[None]:
    walk.release("u2netp")
    walk.visitor.wait("improving")
    shown = walk.page.locator("#frame[data-draw][data-side=after] #after img")
    expect(shown).to_be_attached(timeout=WAIT_MS)
    # The quick model's file is written and checked; the detailed model is on its way.
    expect(walk.page.locator("#download[href]")).to_be_visible(timeout=WAIT_MS)
    yield


@state(after="improving")
def done(walk: Walk) -> Iterator[None]:
    walk.release(*NETWORKS)
    walk.visitor.wait("done")
    expect(walk.page.locator("#download[href]")).to_be_visible()
    yield


@state(after="done")
def checks(walk: Walk) -> Iterator[None]:
    walk.page.locator("#checks-more summary").click()
    yield
    walk.page.locator("#checks-more summary").click()


@state(after="done")
def wardrobe(walk: Walk) -> Iterator[None]:
    walk.page.locator("#wardrobe summary").click()
    yield
    walk.page.locator("#wardrobe summary").click()


@state(after="wardrobe")
def framed(walk: Walk) -> Iterator[None]:
    """With a background and a frame: nothing to compare."""
    _choose(walk, "Background", "The photo, blurred")
    _choose(walk, "Frame", "1:1")
    expect(walk.page.locator("#frame[data-framed]")).to_be_attached(timeout=WAIT_MS)
    _written(walk)
    walk.page.evaluate("scrollTo(0, 0)")  # whatever a judge has left
    yield
    _choose(walk, "Background", "None, transparent")
    _choose(walk, "Frame", "As it is")
    expect(walk.page.locator("#frame:not([data-framed])")).to_be_attached(timeout=WAIT_MS)
    _written(walk)


@state(after="done")
def touch(walk: Walk) -> Iterator[None]:
    """The tools for touching up by hand."""
    walk.page.locator("#touch").click()
    expect(walk.page.locator(".easel-sheet")).to_be_attached(timeout=WAIT_MS)
    yield
    walk.page.locator("#touch-done").click()
    expect(walk.page.locator("#tools")).to_be_hidden()
    _written(walk)


@state(after="done")
def error(walk: Walk) -> Iterator[None]:
    walk.visitor.pick(walk.file("notes.jpg", b"no photo at all"))
    walk.visitor.wait("error")
    yield
    walk.visitor.pick(walk.photo)
    walk.visitor.wait("done")


# -- many photos -------------------------------------------------------------------------------


@state()
def queue(walk: Walk) -> Iterator[None]:
    walk.arrive(held=True)
    photos = [walk.folder / f"{name}.jpg" for name in walk.many]
    for photo in photos:
        shutil.copy(PHOTOS / photo.name, photo)
    long_name = "holiday-in-the-mountains-2024-08-17-original-of-the-original.jpg"
    photos.insert(1, walk.file(long_name, (PHOTOS / "coffee.jpg").read_bytes()[:900]))
    walk.visitor.pick(*photos)
    walk.visitor.wait("batch")
    expect(walk.page.locator(".card[data-state=working]")).to_have_count(1)
    expect(walk.page.locator(".card[data-drawn]")).to_have_count(len(walk.many), timeout=WAIT_MS)
    words = walk.page.locator(".card[data-state=working] .card-words")
    expect(words).to_have_text("Getting the quick model…", timeout=WAIT_MS)
    yield


@state(after="queue")
def queue_over(walk: Walk) -> Iterator[None]:
    walk.release(*NETWORKS)
    expect(walk.page.locator("#queue-stop")).to_be_hidden(timeout=5 * WAIT_MS)
    expect(walk.page.locator(".card[data-drawn=cut]")).to_have_count(
        len(walk.many), timeout=WAIT_MS
    )
    yield


@state(after="queue-over")
def queue_photo(walk: Walk) -> Iterator[None]:
    """One of many, looked at alone."""
    walk.page.get_by_role("button", name="Look at rocket.jpg").click()
    walk.visitor.wait("done")
    expect(walk.page.locator("#after img")).to_be_visible(timeout=WAIT_MS)
    yield
    walk.page.locator("#queue-back").click()
    walk.visitor.wait("batch")


def _choose(walk: Walk, group: str, label: str) -> None:
    choices = walk.page.locator("#wardrobe-body").get_by_role("group", name=group, exact=True)
    choices.get_by_label(label, exact=True).check()


def _fetching(walk: Walk) -> None:
    walk.visitor.wait("working")
    expect(walk.page.locator("#now-title")).to_have_text(
        "Getting the quick model…", timeout=WAIT_MS
    )


def _written(walk: Walk) -> None:
    expect(walk.page.locator("html[data-phase=done]:has(#download[href])")).to_be_attached(
        timeout=WAIT_MS
    )
