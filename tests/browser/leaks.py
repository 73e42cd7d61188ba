"""What a browser sent and what it kept, judged: a list of sentences, empty where all is well.

Two judges at once. One knows what may be: each request is a GET of one of the site's own files and
says nothing else, each thing that is kept is one of these files or a setting that has a name. So
nothing that was made of a photo passes, in whatever form. The other one looks for the photos
themselves (canary.py).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .canary import MAGIC
from .conftest import LIMIT_S, NO_FILE_DIALOG
from .everything_kept import EVERYTHING
from .net_log import CONTACT, IN_FULL, Sent, net_log
from .trap import Trap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page, Request

    from .canary import Canary
    from .fleet import Fleet
    from .servers import Site

# What a browser says of itself with each request.
HEADERS = re.compile(
    r"accept(-encoding|-language)?|cache-control|connection|host|if-modified-since|if-none-match"
    r"|origin|pragma|priority|purpose|range|referer|sec-ch-ua(-mobile|-platform)?|sec-purpose"
    r"|sec-fetch-(dest|mode|site|storage-access|user)|service-worker|upgrade-insecure-requests"
    r"|user-agent"
)
QUERY = re.compile(r"again=\d+")  # a model's part that came damaged is asked for anew
BY_ITSELF = "127.0.0.1:1"  # where fleet.py sends what Chromium asks for by itself
# What the page keeps in localStorage, by name.
SETTINGS = re.compile(
    r"offcut-(calibration|pace)|offcut\.(model|backend|output|theme|keys|language|queues|took"
    r"|brush\.\w+)"
)
LONGEST = 4_000  # characters of a setting


@dataclass
class Judge:
    """Of one browser's visit to ``site`` with photos of ``canary``."""

    site: Site
    canary: Canary
    queries: tuple[str, ...] = ()  # that the page's own address was opened with
    asked: list[Sent] = field(default_factory=list)  # as the pages' and workers' requests appear
    said: list[str] = field(default_factory=list)  # on the console
    _seen: dict[bytes, list[str]] = field(default_factory=dict)

    def of(self, canary: Canary) -> Judge:
        """Another judge of the same visit, who knows other photos."""
        return replace(self, canary=canary, _seen={})

    def hear(self, context: BrowserContext) -> None:
        """Listen to what the browser says of its pages, their workers and its service worker."""

        def heard(request: Request) -> None:
            headers = tuple(request.headers.items())
            body = request.post_data_buffer or b""
            self.asked.append(Sent("page", request.method, request.url, headers, body))

        context.on("request", heard)
        context.on("console", lambda message: self.said.append(message.text))
        for page in context.pages:
            self._sockets(page)
        context.on("page", self._sockets)

    def _sockets(self, page: Page) -> None:
        page.on("websocket", lambda one: self.asked.append(Sent("page", "WS", one.url)))

    # -- what was sent -----------------------------------------------------------------------------

    def requests(self, network: Path, trap: Trap) -> list[str]:
        """What is wrong with the requests: by the page's list, the server's log, the way out of
        this machine and the log of the browser's network."""
        logged = list(net_log(network))
        seen = [
            Sent("server", one.method, f"{self.site.url}{one.path}{'?' * bool(one.query)}"
                 f"{one.query}", tuple(one.headers.items()), one.body)
            for one in self.site.seen()
        ]  # fmt: skip
        wrong = [f"the way out of this machine: {line}" for line in trap.caught]
        for sent in (*self.asked, *seen, *logged):
            wrong += [f"{sent.by}: {sent.method} {sent.url}: {one}" for one in self.request(sent)]
        return list(dict.fromkeys(wrong))

    def request(self, sent: Sent) -> Iterator[str]:
        """What is wrong with one request."""
        address = urlsplit(sent.url)
        if address.scheme in ("blob", "data", "chrome", "about", "devtools"):
            return  # never leaves the browser
        if address.netloc == BY_ITSELF:
            return
        if address.netloc != urlsplit(self.site.url).netloc:
            yield "another host"
        elif sent.method == CONTACT:
            return
        elif address.scheme != "http":
            yield "no plain request"
        elif sent.method not in ("GET", "HEAD"):
            yield "a request that can carry something"
        else:
            yield from self._address(address.path.lstrip("/"), address.query)
        if sent.body:
            yield f"{len(sent.body)} bytes"
        for name, value in sent.headers:
            if not HEADERS.fullmatch(name.lower()):
                yield f"the header {name}"
            if name.lower() == "referer" and not self._own(value):
                yield f"comes from {value}"
        for piece in (sent.url, *(f"{name}: {value}" for name, value in sent.headers)):
            yield from self._found(piece.encode())
        yield from self._found(sent.body)

    def _found(self, piece: bytes) -> list[str]:
        if piece not in self._seen:  # most headers are the same with every request
            self._seen[piece] = self.canary.found(piece, numbers=True)
        return self._seen[piece]

    def _address(self, path: str, query: str) -> Iterator[str]:
        if self.site.body(path or "index.html") is None and path != "favicon.ico":
            yield "no file of the site"
        if query and not (QUERY.fullmatch(query) or (path == "" and query in self.queries)):
            yield "a query"

    def _own(self, url: str) -> bool:
        if not url:  # a worker that was made of a Blob has none
            return True
        return url.startswith(self.site.url) and urlsplit(url).query in ("", *self.queries)

    def console(self) -> list[str]:
        """What of the photos was said on the console, from where people copy it into reports."""
        return [text for text in self.said if self.canary.found(text.encode())]

    # -- what was kept -----------------------------------------------------------------------------

    def known(self) -> set[str]:
        """The sha256 of every file of the site."""
        bodies = {path: self.site.root / path for path in _files(self.site.root)}
        known = {hashlib.sha256(file.read_bytes()).hexdigest() for file in bodies.values()}
        known |= {hashlib.sha256(one).hexdigest() for one in self.site.overlay.values() if one}
        return known

    def everything(self, page: Page) -> list[dict[str, Any]]:
        """All that the origin keeps that this page is of, in pieces."""
        pieces: list[dict[str, Any]] = page.evaluate(EVERYTHING, sorted(self.known()))
        for cookie in page.context.cookies():
            where = f"cookies/{cookie.get('name')}"
            pieces.append({"where": where, "text": json.dumps(cookie)})
        return pieces

    def kept(self, pieces: list[dict[str, Any]]) -> list[str]:
        """What is wrong with them."""
        return list(dict.fromkeys(line for piece in pieces for line in self._piece(piece)))

    def _piece(self, piece: dict[str, Any]) -> Iterator[str]:
        where = piece["where"]
        if "text" in piece:
            text = piece["text"]
            for hit in self.canary.found(text.encode(), numbers=not where.startswith("caches")):
                yield f"{where}: {hit}"
            if where.startswith(("localStorage", "sessionStorage")):
                name = where.split("/", 1)[1]
                if not SETTINGS.fullmatch(name):
                    yield f"{where}: no setting of the page"
                if len(text) > LONGEST:
                    yield f"{where}: {len(text)} characters"
            if where.startswith("cookies"):
                yield f"{where}: a cookie"
        elif piece["data"] is not None:
            data = base64.b64decode(piece["data"])
            yield f"{where}: {len(data)} bytes that are no file of the site"
            if MAGIC.match(data):
                yield f"{where}: a picture"
            for hit in self.canary.found(data):
                yield f"{where}: {hit}"

    def disk(self, profile: Path) -> list[str]:
        """What of the photos is in the files that a closed browser has left."""
        return [
            f"{path}: {hit}"
            for path in _files(profile)
            for data in (path.encode(), (profile / path).read_bytes())
            for hit in self.canary.found(data)
        ]


