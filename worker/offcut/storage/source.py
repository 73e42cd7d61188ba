"""Where a folder's models come from: they lie in it, or it stands for a site on the web."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.storage.files import FileStore, LocalFetcher
from offcut.storage.http import HttpFetcher
from offcut.storage.retry import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from offcut.storage.parts import Fetcher, OnBytes

LIST = "registry.json"
"""The list of models, in a site's ``models/``."""
ORIGIN = "origin.json"
"""In a folder that stands for a site on the web: ``url``, the address of its ``models/``, and
``parts``, the folder where parts of models are kept, seen from this one."""


@dataclass(frozen=True)
class Source:
    """What ``load_model`` needs. ``store`` None: the parts are files already. ``base``: the
    address, or the folder, of ``models/``, with a slash at its end."""

    base: str
    fetcher: Fetcher[bytes]
    store: FileStore | None
    policy: Policy


class AnyFetcher:
    """``storage.parts.Fetcher`` of whichever kind an address is: of the web, or a path."""

    async def fetch(self, url: str, on_bytes: OnBytes | None = None) -> bytes:
        """See ``Fetcher.fetch``."""
        fetcher: Fetcher[bytes] = HttpFetcher() if "://" in url else LocalFetcher()
        return await fetcher.fetch(url, on_bytes)


def elsewhere(base: str, usual: Source) -> Source:
    """The source of models that are not the site's; they are kept where the site's are."""
    return Source(base, AnyFetcher(), usual.store, Policy(attempts=usual.policy.attempts))


def source_of(folder: Path) -> Source:
    """The source behind a ``models/`` folder. Raises BAD_CONFIG for a broken ``ORIGIN``."""
    try:
        told = json.loads((folder / ORIGIN).read_text("utf-8"))
        base, parts = str(told["url"]), folder / str(told["parts"])
    except FileNotFoundError:
        # Read where it lies; a file that is wrong stays wrong.
        return Source(f"{folder.as_posix()}/", LocalFetcher(), None, Policy(attempts=1))
    except (OSError, ValueError, KeyError, TypeError) as error:
        say = f"What is kept in {folder} is broken: delete that folder."
        raise fail("BAD_CONFIG", say, reason=str(error)) from error
    return Source(base, HttpFetcher(), FileStore(parts), Policy())
