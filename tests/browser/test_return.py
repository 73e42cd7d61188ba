"""A queue outlives its tab: what was done is still done, and the rest is gone on with."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from ..faults import fault
from .tiny import shrink
from .visitor import KEPT, check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page

    from .servers import Site
    from .visitor import Visitor

MANY, BROKEN = 20, 4
QUERY = "?model=u2netp"


# Writes each record as Offcut did before the text and the names lay in a file.
AS_BEFORE = """async () => {
  const asked = (request) => new Promise((done, fail) =>
    Object.assign(request, { onsuccess: () => done(request.result), onerror: fail }));
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith("offcut-kept"));
  const db = await asked(indexedDB.open(name));
  const all = () => db.transaction("records", "readwrite").objectStore("records");
  for (const key of await asked(all().getAllKeys())) {
    const { text, files } = await asked(all().get(key));
    const told = JSON.parse(await text.text());
    const named = files.map((file, at) =>
      told.names[at] ? new File([file], told.names[at], { type: file.type }) : file);
    await asked(all().put({ text: told.text, files: named }, key));
  }
  db.close();
}"""


@pytest.fixture
def many(tmp_path: Path) -> list[Path]:
    """Twenty small photos, one of them broken."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(MANY):
        pixels = rng.integers(0, 80, (96, 128, 3), dtype=np.uint8)
        pixels[20:70, 30 + number : 80 + number] += 120
        file = tmp_path / f"photo-{number:02}.png"
        Image.fromarray(pixels).save(file)
        if number == BROKEN:
            file.write_bytes(file.read_bytes()[:400])
        made.append(file)
    return made


