"""That no photo leaves the device, and that none stays on it unasked: nothing of one is in any
request, and nothing of one is kept when the visit is over. test_leak_planted.py has the proof that
this can fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from . import test_settings as settings
from . import test_touch as brush
from . import test_wardrobe as wardrobe
from .canary import Canary
from .leaks import Visit
from .servers import CORS, ISOLATED, Site
from .test_batch import cards
from .test_offline import KEPT as SAVED
from .tiny import shrink
from .visitor import KEPT, Visitor, until

if TYPE_CHECKING:
    from pathlib import Path

    from .fleet import Fleet

# The browser's own list of what was downloaded has each file's hash. That is what was asked for.
DOWNLOADED = "Default/shared_proto_db/"


def test_nothing_leaves_and_nothing_stays(dist: Path, fleet: Fleet, tmp_path: Path) -> None:
    """The whole product in one visit, as the server, the browser and its network log have seen it,
    and all that is on the disk when the browser is closed."""
    canary = Canary("all that a person does")
    one, other, ground, *many = (
        canary.photo(tmp_path, number, kind)
        for number, kind in enumerate(("png", "jpg", "png", "jpg", "png", "webp"))
    )
    many.append(tmp_path / f"{canary.word}-broken.jpg")
    many[-1].write_bytes(other.read_bytes()[:500])
    with Site(dist, ISOLATED | CORS) as site:
        shrink(site)
        site.overlay["quiet.html"] = b"<!doctype html><title>quiet</title>"
        visit = Visit(fleet, site, canary, tmp_path)
        with visit as context:
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            visitor = Visitor(context, site)
            visitor.open()
            alone(visitor, canary, one, ground)
            visitor.page.reload()
            many_at_once(visitor, visit, many)
            without_a_server(visitor, other)
            # The visit is over. What is left, as the origin itself sees it:
            visitor.page.goto(f"{site.url}quiet.html")
            assert visit.kept(visitor.page) == []
            assert visitor.errors == []
        assert visit.sent() == []
        assert visit.judge.console() == []
        left = [line for line in visit.disk() if not line.startswith(DOWNLOADED)]
        assert left == []


def alone(visitor: Visitor, canary: Canary, photo: Path, ground: Path) -> None:
    """One photo: cut, touched up, dressed, in several formats, copied, downloaded."""
    page = visitor.page
    canary.add("the plain result", visitor.cut(photo))
    brush.touch(visitor)
    brush.drag(visitor, (120, 80), (180, 120))
    brush.choose(visitor, "remove")
    brush.drag(visitor, (150, 100))
    found = "() => !document.querySelector('#hint').hidden || "
    until(page, found + "document.querySelector('#stage[data-settled]')")
    canary.add("the painted result", brush.done(visitor))
    page.locator("#wardrobe summary").click()
    with page.expect_file_chooser() as chooser:
        wardrobe.part(visitor, "Background").get_by_label("A picture of your own").click()
    chooser.value.set_files(ground)
    expect(wardrobe.part(visitor, "Background").get_by_text(ground.name)).to_be_visible()
    wardrobe.choose(visitor, "Shadow", "On the ground")
    canary.add("the dressed result", wardrobe.written(visitor))
    for kind in ("WebP", "JPEG", "AVIF", "PNG"):
        settings.choose(visitor, "files", kind)
        settings.close(visitor)
        expect(page.locator("#download-label")).to_have_text(f"Download {kind}")
        canary.add(f"the {kind}", wardrobe.written(visitor))
        with page.expect_download():
            page.locator("#download").click()
    page.locator("#copy").click()
    expect(page.locator("#hint")).to_be_visible()
    settings.section(visitor, "looks").get_by_role("combobox").select_option("de")
    expect(page.locator("html[lang=de]")).to_be_attached()
    page.locator("#tab-privacy").click()
    visitor.shows("#section-privacy")
    page.locator("#tab-looks").click()
    visitor.shows("#section-looks").get_by_role("combobox").select_option("en")
    settings.close(visitor)


def many_at_once(visitor: Visitor, visit: Visit, photos: list[Path]) -> None:
    """Photos in a queue, one of them broken; all is saved. Until then it is kept, as it is said."""
    visitor.wait_engine()
    visitor.pick(*photos)
    expect(cards(visitor, "done")).to_have_count(len(photos) - 1, timeout=120_000)
    until(visitor.page, f"async () => (await ({KEPT})()).length == {2 * len(photos) + 1}")
    seen = visit.kept(visitor.page)
    assert seen
    assert {line.split(" ", 1)[0] for line in seen} == {"indexedDB/offcut-kept"}, seen
    assert any(line.endswith("bytes of photo 3") for line in seen), seen
    with visitor.page.expect_download():
        visitor.page.locator("#queue-zip").click()
    expect(visitor.page.locator("#hint")).to_be_visible()


def without_a_server(visitor: Visitor, photo: Path) -> None:
    """One more photo, with nobody to ask."""
    until(visitor.page, SAVED)
    visitor.site.stop()
    visitor.open()
    visitor.cut(photo)
    # What the page's own code could not fetch is said by the browser, nothing else.
    told = "Failed to load resource|ERR_CONNECTION|fetching the script"
    visitor.errors[:] = [one for one in visitor.errors if not re.search(told, one)]
    visitor.site.start()
