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

from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page

    from .servers import Site
    from .visitor import Visitor

MANY, BROKEN = 20, 4
QUERY = "?model=u2netp"
# The names of all records, of whichever Offcut on this origin.
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
    """Have a queue begun, close the tab when so many results are kept."""
    visitor.pick(*many)
    until(
        visitor.page, f"async () => (await ({KEPT})()).filter(n => /work/.test(n)).length >= {done}"
    )
    until(
        visitor.page,
        f"async () => (await ({KEPT})()).filter(n => /photo/.test(n)).length == {len(many)}",
    )
    visitor.page.close()


def unzipped(page: Page, button: str) -> dict[str, bytes]:
    with page.expect_download() as download:
        page.locator(button).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


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
