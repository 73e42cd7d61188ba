"""From the last version to this one, in a browser that was used with the last one.

The last version is made out of this one, with other files of the page and the engine and another
model; `make upgrade` puts a real one in $OFFCUT_OLDER (tools/upgrade.py).
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from ..faults import fault
from ..unit.onnx_files import network
from .conftest import PHOTOS
from .scratch import BANNER, with_list
from .servers import Site
from .test_offline import KEPT as ALL_KEPT
from .test_own import OWN_KEYS, hand
from .test_return import begin, cards, kept
from .test_settings import choose, close, section
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"
MANY = 12
# How a release is told from another one: marks in the page, a style, a module and the engine.
MARKS = """() => [document.documentElement.dataset.release ?? "",
  getComputedStyle(document.documentElement).getPropertyValue("--release").trim(),
  document.documentElement.dataset.python ?? ""]"""
PARTS = """async () => {
  const db = await new Promise((done) => Object.assign(
    indexedDB.open("offcut"), { onsuccess: (event) => done(event.target.result) }));
  const keys = [];
  for (const name of db.objectStoreNames)
    keys.push(...await new Promise((done) => Object.assign(
      db.transaction(name).objectStore(name).getAllKeys(),
      { onsuccess: (event) => done(event.target.result) })));
  db.close();
  return keys;
}"""
# Every address in the service worker's caches, with the revision that it was kept under.
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) {
      const { pathname, searchParams } = new URL(url);
      found.push([pathname.slice(1), searchParams.get("__WB_REVISION__")
        ?? searchParams.get("revision")]);
    }
  return found;
}"""
WAITING = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  registration.update().catch(() => {});
  return Boolean(registration.waiting);
}"""
PRESS_AGAIN = "() => void setInterval(() => document.querySelector('#update-now').click(), 3000)"


class Release:
    """A version of the site: a folder, and what lies over it."""

    def __init__(self, root: Path, mark: str, pad: int) -> None:
        """``mark``: "" leaves the folder's own files as they are. ``pad``: bytes that make its tiny
        networks other ones than another release's."""
        made = Site(root)
        if mark:
            _mark(made, mark)
        shrink(made, pad=pad)
        self.root, self.overlay, self.mark = made.root, made.overlay, mark
        script = (made.body("sw.js") or b"").decode()
        found = BANNER.search(script)
        assert found is not None
        listed = json.loads(found[1])
        if mark:
            listed["version"] = mark
            self.overlay["sw.js"] = with_list(script, listed).encode()
        self.files = {one["url"]: one["revision"] for one in (*listed["shell"], *listed["lazy"])}
        self.shell = {one["url"] for one in listed["shell"]}
        registry = json.loads(self.overlay["models/registry.json"] or b"")
        self.parts = {
            part["sha256"] for entry in registry["models"].values() for part in entry["parts"]
        }

    def publish(self, site: Site) -> None:
        """Be what lies at the address of ``site`` from now on."""
        site.root, site.overlay = self.root, self.overlay


def _mark(site: Site, mark: str) -> None:
    more = {
        "app.css": f"\n:root {{ --release: {mark}; }}\n",
        "pyscript/app.py": f'\njs.document.documentElement.setAttribute("data-python", "{mark}")\n',
        "worker/main.py": f"\n# {mark}\n",
        "pyscript/messages/de.json": "\n",
    }
    for path, text in more.items():
        site.overlay[path] = (site.body(path) or b"") + text.encode()
    page = (site.body("index.html") or b"").decode()
    marked = page.replace("<html ", f'<html data-release="{mark}" ', 1)
    site.overlay["index.html"] = marked.encode()


@pytest.fixture
def older(dist: Path) -> Release:
    """The last version."""
    if given := os.environ.get("OFFCUT_OLDER"):
        return Release(Path(given), "", 500)
    return Release(dist, "older", 500)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    rng = np.random.default_rng(5)
    made = [tmp_path / f"photo-{number:02}.png" for number in range(MANY)]
    for file in made:
        pixels = rng.integers(0, 80, (96, 128, 3), dtype=np.uint8)
        pixels[20:70, 30:80] += 120
        Image.fromarray(pixels).save(file)
    return made


