"""Hosts without headers, no host at all, and a new version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .scratch import BANNER, relist
from .servers import PLAIN, Site
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from .visitor import Visitor

FIRST, SECOND = PHOTOS / "chelsea.jpg", PHOTOS / "coffee.jpg"
ISOLATED_NOW = "() => crossOriginIsolated && document.documentElement.dataset.alive !== undefined"


@pytest.mark.real
@fault(
    "network",
    "The server is gone after the first cut-out",
    sees="The next photo's cut-out, after the page was loaded anew",
    kept="The page, the engine and the models",
    retried="Nothing",
)
def test_offline_after_one_cut_on_a_plain_host(
    enter: Callable[..., Visitor], context: BrowserContext, plain: Site
) -> None:
    """The whole product: a host without headers, real models, the default settings. After the
    first cut-out the server is gone, at once; the page is loaded anew and cuts another photo."""
    visitor = enter(context, plain).open()
    visitor.page.wait_for_function(ISOLATED_NOW)  # by one reload of itself
    check_cutout(visitor.cut(FIRST), FIRST)
    assert visitor.backend == "wasm-mt"
    plain.stop()
    visitor.expected.append("Failed to load resource|ERR_CONNECTION|fetching the script")
    visitor.open("?from=offline")
    assert visitor.page.evaluate("crossOriginIsolated") is True
    check_cutout(visitor.cut(SECOND), SECOND)
    assert visitor.backend == "wasm-mt"


def test_offline_where_the_first_visit_went_past_the_service_worker(visitor: Visitor) -> None:
    """On a host with headers nothing reloads: what came before the service worker was there is
    kept once the engine is up."""
    shrink(visitor.site)
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(FIRST), FIRST)
    until(visitor.page, KEPT)
    visitor.site.stop()
    visitor.expected.append("Failed to load resource|ERR_CONNECTION|fetching the script")
    visitor.open("?model=u2netp")
    check_cutout(visitor.cut(SECOND), SECOND)
    assert visitor.backend == "wasm-mt"


# The files without which no engine starts are among those kept.
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      kept.push(new URL(request.url).pathname);
  return ["pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip", "ort/ort.wasm.min.mjs",
          "ort/ort-wasm-simd-threaded.wasm", "ort/ort-wasm-simd-threaded.mjs"]
    .every((file) => kept.includes("/vendor/" + file));
}"""


def test_below_a_path(enter: Callable[..., Visitor], context: BrowserContext, dist: Path) -> None:
    """As on GitHub Pages: https://somebody.example/offcut/, without headers."""
    with Site(dist, PLAIN, below="tools/offcut/") as site:
        shrink(site)
        visitor = enter(context, site).open()
        visitor.page.wait_for_function(ISOLATED_NOW)
        check_cutout(visitor.cut(FIRST), FIRST)
        assert visitor.backend == "wasm-mt"
        assert [entry.path for entry in site.seen() if entry.status == 404] == []


def test_only_what_this_device_runs_is_kept(tiny: Visitor) -> None:
    """27 MB of WebGPU runtime are not fetched for a device without a GPU."""
    tiny.open("?model=u2netp")
    tiny.cut(FIRST)
    until(tiny.page, KEPT)
    assert tiny.site.seen("vendor/ort/*asyncify.wasm*") == []


@fault(
    "update",
    "A new version is there when the page is opened",
    sees="“A new version of Offcut is ready.”, and the old one works on",
    kept="The photo: the first “Reload” says that it would be closed",
    retried="Nothing: the new version starts when the person says so",
)
def test_a_new_version_waits_for_the_person(tiny: Visitor) -> None:
    """A quiet word; until it is agreed to, the old version goes on, wholly."""
    site = tiny.site
    tiny.open("?model=u2netp")
    tiny.wait_engine()
    until(tiny.page, "async () => (await navigator.serviceWorker.ready).active")
    tiny.open("?model=u2netp")
    until(tiny.page, "() => navigator.serviceWorker.controller")
    heading = tiny.page.locator("#promise").inner_text()
    old = site.body("index.html") or b""
    site.overlay["index.html"] = old.replace(b"</h1>", b" (new)</h1>")
    site.overlay["pyscript/text.py"] = (site.body("pyscript/text.py") or b"") + b"\n# new\n"
    publish_new(site)
    tiny.open("?model=u2netp")
    notice = tiny.page.locator("#update")
    expect(notice).to_be_visible(timeout=60_000)  # when all of it has come
    assert tiny.page.locator("#promise").inner_text() == heading
    check_cutout(tiny.cut(FIRST), FIRST)
    # Another tab is in the way; the page says so, and nothing changes.
    other = tiny.page.context.new_page()
    other.goto(site.url)
    tiny.page.locator("#update-now").click()
    expect(notice).to_contain_text("closes your photo")
    tiny.page.locator("#update-now").click()
    expect(notice).to_contain_text("other Offcut tabs")
    other.close()
    with tiny.page.expect_navigation():
        tiny.page.locator("#update-now").click()
    expect(tiny.page.locator("#promise")).to_contain_text("(new)")
    check_cutout(tiny.cut(FIRST), FIRST)


@fault(
    "update",
    "A new version is there in the middle of a job, and the person agrees to it at once",
    sees="“The new version waits until the work is done. Press Reload then.”; with the cut-out on "
    "screen: “Reloading closes your photo. Save it first, then press Reload again.”",
    kept="The photo, the job and its cut-out; the old version goes on wholly",
    retried="Nothing: the job goes on, and the new version starts when it is asked for again",
)
def test_a_new_version_in_the_middle_of_a_job(tiny: Visitor) -> None:
    site = tiny.site
    tiny.open("?model=u2netp")
    tiny.wait_engine()
    until(tiny.page, "async () => (await navigator.serviceWorker.ready).active")
    held = site.hold("models/modnet/*", after=100)
    tiny.open("?model=modnet")
    heading = tiny.page.locator("#promise").text_content()
    tiny.pick(FIRST)
    assert held.reached.wait(60)
    site.wait_for("sw.js", 2)  # the browser looks for a new version after a load by itself
    old = site.body("index.html") or b""
    site.overlay["index.html"] = old.replace(b"</h1>", b" (new)</h1>")
    publish_new(site)
    tiny.page.evaluate("async () => void (await navigator.serviceWorker.ready).update()")
    notice = tiny.page.locator("#update")
    expect(notice).to_be_visible(timeout=60_000)  # when all of it has come
    again = tiny.page.locator("#update-now")
    again.click()
    expect(notice).to_contain_text("waits until the work is done")
    assert tiny.phase == "working"
    held.release()
    data = tiny.file()
    check_cutout(data, FIRST)
    again.click()
    expect(notice).to_contain_text("Save it first")
    assert tiny.file() == data
    assert tiny.page.locator("#promise").text_content() == heading
    assert len(site.seen("models/modnet/*")) == 1
    with tiny.page.expect_navigation():
        again.click()
    expect(tiny.page.locator("#promise")).to_contain_text("(new)")


def publish_new(site: Site) -> None:
    """Brings the service worker's list up to the overlay, under another version."""
    relist(site)
    script = (site.body("sw.js") or b"").decode()
    found = BANNER.search(script)
    assert found is not None
    version = json.dumps(json.loads(found[1])["version"])
    site.overlay["sw.js"] = script.replace(version, '"the next one"', 1).encode()
