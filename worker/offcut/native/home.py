"""Where the models come from under CPython: a folder, a site on the web, or what was kept of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

from offcut.errors import OffcutError, fail
from offcut.models.registry import Registry
from offcut.native.typed import typed
from offcut.storage.http import get
from offcut.storage.parts import FetchFailed
from offcut.storage.source import LIST, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS, CACHE = "OFFCUT_MODELS", "OFFCUT_CACHE"
"""The environment's variables: a folder or an address, and where to keep what was fetched."""

LIST_TIMEOUT_S = 10.0
"""For a list of a few kilobytes: after that, what is kept of it has to do."""

WHEEL = re.compile(r"/wheels/[^/]+\.whl$")

HOW = (
    "Name a site that runs Offcut, or a folder with its models, by --models or the environment "
    f"variable {MODELS}; or install the package from a site: "
    'pip install "offcut[native] @ https://your.site/wheels/offcut-….whl".'
)


def find(models: str | None = None, cache: str | None = None) -> Path:
    """The folder to give to ``pipeline.engine.Engine``: it has ``registry.json``.

    ``models``: a folder or an address, of a built site or of its ``models/``; None: what
    ``$OFFCUT_MODELS`` says, else the site from which this package was installed. For an address
    the list is fetched anew, or taken as it was kept where that fails; each model comes when the
    engine first needs it, is kept below ``cache`` (see ``cache_folder``), and stays there.

    Raises BAD_CONFIG where there is no list of models, or nothing says where to look;
    MODEL_DOWNLOAD_FAILED or OFFLINE_NO_MODEL where a site cannot be reached and nothing is kept.
    """
    wanted = models or os.environ.get(MODELS) or installed_from()
    if not wanted:
        raise fail("BAD_CONFIG", "Nothing says where the models are. " + HOW)
    if urlsplit(wanted).scheme in ("http", "https"):
        return _of_site(wanted, cache_folder(cache))
    if urlsplit(wanted).scheme == "file":
        wanted = _path_of(wanted)
    folder = typed(wanted)
    for place in (folder, folder / "models"):
        if (place / LIST).is_file():
            return place.resolve()
    say = f"There is no list of models in {folder}: {LIST} is neither there nor below models/."
    raise fail("BAD_CONFIG", f"{say} {HOW}", folder=folder)


def cache_folder(cache: str | None = None) -> Path:
    """Where fetched models are kept: ``cache``, else ``$OFFCUT_CACHE``, else the place for such
    things in the user's home."""
    given = cache or os.environ.get(CACHE)
    if given:
        return typed(given).resolve()
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "offcut"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "offcut"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "offcut"


def installed_from(read: Callable[[str], str | None] | None = None) -> str:
    """The ``models/`` of the site from which pip installed this package, by what pip wrote down
    (PEP 610); "" where it did not come from a site.

    ``read``: gives a file of the installed package's metadata; for tests.
    """
    try:
        text = (read or metadata.distribution("offcut").read_text)("direct_url.json")
        told = json.loads(text or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return ""
    url = str(told.get("url", "")) if isinstance(told, dict) else ""
    if not url:
        return ""
    if "dir_info" in told:  # the source itself: what was built from it lies in it
        return urljoin(url.rstrip("/") + "/", "dist/models/")
    # A site has its wheel in wheels/; one from anywhere else says nothing about models.
    return urljoin(url, "../models/") if WHEEL.search(url) else ""


def _of_site(address: str, cache: Path) -> Path:
    """The folder that stands for a site's models."""
    base = address.partition("?")[0].partition("#")[0]
    base = base.removesuffix(LIST).removesuffix("index.html").rstrip("/") + "/"
    guesses = [base] if base.endswith("/models/") else [f"{base}models/", base]
    failure = fail("BAD_CONFIG", f"There is no list of models at {address}. {HOW}")
    for guess in guesses:
        try:
            return _kept(guess, cache, _list_at(guess))
        except FetchFailed as error:
            if error.status != 404:
                code = "OFFLINE_NO_MODEL" if error.offline else "MODEL_DOWNLOAD_FAILED"
                failure = fail(code, f"{address} cannot be reached.", reason=str(error))
                break
        except OffcutError as error:
            failure = error
    for guess in guesses:
        folder = _folder_of(guess, cache)
        if (folder / LIST).is_file() and (folder / ORIGIN).is_file():
            return folder
    raise failure


def _list_at(base: str) -> bytes:
    """The list of a site, proven to be one: a page that asks for a password comes with 200, too.

    Raises ``FetchFailed``, or BAD_CONFIG where something else came.
    """
    listed = get(base + LIST, LIST_TIMEOUT_S)
    try:
        Registry.from_json(json.loads(listed))
    except (ValueError, RecursionError) as error:
        say = f"What {base}{LIST} gives is no list of models. {HOW}"
        raise fail("BAD_CONFIG", say, reason=str(error)) from error
    return listed


def _folder_of(base: str, cache: Path) -> Path:
    # The host's name for people who look, the sum for sites that share a host.
    host = urlsplit(base).hostname or "site"
    name = "".join(c if c.isalnum() or c in ".-" else "-" for c in host)
    return cache / "sites" / f"{name}-{hashlib.sha256(base.encode()).hexdigest()[:12]}"


def _kept(base: str, cache: Path, listed: bytes) -> Path:
    folder = _folder_of(base, cache)
    origin = {"url": base, "parts": "../../parts"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / LIST, listed)
        _write(folder / ORIGIN, json.dumps(origin).encode())
    except OSError as error:
        say = f"Nothing can be written to {cache}. Name another folder by --cache or {CACHE}."
        raise fail("BAD_CONFIG", say, reason=str(error)) from error
    return folder


def _write(path: Path, data: bytes) -> None:
    """Beside its place, then moved there: other processes see the old file or the new one."""
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.half")
    half.write_bytes(data)
    half.replace(path)


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        raise fail("BAD_CONFIG", f"{url} lies on another computer.", url=url)
    return url2pathname(parts.path)
