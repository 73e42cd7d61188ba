"""Where the models come from on a computer: folders, sites, what pip wrote down, what was kept."""

from __future__ import annotations

import hashlib
import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.native import home
from offcut.pipeline.engine import NOT_KEPT, Engine

from .helpers import entry, lay_out, noise, saved, tiny_onnx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = 3


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment nor the installed package says where to look."""
    monkeypatch.delenv(home.MODELS, raising=False)
    monkeypatch.setenv(home.CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(home, "installed_from", lambda: "")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A built site with one tiny model in three parts."""
    data = tiny_onnx()
    lay_out(tmp_path / "dist" / "models", {"tiny": (data, entry(data, parts=PARTS))})
    return tmp_path / "dist"


class Served:
    """A folder on a port of this machine; ``asked`` has the paths in order."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        served = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                served.asked.append(self.path)
                super().do_GET()

            def log_message(self, *_args: object) -> None:
                """The list is in ``asked``."""

        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(Handler, directory=str(folder))
        )
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site(dist: Path) -> Iterator[Served]:
    running = Served(dist)
    yield running
    running.close()


def code(models: str | None) -> str:
    with pytest.raises(OffcutError) as caught:
        home.find(models)
    assert "--models" in caught.value.message or "reached" in caught.value.message
    return caught.value.code


@pytest.mark.parametrize("given", ["dist", "dist/models"])
def test_a_folder_of_a_site_or_of_its_models(dist: Path, given: str) -> None:
    assert home.find(str(dist.parent / given)) == dist / "models"
    assert home.find((dist.parent / given).as_uri()) == dist / "models"


def test_the_argument_then_the_environment_then_the_package(
    dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code(None) == "BAD_CONFIG"
    assert code(str(tmp_path)) == "BAD_CONFIG"
    monkeypatch.setattr(home, "installed_from", lambda: (dist / "models").as_uri() + "/")
    assert home.find() == dist / "models"
    monkeypatch.setenv(home.MODELS, str(tmp_path))
    assert code(None) == "BAD_CONFIG"
    assert home.find(str(dist)) == dist / "models"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (
            {"url": "https://your.site/a/wheels/offcut-0.1.0-py3-none-any.whl", "archive_info": {}},
            "https://your.site/a/models/",
        ),
        (
            {"url": "file:///srv/dist/wheels/offcut-0.1.0-py3-none-any.whl", "archive_info": {}},
            "file:///srv/dist/models/",
        ),
        ({"url": "file:///srv/offcut", "dir_info": {"editable": True}}, None),
        ({"url": "file:///tmp/offcut-0.1.0-py3-none-any.whl", "archive_info": {}}, ""),
        ({}, ""),
        ([], ""),
    ],
)
def test_what_pip_wrote_down(
    told: object, found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    wanted = "file:///srv/offcut/dist/models/" if found is None else found
    assert home.installed_from(lambda name: json.dumps(told)) == wanted


async def test_a_model_comes_from_a_site_once_and_is_used_offline(
    site: Served, tmp_path: Path
) -> None:
    photo = saved(noise(40, 60), "PNG")
    alphas = []
    for folder in (home.find(site.url), home.find(site.url + "models/registry.json")):
        engine = Engine(folder)
        alphas.append(await engine.remove(photo, "tiny"))
        assert engine.notes == []
    assert alphas[0] == alphas[1]
    assert sum("/tiny/" in path for path in site.asked) == PARTS, "kept after the first time"
    site.close()
    offline = home.find(site.url)
    assert offline.is_relative_to(tmp_path / "cache")
    assert await Engine(offline).remove(photo, "tiny") == alphas[0]


async def test_a_kept_part_that_is_wrong_comes_again(site: Served, tmp_path: Path) -> None:
    folder = home.find(site.url)
    spec = Engine(folder).registry.get("tiny")
    await Engine(folder).bring(spec)
    kept = sorted((tmp_path / "cache" / "parts").iterdir())
    assert [path.name for path in kept] == sorted(part.sha256 for part in spec.parts)
    kept[1].write_bytes(bytes(kept[1].stat().st_size))
    box = await Engine(folder).bring(spec)
    assert hashlib.sha256(box).hexdigest() == spec.sha256
    assert sum("/tiny/" in path for path in site.asked) == PARTS + 1


async def test_a_full_or_closed_disk_is_told_once(site: Served, tmp_path: Path) -> None:
    folder = home.find(site.url)
    (tmp_path / "cache" / "parts").write_bytes(b"a file where a folder should be")
    engine = Engine(folder)
    spec = engine.registry.get("tiny")
    assert len(await engine.bring(spec)) == spec.bytes
    await engine.bring(spec)
    assert engine.notes == [NOT_KEPT]


async def test_progress_names_the_model_and_ends_at_its_size(site: Served) -> None:
    told: list[dict[str, object]] = []
    engine = Engine(home.find(site.url))
    spec = engine.registry.get("tiny")
    await engine.bring(spec, told.append)
    assert {message["model"] for message in told} == {"tiny"}
    assert (told[-1]["done"], told[-1]["total"]) == (spec.bytes, spec.bytes)


def test_a_site_that_cannot_be_reached(site: Served, dist: Path) -> None:
    site.close()
    assert code(site.url) == "MODEL_DOWNLOAD_FAILED"


def test_a_site_without_models_and_one_that_answers_with_a_page(site: Served, dist: Path) -> None:
    assert code(site.url + "elsewhere/") == "BAD_CONFIG"
    (dist / "models" / "registry.json").write_text("<!doctype html><title>Log in</title>")
    assert code(site.url) == "BAD_CONFIG"


def test_the_list_is_fetched_anew(site: Served, dist: Path) -> None:
    folder = home.find(site.url)
    path = dist / "models" / "registry.json"
    listed = json.loads(path.read_text())
    listed["left_out"] = ["isnet"]
    path.write_text(json.dumps(listed))
    assert home.find(site.url) == folder
    assert Engine(folder).registry.left_out == ("isnet",)
    path.write_text("no list any more")
    assert home.find(site.url) == folder, "what was kept has to do"
    assert Engine(folder).registry.left_out == ("isnet",)


def test_a_broken_cache_says_so(site: Served) -> None:
    folder = home.find(site.url)
    (folder / "origin.json").write_text("{")
    with pytest.raises(OffcutError, match="delete that folder"):
        Engine(folder)


def test_many_at_once_leave_one_whole_list(site: Served) -> None:
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(home.find(site.url))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert sorted(path.name for path in found[0].iterdir()) == ["origin.json", "registry.json"]
    assert np.all([Engine(folder).registry.get("tiny").bytes > 0 for folder in found])
