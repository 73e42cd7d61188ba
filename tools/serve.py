"""Serve dist/ on this computer with the headers that a good host would send.

python -m tools.serve                  http://localhost:8000, or PORT from the environment
python -m tools.serve --no-isolation   without the headers, like `python3 -m http.server`
"""

from __future__ import annotations

import argparse
import errno
import http.server
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

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


TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".py": "text/x-python; charset=utf-8",
    ".toml": "application/toml",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".md": "text/markdown; charset=utf-8",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files with the right types and headers, and no log line for each."""

    isolated = True

    def guess_type(self, path: StrPath) -> str:
        """Return the media type of ``path``; some systems know neither .mjs nor .wasm."""
        return TYPES.get(Path(path).suffix) or super().guess_type(path)

    def end_headers(self) -> None:
        """Send our headers before the empty line."""
        if self.isolated:
            for name, value in ISOLATION.items():
                self.send_header(name, value)
        # Ask again each time: whoever builds wants to see what was built.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class Open(Handler):
    """The same without isolation."""

    isolated = False


def main() -> None:
    """Run the command until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tools.serve")
    parser.add_argument("--no-isolation", action="store_true")
    arguments = parser.parse_args()
    if not (DIST / "index.html").exists():
        stop("There is no dist/ yet. Run: make build")
    port = int(os.environ.get("PORT", "8000"))
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
