"""A photo's file is deleted, changed or not there yet: it is said, and nothing else suffers; what
was kept of it is done all the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .faulty import REMEMBER, RUN, kill, wrap_runs
from .test_touch import alpha, done, drag, settled, touch
from .visitor import KEPT, check_cutout, until

if TYPE_CHECKING:
    from .visitor import Visitor

PHOTO, OTHER = PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg"
QUERY = "?model=u2netp"
# Nothing is kept until `keep()`: a disk that is slow.
HELD_BACK = """(() => {
  const told = Promise.withResolvers();
  globalThis.keep = told.resolve;
  const read = Response.prototype.blob;
  Response.prototype.blob = async function () { await told.promise; return read.call(this); };
})()"""


def there(folder: Path, name: str) -> Path:
    return shutil.copy(PHOTO, folder / name)


def refused(visitor: Visitor, code: str) -> str:
    """Wait until the photo on screen is given up with that code; returns what is said of it."""
    assert visitor.wait("error", "done") == "error"
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", code)
    expect(visitor.page.locator("#retry")).to_be_hidden()
    return visitor.error()


@fault(
    "photo",
    "The file is deleted after it was picked",
    sees="“This file can no longer be read: it was moved, changed or deleted.”",
    kept="Whatever else is on the page",
    retried="Nothing: the person chooses it again",
)
@fault(
    "photo",
    "The file is still being written, or becomes another one after it was picked",
    sees="The same",
    kept="Whatever else is on the page",
    retried="Nothing: the person chooses it again",
)
@fault(
    "photo",
    "The file has no bytes",
    sees="“This file is empty.”",
    kept="Whatever else is on the page",
    retried="Nothing",
)
@fault(
    "photo",
    "The file was cut off",
    sees="“This picture is damaged and cannot be opened.”; never half of a picture",
    kept="Whatever else is on the page",
    retried="Nothing",
)
def test_a_file_that_is_gone_or_not_there_yet(tiny: Visitor, tmp_path: Path) -> None:
    """Deleted, still growing or another one by the time that the engine, which is held in its
    start, comes to it; then one without a byte, and one that was cut off."""
    wrap_runs(tiny.site)
    tiny.page.add_init_script(REMEMBER)
    held = tiny.site.hold(RUN)
    tiny.open(QUERY)
    for name, spoil in (("gone.jpg", Path.unlink), ("growing.jpg", grow), ("other.jpg", change)):
        photo = there(tmp_path, name)
        tiny.pick(photo)
        assert held.reached.wait(60)
        spoil(photo)
        held.release()
        assert "it was moved, changed or deleted" in refused(tiny, "PHOTO_GONE")
        held = tiny.site.hold(RUN)
        kill(tiny)
    held.release()
    empty, half = tmp_path / "empty.jpg", tmp_path / "half.jpg"
    empty.touch()
    tiny.pick(empty)
    assert "This file is empty." in refused(tiny, "EMPTY_FILE")
    half.write_bytes(PHOTO.read_bytes()[:30_000])
    tiny.pick(half)
    assert "This picture is damaged" in refused(tiny, "DECODE_FAILED")
    check_cutout(tiny.cut(PHOTO), PHOTO)


def grow(photo: Path) -> None:
    with photo.open("ab") as file:
        file.write(b"more")


def change(photo: Path) -> None:
    """Another picture under the same name, a minute later."""
    shutil.copy(OTHER, photo)
    os.utime(photo, (photo.stat().st_atime, photo.stat().st_mtime + 60))


@fault(
    "photo",
    "The file of a touched-up photo is deleted, and then the engine is lost",
    sees="The picture with all strokes",
    kept="The photo, as it was kept with the first stroke, and every stroke",
    retried="The photo with its strokes, from the copy",
)
def test_a_touched_up_photo_whose_file_is_gone_is_done_from_what_is_kept(
    tiny: Visitor, tmp_path: Path
) -> None:
    tiny.page.add_init_script(REMEMBER)
    tiny.open(QUERY)
    photo = there(tmp_path, "photo.jpg")
    tiny.cut(photo)
    touch(tiny)
    drag(tiny, (300, 200), (420, 260))
    settled(tiny)
    until(tiny.page, f"async () => (await ({KEPT})()).length === 3")
    photo.unlink()
    kill(tiny)
    drag(tiny, (100, 100))
    settled(tiny)
    written = alpha(done(tiny))
    assert written[200, 300] == written[100, 100] == 0


@fault(
    "photo",
    "Files of a queue are deleted before their turn",
    sees="Of one that could not be kept before: that it was moved, changed or deleted",
    kept="Every photo that was kept before its file was gone",
    retried="The photo, from the copy",
)
def test_files_of_a_queue_that_are_gone(tiny: Visitor, tmp_path: Path) -> None:
    """One before anything was kept of it, one afterwards."""
    photos = [there(tmp_path, f"{name}.jpg") for name in ("first", "never", "later")]
    held = tiny.site.hold("models/u2netp/*.bin")
    tiny.page.add_init_script(HELD_BACK)
    tiny.open(QUERY)
    tiny.pick(*photos)
    expect(tiny.page.locator(".card")).to_have_count(3)
    photos[1].unlink()
    tiny.page.evaluate("() => keep()")
    names = f"(await ({KEPT})()).filter((name) => name.endsWith('/photo'))"
    until(tiny.page, f"async () => {names}.length === 2")
    photos[2].unlink()
    held.release()
    expect(tiny.page.locator(".card[data-state=done]")).to_have_count(2, timeout=60_000)
    failed = tiny.page.locator(".card[data-state=failed]")
    expect(failed).to_contain_text("never.jpg")
    expect(failed).to_contain_text("it was moved, changed or deleted")
    assert "no room" not in tiny.page.locator("#hint").inner_text()
