"""The core journeys, in each of the three engines: written once, and in one tab of each, since an
engine takes its time to start. What one of them cannot do is in docs/engines.md, and shown here."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.faults import fault

from .conftest import LIMIT_S, NO_FILE_DIALOG, PHOTOS, ROOT
from .driver import Tab
from .guest import PATIENCE_S, Guest
from .servers import CORS, ISOLATED, Site
from .test_formats import RGB
from .test_offline import KEPT
from .test_touch import PLACE
from .tiny import shrink
from .visitor import check_cutout, pixels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .driver import Driver

QUERY = "?model=u2netp"
PHOTO, OTHER = PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg"
ENGINES = ("chromium", "firefox", "webkit")
# A row of the table in docs/engines.md: what is asked for, and which of ENGINES has it.
GAP = re.compile(r"^\| `([\w.]+)` \| (\w+) \| (\w+) \| (\w+) \|", re.MULTILINE)
HAS = """(paths) => paths.map((path) =>
  path.split(".").reduce((at, name) => at?.[name], globalThis) === undefined ? "no" : "yes")"""
ACTIVATED = "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
BACKEND = "() => document.querySelector('#engine').dataset.backend"
# What a browser says of a server that is gone.
GONE = r"Failed to load resource|ERR_CONNECTION|fetching the script|Load failed|NetworkError"


@pytest.fixture(scope="module", params=ENGINES)
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """A fresh tab of the engine for all tests here."""
    if request.param == "chromium":
        fleet = request.getfixturevalue("fleet")
        browser = fleet.partitioned()
        with fleet.watch(browser, 2 * LIMIT_S):
            tab = Tab(browser)
            tab.page.add_init_script(NO_FILE_DIALOG)
            yield tab
            tab.close()
        return
    running = request.getfixturevalue(f"started_{request.param}")
    running.fresh()
    yield running


@pytest.fixture(scope="module")
def opened(driver: Driver, dist: Path) -> Iterator[Guest]:
    with Site(dist, ISOLATED | CORS) as site:
        shrink(site)
        guest = Guest(driver, site)
        guest.open(QUERY)
        yield guest


@pytest.fixture
def guest(opened: Guest) -> Iterator[Guest]:
    """One who is on the page; nothing unexpected is on the console at the end."""
    yield opened
    assert opened.driver.errors == []


def touched(guest: Guest) -> bytes:
    """Close the tools; the file as it then is."""
    guest.click("#touch-done")
    guest.until("() => document.querySelector('#tools').hidden")
    return guest.file()


def test_a_cut_out(guest: Guest) -> None:
    """The colours are the photo's, also where it is see-through; the edge is soft."""
    check_cutout(guest.cut(PHOTO), PHOTO)


def test_what_it_lacks(guest: Guest, request: pytest.FixtureRequest) -> None:
    """As docs/engines.md says: where an engine has learnt something, a row there is to go."""
    name = request.node.callspec.params["driver"]
    rows = GAP.findall((ROOT / "docs" / "engines.md").read_text("utf-8"))
    assert len(rows) > 5
    wanted = {row[0]: row[1 + ENGINES.index(name)] for row in rows}
    found = guest.driver.evaluate(HAS, list(wanted))
    assert dict(zip(wanted, found, strict=True)) == wanted
    threads = wanted["SharedArrayBuffer"] == "yes"
    guest.sees("#engine[data-backend]", PATIENCE_S)
    assert guest.driver.evaluate(BACKEND) == ("wasm-mt" if threads else "wasm-st")
    # What the settings say of the room on the device is true either way.
    guest.click("#settings-open")
    guest.click("#tab-storage")
    words = "in use, of about" if wanted["navigator.storage.estimate"] == "yes" else "does not say"
    guest.until(f"() => document.querySelector('#section-storage').innerText.includes({words!r})")
    guest.click("dialog.settings .settings-head button")


