"""One of several tabs fetches a part; and answers that are none, over HTTP and in general."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import OffcutError
from offcut.storage.failures import INSTEAD, is_page, told
from offcut.storage.http import HttpFetcher, get
from offcut.storage.parts import FetchFailed, StoreUnavailable
from offcut.storage.retry import Policy, stubbornly

from .test_download import MODEL, SPEC, World, cut

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

PAGE = b"\xef\xbb\xbf\n<!DOCTYPE html><p>Please sign in."


class Turns:
    """One turn at a time for each name; ``waited``: who had to wait for what."""

    def __init__(self) -> None:
        self.waited: Counter[str] = Counter()
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def turn(self, name: str, waits: Callable[[], None]) -> AsyncIterator[None]:
        lock = self._locks.setdefault(name, asyncio.Lock())
        if lock.locked():
            self.waited[name] += 1
            waits()
        async with lock:
            yield


class Nobody:
    """Turns that nobody may ask for."""

    def turn(self, name: str, waits: Callable[[], None]) -> Any:
        raise AssertionError(name)


async def test_two_tabs_fetch_each_part_once() -> None:
    world, turns = World(), Turns()
    one, other = await asyncio.gather(world.load(turns=turns), world.load(turns=turns))
    assert one.box == other.box == MODEL
    assert world.tries() == [1] * 5
    assert one.fetched + other.fetched == len(MODEL)
    assert one.from_store == other.fetched
    assert turns.waited, "or they never met"
    assert {"wait", "fetch"} <= {message["state"] for message in world.told}


async def test_the_next_tab_goes_on_where_the_first_one_failed() -> None:
    world, turns = World({2: [FetchFailed("u", 404)]}), Turns()
    first = asyncio.ensure_future(world.load(turns=turns))
    second = asyncio.ensure_future(world.load(turns=turns))
    with pytest.raises(OffcutError):
        await first
    assert (await second).box == MODEL
    assert world.tries()[2] == 2


async def test_a_tab_that_is_closed_gives_its_turn_back() -> None:
    world, turns = World(), Turns()
    first = asyncio.ensure_future(world.load(turns=turns))
    second = asyncio.ensure_future(world.load(turns=turns))
    while not turns.waited:
        await asyncio.sleep(0)
    first.cancel()
    assert (await second).box == MODEL


async def test_without_a_store_there_is_nothing_to_take_turns_for() -> None:
    assert (await World().load(store=None, turns=Nobody())).box == MODEL
    world = World()
    world.store_error = StoreUnavailable("private window")
    assert (await world.load(turns=Nobody())).box == MODEL


async def test_a_kept_model_takes_no_turn() -> None:
    world = World()
    await world.load()
    assert (await world.load(turns=Nobody())).box == MODEL


# -- answers that are none -------------------------------------------------------------------------


async def test_an_answer_without_an_end_is_left() -> None:
    class Endless(World):
        came = 0

        async def fetch(self, url: str, on_bytes: Any = None) -> bytes:
            if url.partition("?")[0].endswith(SPEC.parts[1].file):
                self.asked.append(url)
                for got in range(1024, 1 << 40, 1024):
                    self.came += 1024
                    on_bytes(got)
            return await super().fetch(url, on_bytes)

    world = Endless()
    with pytest.raises(OffcutError) as caught:
        await world.load(policy=Policy(attempts=3))
    assert caught.value.code == "MODEL_CORRUPT"
    assert world.tries()[1] == 3
    assert world.came <= 3 * (SPEC.parts[1].bytes + 1024)
    assert max(message["done"] for message in world.told) <= len(MODEL)


async def test_what_came_instead_is_said_and_not_asked_for_again() -> None:
    world = World({0: [FetchFailed("u", instead=True)] * 9})
    with pytest.raises(OffcutError) as caught:
        await world.load()
    assert caught.value.code == "MODEL_DOWNLOAD_FAILED"
    assert caught.value.message.startswith(INSTEAD)
    assert world.tries()[0] == 1


@pytest.mark.parametrize(
    ("kind", "start", "page"),
    [
        ("text/html", b"<!doctype html>", True),
        ("Text/HTML; charset=utf-8", b"\xef\xbb\xbf\r\n <html>", True),
        ("text/html", b"\x08\x09onnx", False),  # a host that calls everything a page
        ("text/html", b"", False),
        ("application/octet-stream", b"<!doctype html>", False),
        ("", b"<!doctype html>", False),
    ],
)
def test_what_a_page_is(kind: str, start: bytes, page: bool) -> None:
    assert is_page(kind, start) is page


def test_what_is_told() -> None:
    assert told(FetchFailed("u", 500), "It broke.").message.startswith("It broke. The model could")
    assert told(FetchFailed("u", instead=True), "It broke.").message.startswith(INSTEAD)
    assert told(FetchFailed("u", offline=True)).code == "OFFLINE_NO_MODEL"
    assert told(FetchFailed("u", 404), model="m").detail["model"] == "m"


@pytest.mark.parametrize(
    ("failures", "tries"),
    [
        ([], 1),
        ([cut(), FetchFailed("u", 503)], 3),
        ([cut()] * 3, 3),
        ([FetchFailed("u", 404)], 1),
        ([FetchFailed("u", instead=True)], 1),
        ([FetchFailed("u", offline=True)] * 3, 2),
    ],
)
async def test_a_small_file_is_asked_for_stubbornly(
    failures: list[FetchFailed], tries: int
) -> None:
    left, naps, asked = list(failures), list[float](), 0

    async def fetch() -> str:
        nonlocal asked
        asked += 1
        if left:
            raise left.pop(0)
        return "the file"

    async def sleep(seconds: float) -> None:
        naps.append(seconds)

    policy = Policy(attempts=3, offline_attempts=2)
    work = stubbornly(fetch, policy, sleep=sleep, rng=lambda: 1.0)
    if tries > len(failures):
        assert await work == "the file"
    else:
        with pytest.raises(FetchFailed) as caught:
            await work
        assert caught.value is failures[tries - 1]
    assert asked == tries
    assert naps == [0.5, 1.0][: tries - 1]


@pytest.fixture
def hotel() -> Iterator[str]:
    """A site that answers everything with a page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE if self.path != "/long" else bytes(3_000_000)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nobody reads it."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_a_page_in_the_place_of_a_file(hotel: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        get(hotel + "models/part.bin")
    assert caught.value.instead
    assert len(get(hotel + "long")) == 3_000_000


async def test_who_listens_can_end_a_download(hotel: str) -> None:
    class Enough(Exception):  # noqa: N818
        pass

    heard: list[int] = []

    def on_bytes(got: int) -> None:
        heard.append(got)
        raise Enough

    with pytest.raises(Enough):
        await HttpFetcher().fetch(hotel + "long", on_bytes)
    assert len(heard) == 1
