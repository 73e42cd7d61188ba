"""Where the work is done: in this interpreter, in a worker beside it, or by native ONNX Runtime."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from offcut.pipeline.matte import Matte
    from offcut.pipeline.progress import Report

IN_BROWSER = sys.platform == "emscripten"
BACKENDS = ("auto", "webgpu", "wasm-mt", "wasm-st")


class Home(Protocol):
    """Does the work.

    ``image`` and ``picture``, the background where that is one: bytes of a file, a ``Photo``, or a
    JavaScript Blob. ``wanted``: a profile, or a model's id. ``options``: as ``ExportOptions.of``
    reads them.
    """

    async def remove(
        self,
        image: object,
        wanted: str,
        options: Mapping[str, object],
        picture: object,
        report: Report,
    ) -> bytes:
        """The result as a file."""

    async def matte(self, image: object, wanted: str, report: Report) -> Matte:
        """The result as arrays."""

    async def preload(self, wanted: str, report: Report) -> None:
        """Have the models ready."""

    async def probe(self) -> dict[str, Any]:
        """What runs, and why."""

    async def close(self) -> None:
        """Let go of the networks."""


@dataclass(frozen=True)
class Settings:
    """What ``configure`` was told; see there."""

    base: str = ""
    models: str = ""
    backend: str = "auto"
    worker: bool | None = None


class _Chosen:
    """The settings, and the home that was made by them when it was first needed."""

    settings = Settings()
    home: Home | None = None


def settle(settings: Settings) -> None:
    """Take other settings; the next call makes a home by them. BAD_CONFIG."""
    if settings.backend not in BACKENDS:
        say = f"The backend is one of {', '.join(BACKENDS)}."
        raise fail("BAD_CONFIG", say, backend=settings.backend)
    _Chosen.settings, _Chosen.home = settings, None


def home() -> Home:
    """The home in use. BAD_CONFIG where nothing says where the site or its models are."""
    if _Chosen.home is None:
        make = _in_browser if IN_BROWSER else _on_computer
        _Chosen.home = make(_Chosen.settings)
    return _Chosen.home


async def leave() -> None:
    """Let go of the home in use, if there is one."""
    old, _Chosen.home = _Chosen.home, None
    if old is not None:
        await old.close()


def wait(work: Coroutine[Any, Any, Any], instead: str) -> Any:
    """Wait for ``work`` without ``await``. BAD_CONFIG in browsers that cannot.

    ``instead``: what to write there.
    """
    if IN_BROWSER:
        from offcut.browser import place  # noqa: PLC0415 - only where there is a browser

        return place.wait(work, instead)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    # In the middle of somebody's event loop, as in a notebook: one of its own, in a thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _in_browser(settings: Settings) -> Home:
    from offcut.browser import place  # noqa: PLC0415 - only where there is a browser

    base = place.absolute(settings.base) if settings.base else place.installed_from()
    if not base:
        say = (
            "Nothing says where Offcut's site is: install the wheel from there, or call "
            "offcut.configure('https://your.site/')."
        )
        raise fail("BAD_CONFIG", say)
    beside = not place.in_worker() if settings.worker is None else settings.worker
    if beside and place.in_worker():
        say = "A worker cannot start the page's: leave worker=True out here."
        raise fail("BAD_CONFIG", say)
    if beside:
        from offcut.browser.aside import Aside  # noqa: PLC0415 - one of the two is needed

        return Aside(base, settings.backend)
    from offcut.browser.here import Here  # noqa: PLC0415 - one of the two is needed

    return Here(base, settings.backend)


def _on_computer(settings: Settings) -> Home:
    from offcut.native.here import Native  # noqa: PLC0415 - only where there is no browser

    return Native(settings.models or settings.base or None)
