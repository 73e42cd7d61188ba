"""The local server that the measuring tools open pages of: dist/, folders beside it, what is held.

It notes what it really sends, headers and all, so that the bytes up to a moment can be counted.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import ThreadingHTTPServer
from io import BufferedIOBase
from typing import TYPE_CHECKING, Any, ClassVar

from tools.paths import DIST
from tools.serve import Handler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from _typeshed import ReadableBuffer

EMPTY = b"<!doctype html><meta charset=utf-8><title>empty</title><body>"
HELD = "/held/"


@dataclass(frozen=True)
class Sent:
    """So many bytes went out at ``at`` (seconds as ``time.time``) in the answer for ``path``."""

    at: float
    path: str
    bytes: int


@dataclass(frozen=True)
class Host:
    """A running server. ``held``: bytes by name, served at ``/held/<name>``."""

    url: str
    held: dict[str, bytes] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def hold(self, name: str, data: bytes) -> str:
        """Serve ``data`` from now on; returns its path."""
        self.held[name] = data
        return HELD + name


def bytes_until(sent: list[Sent], at: float, leaving_out: tuple[str, ...] = ()) -> int:
    """Bytes sent up to ``at`` for paths that do not start with one of ``leaving_out``."""
    return sum(
        one.bytes for one in sent if one.at <= at and not one.path.startswith(leaving_out or "\0")
    )


class _Counting(BufferedIOBase):
    """Writes on to ``inner`` and notes how much."""

    def __init__(self, inner: Any, handler: _Handler) -> None:
        self._inner = inner
        self._handler = handler

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        # A request that could not be read has no path.
        path = getattr(self._handler, "path", "")
        # Noted before: once it is written the page may already have acted on it.
        self._handler.host.sent.append(Sent(time.time(), path, memoryview(data).nbytes))
        return int(self._inner.write(data))


class _Handler(Handler):
    """``beside``: further folders, by the path that they are served at; the first that has it."""

    beside: ClassVar[Mapping[str, tuple[Path, ...]]]
    host: ClassVar[Host]

    def setup(self) -> None:
        super().setup()
        self.wfile = _Counting(self.wfile, self)

    def translate_path(self, path: str) -> str:
        for prefix, folders in self.beside.items():
            if path.startswith(prefix):
                found = (folder / path[len(prefix) :] for folder in folders)
                file = next((file for file in found if file.is_file()), folders[0] / "none")
                return f"{file}{self.ending}"
        return super().translate_path(path)

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        held = self.host.held.get(self.path.removeprefix(HELD))
        if self.path == "/empty":
            self._give(EMPTY, "text/html")
        elif self.path.startswith(HELD) and held is not None:
            self._give(held, self.guess_type(self.path))
        else:
            super().do_GET()

    def _give(self, data: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serving(
    beside: Mapping[str, tuple[Path, ...]] | None = None, directory: Path = DIST
) -> Iterator[Host]:
    """Serve ``directory`` on a free port, and ``beside`` as in ``_Handler``."""
    made: dict[str, Any] = {"beside": beside or {}}
    handler = type("Handler", (_Handler,), made)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(directory)))
    made_for = Host(f"http://127.0.0.1:{server.server_port}")
    handler.host = made_for  # type: ignore[attr-defined]  # known only now: the port is its own
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield made_for
    finally:
        server.shutdown()
        server.server_close()
