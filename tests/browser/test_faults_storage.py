"""A device that keeps nothing, or loses what it kept: the photo is done all the same."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .scratch import BRIEF, in_engine
from .test_download import STORED, asked, parts_of
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from .servers import Site
    from .visitor import Visitor

PHOTO, OTHER = PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg"
QUERY = "?model=u2netp"
NO_SW = "when fetching the script"
NOT_KEPT = "This browser keeps nothing for this page"

# Whatever the page makes a worker of begins with a script.
IN_WORKERS = """(script) => {
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => make.call(URL, blob.type.includes("javascript")
    ? new Blob([script, ";", blob], { type: blob.type }) : blob);
}"""
# What private windows have in the place of IndexedDB: databases that do not open, or nothing. The
# browsers that have nothing are old and have no locks, either.
REFUSED = """const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function () {
  const asked = open.call(this, "nothing", 1);
  const refuse = () => asked.transaction.abort();
  queueMicrotask(() => asked.addEventListener("upgradeneeded", refuse));
  return asked;
}"""
MISSING = """Object.defineProperty(globalThis, "indexedDB", { value: undefined });
delete globalThis.Navigator?.prototype.locks;
delete globalThis.WorkerNavigator?.prototype.locks"""

CLEAR = """async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith("offcut")) continue;
    await new Promise((done, fail) => {
      Object.assign(indexedDB.deleteDatabase(name), { onsuccess: done, onerror: fail });
      setTimeout(() => fail(new Error(`${name} is held`)), 30_000);
    });
  }
}"""
# A tab of before, that does not give way when the database is to be deleted.
IN_THE_WAY = """async () => {
  const db = await new Promise((done) => {
    const ask = indexedDB.open("offcut", 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore("parts");
    ask.onsuccess = () => done(ask.result);
  });
  globalThis.held = db;
  const gone = indexedDB.deleteDatabase("offcut");
  await new Promise((done) => gone.onblocked = done);
}"""
# Forgets one record, the way a damaged disk does: without a word.
LOSE_ONE = """() => new Promise((done) => {
  const ask = indexedDB.open("offcut");
  ask.onsuccess = () => {
    const work = ask.result.transaction("parts", "readwrite");
    work.objectStore("parts").openCursor().onsuccess = ({ target }) => target.result.delete();
    work.oncomplete = () => { ask.result.close(); done(); };
  };
})"""
# For parts of models; pages wait for locks of their workers, too.
WAITING = """async () => (await navigator.locks.query()).pending
  .filter(({ name }) => /^offcut-[0-9a-f]{64}$/.test(name)).length"""


@fault(
    "storage",
    "There is no IndexedDB, or it refuses to open (private windows)",
    sees="The cut-out, and: “This browser keeps nothing for this page (a private window?), so the "
    "model will be downloaded again next time.”",
    kept="The photo and the cut-out; the model as long as the tab is open",
    retried="Nothing: the next photo needs no download",
)
@pytest.mark.parametrize("deed", [REFUSED, MISSING], ids=["refused", "missing"])
def test_a_browser_that_keeps_nothing(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site, deed: str
) -> None:
    parts = parts_of(shrink(isolated, parts=2, pad=50_000))
    context.add_init_script(deed)
    context.add_init_script(f"({IN_WORKERS})({json.dumps(deed)})")
    visitor = enter(context, isolated)
    visitor.expected.append(
        "reading 'open'|AbortError|dispatched|^Event$"
    )  # PyScript's own database
    visitor.open(QUERY)
    check_cutout(visitor.cut(PHOTO), PHOTO)
    expect(visitor.shows("#result-why")).to_contain_text(NOT_KEPT)
    visitor.drop(OTHER)
    expect(visitor.page.locator("#photo-name")).to_have_text(OTHER.name)
    check_cutout(visitor.file(), OTHER)
    assert asked(isolated) == Counter(parts)


@fault(
    "storage",
    "The database never opens: another tab is in the way of its deletion",
    sees="The cut-out, a moment later, and: “This browser keeps nothing for this page …”",
    kept="The photo and the cut-out; the model as long as the tab is open",
    retried="The database, with the next model and at the next visit: then it is kept",
)
def test_a_database_that_never_opens(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> None:
    parts = parts_of(shrink(isolated, parts=2, pad=50_000))
    in_engine(isolated, BRIEF)
    other = context.new_page()
    other.goto(isolated.url + "theme.js")
    other.evaluate(IN_THE_WAY)
    visitor = enter(context, isolated).open(QUERY)
    check_cutout(visitor.cut(PHOTO), PHOTO)
    expect(visitor.shows("#result-why")).to_contain_text(NOT_KEPT)
    other.close()
    visitor.open(QUERY)
    check_cutout(visitor.cut(PHOTO), PHOTO)
    expect(visitor.page.locator("#result-why")).to_be_hidden()
    assert visitor.page.evaluate(STORED) == 2
    assert asked(isolated) == Counter(parts * 2)


@fault(
    "storage",
    "All data of the site is cleared in the middle of a download, and again between two photos",
    sees="The cut-out, as if nothing had happened",
    kept="The photo, and what the engine has in memory: the next photo needs no download",
    retried="Nothing; what is missing is fetched at the next visit",
)
@fault(
    "storage",
    "A part of a model is gone from the disk",
    sees="The cut-out",
    kept="The photo, and the other parts",
    retried="That part alone is fetched again",
)
def test_what_was_kept_is_lost(visitor: Visitor) -> None:
    site = visitor.site
    parts = parts_of(shrink(site, parts=3, pad=150_000))
    held = [site.hold(part, after=1_000) for part in parts[1:]]
    visitor.open(QUERY)
    visitor.pick(PHOTO)
    until(visitor.page, f"async () => (await ({STORED})()) === 1")
    # A deletion is not held up by the engine's open connection.
    visitor.page.evaluate(CLEAR)
    for one in held:
        one.release()
    check_cutout(visitor.file(), PHOTO)
    assert asked(site) == Counter(parts)
    # Between two photos, by the browser's own settings.
    devtools = visitor.page.context.new_cdp_session(visitor.page)
    everything = {"origin": site.url.rstrip("/"), "storageTypes": "all"}
    devtools.send("Storage.clearDataForOrigin", everything)
    visitor.drop(OTHER)
    expect(visitor.page.locator("#photo-name")).to_have_text(OTHER.name)
    check_cutout(visitor.file(), OTHER)
    assert asked(site) == Counter(parts)
    # The next visit has nothing and fetches all of it; the one after that lacks a part.
    visitor.open(QUERY)
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert asked(site) == Counter(parts * 2)
    visitor.page.evaluate(LOSE_ONE)
    visitor.open(QUERY)
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert sum(asked(site).values()) == 2 * len(parts) + 1


@fault(
    "storage",
    "Two tabs need the same model at the same time, and one of them is closed in the middle",
    sees="In both, how far the model is",
    kept="What the closed tab had brought",
    retried="Each part is fetched by one tab alone; the other goes on with what was under way",
)
@fault(
    "storage",
    "Another tab that was to fetch a part is stuck",
    sees="The cut-out, after a while",
    kept="The photo",
    retried="The part is fetched without waiting any longer",
)
def test_two_tabs_share_a_download(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> None:
    served = shrink(isolated, parts=4, pad=200_000)
    isolated.overlay["sw.js"] = None  # the engine is another one for the last visit
    parts = parts_of(served)
    held = [isolated.hold(part, after=1_000) for part in parts[:3]]
    first = enter(context, isolated)
    first.expected.append(NO_SW)
    first.open(QUERY).pick(PHOTO)
    assert all(one.reached.wait(60) for one in held)
    second = enter(context, isolated)
    second.expected.append(NO_SW)
    second.open(QUERY).pick(OTHER)
    until(second.page, f"async () => (await ({WAITING})()) === 3")
    assert asked(isolated) == Counter()  # none is answered yet, and none asked for again
    held[0].release()
    until(second.page, f"async () => (await ({STORED})()) === 2")  # with the fourth part
    meter = second.page.locator("#meter")
    expect(meter).to_have_attribute("aria-valuenow", "50")
    first.page.close()
    check_cutout(second.file(), OTHER)
    for one in held:
        one.release()
    for part in parts[1:3]:  # of the closed tab, too
        isolated.wait_for(part, 2)
    assert asked(isolated) == Counter([*parts, *parts[1:3]])
    # A tab that has the turn and does nothing with it.
    first_part = parts_of(served, "modnet")[0]  # the others are as those of the other model
    registry = json.loads(served["models/registry.json"])
    second.open("?model=fast")
    name = f"offcut-{registry['models']['modnet']['parts'][0]['sha256']}"
    second.page.evaluate(
        "(name) => void navigator.locks.request(name, () => new Promise(() => {}))", name
    )
    in_engine(isolated, BRIEF)
    third = enter(context, isolated)
    third.expected.append(NO_SW)
    third.open("?model=modnet")
    check_cutout(third.cut(PHOTO), PHOTO)
    assert asked(isolated, "modnet")[first_part] == 1
