"""Many photos: a queue on the page, a ZIP or a folder at its end."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import BYTES, KEPT, check_cutout, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from .visitor import Visitor

MANY, BROKEN = 50, (7, 31)
# A folder dropped on the window: entries as the File and Directory Entries API has them, which a
# script cannot make; so they are made up here, as plain objects behind a real drop event.
DROP_FOLDER = """async (tree) => {
  const entry = ([name, inside]) => typeof inside === "string"
    ? { name, isFile: true, isDirectory: false, file: async (take, fail) => {
        if (inside === "gone") return fail(new DOMException("gone", "NotFoundError"));
        const body = await (await fetch(inside)).blob();
        take(new File([body], name, {type: name.endsWith(".jpg") ? "image/jpeg" : "text/plain"}));
      } }
    : { name, isFile: false, isDirectory: true, createReader: () => {
        const parts = Object.entries(inside).map(entry);
        return { readEntries: (take) => take(parts.splice(0, 1)) };
      } };
  const data = new DataTransfer();
  const event = new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data});
  const items = Object.entries(tree).map(
    (one) => ({ kind: "file", webkitGetAsEntry: () => entry(one) }));
  Object.defineProperty(event, "dataTransfer", { value: { items, files: data.files } });
  document.body.dispatchEvent(event);
}"""

# The system's dialog for a file to write, answered at once with a file of the origin's own.
FILE_DIALOG = """Object.defineProperty(window, "showSaveFilePicker", { value: async (wanted) => {
  if (globalThis.refused) throw new DOMException("no", "AbortError");
  const root = await navigator.storage.getDirectory();
  const file = await root.getFileHandle(wanted.suggestedName, { create: true });
  if (!globalThis.stuck) return file;
  const write = () => new Promise((go) => setTimeout(go, 500, (globalThis.begun = true)));
  const slow = new WritableStream({ write });
  return Object.assign(file, { createWritable: async () => slow });
} })"""
FILE_WRITTEN = """async () => {
  const root = await navigator.storage.getDirectory();
  const file = await root.getFileHandle("offcut.zip").catch(() => null);
  return file && URL.createObjectURL(await file.getFile());
}"""


@pytest.fixture
def many(tmp_path: Path) -> list[Path]:
    """Fifty small photos, two of them broken."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(MANY):
        pixels = rng.integers(0, 80, (96, 128, 3), dtype=np.uint8)
        pixels[20:70, 30 + number % 40 : 80 + number % 40] += 120
        file = tmp_path / f"photo-{number:02}.png"
        Image.fromarray(pixels).save(file)
        if number in BROKEN:
            file.write_bytes(file.read_bytes()[:400])
        made.append(file)
    return made


def cards(visitor: Visitor, state: str = "") -> Locator:
    return visitor.page.locator(f".card[data-state={state}]" if state else ".card")


def unzipped(visitor: Visitor) -> dict[str, bytes]:
    """What is in the ZIP that "Download all" gives."""
    with visitor.page.expect_download() as download:
        visitor.page.locator("#queue-zip").click()
    assert download.value.suggested_filename == "offcut.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_fifty_photos_two_of_them_broken(tiny: Visitor, many: list[Path]) -> None:
    tiny.open("?model=u2netp")
    tiny.pick(*many)
    assert tiny.wait("batch") == "batch"
    expect(cards(tiny)).to_have_count(MANY)
    expect(tiny.page.locator("#queue-stop")).to_be_hidden(timeout=120_000)
    expect(tiny.page.locator("#queue-title")).to_have_text("48 of 50 cut out")
    assert "2 could not be used" in tiny.shows("#queue-facts").inner_text()
    expect(cards(tiny, "failed")).to_have_count(2)
    assert "damaged" in cards(tiny, "failed").first.inner_text()
    inside = unzipped(tiny)
    rows = list(csv.DictReader(io.StringIO(inside.pop("offcut-report.csv").decode(), newline="")))
    assert [row["file"] for row in rows] == [file.name for file in many]
    assert [at for at, row in enumerate(rows) if row["outcome"] == "failed"] == list(BROKEN)
    assert list(inside) == [row["result"] for row in rows if row["result"]]
    for at, row in enumerate(rows):
        if at not in BROKEN:
            check_cutout(inside[row["result"]], many[at])


