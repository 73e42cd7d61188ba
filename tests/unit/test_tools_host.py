"""The server of the measuring tools: what it holds, what lies beside, what it counts."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tools.host import Host, Sent, bytes_until, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = bytes(range(256)) * 1000


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    for name in ("site", "first", "second"):
        (tmp_path / name).mkdir()
    (tmp_path / "site" / "index.html").write_bytes(DATA)
    (tmp_path / "first" / "a.wasm").write_bytes(b"first")
    (tmp_path / "second" / "a.wasm").write_bytes(b"second")
    (tmp_path / "second" / "b.wasm").write_bytes(b"second")
    beside = {"/peers/": (tmp_path / "first", tmp_path / "second")}
    with serving(beside, tmp_path / "site") as running:
        yield running


def ask(host: Host, path: str) -> tuple[int, bytes, int]:
    """Status, body, and how long the answer was on the wire, headers and all."""
    connection = http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=5)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    head = f"HTTP/1.{response.version - 10} {response.status} {response.reason}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in response.getheaders()) + "\r\n"
    connection.close()
    return response.status, body, len(head) + len(body)


def test_what_is_held_is_served_until_it_is_replaced(host: Host) -> None:
    path = host.hold("photo.jpg", DATA)
    assert ask(host, path)[:2] == (200, DATA)
    assert host.hold("photo.jpg", b"other") == path
    assert ask(host, path)[:2] == (200, b"other")
    assert ask(host, "/held/none.jpg")[0] == 404


def test_the_first_folder_that_has_a_file_gives_it(host: Host) -> None:
    assert ask(host, "/peers/a.wasm")[:2] == (200, b"first")
    assert ask(host, "/peers/b.wasm")[:2] == (200, b"second")
    assert ask(host, "/peers/c.wasm")[0] == 404


def test_a_packed_copy_beside_is_sent_as_what_it_is(host: Host, tmp_path: Path) -> None:
    (tmp_path / "second" / "b.wasm.br").write_bytes(b"packed")
    connection = http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=5)
    connection.request("GET", "/peers/b.wasm", headers={"Accept-Encoding": "br"})
    response = connection.getresponse()
    assert (response.getheader("Content-Encoding"), response.read()) == ("br", b"packed")
    connection.close()
    assert ask(host, "/peers/b.wasm")[:2] == (200, b"second")


def test_what_went_over_the_wire_is_counted(host: Host) -> None:
    path = host.hold("photo.jpg", DATA)
    wire = {one: ask(host, one)[2] for one in ("/", path, "/peers/a.wasm", "/missing")}
    for one, length in wire.items():
        assert sum(sent.bytes for sent in host.sent if sent.path == one) == length
    assert bytes_until(host.sent, time.time()) == sum(wire.values())
    assert bytes_until(host.sent, time.time(), ("/held/",)) == sum(wire.values()) - wire[path]


def test_bytes_are_those_up_to_a_moment() -> None:
    sent = [Sent(1.0, "/a", 10), Sent(2.0, "/held/b", 20), Sent(3.0, "/c", 40)]
    assert [bytes_until(sent, at) for at in (0.5, 1.0, 2.5, 9.0)] == [0, 10, 30, 70]
    assert bytes_until(sent, 9.0, ("/held/", "/c")) == 10