def test_a_photo_of_a_telephone(guest: Guest) -> None:
    """HEIC, which libheif reads where the browser does not."""
    made = pixels(guest.cut(PHOTOS / "scene.heic"))
    assert made.shape == (*RGB.shape[:2], 4)
    assert np.abs(made[..., :3].astype(int) - RGB).mean() < 3


def test_the_brush(guest: Guest) -> None:
    """A stroke of the mouse is in the file; taken back, it is as it was, to the byte."""
    plain = guest.cut(PHOTO)
    guest.click("#touch")
    guest.sees(".easel-sheet")
    ends = [guest.driver.evaluate(PLACE, point) for point in ([300, 200], [420, 260])]
    guest.driver.drag(*ends)
    guest.sees("#touch-undo:not([disabled])")
    before, after = pixels(plain)[..., 3], pixels(touched(guest))[..., 3]
    assert after[200:260:6, 300:420:12].diagonal().max() == 0
    assert before[200:260:6, 300:420:12].diagonal().max() > 0
    assert np.array_equal(after[:150], before[:150])
    guest.click("#touch")
    guest.click("#touch-undo")
    assert touched(guest) == plain


def test_another_format(guest: Guest) -> None:
    """WebP, by the settings; the photo on screen is written anew, and saved under its name."""
    guest.cut(OTHER)
    for kind in ("webp", "png"):
        guest.click("#settings-open")
        guest.click("#tab-files")
        guest.click(f"#section-files input[value='image/{kind}']")
        guest.click("dialog.settings .settings-head button")
        guest.until(f"() => document.querySelector('#download').download.endsWith('.{kind}')")
        made = guest.file()
        with Image.open(io.BytesIO(made)) as image:
            assert (image.format, image.mode) == (kind.upper(), "RGBA")
        guest.click("#download")
        assert guest.driver.saved(f"rocket-cutout.{kind}") == made
    check_cutout(made, OTHER)


@fault(
    "photo",
    "A photo's file breaks off in the middle, in Chromium, Firefox and WebKitGTK",
    sees="“This picture is damaged and cannot be opened” on its card, never half of it as a result",
    kept="The other photos of the queue, which are done",
    retried="Nothing by itself; the photo can be picked anew",
)
def test_many_photos(guest: Guest, tmp_path: Path) -> None:
    """Four photos, two of them broken: two in the ZIP, and a word about the others."""
    halves = tmp_path / "half.jpg", tmp_path / "half.png"
    for half in halves:
        whole = io.BytesIO()
        Image.open(PHOTO).save(whole, {".jpg": "JPEG", ".png": "PNG"}[half.suffix])
        half.write_bytes(whole.getvalue()[: whole.tell() // 2])
    guest.pick(PHOTO, *halves, OTHER)
    guest.until("() => document.querySelectorAll('.card[data-state=failed]').length === 2")
    said = "() => document.querySelector('.card[data-state=failed]').innerText"
    assert "damaged and cannot be opened" in guest.driver.evaluate(said)
    guest.until("() => document.querySelectorAll('.card[data-state=done]').length === 2")
    guest.click("#queue-zip")
    with zipfile.ZipFile(io.BytesIO(guest.driver.saved("offcut.zip"))) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    report = inside.pop("offcut-report.csv").decode()
    assert all(f"{half.name},failed" in report for half in halves)
    assert sorted(inside) == ["coffee-cutout.png", "rocket-cutout.png"]
    check_cutout(inside["coffee-cutout.png"], PHOTO)
    check_cutout(inside["rocket-cutout.png"], OTHER)
    # Firefox says itself that it saw them.
    errors = guest.driver.errors
    errors[:] = [text for text in errors if "corrupt or truncated" not in text]


def test_without_a_server(opened: Guest) -> None:
    """After that first visit nothing is needed: the page is loaded anew, and cuts."""
    opened.until(KEPT)
    opened.until(ACTIVATED)
    opened.site.stop()
    opened.open(QUERY)
    check_cutout(opened.cut(OTHER), OTHER)
    assert [text for text in opened.driver.errors if not re.search(GONE, text)] == []
