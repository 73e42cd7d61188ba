"""The service worker by itself, on a tiny site: versions, offline, isolation, integrity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from ..faults import fault
from .scratch import ASK, FETCH, ISOLATED_BY, KEPT, POOL, REGISTER, UPDATE, WORKER, publish
from .servers import Site
from .visitor import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page


@pytest.fixture
def site(tmp_path: Path, dist: Path) -> Iterator[Site]:
    publish(tmp_path, dist, "v1")
    with Site(tmp_path) as running:
        yield running


def visit(context: BrowserContext, site: Site) -> Page:
    """A page under the service worker, loaded by it."""
    page = context.new_page()
    page.goto(site.url)
    page.evaluate(REGISTER)
    page.reload()
    return page


def versions(page: Page) -> set[str]:
    """The versions of the page, its style, its script and its worker: one, or it is mixed."""
    page.wait_for_function("document.body.dataset.script")
    style = "getComputedStyle(document.body).getPropertyValue('--version').replaceAll(\"'\", '')"
    return {
        page.evaluate("document.body.dataset.version"),
        page.evaluate("document.body.dataset.script"),
        page.evaluate(style).strip(),
        page.evaluate(WORKER, True)["part"],
    }


def test_isolates_on_a_host_without_headers(context: BrowserContext, site: Site) -> None:
    page = context.new_page()
    page.goto(site.url)
    assert page.evaluate("crossOriginIsolated") is False
    page.evaluate(REGISTER)
    page.reload()
    assert page.evaluate("crossOriginIsolated") is True
    assert page.evaluate(WORKER, False)["isolated"] is True
    assert page.evaluate(WORKER, True)["isolated"] is True
    assert page.evaluate(POOL) is True


@pytest.mark.parametrize("query", ["", "index.html", "?backend=wasm-st", "index.html?model=isnet"])
def test_works_offline(context: BrowserContext, site: Site, query: str) -> None:
    page = visit(context, site)
    assert page.evaluate(FETCH, "lazy/big.bin") == "v1-big v"
    assert page.evaluate(ASK, [{"type": "CACHE_LAZY"}, False])["ok"] is True
    site.stop()
    page.goto(site.url + query)
    assert page.evaluate("crossOriginIsolated") is True
    assert versions(page) == {"v1"}
    assert page.evaluate("import('/lazy/small.mjs').then((m) => m.version)") == "v1"
    # What is not ours is not invented.
    with pytest.raises(Error):
        page.evaluate(FETCH, "models/some.bin")


def test_lazy_files_only_when_used(context: BrowserContext, site: Site) -> None:
    page = visit(context, site)
    assert site.seen("lazy/*") == []
    assert page.evaluate(FETCH, "lazy/big.bin?x=1") == "v1-big v"
    assert page.evaluate(FETCH, "lazy/big.bin") == "v1-big v"
    assert [entry.path for entry in site.seen("lazy/*")] == ["lazy/big.bin"]
    answer = page.evaluate(ASK, [{"type": "CACHE_LAZY", "only": ["lazy/small"]}, False])
    assert answer == {"type": "CACHE_LAZY", "ok": True, "missing": []}
    assert len(site.seen("lazy/*")) == 2
    assert page.evaluate(ASK, [{"type": "CACHE_LAZY"}, False])["ok"] is True
    assert len(site.seen("lazy/*")) == 4


def test_compiled_code_may_stay_beside_what_the_network_said(
    context: BrowserContext, site: Site
) -> None:
    """WebAssembly is answered from the browser's own copy, which was never changed; where that is
    gone, from ours."""
    page = visit(context, site)
    file = "lazy/code.wasm"
    assert page.evaluate(ISOLATED_BY, file) is None  # as this host sent it: without headers
    assert page.evaluate(ASK, [{"type": "CACHE_LAZY"}, False])["ok"] is True
    assert len(site.seen(file)) == 1
    site.stop()
    assert page.evaluate(ISOLATED_BY, file) is None
    context.new_cdp_session(page).send("Network.clearBrowserCache")
    assert page.evaluate(ISOLATED_BY, file) == "require-corp"
    assert page.evaluate(FETCH, file) == "\0asm\1\0\0\0"


def test_two_askers_one_download(context: BrowserContext, site: Site) -> None:
    page = visit(context, site)
    held = site.hold("lazy/big.bin", after=10)
    page.evaluate(
        f"void (window.both = Promise.all([1, 2, 3].map(() => ({FETCH})('lazy/big.bin'))))"
    )
    assert held.reached.wait(10)
    # A later request for another file is through: the first three had their turn to be sent.
    page.evaluate(FETCH, "lazy/small.mjs")
    held.release()
    assert page.evaluate("both") == ["v1-big v"] * 3
    assert len(site.seen("lazy/big.bin")) == 1


def test_who_asks_for_no_copy_sees_what_the_host_sends(context: BrowserContext, site: Site) -> None:
    page = visit(context, site)
    sees = """async ([url, cache]) => (await fetch(url, { cache }))
      .headers.get("cross-origin-embedder-policy")"""
    for path in ("app.css", "lazy/small.mjs"):
        assert page.evaluate(sees, [path, "default"]) == "require-corp"
        with site.watching() as asked:
            assert page.evaluate(sees, [path, "no-store"]) is None
        assert [one.path for one in asked] == [path]


def test_models_pass_by(context: BrowserContext, site: Site) -> None:
    (site.root / "models").mkdir()
    (site.root / "models" / "part.bin").write_text("weights!")
    page = visit(context, site)
    assert page.evaluate(FETCH, "models/part.bin") == "weights!"
    assert not [path for path in page.evaluate(KEPT) if "models" in path]
    site.stop()
    with pytest.raises(Error):
        page.evaluate(FETCH, "models/part.bin")


@fault(
    "update",
    "A new version is published while a page is open, and the page is loaded anew",
    sees="The old version, wholly, until the person agrees",
    kept="What works offline works offline in the new version, too",
    retried="Nothing",
)
def test_update_waits_and_is_never_mixed(context: BrowserContext, site: Site, dist: Path) -> None:
    page = visit(context, site)
    page.evaluate(ASK, [{"type": "CACHE_LAZY"}, False])
    publish(site.root, dist, "v2", big="v1-big ")
    assert page.evaluate(UPDATE) == "installed"
    # The old version goes on, wholly, even when the page is loaded anew.
    page.reload()
    assert versions(page) == {"v1"}
    assert page.evaluate("import('/lazy/small.mjs').then((m) => m.version)") == "v1"
    assert page.evaluate(ASK, [{"type": "VERSION"}, False])["version"] == "v1"
    assert page.evaluate(ASK, [{"type": "VERSION"}, True])["version"] == "v2"
    # The person agrees: from the next load on, all of it is new.
    taken = page.evaluate(
        f"""async () => {{
          const turned = new Promise((done) =>
            navigator.serviceWorker.addEventListener("controllerchange", done));
          const answer = await ({ASK})([{{type: "SKIP_WAITING"}}, true]);
          await turned;
          return answer;
        }}"""
    )
    assert taken == {"type": "SKIP_WAITING", "ok": True, "tabs": 0}
    site.stop()  # what was kept for offline use has been renewed, too
    page.reload()
    assert versions(page) == {"v2"}
    assert page.evaluate("import('/lazy/small.mjs').then((m) => m.version)") == "v2"
    assert page.evaluate(FETCH, "lazy/big.bin") == "v1-big v"
    # And nothing of the old one takes room.
    assert len(page.evaluate(KEPT)) == len(set(page.evaluate(KEPT))) == 9


def test_update_fetches_only_what_changed(context: BrowserContext, site: Site, dist: Path) -> None:
    page = visit(context, site)
    page.evaluate(ASK, [{"type": "CACHE_LAZY", "only": ["lazy/big", "lazy/small"]}, False])
    publish(site.root, dist, "v2", big="v1-big ")
    with site.watching() as asked:
        assert page.evaluate(UPDATE) == "installed"
    # worker.mjs and big.bin are the same in both; pool.mjs was never used.
    paths = sorted(entry.path for entry in asked if entry.path != "sw.js")
    assert paths == ["app.css", "index.html", "lazy/small.mjs", "page.mjs", "part.mjs"]


@fault(
    "update",
    "Another tab still runs the old version when the person agrees",
    sees="“Close the other Offcut tabs first, then reload.”",
    kept="Both tabs go on with the old version",
    retried="“Reload”, when that tab is closed",
)
def test_another_tab_holds_the_update_back(context: BrowserContext, site: Site, dist: Path) -> None:
    first = visit(context, site)
    second = context.new_page()
    second.goto(site.url)
    publish(site.root, dist, "v2")
    assert first.evaluate(UPDATE) == "installed"
    answer = first.evaluate(ASK, [{"type": "SKIP_WAITING"}, True])
    assert (answer["ok"], answer["tabs"]) == (False, 1)
    assert versions(second) == {"v1"}
    second.close()
    assert first.evaluate(ASK, [{"type": "SKIP_WAITING"}, True])["ok"] is True


@fault(
    "update",
    "Half a deploy: some files are of the next version, some not yet",
    sees="The old version, wholly",
    kept="Everything",
    retried="The new version, at the next look, when all of it is there",
)
def test_half_a_deploy_is_not_installed(context: BrowserContext, site: Site, dist: Path) -> None:
    page = visit(context, site)
    publish(site.root, dist, "v2")
    site.overlay["page.mjs"] = b"document.body.dataset.script = 'v1';"  # not yet copied
    assert page.evaluate(UPDATE) == "redundant"
    page.reload()
    assert versions(page) == {"v1"}
    del site.overlay["page.mjs"]
    assert page.evaluate(UPDATE) == "installed"


@fault(
    "network",
    "A file of the engine is altered, cut off or refused on its way into the offline copy",
    sees="The page works",
    kept="Only whole and right files are kept",
    retried="The file, when it is asked for the next time",
)
@pytest.mark.parametrize("deed", [{"flip": 100}, {"cut": 100}, {"status": 503}])
def test_a_bad_lazy_file_is_not_kept(
    context: BrowserContext, site: Site, deed: dict[str, int]
) -> None:
    page = visit(context, site)
    site.fault("lazy/big.bin", times=3, **deed)
    answer = page.evaluate(ASK, [{"type": "CACHE_LAZY"}, False])
    assert (answer["ok"], answer["missing"]) == (False, ["lazy/big.bin"])
    site.faults.clear()
    assert page.evaluate(FETCH, "lazy/big.bin") == "v1-big v"
    site.stop()
    assert page.evaluate(FETCH, "lazy/big.bin") == "v1-big v"


@fault(
    "update",
    "The old version asks for a file that the server has of the next one only",
    sees="No mixture: the file is refused",
    kept="What the old version has",
    retried="The new version is looked for at once, and offered",
)
def test_a_file_of_the_next_version_is_refused(
    context: BrowserContext, site: Site, dist: Path
) -> None:
    page = visit(context, site)
    site.wait_for("sw.js", 2)  # the browser looks for a new version after a load by itself
    publish(site.root, dist, "v2")
    with pytest.raises(Error):
        page.evaluate(FETCH, "lazy/big.bin")
    # The worker has noticed that there is a newer version, and fetched it.
    until(page, "async () => (await navigator.serviceWorker.ready).waiting")


@fault(
    "storage",
    "There is no room for the offline copy",
    sees="The page works",
    kept="The answer; the copy is missing",
    retried="The copy, when there is room",
)
def test_a_full_disk_costs_the_copy_not_the_answer(context: BrowserContext, site: Site) -> None:
    page = visit(context, site)
    devtools = context.new_cdp_session(page)
    origin = site.url.rstrip("/")
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    assert page.evaluate(FETCH, "lazy/big.bin") == "v1-big v"
    answer = page.evaluate(ASK, [{"type": "CACHE_LAZY", "only": ["lazy/big"]}, False])
    assert answer["missing"] == ["lazy/big.bin"]
    assert page.evaluate(FETCH, "lazy/big.bin") == "v1-big v"
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    assert page.evaluate(ASK, [{"type": "CACHE_LAZY"}, False])["ok"] is True


def test_two_sites_on_one_origin(context: BrowserContext, tmp_path: Path, dist: Path) -> None:
    for name in ("one", "two"):
        publish(tmp_path / name, dist, name)
    with Site(tmp_path) as site:
        pages = {}
        for name in ("one", "two"):
            page = context.new_page()
            page.goto(f"{site.url}{name}/")
            page.evaluate(REGISTER)
            assert page.evaluate(ASK, [{"type": "CACHE_LAZY"}, False])["ok"] is True
            pages[name] = page
        site.stop()
        for name, page in pages.items():
            page.reload()
            assert versions(page) == {name}
            assert page.evaluate("import('./lazy/small.mjs').then((m) => m.version)") == name
