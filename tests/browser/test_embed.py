"""Offcut inside other people's pages, on another origin: the remover where a tag stands."""

from __future__ import annotations

import base64
import io
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tools.paths import NODE_MODULES

from . import hosts
from .conftest import PHOTOS
from .servers import CORS, Site
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

PHOTO = PHOTOS / "rocket.jpg"
OTHER = PHOTOS / "chelsea.jpg"
TELL = """(kind) => told.filter((one) => one.kind === kind).map(({ tag, blob, ...rest }) => ({
  ...rest, tag: tag.localName, type: blob?.type }))"""
# By a reader: a strict policy lets a page fetch no address of a Blob.
FILES = """() => Promise.all(told.filter((one) => one.blob).map(({ blob }) =>
  new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",")[1]);
    reader.readAsDataURL(blob);
  })))"""


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
        for one, text in zip(found, self.page.evaluate(FILES), strict=True):
            one["file"] = base64.b64decode(text)
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
def test_each_way_cuts_a_photo_under_the_documented_policy(
    visit: Callable[[bytes], Guest], offered: Site, tag: str
) -> None:
    guest = visit(hosts.page(WAYS[tag](offered.url), policy=hosts.policy(offered.url)))
    guest.pick(PHOTO, tag)
    (result,) = guest.results()
    check_cutout(result["file"], PHOTO)
    assert (result["name"], result["width"], result["height"]) == ("rocket-cutout.png", 640, 427)
    assert result["tag"] == ("script" if tag == "script-py" else tag)
    assert guest.told("progress")
    assert guest.page.evaluate("refused") == []
    assert not guest.page.evaluate("crossOriginIsolated")


def test_no_part_of_the_policy_can_be_left_out(
    visit: Callable[[bytes], Guest], offered: Site
) -> None:
    whole = hosts.policy(offered.url)
    parts = {
        "script-src-elem": f" {offered.url.rstrip('/')} 'wasm",
        "script-src": " 'wasm-unsafe-eval'",
        "worker-src": " worker-src blob:;",
        "connect-src": f" connect-src {offered.url.rstrip('/')};",
        "img-src": " img-src blob:",
    }
    guests = {}
    for directive, part in parts.items():
        assert whole.count(part) == 1
        less = whole.replace(part, " 'wasm" if directive == "script-src-elem" else "")
        guests[directive] = visit(hosts.page(hosts.mpy_script(offered.url), policy=less))
    for directive in ("worker-src", "img-src"):  # the remover comes, and fails at its first photo
        guests[directive].pick(PHOTO, "mpy-script")
    for directive, guest in guests.items():
        until(guest.page, f"() => refused.includes({directive!r})")
        guest.errors.clear()  # the browser's complaints, and what follows from them


def test_two_removers_share_an_engine_and_differ_in_the_rest(
    visit: Callable[[bytes], Guest], offered: Site
) -> None:
    wishes = (
        'id="one" theme="dark" accent="#7a1fa2" parts="background" multiple '
        'language="de" output="tiff" quality="7"'
    )
    second = hosts.tag(offered.url, "mpy-script", 'id="two" lang="ar"')
    guest = visit(hosts.page(hosts.mpy_script(offered.url, wishes) + second))
    page = guest.page
    one, two = page.locator("#one .remover"), page.locator("#two .remover")
    page.locator("#one #file").set_input_files([PHOTO, OTHER])
    guest.pick(OTHER, "#two")
    results = guest.results(3)
    assert sorted(result["name"] for result in results) == [
        "chelsea-cutout.png",
        "chelsea-cutout.png",
        "rocket-cutout.png",
    ]
    assert len(offered.seen("worker/main.py")) == 1
    # What was wished for, and what cannot be.
    assert one.get_attribute("data-theme") == "dark"
    assert one.evaluate("(node) => getComputedStyle(node).getPropertyValue('--on-blade')") == "#fff"
    assert "PNG herunterladen" in page.locator("#one #download").inner_text()
    assert "tiff" in page.locator("#one #wrong").inner_text()
    assert not page.locator("#one #copy").is_visible()
    assert page.locator("#one #finished li").count() == 2
    assert page.locator("#two #wrong").is_hidden()
    assert two.get_attribute("dir") == "rtl"
    assert (one.get_attribute("dir"), one.get_attribute("lang")) == ("ltr", "de")
    # An attribute that changes, and a background that a person chooses.
    page.locator("#two").evaluate("(node) => node.setAttribute('language', 'en')")
    until(
        page,
        "() => document.querySelector('#two').shadowRoot.querySelector('.remover').lang === 'en'",
    )
    page.locator("#two #grounds input[value=white]").check()
    with Image.open(io.BytesIO(guest.results(4)[-1]["file"])) as image:
        assert (image.size, image.mode) == ((451, 300), "RGB")  # nothing of it is transparent


def test_a_host_with_python_of_its_own(
    visit: Callable[[bytes], Guest], offered: Site, tmp_path: Path
) -> None:
    micropython = NODE_MODULES / "@micropython" / "micropython-webassembly-pyscript"
    for name, package in (("core", NODE_MODULES / "@pyscript/core/dist"), ("mpy", micropython)):
        shutil.copytree(package, tmp_path / name)
    guest = visit(hosts.page(hosts.own_config(offered.url)))
    guest.pick(PHOTO, "mpy-script")
    (result,) = guest.results()
    assert result["type"] == "image/webp"  # its configuration says so
    after = "document.body.append(Object.assign(document.createElement('script'), "
    after += "{type: 'mpy', textContent: 'import text\\ntext.say(\"after\")'}))"
    guest.page.evaluate(after)
    until(guest.page, "() => document.documentElement.hasAttribute('data-own-after')")
    assert guest.page.locator("html[data-own-before]").count() == 1
    assert offered.seen("vendor/pyscript/*") == offered.seen("core.js") == []


def test_the_element_comes_and_goes(visit: Callable[[bytes], Guest], offered: Site) -> None:
    body = f'<script type="module" src="{offered.url}offcut.js"></script>'
    guest = visit(hosts.page(body))
    guest.page.evaluate(
        """async (address) => {
          await customElements.whenDefined("offcut-remover");
          globalThis.made = document.createElement("offcut-remover");
          const photo = await (await fetch(address)).blob();
          made.open(photo); // before it is anywhere
          document.body.append(made);
        }""",
        f"{offered.url}samples/pear-thumb.jpg",
    )
    (result,) = guest.results()
    assert result["type"] == "image/png"
    guest.page.evaluate("made.remove()")
    until(guest.page, "() => !document.querySelector('script[type=pyodide]')")
    assert guest.page.evaluate("made.shadowRoot.childElementCount") == 0
    guest.page.evaluate("document.body.append(made)")
    guest.pick(OTHER, "offcut-remover")
    check_cutout(guest.results(2)[-1]["file"], OTHER)
