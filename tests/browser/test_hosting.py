"""The configurations of docs/hosting.md: each server sends what public/_headers says, and behind
each the page is isolated and cuts a photo."""

from __future__ import annotations

import gzip
import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from .conftest import PHOTOS
from .servers import Site
from .static_hosts import SERVERS, headers_for, installed, rules, tiny_folder
from .visitor import Visitor, check_cutout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

PHOTO = PHOTOS / "astronaut.jpg"
# The kinds of files that must have the right type, of those that _headers says nothing of.
KINDS = {
    ".js": {"text/javascript", "application/javascript"},
    ".css": {"text/css"},
    ".html": {"text/html"},
    ".svg": {"image/svg+xml"},
    ".whl": {"application/zip", "application/octet-stream"},
}
ISOLATED_NOW = "() => crossOriginIsolated && document.documentElement.dataset.alive !== undefined"
KNOWN = {name for _, set_ in rules() for name in set_}


@pytest.fixture(scope="module")
def folder(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with tiny networks, in a folder that any server can read."""
    return tiny_folder(dist, tmp_path_factory.mktemp("hosted") / "site")


@pytest.fixture(scope="module", params=list(SERVERS))
def host(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A running server's name and address."""
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed (tools/setup.py --tests, as root on Debian)")
    with SERVERS[request.param](folder, tmp_path_factory.mktemp("home")) as url:
        yield request.param, url


def ask(url: str, path: str, packed: str = "identity") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": packed})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def addresses(folder: Path) -> list[str]:
    """One of each kind of file and of each rule of _headers, and the root."""
    found = {"/": "/"}
    for path in sorted(folder.rglob("*")):
        address = f"/{path.relative_to(folder).as_posix()}"
        if path.is_file() and path.suffix not in {".br", ".gz"} and address != "/_headers":
            ruled = str(sorted(headers_for(address).items()))
            found.setdefault(f"{path.suffix} {ruled}", address)
    return list(found.values())


def test_what_is_compared_has_all_that_matters(folder: Path) -> None:
    asked = addresses(folder)
    for ending in (".mjs", ".wasm", ".bin", ".js", ".css", ".html", ".py", ".toml", ".svg"):
        assert any(one.endswith(ending) for one in asked), ending
    ruled = {name for one in asked for name in headers_for(one)}
    assert ruled == KNOWN, "a rule of _headers is for no file at all"


def test_headers_are_those_of_one_list(host: tuple[str, str], folder: Path) -> None:
    name, url = host
    if name == "http.server":
        pytest.skip("it sends none; the service worker does")
    for path in addresses(folder):
        response, _ = ask(url, path)
        wanted = headers_for(path)
        assert response.status == 200, path
        for header in KNOWN - {"Content-Type", "Cache-Control"}:
            assert response.headers.get(header) == wanted.get(header), (path, header)
        # What _headers leaves to the host may also be asked for anew.
        kept = response.headers.get("Cache-Control", "no-cache")
        assert kept == wanted.get("Cache-Control", "no-cache"), path
        kind = response.headers.get("Content-Type") or ""
        if "Content-Type" in wanted:
            assert kind == wanted["Content-Type"], path
        suffix = path[path.rfind(".") :]
        assert kind.split(";")[0] in KINDS.get(suffix, {kind.split(";")[0]}), (path, kind)


def test_packed_copies_are_sent(host: tuple[str, str], folder: Path) -> None:
    name, url = host
    if name == "http.server":
        pytest.skip("it knows no packed copies")
    path = "/vendor/pyodide/pyodide.mjs"
    response, body = ask(url, path, "gzip")
    assert response.headers["Content-Encoding"] == "gzip"
    assert body == (folder / f"{path[1:]}.gz").read_bytes()
    assert gzip.decompress(body) == ask(url, path)[1] == (folder / path[1:]).read_bytes()
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    if name == "caddy":  # Debian's nginx has a module of its own for it
        assert ask(url, path, "br")[0].headers["Content-Encoding"] == "br"


def test_a_photo_is_cut_with_threads(host: tuple[str, str], context: BrowserContext) -> None:
    name, url = host
    visitor = Visitor(context, Site(PHOTOS))
    visitor.site.port = urlsplit(url).port or 0
    visitor.open("?model=u2netp")
    if name == "http.server":  # the service worker brings the headers, by one reload of the page
        visitor.page.wait_for_function(ISOLATED_NOW)
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert visitor.backend == "wasm-mt"
    assert visitor.page.evaluate("crossOriginIsolated")
    visitor.page.goto(f"{url}docs/index.html")  # under the page's policy as a header as well
    ready = visitor.page.locator(".md-search-result__meta", has_text="Type to start searching")
    expect(ready).to_be_attached()
    assert {urlsplit(one).hostname for one in visitor.asked if one.startswith("http")} == {
        "127.0.0.1"
    }
    assert visitor.errors == [], name
