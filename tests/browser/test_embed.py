"""Offcut inside other people's pages, on another origin: the remover where a tag stands."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from . import hosts
from .conftest import PHOTOS
from .servers import CORS, Site
from .tiny import shrink
from .visitor import BYTES, check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

PHOTO = PHOTOS / "rocket.jpg"
OTHER = PHOTOS / "chelsea.jpg"
TELL = """(kind) => told.filter((one) => one.kind === kind).map(({ tag, blob, ...rest }) => ({
  ...rest, tag: tag.localName, type: blob?.type,
  url: blob instanceof Blob ? URL.createObjectURL(blob) : null }))"""


@pytest.fixture
def offered(dist: Path) -> Iterator[Site]:
    """The site on a host that allows others to use it (CORS) and no more; tiny networks."""
    with Site(dist, CORS) as site:
        shrink(site)
        yield site


class Guest:
    """A page of another origin with removers in it."""

    def __init__(self, page: Page, site: Site, own: Site) -> None:
        self.page, self.site, self.own = page, site, own
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def pick(self, photo: Path, tag: str) -> None:
        """Choose a photo in that remover."""
        self.page.locator(f"{tag} #file").set_input_files(photo)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What the page was told by ``offcut:<kind>`` so far."""
        found: list[dict[str, Any]] = self.page.evaluate(TELL, kind)
        return found

    def results(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait for so many results; each with ``file``, its bytes."""
        until(self.page, f"() => told.filter((one) => one.kind === 'result').length >= {count}")
        found = self.told("result")
        for one in found:
            one["file"] = base64.b64decode(self.page.evaluate(BYTES, one["url"]))
        return found


@pytest.fixture
def visit(
    context: BrowserContext, offered: Site, tmp_path: Path
) -> Iterator[Callable[[bytes], Guest]]:
    """`visit(html)`: a page of another origin. At the end nobody else was asked for anything, and
    nothing is on the console."""
    guests: list[Guest] = []
    with hosts.host(tmp_path, {}) as own:

        def arrive(html: bytes) -> Guest:
            own.overlay["index.html"] = html
            guest = Guest(context.new_page(), offered, own)
            guests.append(guest)
            guest.page.goto(own.other_host)
            return guest

        yield arrive
        for guest in guests:
            asked = {urlsplit(url).netloc for url in guest.asked if url.startswith("http")}
            assert asked <= {f"127.0.0.1:{offered.port}", f"localhost:{own.port}"}
            assert guest.errors == []


WAYS = {
    "py-script": hosts.py_script,
    "mpy-script": hosts.mpy_script,
    "script-py": hosts.script_tag,
    "offcut-remover": hosts.component,
}


@pytest.mark.parametrize("tag", list(WAYS))
def test_each_way_cuts_a_photo(visit: Callable[[bytes], Guest], offered: Site, tag: str) -> None:
    guest = visit(hosts.page(WAYS[tag](offered.url)))
    guest.pick(PHOTO, tag)
    (result,) = guest.results()
    check_cutout(result["file"], PHOTO)
    assert result["name"] == "rocket-cutout.png"
    assert not guest.page.evaluate("crossOriginIsolated")
