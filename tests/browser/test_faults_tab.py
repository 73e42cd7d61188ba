"""The tab is put away, the computer sleeps, the clock is set, the tab dies: the photo and what was
drawn on it are there afterwards."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Error, expect

from ..faults import fault
from .conftest import PHOTOS
from .faulty import RUN, wrap_runs
from .test_life import change
from .test_settings import close, section
from .test_touch import alpha, done, drag, settled, touch
from .test_wardrobe import choose, opened, written
from .tiny import shrink
from .visitor import KEPT, check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Dialog, Page

    from .servers import Site
    from .visitor import Visitor

PHOTO, OTHER = PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg"
QUERY = "?model=u2netp"
HOURS = 3 * 3_600_000
# Both clocks of the page, to be set: the wall's, and the one that no person sets but a computer
# that slept.
CLOCKS = """(() => {
  const wall = Date.now, counted = performance.now.bind(performance);
  globalThis.jump = { wall: 0, counted: 0 };
  Date.now = () => wall() + jump.wall;
  performance.now = () => counted() + jump.counted;
})()"""


HIDE = "() => Object.defineProperty(document, 'hidden', { value: true, writable: true })"


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEPT)
    return found


@pytest.fixture
def come(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> Callable[[], Visitor]:
    """`come()`: a visit, in a tab of its own, on the same device as the last one."""
    shrink(isolated)
    return lambda: enter(context, isolated).open(QUERY)


@fault(
    "tab",
    "The tab is hidden, frozen, or the computer sleeps for hours in the middle of a run",
    sees="The cut-out, without a word of it",
    kept="The photo",
    retried="Nothing: hours in which the page slept are nobody’s silence",
)
@fault(
    "tab",
    "The clock is set forward by hours or back by years",
    sees="Nothing",
    kept="The photo, and the engine as it is",
    retried="Nothing",
)
def test_a_tab_that_is_put_away_for_hours(tiny: Visitor) -> None:
    """Hidden and frozen in the middle of a run, as browsers do it; then left alone, and the clock
    is set."""
    wrap_runs(tiny.site)
    change(tiny.site, "pyscript/life.py", SETTLE_MS=600_000)
    change(tiny.site, "pyscript/idle.py", TICK_S=0.5)
    page = tiny.page
    page.add_init_script(CLOCKS)
    tiny.open(QUERY)
    tiny.wait_engine()
    held = tiny.site.hold(RUN)
    tiny.pick(PHOTO)
    assert held.reached.wait(60)
    devtools = page.context.new_cdp_session(page)
    page.evaluate(HIDE)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    page.evaluate(f"() => {{ jump.wall = jump.counted = {HOURS}; document.hidden = false; }}")
    page.wait_for_timeout(1_500)  # three looks at how long the worker has been silent
    held.release()
    check_cutout(tiny.file(), PHOTO)
    assert tiny.backend == "wasm-mt"
    assert "failed" not in tiny.why
    # Nobody has left it alone for hours: the clocks say so, and are not believed.
    for wall, counted in ((2 * HOURS, 2 * HOURS), (-9_000 * HOURS, 2 * HOURS)):
        page.evaluate(f"() => Object.assign(jump, {{ wall: {wall}, counted: {counted} }})")
        page.wait_for_timeout(1_500)
        expect(page.locator("#engine[data-status=ready]")).to_be_attached()
    check_cutout(tiny.cut(OTHER), OTHER)


def stroked(visitor: Visitor) -> None:
    """Cut a photo and draw two strokes on it, of which one is taken back."""
    visitor.cut(PHOTO)
    touch(visitor)
    drag(visitor, (300, 200), (420, 260))
    drag(visitor, (100, 100), (200, 120))
    visitor.page.locator("#touch-undo").click()
    settled(visitor)


def crash(visitor: Visitor) -> None:
    """Have the tab die as one does that the system takes the memory of."""
    with contextlib.suppress(Error):
        visitor.page.goto("chrome://crash", timeout=5_000)
    visitor.page.close()


@fault(
    "tab",
    "The tab crashes over a photo that was touched up",
    sees="On the next visit: the photo’s name, and “Go on”",
    kept="The photo, every stroke with what can be undone and done again, the background",
    retried="The cut-out with its strokes, once the person goes on",
)
def test_a_photo_that_was_touched_up_outlives_its_tab(come: Callable[[], Visitor]) -> None:
    first = come()
    stroked(first)
    painted = done(first)
    first.page.locator("#wardrobe summary").click()
    choose(first, "Background", "White")
    white = written(first)
    assert white != painted
    until(first.page, f"async () => (await ({KEPT})()).some((name) => name.endsWith('/hand'))")
    until(first.page, f"async () => (await ({KEPT})()).length === 3")
    first.page.wait_for_timeout(500)
    crash(first)
    second = come()
    offer = second.shows(".offer")
    expect(offer).to_contain_text("coffee.jpg")
    expect(offer).to_contain_text("with everything you did by hand")
    expect(offer.get_by_role("button")).to_have_count(2)
    offer.get_by_role("button", name="Go on").click()
    assert second.file() == white
    expect(offer).to_have_count(0)
    # Back and forth go on where they were.
    touch(second)
    second.page.locator("#touch-redo").click()
    settled(second)
    both = np.asarray(opened(done(second)))
    assert both[100, 100].tolist() == both[200, 300].tolist() == [255, 255, 255]
    assert np.asarray(opened(white))[100, 100].tolist() != [255, 255, 255]
    with second.page.expect_download():
        second.page.locator("#download").click()
    second.page.close()
    third = come()
    until(third.page, f"async () => !(await ({KEPT})()).length")
    assert not third.page.locator(".offer").count()
    # Another photo takes its place, and what was kept of it goes.
    stroked(third)
    done(third)
    until(third.page, f"async () => (await ({KEPT})()).length === 3")
    third.drop(OTHER)
    until(third.page, f"async () => !(await ({KEPT})()).length")


def leave(visitor: Visitor) -> list[str]:
    """Close the tab as a person does; returns the questions that the browser asks."""
    asked: list[str] = []

    def told(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    visitor.page.on("dialog", told)
    with visitor.page.expect_event("close"):
        visitor.page.close(run_before_unload=True)
    return asked


@fault(
    "tab",
    "The tab is closed over strokes where nothing is to be kept",
    sees="The browser’s question before the tab is closed",
    kept="Nothing, as the settings say",
    retried="Nothing",
)
def test_nothing_is_kept_where_that_is_turned_off(
    come: Callable[[], Visitor], context: BrowserContext
) -> None:
    first = come()
    stroked(first)
    done(first)
    until(first.page, f"async () => (await ({KEPT})()).length === 3")
    box = section(first, "storage").get_by_role("switch")
    expect(box).to_be_checked()
    box.uncheck()
    until(first.page, f"async () => !(await ({KEPT})()).length")
    close(first)
    touch(first)
    drag(first, (500, 300))
    settled(first)
    done(first)
    assert kept(first.page) == []
    assert leave(first) == ["beforeunload"]
    # It is remembered; with what is kept there is nothing to ask.
    second = come()
    box = section(second, "storage").get_by_role("switch")
    expect(box).not_to_be_checked()
    assert not second.page.locator(".offer").count()
    box.check()
    close(second)
    stroked(second)
    done(second)
    until(second.page, f"async () => (await ({KEPT})()).length === 3")
    second.page.wait_for_timeout(500)
    assert leave(second) == []


@fault(
    "storage",
    "The device has no room to keep a photo that was touched up",
    sees="That there is no room; the browser’s question before the tab is closed",
    kept="The photo and its strokes, as long as the tab is open",
    retried="Nothing",
)
def test_no_room_for_a_photo_is_said_and_the_tab_asks(
    come: Callable[[], Visitor], context: BrowserContext
) -> None:
    context.add_init_script(
        "navigator.storage.estimate = async () => ({ quota: 60_000_000, usage: 20_000_000 })"
    )
    visitor = come()
    stroked(visitor)
    expect(visitor.page.locator("#hint")).to_contain_text("no room to keep this photo")
    painted = alpha(done(visitor))
    assert painted[200, 300] == 0
    assert kept(visitor.page) == []
    assert leave(visitor) == ["beforeunload"]
