"""Serve dist/ on this computer with the headers that a good host would send.

python -m tools.serve                  http://localhost:8000, or PORT from the environment
python -m tools.serve --no-isolation   without the headers, like `python3 -m http.server`
"""

from __future__ import annotations

import argparse
import errno
import http.server
import os
import re
from functools import partial
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from tools.packed import ENDINGS
from tools.paths import DIST, say, stop

if TYPE_CHECKING:
    from _typeshed import StrPath

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}
# In a frame of a page that is not isolated, these do nothing; there, Chromium takes this one.
FRAME = {"/embed.html": {"Document-Isolation-Policy": "isolate-and-credentialless"}}
TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".py": "text/x-python; charset=utf-8",
    ".toml": "application/toml",
    ".webmanifest": "application/manifest+json",
    ".onnx": "application/octet-stream",
    ".whl": "application/zip",
    ".md": "text/markdown; charset=utf-8",
}
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files with the right types and headers, and no log line for each."""

    isolated = True
    _encoding = ""

    def translate_path(self, path: str) -> str:
        """Return the file at an address: the packed copy, where that is what is sent."""
        return super().translate_path(path) + self.ending

    @property
    def ending(self) -> str:
        """What the name of the packed copy ends with that is being sent; "" for none."""
        return ENDINGS.get(self._encoding, "")

    def guess_type(self, path: StrPath) -> str:
        """Return the media type of ``path``; some systems know neither .mjs nor .wasm."""
        if self._encoding:
            path = str(path).removesuffix(ENDINGS[self._encoding])
        return TYPES.get(Path(path).suffix) or super().guess_type(path)

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer a request for one range of a file with just that; all else as usual, packed."""
        self._encoding = ""
        path = Path(self.translate_path(self.path))
        asked = RANGE.match(self.headers.get("Range", ""))
        if not asked or not any(asked.groups()) or not path.is_file():
            self._encoding = self._best(path)
            return super().send_head()
        size = path.stat().st_size
        first, last = span(asked.group(1), asked.group(2), size)
        if first > last:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        with path.open("rb") as file:
            file.seek(first)
            return BytesIO(file.read(last - first + 1))

    def _best(self, path: Path) -> str:
        """The best way of packing that the browser knows and that a copy of ``path`` has."""
        known = self.headers.get("Accept-Encoding", "")
        copies = (name for name, end in ENDINGS.items() if Path(f"{path}{end}").is_file())
        return next((name for name in copies if re.search(rf"\b{name}\b", known)), "")

    def end_headers(self) -> None:
        """Send our headers before the empty line."""
        if self._encoding:
            self.send_header("Content-Encoding", self._encoding)
        self.send_header("Vary", "Accept-Encoding")
        if self.isolated:
            of_this = FRAME.get(urlsplit(self.path).path, {})
            for name, value in (ISOLATION | of_this).items():
                self.send_header(name, value)
        # Ask again each time: whoever builds wants to see what was built.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class Open(Handler):
    """The same without isolation."""

    isolated = False


def span(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte that ``bytes=first-last`` means, of ``size`` bytes.

    Without ``first``: the last so many bytes. The first is after the last where there are none.
    """
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)


def main() -> None:
    """Run the command until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tools.serve")
    parser.add_argument("--no-isolation", action="store_true")
    arguments = parser.parse_args()
    if not (DIST / "index.html").exists():
        stop("There is no dist/ yet. Run: make build")
    asked = os.environ.get("PORT", "8000")
    if not asked.isdigit() or not int(asked) < 65536:
        stop(f"PORT is {asked!r}; it must be a number, for example: make serve PORT=8001")
    port = int(asked)
    handler = partial(Open if arguments.no_isolation else Handler, directory=str(DIST))
    try:
        server = http.server.ThreadingHTTPServer(("", port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        stop(f"Port {port} is taken. Choose another: make serve PORT=8001")
    say(f"Offcut is at http://localhost:{port}  (Ctrl+C stops it)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("\nStopped.")


if __name__ == "__main__":
    main()