@pytest.fixture
def come(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> Callable[[], Visitor]:
    """`come()`: a visit, in a tab of its own, on the same device as the last one."""
    shrink(isolated)

    def visit() -> Visitor:
        return enter(context, isolated).open(QUERY)

    return visit


def cards(page: Page, state: str = "") -> Locator:
    return page.locator(f".card[data-state={state}]" if state else ".card")


def kept(page: Page, what: str = "") -> list[str]:
    return [name for name in page.evaluate(KEPT) if what in name]


def begin(visitor: Visitor, many: list[Path], done: int) -> None:
    """Have a queue begun, and close the tab when all photos and so many results are kept."""
    visitor.pick(*many)
    for what, count in (("/photo", len(many)), ("/work", done)):
        some = f"(await ({KEPT})()).filter((name) => name.endsWith('{what}'))"
        until(visitor.page, f"async () => {some}.length >= {count}")
    visitor.page.close()


def unzipped(page: Page, button: str) -> dict[str, bytes]:
    with page.expect_download() as download:
        page.locator(button).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@fault(
    "tab",
    "The tab is closed in the middle of a queue",
    sees="On the next visit: how many photos are done, and “Go on”",
    kept="All photos, results and settings",
    retried="The photos that were not done, once the person goes on",
)
def test_a_queue_outlives_its_tab(come: Callable[[], Visitor], many: list[Path]) -> None:
    begin(come(), many, 6)
    page = come().page
    offer = page.locator(".offer")
    expect(offer).to_contain_text("of 20 photos are done")
    before = len(kept(page, "work"))
    assert before >= 6
    offer.get_by_role("button", name="Go on").click()
    expect(cards(page)).to_have_count(MANY)
    expect(offer).to_be_hidden()
    expect(page.locator("#queue-stop")).to_be_hidden(timeout=60_000)
    expect(cards(page, "done")).to_have_count(MANY - 1)
    # Previews come from what was kept, too.
    expect(page.locator(".card[data-drawn=cut]")).to_have_count(MANY - 1)
    inside = unzipped(page, "#queue-zip")
    rows = list(csv.DictReader(io.StringIO(inside.pop("offcut-report.csv").decode(), newline="")))
    assert [row["file"] for row in rows] == [file.name for file in many]
    assert [at for at, row in enumerate(rows) if row["outcome"] == "failed"] == [BROKEN]
    assert "damaged" in rows[BROKEN]["note"]
    assert {row["models"] for row in rows} == {"u2netp", ""}
    for at, row in enumerate(rows):
        if at != BROKEN:
            check_cutout(inside[row["result"]], many[at])
    # Everything is done and saved: nothing is left, and nothing is asked.
    page.close()
    page = come().page
    until(page, f"async () => !(await ({KEPT})()).length")
    assert not page.locator(".offer").count()


def test_what_is_done_can_be_saved_and_the_rest_discarded(
    come: Callable[[], Visitor], many: list[Path]
) -> None:
    begin(come(), many, 3)
    page = come().page
    offer = page.locator(".offer")
    expect(offer).to_contain_text("only")
    inside = unzipped(page, ".offer button:nth-of-type(2)")
    done = len(kept(page, "/work"))
    assert len(inside) == done + 1 - (done > BROKEN)
    for name in set(inside) - {"offcut-report.csv"}:
        check_cutout(inside[name], many[int(name[6:8])])
    expect(offer).to_be_visible()
    offer.get_by_role("button", name="Discard").click()
    expect(offer).to_have_count(0)
    assert kept(page) == []
    page.reload()
    page.wait_for_timeout(1_000)
    expect(offer).to_have_count(0)


@fault(
    "tab",
    "A second tab finds a queue that another tab works on",
    sees="Nothing, or that another tab is at work on these photos",
    kept="The queue, in the tab that has it",
    retried="Nothing",
)
def test_another_tab_is_at_work(come: Callable[[], Visitor], many: list[Path]) -> None:
    first = come()
    held = first.site.hold("models/u2netp/*", after=0)
    first.pick(*many[:3])
    until(first.page, f"async () => (await ({KEPT})()).length == 4")
    second = come().page
    second.wait_for_timeout(1_000)
    assert not second.locator(".offer").count()
    first.page.close()
    held.release()
    first.site.faults.clear()
    # Two tabs on the same offer: the first to press has it.
    second.reload()
    third = come().page
    for page in (second, third):
        offer = page.locator(".offer")
        expect(offer).to_contain_text("0 of 3 photos are done", timeout=60_000)
    second.get_by_role("button", name="Go on").click()
    expect(cards(second, "done")).to_have_count(3, timeout=60_000)
    third.get_by_role("button", name="Go on").click()
    expect(third.locator("#hint")).to_contain_text("Another tab")
    expect(third.locator(".offer")).to_have_count(0)


def test_stopped_and_failed_ones_stay_so(come: Callable[[], Visitor], many: list[Path]) -> None:
    """And settings come back: what is done later looks as what was done before. So it is with what
    an older Offcut has kept."""
    first = come()
    held = first.site.hold("models/u2netp/*", after=0)
    first.pick(*many[2:6])
    first.page.get_by_role("button", name="Cancel photo-05.png").click()
    until(first.page, f"async () => (await ({KEPT})()).length == 6")
    first.page.evaluate(AS_BEFORE)
    first.page.close()
    held.release()
    first.site.faults.clear()
    page = come().page
    page.get_by_role("button", name="Go on").click()
    expect(cards(page, "done")).to_have_count(2, timeout=60_000)
    expect(cards(page, "failed")).to_have_count(1)
    expect(cards(page, "stopped")).to_have_count(1)
    page.get_by_role("button", name="Try photo-05.png again").click()
    expect(cards(page, "done")).to_have_count(3, timeout=60_000)


@fault(
    "storage",
    "There is no room to keep a queue of photos",
    sees="That there is no room, once; the queue runs to its end",
    kept="The photos and results as long as the tab is open; it asks before it is closed over "
    "unfinished work",
    retried="Nothing",
)
def test_no_room_is_said_once_and_the_queue_runs_on(
    come: Callable[[], Visitor], context: BrowserContext, many: list[Path]
) -> None:
    context.add_init_script(
        "navigator.storage.estimate = async () => ({ quota: 60_000_000, usage: 20_000_000 })"
    )
    visitor = come()
    visitor.pick(*many[:3])
    expect(visitor.page.locator("#hint")).to_contain_text("no room")
    expect(cards(visitor.page, "done")).to_have_count(3, timeout=60_000)
    assert kept(visitor.page) == []
    assert "later" not in visitor.page.locator("#queue-facts").inner_text()


@fault(
    "storage",
    "The browser refuses the queue's database",
    sees="That there is no room, once; the queue runs to its end, and its ZIP is whole",
    kept="The photos and results as long as the tab is open",
    retried="Nothing",
)
def test_a_browser_that_keeps_nothing_works_as_before(
    come: Callable[[], Visitor], context: BrowserContext, many: list[Path]
) -> None:
    """Some private windows refuse to open a database; here, only that of the queue."""
    context.add_init_script(
        """const open = indexedDB.open.bind(indexedDB);
        IDBFactory.prototype.open = function (name, version) {
          if (name.startsWith("offcut-kept")) throw new DOMException("no", "SecurityError");
          return open(name, version);
        };"""
    )
    visitor = come()
    visitor.pick(*many[:3])
    expect(visitor.page.locator("#hint")).to_contain_text("no room")
    expect(cards(visitor.page, "done")).to_have_count(3, timeout=60_000)
    unzipped(visitor.page, "#queue-zip")


@fault(
    "tab",
    "The clock is set back by weeks while the tab is closed, and on again",
    sees="The queue on offer, then, seven days on, nothing",
    kept="The queue, for seven days of the clock that there then is",
    retried="Nothing",
)
def test_after_a_week_nothing_is_left(
    come: Callable[[], Visitor], context: BrowserContext, many: list[Path]
) -> None:
    """Also where the clock is set back meanwhile: the days count from the next visit on."""
    begin(come(), many[:3], 1)
    context.add_init_script(
        """const now = Date.now, days = localStorage.days ?? -30;
        Date.now = () => now() + days * 86_400_000;"""
    )
    page = come().page
    expect(page.locator(".offer")).to_contain_text("3 photos are done")
    page.evaluate("() => { localStorage.days = -22; }")
    page.close()
    page = come().page
    until(page, f"async () => !(await ({KEPT})()).length")
    assert not page.locator(".offer").count()


@fault(
    "storage",
    "The tab ends while a photo of a queue is being written down",
    sees="At the next visit: the offer to go on",
    kept="Every photo that was written before; while it is not safe to close, the page does not "
    "say that it is",
    retried="“Go on” does the rest",
)
def test_a_write_that_was_cut_off_costs_one_photo(
    come: Callable[[], Visitor], context: BrowserContext, many: list[Path]
) -> None:
    """The tab ends while a record is written: what was written before is whole."""
    visitor = come()
    # The third photo's transaction is never ended, as if the tab had died in it.
    visitor.page.evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (value, name) {
            const asked = put.call(this, value, name);
            if (String(name).includes("00003/photo")) {
              globalThis.cut = true;
              const again = () => (this.get("x").onsuccess = again);
              again();
            }
            return asked;
          };
        }"""
    )
    visitor.pick(*many[:4])
    until(visitor.page, "() => globalThis.cut")
    # It is not safe to close yet, and the page knows.
    assert "later" not in visitor.page.locator("#queue-facts").inner_text()
    visitor.page.close()
    page = come().page
    expect(page.locator(".offer")).to_contain_text("of 2 photos")
    page.get_by_role("button", name="Go on").click()
    expect(cards(page, "done")).to_have_count(2, timeout=60_000)
