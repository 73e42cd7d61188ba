"""The file twins of what a browser has: for CPython and for tests."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.storage.parts import FetchFailed, QuotaFull, StoreUnavailable

if TYPE_CHECKING:
    from offcut.storage.parts import OnBytes

_FULL = (errno.ENOSPC, errno.EDQUOT)


class BytesBoxes:
    """``storage.parts.Boxes`` over ``bytes``."""

    def length(self, box: bytes) -> int:
        """See ``Boxes.length``."""
        return len(box)

    async def sha256(self, box: bytes) -> str:
        """See ``Boxes.sha256``."""
        return hashlib.sha256(box).hexdigest()

    def concat(self, boxes: list[bytes]) -> bytes:
        """See ``Boxes.concat``."""
        return boxes[0] if len(boxes) == 1 else b"".join(boxes)


class FileStore:
    """``storage.parts.PartStore`` in a folder: a key is a path below it.

    A part is written beside its place and then moved there, so that a crash leaves no half one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise fail("BAD_CONFIG", "A model's file lies outside its folder.", file=key)
        return path

    async def get(self, key: str) -> bytes | None:
        """See ``PartStore.get``."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    async def put(self, key: str, box: bytes) -> None:
        """See ``PartStore.put``."""
        path = self._path(key)
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.half")  # two may write at once
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(half.write_bytes, box)
            half.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)
            if error.errno in _FULL:
                raise QuotaFull(str(error)) from error
            raise StoreUnavailable(str(error)) from error

    async def delete(self, key: str) -> None:
        """See ``PartStore.delete``."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    async def keys(self, prefix: str = "") -> list[str]:
        """See ``PartStore.keys``."""
        found = (
            path.relative_to(self._folder).as_posix()
            for path in self._folder.rglob("*")
            if path.is_file() and path.suffix != ".half"
        )
        return sorted(key for key in found if key.startswith(prefix))


class LocalFetcher:
    """``storage.parts.Fetcher`` for a built site on disk: the "address" is a path."""

    async def fetch(self, url: str, on_bytes: OnBytes | None = None) -> bytes:
        """See ``Fetcher.fetch``."""
        try:
            data = await asyncio.to_thread(Path(url.partition("?")[0]).read_bytes)
        except OSError as error:
            status = 404 if isinstance(error, FileNotFoundError) else None
            raise FetchFailed(url, status, str(error)) from error
        if on_bytes is not None:
            on_bytes(len(data))
        return data