def test_folders_are_looked_through(tiny: Visitor) -> None:
    """Photos in folders below come too; other files, and one that is gone, are left out."""
    tiny.open("?model=u2netp")
    for name in ("coffee.jpg", "rocket.jpg"):
        tiny.site.overlay[name] = (PHOTOS / name).read_bytes()
    tree = {
        "shop": {
            "b.jpg": "coffee.jpg",
            "deep": {"notes.txt": "coffee.jpg", "b.jpg": "rocket.jpg", ".hidden.jpg": "rocket.jpg"},
            "a.jpg": "gone",
        }
    }
    tiny.page.evaluate(DROP_FOLDER, tree)
    expect(cards(tiny, "done")).to_have_count(2, timeout=120_000)
    inside = unzipped(tiny)
    assert set(inside) == {"b-cutout.png", "b-cutout-2.png", "offcut-report.csv"}
    check_cutout(inside["b-cutout.png"], PHOTOS / "coffee.jpg")
    check_cutout(inside["b-cutout-2.png"], PHOTOS / "rocket.jpg")


def test_look_at_one_add_more_and_save_to_a_folder(tiny: Visitor) -> None:
    first, second, third = (PHOTOS / f"{name}.jpg" for name in ("coffee", "rocket", "chelsea"))
    tiny.page.add_init_script(
        """globalThis.showDirectoryPicker = async () => {
          const root = await navigator.storage.getDirectory();
          return root.getDirectoryHandle("shop", {create: true});
        };"""
    )
    tiny.open("?model=u2netp")
    tiny.pick(first, second)
    expect(cards(tiny, "done")).to_have_count(2, timeout=120_000)
    # Each card shows the cut-out, small.
    expect(tiny.page.locator(".card[data-drawn=cut]")).to_have_count(2)
    tiny.page.get_by_role("button", name="Look at rocket.jpg").click()
    check_cutout(tiny.file(), second)
    assert "640 × 427" in tiny.shows("#photo-facts").inner_text()
    # A further photo joins the queue, whatever is being looked at.
    tiny.drop(third)
    tiny.wait("batch")
    expect(cards(tiny, "done")).to_have_count(3, timeout=120_000)
    for _ in range(2):  # the second time nothing is written over
        tiny.page.locator("#queue-folder").click()
        expect(tiny.page.locator("#hint")).to_have_text("3 cut-outs are in shop.")
        expect(tiny.page.locator("#hint")).to_be_hidden(timeout=20_000)
    names = tiny.page.evaluate(
        """async () => {
          const root = await navigator.storage.getDirectory();
          const names = [];
          for await (const name of (await root.getDirectoryHandle("shop")).keys()) names.push(name);
          return names.sort();
        }"""
    )
    assert len(names) == 8
    assert {"coffee-cutout.png", "coffee-cutout-2.png", "offcut-report-2.csv"} <= set(names)
    held = """async (name) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle("shop");
      return URL.createObjectURL(await (await folder.getFileHandle(name)).getFile());
    }"""
    href = tiny.page.evaluate(held, "chelsea-cutout-2.png")
    check_cutout(base64.b64decode(tiny.page.evaluate(BYTES, href)), third)