def _files(folder: Path) -> Iterable[str]:
    return (str(one.relative_to(folder)) for one in sorted(folder.rglob("*")) if one.is_file())


class Visit:
    """A browser with a profile of its own, everything about it written down."""

    def __init__(self, fleet: Fleet, site: Site, canary: Canary, folder: Path) -> None:
        self.judge = Judge(site, canary)
        self.profile, self.network = folder / "profile", folder / "network.json"
        self.trap = Trap()
        self._fleet = fleet
        self._open = contextlib.ExitStack()

    def __enter__(self) -> BrowserContext:
        self._open.enter_context(self.trap)
        log = f"--log-net-log={self.network}"
        context = self._fleet.resident(self.trap.url, self.profile, log, IN_FULL)
        self._open.callback(context.close)
        assert context.browser is not None
        self._open.enter_context(self._fleet.watch(context.browser, LIMIT_S))
        context.set_default_timeout(30_000)
        context.add_init_script(NO_FILE_DIALOG)
        self.judge.hear(context)
        return context

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def kept(self, page: Page) -> list[str]:
        """What is wrong with what the page's origin keeps."""
        return self.judge.kept(self.judge.everything(page))

    def sent(self) -> list[str]:
        """What is wrong with what was sent; after the visit."""
        return self.judge.requests(self.network, self.trap)

    def disk(self) -> list[str]:
        """What of the photos is in the browser's files; after the visit."""
        return self.judge.disk(self.profile)
