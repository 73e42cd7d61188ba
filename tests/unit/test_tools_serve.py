"""The server for this computer: types, headers, ranges, a taken port."""

from __future__ import annotations

import gzip
import http.client
import http.server
import threading
from functools import partial
from typing import TYPE_CHECKING

import brotli
import pytest

from tools import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Get = Callable[..., tuple[http.client.HTTPResponse, bytes]]

DATA = bytes(range(256))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("a.mjs", "b.wasm", "c.py", "d.webmanifest", "e.onnx", "f.bin", "index.html"):
        (tmp_path / name).write_bytes(DATA)
    return tmp_path


@pytest.fixture(params=[serve.Handler, serve.Open])
def handler(request: pytest.FixtureRequest) -> type[serve.Handler]:
    found: type[serve.Handler] = request.param
    return found


@pytest.fixture
def get(site: Path, handler: type[serve.Handler]) -> Iterator[Get]:
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(handler, directory=str(site))
    )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def ask(path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    yield ask
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mjs", "text/javascript"),
        ("b.wasm", "application/wasm"),
        ("c.py", "text/x-python; charset=utf-8"),
        ("d.webmanifest", "application/manifest+json"),
        ("e.onnx", "application/octet-stream"),
        ("", "text/html"),
    ],
)
def test_types(get: Get, name: str, kind: str) -> None:
    response, body = get(f"/{name}")
    assert response.status == 200
    assert response.getheader("Content-Type") == kind
    assert body == DATA


def test_every_answer_has_the_headers_of_isolation_or_none(
    get: Get, handler: type[serve.Handler]
) -> None:
    for path in ("/", "/b.wasm", "/missing"):
        response, _ = get(path)
        assert response.getheader("Cache-Control") == "no-cache"
        for name, value in serve.ISOLATION.items():
            assert response.getheader(name) == (value if handler.isolated else None)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("0-9", 0, 9),
        ("250-", 250, 255),
        ("-6", 250, 255),
        ("100-999", 100, 255),
        ("255-255", 255, 255),
    ],
)
def test_a_range_is_answered_with_just_that(get: Get, asked: str, first: int, last: int) -> None:
    response, body = get("/f.bin", Range=f"bytes={asked}")
    assert response.status == 206
    assert response.getheader("Content-Range") == f"bytes {first}-{last}/256"
    assert body == DATA[first : last + 1]


def test_a_range_behind_the_end_is_refused(get: Get) -> None:
    response, body = get("/f.bin", Range="bytes=256-")
    assert (response.status, body) == (416, b"")
    assert response.getheader("Content-Range") == "bytes */256"


@pytest.mark.parametrize(
    ("known", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("gzip;q=0.5", "gzip"),
        ("deflate", None),
        ("brown", None),
    ],
)
def test_the_best_packed_copy_is_sent(get: Get, site: Path, known: str, sent: str | None) -> None:
    packs = {"br": (".br", brotli.compress), "gzip": (".gz", gzip.compress)}
    for ending, pack in packs.values():
        (site / f"b.wasm{ending}").write_bytes(pack(DATA))
    response, body = get("/b.wasm", **{"Accept-Encoding": known})
    assert response.getheader("Content-Encoding") == sent
    assert response.getheader("Content-Type") == "application/wasm"
    assert response.getheader("Vary") == "Accept-Encoding"
    assert int(response.getheader("Content-Length") or 0) == len(body)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
    assert (unpack[sent](body) if sent else body) == DATA
    part, body = get("/b.wasm", **{"Accept-Encoding": known, "Range": "bytes=0-9"})
    assert (part.getheader("Content-Encoding"), body) == (None, DATA[:10])


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=x-y"])
def test_a_range_that_is_not_understood_gives_the_whole(get: Get, asked: str) -> None:
    response, body = get("/f.bin", Range=asked)
    assert (response.status, body) == (200, DATA)


def test_a_taken_port_is_said_plainly(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = http.server.ThreadingHTTPServer(("", 0), serve.Handler)
    monkeypatch.setattr(serve, "DIST", site)
    monkeypatch.setenv("PORT", str(other.server_port))
    monkeypatch.setattr("sys.argv", ["serve"])
    with pytest.raises(SystemExit):
        serve.main()
    other.server_close()
    assert f"Port {other.server_port} is taken" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["http", "-1", "99999", ""])
def test_a_port_that_is_none_is_said_plainly(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setattr(serve, "DIST", site)
    monkeypatch.setenv("PORT", port)
    monkeypatch.setattr("sys.argv", ["serve"])
    with pytest.raises(SystemExit):
        serve.main()
    assert "PORT is" in capsys.readouterr().err


def test_nothing_to_serve_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "DIST", tmp_path)
    monkeypatch.setattr("sys.argv", ["serve"])
    with pytest.raises(SystemExit):
        serve.main()
    assert "make build" in capsys.readouterr().err
