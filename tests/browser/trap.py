"""A proxy that lets nothing through and remembers who asked."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Trap:
    """Stands between the browser and the world. `caught` has a line for each attempt."""

    def __init__(self) -> None:
        self.caught: list[str] = []
        self._news = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The proxy's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def catch(self, line: str) -> None:
        """Write down one attempt."""
        with self._news:
            self.caught.append(line)
            self._news.notify_all()

    def wait(self, count: int, seconds: float = 30) -> bool:
        """Wait until so many attempts are written down; False if they do not come."""
        with self._news:
            return self._news.wait_for(lambda: len(self.caught) >= count, seconds)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(trap: Trap) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            trap.catch(f"{self.command} {self.path}")
            self.send_error(403)

        def log_message(self, *args: object) -> None:
            """`Trap.caught` is the log."""

    for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "CONNECT"):
        setattr(Handler, f"do_{method}", Handler.refuse)
    return Handler
