"""The model store: a download that breaks goes on, damage is fetched again, a full disk is said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "coffee.jpg"
PARTS = 6
STORED = """async () => {
  const db = await new Promise((done) => {
    const ask = indexedDB.open("offcut");
    ask.onupgradeneeded = () => ask.transaction.abort(); // not there yet: it is not ours to make
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => done(null);
  });
  if (!db) return 0;
  const keys = await new Promise((done) => {
    if (!db.objectStoreNames.contains("parts")) return done([]);
    const ask = db.transaction("parts").objectStore("parts").getAllKeys();
    ask.onsuccess = () => done(ask.result);
  });
  db.close();
  return keys.length;
}"""


def asked(site: Site, model: str = "u2netp") -> Counter[str]:
    """How often each part of the model was asked for."""
    return Counter(entry.path for entry in site.seen(f"models/{model}/*"))


def parts_of(served: dict[str, bytes], model: str = "u2netp") -> list[str]:
    return [path for path in served if path.startswith(f"models/{model}/")]


@fault(
    "network",
    "The connection breaks off twice in the middle of a part of a model",
    sees="The cut-out",
    kept="The photo, and every other part",
    retried="That part, twice, by itself; no other",
)
def test_a_cut_connection_costs_one_part(visitor: Visitor) -> None:
    """It breaks off in the middle of a part: that one comes again, by itself; no other does."""
    parts = parts_of(shrink(visitor.site, parts=PARTS, pad=600_000))
    visitor.site.fault(parts[2], cut=40_000, times=2)
    visitor.expected.append("ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED|Failed to load")
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert asked(visitor.site) == Counter({part: 3 if part == parts[2] else 1 for part in parts})


@fault(
    "network",
    "The server dies in the middle of a part, and the tab is closed",
    sees="At the next visit: the cut-out",
    kept="The parts that had arrived",
    retried="At the next visit, what was missing alone is fetched",
)
def test_what_has_arrived_is_not_fetched_again(visitor: Visitor) -> None:
    """The server dies in the middle of a part and the page is closed; back later, only what is
    missing comes."""
    parts = parts_of(shrink(visitor.site, parts=PARTS, pad=600_000))
    visitor.site.hold(parts[4], after=40_000)
    visitor.site.hold(parts[5], after=0)
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    until(visitor.page, f"async () => (await ({STORED})()) === 4")
    visitor.site.stop()
    visitor.page.goto("about:blank")
    visitor.site.faults.clear()
    visitor.site.start()
    with visitor.site.watching() as later:
        visitor.open("?model=u2netp")
        check_cutout(visitor.cut(PHOTO), PHOTO)
    assert sorted(entry.path for entry in later if entry.path in parts) == sorted(parts[4:])
    # And once more: now all of it is here.
    with visitor.site.watching() as later:
        visitor.open("?model=u2netp")
        check_cutout(visitor.cut(PHOTO), PHOTO)
    assert [entry.path for entry in later if entry.path in parts] == []


@fault(
    "network",
    "A byte of a part of a model is flipped on the way",
    sees="The cut-out",
    kept="The photo, and every other part",
    retried="That part, by itself, past every cache",
)
def test_a_damaged_part_is_fetched_again(visitor: Visitor) -> None:
    parts = parts_of(shrink(visitor.site, parts=3, pad=300_000))
    visitor.site.fault(parts[1], flip=5_000)
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert asked(visitor.site) == Counter({part: 2 if part == parts[1] else 1 for part in parts})


@fault(
    "storage",
    "A part of a model is altered on the disk",
    sees="The cut-out",
    kept="The photo, and the other parts",
    retried="That part alone is fetched again",
)
def test_a_part_damaged_in_the_store_is_fetched_again(visitor: Visitor) -> None:
    parts = parts_of(shrink(visitor.site, parts=2, pad=100_000))
    visitor.open("?model=u2netp")
    visitor.cut(PHOTO)
    visitor.page.evaluate(
        """() => new Promise((done) => {
          const ask = indexedDB.open("offcut");
          ask.onsuccess = () => {
            const store = ask.result.transaction("parts", "readwrite").objectStore("parts");
            const cursor = store.openCursor();
            cursor.onsuccess = () => {
              const bytes = new Uint8Array(cursor.result.value);
              bytes[100] ^= 255;
              cursor.result.update(bytes.buffer).onsuccess = () => { ask.result.close(); done(); };
            };
          };
        })"""
    )
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert sum(asked(visitor.site).values()) == len(parts) + 1


def test_damage_that_stays_is_said_and_the_photo_kept(visitor: Visitor) -> None:
    parts = parts_of(shrink(visitor.site, parts=2, pad=50_000))
    visitor.site.fault(parts[0], flip=500, times=99)
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    visitor.wait("error")
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", "MODEL_CORRUPT")
    visitor.site.faults.clear()
    visitor.page.locator("#retry").click()
    visitor.wait("working", "improving", "done")
    check_cutout(visitor.file(), PHOTO)


@fault(
    "network",
    "The large model is not there (404)",
    sees="The quick model's cut-out, and why it is no better",
    kept="The photo and that cut-out",
    retried="The button for a finer cut-out fetches it",
)
def test_without_the_large_model_the_small_ones_cutout_stands(visitor: Visitor) -> None:
    shrink(visitor.site)
    visitor.site.fault("models/isnet/*", status=404, times=99)
    visitor.expected.append("status of 404")
    visitor.open()
    check_cutout(visitor.cut(PHOTO), PHOTO)
    expect(visitor.shows("#result-why")).to_contain_text("could not be downloaded")
    # The way to the better one is on the page, for when the connection is back.
    visitor.site.faults.clear()
    with visitor.site.watching() as later:
        visitor.page.locator("#finer").click()
        expect(visitor.page.locator("#result-why")).to_be_hidden(timeout=60_000)
        check_cutout(visitor.file(), PHOTO)
    assert [entry.path for entry in later if entry.path.startswith("models/isnet/")]


@fault(
    "storage",
    "The disk is full",
    sees="The cut-out, and: “The device has no room to keep the model, so it will be downloaded "
    "again next time.”",
    kept="The photo and the cut-out",
    retried="The download, at the next visit",
)
def test_a_full_disk_is_said_and_does_no_harm(visitor: Visitor) -> None:
    shrink(visitor.site, pad=400_000)
    devtools = visitor.page.context.new_cdp_session(visitor.page)
    origin = visitor.site.url.rstrip("/")
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 10_000})
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(PHOTO), PHOTO)
    expect(visitor.shows("#result-why")).to_contain_text("no room to keep the model")