def fill(come: Callable[[], Visitor], photos: list[Path]) -> None:
    """Use the page: settings, a model of one's own, a cut, a queue whose tab is closed in it."""
    visitor = come()
    visitor.wait_engine()
    choose(visitor, "looks", "Dark")
    shown = hand(visitor, "Bright things.onnx", network(last="Identity"))
    form = shown.get_by_role("group", name="A model of your own")
    form.get_by_role("combobox").select_option("unit")
    form.get_by_role("button", name="Try it and use it").click()
    expect(shown.get_by_role("radio", name="Bright things")).to_be_checked()
    shown.get_by_role("radio", name="Automatic The small").check()
    close(visitor)
    check_cutout(visitor.cut(PHOTO), PHOTO)
    until(visitor.page, ALL_KEPT)
    begin(visitor, photos, 2)


def check_kept(visitor: Visitor, release: Release) -> None:
    """That this version runs, whole, and what the person had is there."""
    page = visitor.page
    if release.mark:
        assert page.evaluate(MARKS) == [release.mark] * 3
    else:
        assert page.evaluate(MARKS) == ["", "", ""]
    visitor.wait_engine()
    check_cutout(visitor.cut(PHOTO), PHOTO)
    # Of the caches, every file is this version's; the shell is whole.
    until(page, ALL_KEPT)
    cached = page.evaluate(CACHED)
    for path, revision in cached:
        assert release.files.get(path) == revision, path
    assert release.shell <= {path for path, _ in cached}
    # This version's models are kept, and the person's own one is there.
    parts = " ".join(page.evaluate(PARTS))
    assert [one for one in release.parts if one in parts], parts
    assert [key for key in page.evaluate(OWN_KEYS) if key.startswith("entry/")]
    mine = "Delete Bright things from this device"
    expect(section(visitor, "models").get_by_role("button", name=mine)).to_be_visible()
    close(visitor)
    assert page.locator("html").get_attribute("data-theme") == "dark"


@fault(
    "update",
    "A new version comes while a queue is unfinished, on a device with a model of one's own, "
    "settings and the last version's models",
    sees="“A new version is ready” with “Reload”; before and after it the offer to go on",
    kept="Settings, own models, the queue's photos and results; no file of the last version is "
    "mixed with the new ones",
    retried="The queue goes on by “Go on”, without a connection, too",
)
def test_what_a_person_has_outlives_an_update(
    enter: Callable[..., Visitor],
    context: BrowserContext,
    isolated: Site,
    older: Release,
    photos: list[Path],
) -> None:
    dist = isolated.root
    visits: list[str] = []
    this, later = Release(dist, "", 0), Release(dist, "later", 900)

    def come() -> Visitor:
        visitor = enter(context, isolated)
        visitor.expected.append("Failed to load resource|ERR_CONNECTION|fetching the script")
        visitor.page.on("framenavigated", lambda frame: visits.append(frame.url))
        return visitor.open()

    older.publish(isolated)
    fill(come, photos)

    # By a press: the old page is whole until then, and loads once.
    this.publish(isolated)
    visitor = come()
    if older.mark:
        assert visitor.page.evaluate(MARKS) == [older.mark] * 3
    expect(visitor.page.locator("#update-text")).to_be_visible(timeout=60_000)
    expect(visitor.page.locator(".offer")).to_contain_text("of 12 photos are done")
    # A tab that has just been closed may still count as open: then it is pressed again.
    visitor.page.evaluate(PRESS_AGAIN)
    with visitor.page.expect_navigation(timeout=60_000):
        visits.clear()
        visitor.page.locator("#update-now").click()
    expect(visitor.page.locator("html[data-alive]")).to_be_attached(timeout=60_000)
    expect(visitor.page.locator(".offer")).to_contain_text("of 12 photos are done")
    check_kept(visitor, this)
    assert len(visits) == 1, visits

    # By a plain visit after all tabs were closed.
    later.publish(isolated)
    visitor.page.reload()
    until(visitor.page, WAITING)
    for _ in range(5):  # a tab that has just been closed may still hold the old version
        visitor.page.close()
        time.sleep(2)
        visits.clear()
        visitor = come()
        if visitor.page.evaluate(MARKS) == [later.mark] * 3:
            break
    check_kept(visitor, later)
    assert len(visits) == 1, visits

    # And without a connection: the page, the engine, the queue.
    visitor.page.close()
    isolated.stop()
    visitor = come()
    page = visitor.page
    expect(page.locator(".offer")).to_contain_text("of 12 photos are done")
    page.locator(".offer").get_by_role("button", name="Go on").click()
    expect(page.locator("#queue-stop")).to_be_hidden(timeout=60_000)
    expect(cards(page, "done")).to_have_count(MANY)
    assert kept(page, "/work")
