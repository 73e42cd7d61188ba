"""Static servers for the browser tests: what a host does, and what it does on a bad day.

A `Site` serves one folder, logs every request and misbehaves on demand: it cuts a
connection, answers with an error, flips a byte, holds an answer back, or stops altogether.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# On one page alone, beside those of a site that is isolated.
FRAME = {"embed.html": {"Document-Isolation-Policy": "isolate-and-credentialless"}}
CORS = {"Access-Control-Allow-Origin": "*"}
PLAIN: dict[str, str] = {}
TYPES = {
    "css": "text/css",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript",
    "json": "application/json",
    "mjs": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "toml": "application/toml",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class Seen:
    """One request as the server saw it."""

    method: str
    path: str
    query: str
    host: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    sent: int  # bytes of the answer's body that were written


@dataclass
class Fault:
    """What to do wrong with the next `times` answers to paths that match `pattern`.

    Exactly one of the deeds is set: `cut` sends that many bytes of the body, then closes the
    connection; `status` answers with that code; `flip` inverts the byte at that offset, under the
    right file's ETag, as damage on the way does; `body` is another file in the place of it; `page`
    a web page in the place of it; `to` leads to another address; `claim` says that the body has so
    many bytes, whatever it has; `drip` sends it in so many pieces with a tenth of a second between
    them; `gate` sends `hold_after` bytes and waits for the event before it goes on.
    """

    pattern: str
    times: int = 1
    cut: int | None = None
    status: int | None = None
    flip: int | None = None
    body: bytes | None = None
    page: bytes | None = None
    to: str = ""
    claim: int | None = None
    drip: int = 0
    gate: threading.Event | None = None
    hold_after: int = 0
    hits: int = 0
    reached: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """Let a held answer go on."""
        if self.gate:
            self.gate.set()


class Site:
    """A folder on a port of this machine, below the path `below`. Use as a context manager.

    `overlay` holds other bodies for some paths (without the leading slash), None for "not
    found"; `headers` go on every answer; `log` has what was asked.
    """

    def __init__(self, root: Path, headers: Mapping[str, str] = PLAIN, *, below: str = "") -> None:
        self.root = root.resolve()
        self.below = below
        self.headers = dict(headers)
        self.overlay: dict[str, bytes | None] = {}
        self.faults: list[Fault] = []
        self.log: list[Seen] = []
        self.port = 0
        self._lock = threading.Condition()
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """The address of the root, with the slash at its end."""
        return f"http://127.0.0.1:{self.port}/{self.below}"

    @property
    def other_host(self) -> str:
        """The same site under another host name, so another origin and another site."""
        return f"http://localhost:{self.port}/{self.below}"

    def start(self) -> Self:
        """Listen; on the same port as before, if it ran before."""
        assert self._server is None
        self._server = _Server(("127.0.0.1", self.port), _Handler, self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Go away entirely: the port is closed, open connections are cut."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._server = None
        for fault in self.faults:  # after hanging up: what was held back is never sent
            fault.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def fault(self, pattern: str, **deed: object) -> Fault:
        """Misbehave once (or `times` times) on paths matching the shell pattern."""
        fault = Fault(pattern, **deed)  # type: ignore[arg-type]
        with self._lock:
            self.faults.append(fault)
        return fault

    def hold(self, pattern: str, after: int = 0, times: int = 1) -> Fault:
        """Hold the answer back after `after` bytes, until `release()`."""
        return self.fault(pattern, gate=threading.Event(), hold_after=after, times=times)

    def seen(self, pattern: str = "*") -> list[Seen]:
        """The logged requests whose path (without leading slash) matches the pattern."""
        with self._lock:
            return [entry for entry in self.log if fnmatchcase(entry.path, pattern)]

    def wait_for(self, pattern: str, count: int = 1, seconds: float = 30) -> None:
        """Wait until so many requests for the pattern have been answered."""
        with self._lock:
            matches = self._lock.wait_for(lambda: len(self.seen(pattern)) >= count, seconds)
        assert matches, f"{pattern} was not asked for {count} times"

    @contextlib.contextmanager
    def watching(self) -> Iterator[list[Seen]]:
        """What is asked while the block runs."""
        news: list[Seen] = []
        start = len(self.log)
        yield news
        with self._lock:
            news.extend(self.log[start:])

    # -- for the handler ---------------------------------------------------------------

    def body(self, path: str) -> bytes | None:
        """What lies at `path`, overlay first; None if nothing does."""
        if not path or path.endswith("/"):
            path += "index.html"
        if path in self.overlay:
            return self.overlay[path]
        file = (self.root / path).resolve()  # a path from the root is outside, too
        if not file.is_relative_to(self.root) or not file.is_file():
            return None
        return file.read_bytes()

    def take_fault(self, path: str) -> Fault | None:
        """The fault that is due on this path, counted down."""
        with self._lock:
            for fault in self.faults:
                if fault.hits < fault.times and fnmatchcase(path, fault.pattern):
                    fault.hits += 1
                    return fault
        return None

    def record(self, entry: Seen) -> None:
        """Add one line to the log."""
        with self._lock:
            self.log.append(entry)
            self._lock.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[_Handler], site: Site) -> None:
        self.site = site
        self.connections: set[socket.socket] = set()
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def hang_up(self) -> None:
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def answer(self) -> None:
        site = self.server.site
        address = urlsplit(self.path)
        path = unquote(address.path).lstrip("/")
        inside = path.startswith(site.below)  # outside, nothing lies
        path = path.removeprefix(site.below) if inside else f"/{path}"
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = site.take_fault(path)
        body = site.body(path)
        status = 200 if body is not None else 404
        if fault and fault.status:
            status, body = fault.status, b""
        if fault and fault.to:
            status, body = 302, b""
        if fault and fault.body is not None:
            body = fault.body
        if fault and fault.page is not None:
            status, body = 200, fault.page
        body = body or b""
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if status == 200 and not fault and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        if fault and fault.flip is not None:
            body = body[: fault.flip] + bytes([body[fault.flip] ^ 0xFF]) + body[fault.flip + 1 :]
        sent = 0
        try:
            self.head(status, path, tag, len(body), fault)
            if self.command != "HEAD":
                sent = self.write(body, fault)
        finally:
            site.record(
                Seen(
                    self.command, path, address.query, self.headers.get("Host", ""),
                    dict(self.headers.items()), asked, status, sent,
                )
            )  # fmt: skip
        if fault and (fault.cut is not None or fault.claim is not None):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def head(self, status: int, path: str, tag: str, length: int, fault: Fault | None) -> None:
        self.send_response_only(status)
        headers = self.server.site.headers
        of_this = FRAME.get(path, {}) if headers.items() >= ISOLATED.items() else {}
        for name, value in (headers | of_this).items():
            self.send_header(name, value)
        if status == 200:
            suffix = path.rsplit("/", 1)[-1].rsplit(".", 1)[-1] if path else "html"
            if path.endswith("/"):
                suffix = "html"
            if fault and fault.page is not None:
                suffix = "html"
            self.send_header("Content-Type", TYPES.get(suffix, "application/octet-stream"))
            self.send_header("ETag", tag)
        if fault and fault.to:
            self.send_header("Location", fault.to)
        if fault and fault.claim is not None:
            length = fault.claim
        if status != 304:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def write(self, body: bytes, fault: Fault | None) -> int:
        if fault and fault.gate is not None:
            self.wfile.write(body[: fault.hold_after])
            self.wfile.flush()
            fault.reached.set()
            fault.gate.wait(timeout=120)
            self.wfile.write(body[fault.hold_after :])
        elif fault and fault.drip:
            step = -(-len(body) // fault.drip)
            for start in range(0, len(body), step):
                self.wfile.write(body[start : start + step])
                self.wfile.flush()
                time.sleep(0.1)
        elif fault and fault.cut is not None:
            body = body[: fault.cut]
            self.wfile.write(body)
        else:
            self.wfile.write(body)
        if fault:
            fault.reached.set()
        return len(body)

    def log_message(self, *args: object) -> None:
        """The log is in `Site.log`."""


for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)
