"""One browser for all tests here, a fresh context for each, and a trap for stray requests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from .driver import Tab
from .fleet import Fleet
from .servers import CORS, ISOLATED, PLAIN, Site
from .states import STATES, Walk
from .tiny import shrink
from .trap import Trap
from .visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

    from .driver import Driver

ROOT = Path(__file__).parents[2]
PHOTOS = ROOT / "tests" / "photos"
LIMIT_S = 480
SLOW_LIMIT_S = 1800
# Painting what moves costs a third of the processor's time where no graphics processor does it. How
# the page looks and moves otherwise is judged in states.py.
STILL: Any = {"reduced_motion": "reduce"}
# Nobody could answer the system's dialog in a test; without it, a ZIP is downloaded. A test that
# wants a dialog defines one that cannot be deleted.
NO_FILE_DIALOG = "delete globalThis.showSaveFilePicker"


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built site, fresh; or the one in $OFFCUT_DIST, as it is."""
    if given := os.environ.get("OFFCUT_DIST"):
        return Path(given)
    build = [sys.executable, "-m", "tools.build"]
    path = os.environ | {"PYTHONPATH": str(ROOT / "worker")}
    done = subprocess.run(build, cwd=ROOT, env=path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"the build failed:\n{done.stdout}{done.stderr}"
    return ROOT / "dist"


@pytest.fixture(scope="package")
def trap() -> Iterator[Trap]:
    """A proxy in front of everything but this machine. It lets nothing through, and at the
    end of the whole suite it must have seen nothing."""
    with Trap() as running:
        yield running
        assert running.caught == [], "somebody tried to leave this machine"


@pytest.fixture(scope="package")
def fleet(trap: Trap) -> Iterator[Fleet]:
    with sync_playwright() as playwright:
        running = Fleet(playwright, trap.url)
        yield running
        running.close()


@pytest.fixture(scope="session")
def started_firefox() -> Iterator[Driver]:
    """Firefox, once a session; at its end it must have asked for nothing outside this machine."""
    from .firefox import Firefox

    with Trap() as outside:
        running = Firefox(outside.url)
        yield running
        running.close()
        assert outside.caught == [], "Firefox tried to leave this machine"


@pytest.fixture
def firefox(started_firefox: Driver) -> Iterator[Driver]:
    """Firefox with a fresh tab; at the end nothing unexpected is on its console."""
    started_firefox.fresh()
    yield started_firefox
    assert started_firefox.errors == []


@pytest.fixture(scope="session")
def started_webkit() -> Iterator[Driver]:
    """WebKitGTK, once a session; it must not have asked for anything outside this machine."""
    from .webkit import NOT_HERE, WebKit, found

    if not found():
        pytest.skip(NOT_HERE)
    with Trap() as outside:
        running = WebKit(outside.url)
        yield running
        running.close()
        assert outside.caught == [], "WebKitGTK tried to leave this machine"


@pytest.fixture
def webkit(started_webkit: Driver) -> Iterator[Driver]:
    """WebKitGTK with nothing in its storage; at the end nothing unexpected is on its console."""
    started_webkit.fresh()
    yield started_webkit
    assert started_webkit.errors == []


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Driver:
    """The browser that a test names among its parameters: `tab`, `firefox` or `webkit`."""
    return request.getfixturevalue(request.param)


def watched(browser: Browser, fleet: Fleet, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The browser, under a time limit: an evaluated promise that never settles would otherwise
    hold the whole suite."""
    slow = request.node.get_closest_marker("slow") is not None
    with fleet.watch(browser, SLOW_LIMIT_S if slow else LIMIT_S):
        yield browser


@pytest.fixture
def browser(fleet: Fleet, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The browser without a GPU, as most machines that run tests have it."""
    real = request.node.get_closest_marker("real") is not None
    yield from watched(fleet.plain() if real else fleet.quick(), fleet, request)


@pytest.fixture
def gpu_browser(fleet: Fleet, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The browser with WebGPU computed in software: right, and slow."""
    yield from watched(fleet.software_gpu(), fleet, request)


@pytest.fixture
def tab(fleet: Fleet, request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Chromium with a fresh tab, a frame in which can store something; at the end nothing
    unexpected is on its console."""
    browser = fleet.partitioned()
    for _ in watched(browser, fleet, request):
        running = Tab(browser)
        yield running
        running.close()
        assert running.errors == []


def newcomer(browser: Browser) -> BrowserContext:
    """A context of its own, for whoever comes for the first time."""
    fresh = browser.new_context(**STILL)
    fresh.set_default_timeout(30_000)
    fresh.add_init_script(NO_FILE_DIALOG)
    return fresh


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who has never been here: no cache, no database, no service worker."""
    fresh = newcomer(browser)
    yield fresh
    fresh.close()


@pytest.fixture
def gpu_context(gpu_browser: Browser) -> Iterator[BrowserContext]:
    """As `context`, with WebGPU in software."""
    fresh = gpu_browser.new_context(**STILL)
    fresh.set_default_timeout(30_000)
    yield fresh
    fresh.close()


@pytest.fixture
def isolated(dist: Path) -> Iterator[Site]:
    """The site on a host that sends the isolation headers, and CORS as public/_headers does."""
    with Site(dist, ISOLATED | CORS) as site:
        yield site


@pytest.fixture
def plain(dist: Path) -> Iterator[Site]:
    """The site on a host that sends no headers of its own."""
    with Site(dist, PLAIN) as site:
        yield site


@pytest.fixture
def enter(isolated: Site, plain: Site) -> Iterator[Callable[..., Visitor]]:
    """`enter(context, site)`: a visitor, of whose visit two things are checked at the end of every
    test: nothing went to another host or was sent anywhere, and nothing unexpected is on the
    console (a test says what it expects there by `visitor.expected.append(pattern)`). It asks for
    the servers so that they outlive it: a page that is still starting would complain."""
    visitors: list[Visitor] = []

    def arrive(context: BrowserContext, site: Site) -> Visitor:
        visitors.append(Visitor(context, site))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        check_visit(visitor)


def check_visit(visitor: Visitor) -> None:
    """That nothing left this machine or was sent anywhere, and nothing unexpected was complained
    of."""
    asked = {urlsplit(url).hostname for url in visitor.asked if url.startswith("http")}
    assert asked <= {"127.0.0.1", "localhost"}, asked
    for entry in visitor.site.seen():
        # Neither of the two can carry anything.
        assert (entry.method in ("GET", "HEAD"), entry.body) == (True, b""), entry
        # What the page's own address was opened with is in the query of that request alone.
        assert entry.path == "" or re.fullmatch(r"(again=\d+)?", entry.query), entry
    strange = [
        text
        for text in visitor.errors
        if not any(re.search(pattern, text) for pattern in visitor.expected)
    ]
    assert strange == []


@pytest.fixture(scope="module")
def staying(dist: Path, fleet: Fleet) -> Iterator[Visitor]:
    """One visitor for a whole file, with tiny networks: for tests that hand over photos, each under
    a name of its own, and leave nothing behind. The engine starts once."""
    browser = fleet.quick()
    with Site(dist, ISOLATED | CORS) as site, fleet.watch(browser, SLOW_LIMIT_S):
        shrink(site)
        context = newcomer(browser)
        visitor = Visitor(context, site)
        yield visitor
        context.close()
        check_visit(visitor)


@pytest.fixture
def visitor(enter: Callable[..., Visitor], context: BrowserContext, isolated: Site) -> Visitor:
    """A new visitor of the site on a host with isolation headers."""
    return enter(context, isolated)


@pytest.fixture
def tiny(visitor: Visitor) -> Visitor:
    """As `visitor`, but the networks are tiny: for everything that is not about their answers."""
    shrink(visitor.site)
    return visitor


@pytest.fixture(scope="package")
def walk(dist: Path, fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """One who walks through all states of the page, with tiny networks, for all judges at once."""
    browser = fleet.quick()
    with Site(dist, ISOLATED | CORS) as site, fleet.watch(browser, SLOW_LIMIT_S):
        shrink(site)
        walking = Walk(browser, site, tmp_path_factory.mktemp("states"))
        yield walking
        walking.close()
        assert [error for one in walking.visitors for error in one.errors] == []


@pytest.fixture(scope="package", params=list(STATES))
def here(request: pytest.FixtureRequest, walk: Walk) -> Walk:
    """A walker who is in that state. pytest has every judge look before it goes on to the next."""
    walk.to(request.param)
    return walk
