"""Where this Python runs, where its wheel came from, and whether it may wait for an answer."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, can_run_sync, run_sync

from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Coroutine

WRITTEN = ("PYODIDE_URL", "PYODIDE_SOURCE")
"""What micropip and Pyodide's ``loadPackage`` write beside the metadata of what they install."""

WHEEL = re.compile(r"wheels/[^/]+\.whl$")
"""A site has its wheel in wheels/; one from anywhere else says nothing about a site."""


def in_worker() -> bool:
    """Whether this is a worker, which may be kept busy; not a page's main thread."""
    return hasattr(js, "WorkerGlobalScope")


def absolute(address: str) -> str:
    """The address of a folder with a slash at its end, relative ones to the page's. BAD_CONFIG."""
    try:
        found = str(js.URL.new(address, js.location.href).href)
    except JsException as error:
        say = f"{address!r} is no address; write https://your.site/."
        raise fail("BAD_CONFIG", say) from error
    return f"{found.rstrip('/')}/"


def installed_from() -> str:
    """The site from whose ``wheels/`` this package was installed; "" where nobody knows."""
    try:
        files = metadata.distribution("offcut")
    except metadata.PackageNotFoundError:
        return ""
    for name in WRITTEN:
        address = (files.read_text(name) or "").strip()
        if WHEEL.search(address):
            return absolute(WHEEL.sub("", address) or ".")
    return ""


def wait(work: Coroutine[Any, Any, Any], instead: str) -> Any:
    """Wait for ``work`` in the middle of Python, where the browser can. BAD_CONFIG.

    ``instead``: what to write where it cannot.
    """
    if not can_run_sync():
        work.close()
        say = f"Python cannot wait for an answer here: write {instead}."
        raise fail("BAD_CONFIG", say)
    return run_sync(work)