def test_stop_one_stop_all_and_try_again(tiny: Visitor) -> None:
    held = tiny.site.hold("models/u2netp/*", after=0)  # before the page fetches it of itself
    tiny.open("?model=u2netp")
    tiny.wait_engine()
    names = ("coffee", "rocket", "chelsea")
    tiny.pick(*(PHOTOS / f"{name}.jpg" for name in names))
    expect(cards(tiny, "working")).to_have_count(1)
    tiny.page.get_by_role("button", name="Cancel chelsea.jpg").click()
    expect(cards(tiny, "stopped")).to_have_count(1)
    tiny.page.locator("#queue-stop").click()
    expect(cards(tiny, "stopped")).to_have_count(3)
    held.release()
    tiny.site.faults.clear()
    tiny.page.get_by_role("button", name="Try rocket.jpg again").click()
    expect(cards(tiny, "done")).to_have_count(1, timeout=120_000)
    tiny.page.locator("#queue-again").click()
    expect(cards(tiny, "done")).to_have_count(3, timeout=120_000)
    assert set(unzipped(tiny)) == {*(f"{name}-cutout.png" for name in names), "offcut-report.csv"}


@pytest.mark.parametrize("room", [True, False])
def test_the_tab_is_not_closed_over_what_would_be_lost(tiny: Visitor, room: bool) -> None:
    """What is kept can be gone on with (test_return.py): nothing is asked then."""
    if not room:
        tiny.page.add_init_script(
            "navigator.storage.estimate = async () => ({ quota: 60_000_000, usage: 20_000_000 })"
        )
    tiny.site.hold("models/u2netp/*", after=0)  # before the page fetches it of itself
    tiny.open("?model=u2netp")
    asked = []
    tiny.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    tiny.pick(PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg")
    tiny.page.locator("#queue-title").click()  # browsers ask only where somebody has been
    if room:
        until(tiny.page, f"async () => (await ({KEPT})()).length == 3")
        expect(tiny.page.locator("#queue-facts")).to_contain_text("You can close this tab")
    tiny.page.evaluate("void setTimeout(() => location.reload())")
    if room:
        tiny.wait("idle")
        expect(tiny.page.locator(".offer")).to_be_visible()
        assert asked == []
    else:
        until(tiny.page, "() => true")
        expect(cards(tiny)).to_have_count(2)
        assert asked == ["beforeunload"]
        assert tiny.phase == "batch"


def test_a_zip_goes_straight_into_a_file(tiny: Visitor, many: list[Path]) -> None:
    tiny.page.add_init_script(FILE_DIALOG)
    tiny.open("?model=u2netp")
    tiny.pick(*many[:3])
    expect(cards(tiny, "done")).to_have_count(3, timeout=120_000)
    # Somebody thinks better of it: nothing is said, and the button is as it was.
    tiny.page.evaluate("globalThis.refused = true")
    tiny.page.locator("#queue-zip").click()
    expect(tiny.page.locator("#queue-zip")).to_have_text("Download all (3)")
    tiny.page.evaluate("globalThis.refused = false")
    tiny.page.locator("#queue-zip").click()
    expect(tiny.page.locator("#hint")).to_have_text("3 cut-outs are in offcut.zip.")
    body = base64.b64decode(tiny.page.evaluate(BYTES, tiny.page.evaluate(FILE_WRITTEN)))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == [f"photo-{n:02}-cutout.png" for n in range(3)] + ["offcut-report.csv"]
        for at, name in enumerate(names[:3]):
            check_cutout(archive.read(name), many[at])


def test_a_zip_is_stopped_and_leaves_nothing(tiny: Visitor, many: list[Path]) -> None:
    tiny.page.add_init_script(FILE_DIALOG)
    tiny.open("?model=u2netp")
    tiny.pick(*many[:3])
    expect(cards(tiny, "done")).to_have_count(3, timeout=120_000)
    tiny.page.evaluate("globalThis.stuck = true")  # a slow disk
    tiny.page.locator("#queue-zip").click()
    until(tiny.page, "() => globalThis.begun")
    tiny.page.locator("#queue-zip").click()
    expect(tiny.page.locator("#queue-zip")).to_have_text("Download all (3)")
    until(tiny.page, f"async () => !(await ({FILE_WRITTEN})())")
