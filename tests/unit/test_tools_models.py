"""The registry that the repository carries, and what the build makes of it."""

from __future__ import annotations

import importlib.util
import json
import shutil
import tomllib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from models.recipes import selftest
from offcut.models.registry import Registry
from tools import models
from tools.paths import REGISTRY, ROOT, sha256, sha256_file

if TYPE_CHECKING:
    from pathlib import Path

REPOSITORY = models.read_registry()
NAMES = sorted(REPOSITORY["models"])


@pytest.mark.parametrize("name", NAMES)
def test_a_models_parts_add_up(name: str) -> None:
    entry = REPOSITORY["models"][name]
    sizes = [part["bytes"] for part in entry["parts"]]
    assert sum(sizes) == entry["bytes"] > 0
    assert set(sizes[:-1]) <= {models.PART_BYTES}
    assert 0 < sizes[-1] <= models.PART_BYTES
    for digest in [entry["sha256"], *(part["sha256"] for part in entry["parts"])]:
        assert len(bytes.fromhex(digest)) == 32


@pytest.mark.parametrize("name", NAMES)
def test_a_model_has_a_recipe_a_limit_and_a_card_with_its_licence(name: str) -> None:
    entry = REPOSITORY["models"][name]
    assert importlib.util.find_spec(f"models.recipes.{entry['recipe']}")
    assert models.NEEDED_IOU[entry["recipe"]] >= 0.99
    card = (ROOT / entry["card"]).read_text("utf-8")
    assert f"`{name}`" in card
    assert "Licence" in card
    assert entry["licence_url"] in card
    assert entry["licence"].startswith("Apache-2.0")


def test_the_card_of_isnet_says_what_is_open_and_how_to_leave_it_out() -> None:
    card = (ROOT / REPOSITORY["models"]["isnet"]["card"]).read_text("utf-8")
    assert "open" in card
    assert 'leave_out = ["isnet"]' in card


def test_nothing_is_left_out_in_the_repository() -> None:
    assert set(models.shipped(REPOSITORY)) == {"u2netp", "isnet", "modnet"}


def test_one_line_leaves_a_model_out() -> None:
    text = REGISTRY.read_text("utf-8")
    changed = text.replace("\nleave_out = []\n", '\nleave_out = ["isnet"]\n')
    assert changed != text
    assert sorted(models.shipped(tomllib.loads(changed))) == ["modnet", "u2netp"]


def test_leaving_out_a_model_that_is_none_stops(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        models.shipped({**REPOSITORY, "leave_out": ["isnett"]})
    assert "isnett" in capsys.readouterr().err


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_splitting_loses_nothing(monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    monkeypatch.setattr(models, "PART_BYTES", 100)
    data = bytes(range(200)) + bytes(max(more, 0))
    data = data[: 200 + more]
    pieces = models.split(data)
    assert b"".join(pieces) == data
    assert [len(piece) for piece in pieces] == {
        -1: [100, 99],
        0: [100, 100],
        1: [100, 100, 1],
    }[more]
    told = models.describe("x", data)
    assert told["bytes"] == len(data)
    assert [part["sha256"] for part in told["parts"]] == [sha256(piece) for piece in pieces]


def made_up() -> dict[str, bytes]:
    return {name: selftest.network() + name.encode() for name in ("u2netp", "modnet")}


def test_what_is_laid_out_is_what_the_engine_reads(tmp_path: Path) -> None:
    made = made_up()
    models.lay_out(tmp_path, REPOSITORY, made)
    listed = json.loads((tmp_path / "registry.json").read_text("utf-8"))
    assert set(Registry.from_json(listed).models) == set(made)  # isnet was not given: left out
    for name, entry in listed["models"].items():
        joined = b"".join((tmp_path / part["file"]).read_bytes() for part in entry["parts"])
        assert joined == made[name]
        assert sha256(joined) == entry["sha256"]


def test_the_self_test_lies_there_with_its_answer(tmp_path: Path) -> None:
    models.lay_out(tmp_path, REPOSITORY, {})
    told = json.loads((tmp_path / "registry.json").read_text("utf-8"))["selftest"]
    assert sha256_file(tmp_path / told["file"]) == told["sha256"]
    assert (tmp_path / told["file"]).stat().st_size == told["bytes"] < 10_000
    answer = (tmp_path / told["expected_file"]).read_bytes()
    assert len(answer) == 4 * told["output_shape"][2] * told["output_shape"][3]


def test_a_model_that_differs_from_the_registry_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.carriers.take", lambda: None)
    monkeypatch.setattr(models, "make", lambda name, entry: b"something else")
    with pytest.raises(SystemExit):
        models.make_all(REPOSITORY)
    assert "make models-update" in capsys.readouterr().err


def test_a_spoilt_model_in_the_cache_is_made_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    right, runs = selftest.network(), []

    def recipe(_: str) -> SimpleNamespace:
        runs.append(1)
        return SimpleNamespace(convert=lambda source: right)

    monkeypatch.setattr(models, "MADE", tmp_path)
    monkeypatch.setattr(models, "SOURCES", {"u2netp": lambda: b""})
    monkeypatch.setattr(models, "_check", lambda *_: None)
    monkeypatch.setattr("importlib.import_module", recipe)
    entry = {"recipe": "u2netp", "sha256": sha256(right)}
    assert models.make("u2netp", entry) == models.make("u2netp", entry) == right
    assert len(runs) == 1
    (cached,) = tmp_path.iterdir()
    cached.write_bytes(b"cut off")
    assert models.make("u2netp", entry) == right
    assert len(runs) == 2
    assert cached.read_bytes() == right


def test_update_writes_numbers_and_touches_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "registry.toml"
    shutil.copy(REGISTRY, copy)
    monkeypatch.setattr(models, "REGISTRY", copy)
    monkeypatch.setattr(models, "PART_BYTES", 1000)
    monkeypatch.setattr("tools.carriers.take", lambda: None)
    made = made_up()
    monkeypatch.setattr(models, "make", lambda name, entry: made.get(name, b"isnet"))
    models.make_all(models.read_registry(), update=True)
    written = models.read_registry()
    models.make_all(written)  # agrees with itself now
    for name, entry in written["models"].items():
        assert len(entry["parts"]) == len(models.split(made.get(name, b"isnet")))
        assert _without_numbers(entry) == _without_numbers(REPOSITORY["models"][name])
    before, after = (path.read_text("utf-8").splitlines()[:8] for path in (REGISTRY, copy))
    assert before == after  # comments stay


def _without_numbers(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("bytes", "sha256", "parts")}
