"""The browsers that the tests share, started when first needed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Playwright

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
    "--autofill-server-url=http://127.0.0.1:1/",  # asks what the fields of a page are for
    "--component-updater=url-source=http://127.0.0.1:1/",
]
SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]

# Playwright's Chromium keeps the storage of another site's frame closed. Chromium as people have it
# gives it one of its own. The switch stands in the place of Playwright's: its list, but for that.
NOT_NEEDED = (
    *("AcceptCHFrame", "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "LensOverlay"),
    *("DestroyProfileOnBrowserClose", "DialMediaRouteProvider", "MediaRouter", "Translate"),
    *("HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "NetworkTimeServiceQuerying"),
    *("OptimizationHints", "PaintHolding", "PreconnectToSearch", "RenderDocument"),
    *("SkipListAccountsWithoutGaiaCookies", "TcpPortRandomizationWin"),
)
PARTITIONED = [f"--disable-features={','.join(NOT_NEEDED)}"]
# Most tests start an interpreter and a runtime, and run a network of a few kilobytes: better code
# comes too late for that, and costs a third of the processor's time. For real networks it pays.
QUICK = ["--js-flags=--liftoff-only"]


def chromium() -> str | None:
    """The Chromium to test in: $OFFCUT_CHROMIUM, or one on the PATH; None: Playwright's own."""
    for name in (os.environ.get("OFFCUT_CHROMIUM"), "chromium", "chromium-browser"):
        found = name and shutil.which(name)
        if found:
            return found
    return None


class Fleet:
    """Starts each kind of browser once, and again when it has died."""

    def __init__(self, playwright: Playwright, proxy: str) -> None:
        self._playwright = playwright
        self._proxy = proxy
        self._running: dict[tuple[str, ...], Browser] = {}

    def plain(self) -> Browser:
        """A browser as it comes."""
        return self._get()

    def quick(self) -> Browser:
        """A browser that starts WebAssembly quickly and runs it slowly."""
        return self._get(*QUICK)

    def software_gpu(self) -> Browser:
        """A browser whose WebGPU runs on the processor."""
        return self._get(*SOFTWARE_GPU, *QUICK)

    def partitioned(self) -> Browser:
        """A browser in which a frame of another site can store something, as most have it."""
        return self._get(*PARTITIONED, *QUICK)

    def _get(self, *args: str) -> Browser:
        browser = self._running.get(args)
        if browser is None or not browser.is_connected():
            browser = self._running[args] = self.start(self._proxy, *args)
        return browser

    def start(self, proxy: str, *args: str) -> Browser:
        """One more browser, for the caller to close."""
        return self._playwright.chromium.launch(
            executable_path=chromium(),
            args=[*QUIET, *args],
            proxy={"server": proxy, "bypass": "127.0.0.1,localhost"},
        )

    def resident(self, proxy: str, profile: Path, *args: str) -> BrowserContext:
        """A browser whose visitor stays the same: all that it keeps is in the folder ``profile``.
        For the caller to close."""
        return self._playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium(),
            args=[*QUIET, *QUICK, *args],
            reduced_motion="reduce",
            proxy={"server": proxy, "bypass": "127.0.0.1,localhost"},
        )

    @contextlib.contextmanager
    def watch(self, browser: Browser, seconds: float) -> Iterator[None]:
        """Kill the browser if the block takes longer; what waits for it then fails."""
        devtools = browser.new_browser_cdp_session()
        processes = devtools.send("SystemInfo.getProcessInfo")["processInfo"]
        devtools.detach()
        main = next(one["id"] for one in processes if one["type"] == "browser")
        timer = threading.Timer(seconds, os.kill, (main, signal.SIGKILL))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """End them all."""
        for browser in self._running.values():
            if browser.is_connected():
                browser.close()
