"""One browser for all tests here, a fresh context for each, and a trap for stray requests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from .servers import ISOLATED, PLAIN, Site
from .trap import Trap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, BrowserType, Playwright

ROOT = Path(__file__).parents[2]
PHOTOS = ROOT / "tests" / "photos"

# The trap must catch what the page asks for, not what Chromium asks for by itself.
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--gaia-url=http://127.0.0.1:1/",
    "--google-apis-url=http://127.0.0.1:1/",
    "--component-updater=url-source=http://127.0.0.1:1/",
]
SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]
NO_GPU = ["--disable-gpu", "--disable-features=WebGPU,WebGPUService"]


def chromium() -> str | None:
    """The Chromium to test in: $OFFCUT_CHROMIUM, or one on the PATH, or Playwright's own."""
    for name in (os.environ.get("OFFCUT_CHROMIUM"), "chromium", "chromium-browser"):
        found = name and shutil.which(name)
        if found:
            return found
    return None


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built site, fresh; or the one in $OFFCUT_DIST, as it is."""
    if given := os.environ.get("OFFCUT_DIST"):
        return Path(given)
    build = [sys.executable, "-m", "tools.build"]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"the build failed:\n{done.stdout}{done.stderr}"
    return ROOT / "dist"


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def trap() -> Iterator[Trap]:
    """A proxy in front of everything but this machine. It lets nothing through, and at the
    end of the whole suite it must have seen nothing."""
    with Trap() as running:
        yield running
        assert running.caught == [], "somebody tried to leave this machine"


@pytest.fixture(scope="package")
def launch(playwright: Playwright, trap: Trap) -> Callable[..., Browser]:
    """Starts another browser: `launch(*args)`."""

    def start(*args: str) -> Browser:
        kind: BrowserType = playwright.chromium
        return kind.launch(
            executable_path=chromium(),
            args=[*QUIET, *args],
            proxy={"server": trap.url, "bypass": "127.0.0.1,localhost"},
        )

    return start


@pytest.fixture(scope="package")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """The browser without a GPU, as most machines that run tests have it."""
    running = launch()
    yield running
    running.close()


@pytest.fixture(scope="package")
def gpu_browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """The browser with WebGPU computed in software: right, and slow."""
    running = launch(*SOFTWARE_GPU)
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who has never been here: no cache, no database, no service worker."""
    fresh = browser.new_context()
    fresh.set_default_timeout(30_000)
    yield fresh
    fresh.close()


@pytest.fixture
def isolated(dist: Path) -> Iterator[Site]:
    """The site on a host that sends the isolation headers."""
    with Site(dist, ISOLATED) as site:
        yield site


@pytest.fixture
def plain(dist: Path) -> Iterator[Site]:
    """The site on a host that sends no headers of its own."""
    with Site(dist, PLAIN) as site:
        yield site
