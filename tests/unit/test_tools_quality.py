"""What the measuring tools print and draw, and the recipes of others, on made data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.models.plan import PROFILES
from tools import peers, quality, recipes_peers
from tools.answers import AnsweringEngine
from tools.bench_networks import LOOKS, Look, allowed
from tools.bench_split import split
from tools.costs import PASSES, passes
from tools.curve import STEPS, Point, draw_curve, draw_split
from tools.rows import AUTO, IMGLY, rows

from .helpers import disc, entry, noise, saved, spec_of, tiny_onnx

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {"u2netp": 32, "isnet": 64}


class Answers:
    """A session that gives one answer, float32 (h, w), and keeps what it was asked."""

    def __init__(self, out: np.ndarray) -> None:
        self.out = out.astype(np.float32)[np.newaxis, np.newaxis]
        self.asked: list[np.ndarray] = []

    async def run(self, x: np.ndarray) -> np.ndarray:
        self.asked.append(x)
        return self.out

    async def close(self) -> None: ...


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of models: networks of one layer under the real ones' names."""
    folder = tmp_path / "models"
    folder.mkdir()
    models = {}
    for name, role in (("u2netp", "fast"), ("isnet", "detail")):
        data = tiny_onnx(0.5 if role == "fast" else 1.0)
        size = {"width": SIZES[name], "height": SIZES[name]}
        models[name] = entry(data, roles=[role], input=entry(data)["input"] | size)
        models[name]["parts"][0]["file"] = f"{name}.bin"
        (folder / f"{name}.bin").write_bytes(data)
    (folder / "registry.json").write_text(json.dumps({"schema": 1, "models": models}))
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three photos with their mattes, one of them ambiguous."""
    folder = tmp_path / "matting"
    folder.mkdir()
    listed = []
    named: list[tuple[str, list[str]]]
    named = [("one/a", []), ("two/b", ["holes"]), ("two/c", ["ambiguous-saliency"])]
    for n, (name, tags) in enumerate(named):
        (folder / f"{n}.png").write_bytes(saved(noise(48, 64, seed=n), "PNG"))
        truth = disc(48, 64) if n else disc(48, 64) > 0.5
        (folder / f"{n}-mask.png").write_bytes(saved((truth * 255).astype(np.uint8), "PNG"))
        listed.append({"id": name, "image": f"{n}.png", "mask": f"{n}-mask.png", "tags": tags})
    (folder / "manifest.json").write_text(json.dumps({"items": listed}))
    return folder


def test_corner_bilinear_is_what_it_says() -> None:
    line = np.arange(4, dtype=np.float32).reshape(1, 4, 1)
    got = recipes_peers.corner_bilinear(line, 8, 1)[0, :, 0]
    assert got.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3]


@pytest.mark.parametrize("name", ["u2netp", "isnet"])
async def test_rembg_divides_by_the_photos_maximum_and_stretches_the_answer(name: str) -> None:
    rgb = np.zeros((90, 120, 3), np.uint8)
    rgb[..., 0], rgb[..., 1], rgb[..., 2] = 200, 100, 50  # one colour: no filter changes it
    session = Answers(0.25 + 0.5 * disc(64, 64))
    made = await recipes_peers.rembg(rgb, session, spec_of(name=name))
    (x,) = session.asked
    size = {"u2netp": 320, "isnet": 1024}[name]
    assert (x.shape, x.dtype) == ((1, 3, size, size), np.float32)
    mean, std = recipes_peers.REMBG[name]
    for channel, value in enumerate((1.0, 0.5, 0.25)):
        wanted = (value - mean[channel]) / std[channel]
        assert np.allclose(x[0, channel], wanted, atol=1e-5)
    assert (made.shape, made.dtype) == ((90, 120), np.float32)
    assert made[45, 60] == 1
    assert made[0, 0] == 0
    levels = made * 255
    assert np.allclose(levels, levels.round(), atol=1e-4)


async def test_rembg_makes_nothing_of_one_value() -> None:
    session = Answers(np.full((8, 8), 0.5))
    made = await recipes_peers.rembg(noise(20, 30), session, spec_of(name="u2netp"))
    assert made.max() == 0


async def test_imgly_never_stretches() -> None:
    session = Answers(np.full((1024, 1024), 0.5))
    made = await recipes_peers.imgly(np.zeros((20, 30, 3), np.uint8), session, spec_of())
    assert np.allclose(session.asked[0], -0.5)
    assert np.allclose(made, 0.5)


def test_a_pass_is_isnet_at_1024() -> None:
    assert passes("isnet", 1024, 1024) == 1
    assert passes("isnet", 768, 512) == pytest.approx(0.375)
    for model, (cost, pixels) in PASSES.items():
        assert passes(model, pixels, 2) == pytest.approx(2 * cost)
    assert np.isnan(passes("somebody's own", 10, 10))


async def test_an_answer_is_computed_once_and_counted_each_time(site: Path, tmp_path: Path) -> None:
    x = np.random.default_rng(1).normal(size=(1, 3, 64, 64)).astype(np.float32)
    given = []
    for _ in range(2):  # the second engine finds what the first left
        engine = AnsweringEngine(site, tmp_path / "answers")
        session = await engine.session("isnet")
        given += [await session.run(x) for _ in range(2)]
        assert engine.spent == pytest.approx(2 * passes("isnet", 64, 64))
    assert engine.ran == 0
    assert all(np.array_equal(given[0], other) for other in given)
    wide = np.zeros((1, 3, 32, 128), np.float32)
    assert (await session.run(wide)).shape == (1, 1, 32, 128)
    assert (await session.run(wide.reshape(1, 3, 128, 32))).shape == (1, 1, 128, 32)


def test_the_whole_table(
    site: Path,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "bench" / "out"
    monkeypatch.setattr(quality, "DATA", data)
    monkeypatch.setattr(quality, "ANSWERS", tmp_path / "answers")
    monkeypatch.setattr(quality, "OUT", out)
    monkeypatch.setattr(quality, "ROOT", tmp_path)
    monkeypatch.setattr(quality, "TARGET_IOU", 0.0)
    assert quality.main(["--models", str(site)]) == 0
    told = capsys.readouterr().out
    for title in ("one (1 photos, no soft", "two (1 photos, 1 of", "All photos", "more than one"):
        assert title in told
    assert "band error" in told
    kept = json.loads((out / "quality.json").read_text())
    assert list(kept) == ["one", "two", "all", "ambiguous"]
    names = {row.name for row in rows(AnsweringEngine(site))}
    assert {*PROFILES, IMGLY, "u2netp alone", "rembg's recipe (isnet)"} <= names
    assert set(kept["all"]) == names
    assert (kept["all"][AUTO]["count"], kept["all"][AUTO]["band_count"]) == (2, 1)
    assert kept["all"][IMGLY]["passes"] == pytest.approx(1)
    assert (out / "quality.svg").read_text().count(AUTO) >= 2

    monkeypatch.setattr(quality, "TARGET_IOU", 1.01)
    assert quality.main(["--models", str(site)]) == 1
    told = capsys.readouterr().out
    assert "0 network runs" in told
    assert "the target is" in told


def test_no_photographs_is_said_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quality, "DATA", tmp_path)
    assert quality.main([]) == 0
    assert "skipped" in capsys.readouterr().out


def test_pictures_are_drawn(tmp_path: Path) -> None:
    points = [
        Point("auto", "profile", passes=0.5, iou=0.9, mae=0.03),
        Point("isnet alone", "model", passes=1, iou=0.9, mae=0.03),
        Point("imgly's recipe", "peer", passes=1, iou=0.9, mae=0.03),
    ]
    draw_curve(tmp_path / "new" / "curve.svg", points, "3 photos")
    drawn = (tmp_path / "new" / "curve.svg").read_text("utf-8")
    assert all(point.name in drawn for point in points)
    draw_split(tmp_path / "split.svg", "1 megapixel", {"auto": dict.fromkeys(STEPS, 100.0)})
    assert "1 megapixel" in (tmp_path / "split.svg").read_text("utf-8")


def test_the_split_accounts_for_all_of_the_time() -> None:
    told = {"decode": 10.0, "run.isnet": 500.0, "run.u2netp": 100.0, "verify": 5.0, "other": 7.0}
    found = split(told, 700.0)
    assert (found["run"], found["decode"], found["rest"]) == (600, 10, 85)
    assert sum(found.values()) == 700


def test_looks_are_those_that_the_registry_allows() -> None:
    fixed, free = (
        spec_of().input,
        spec_of(
            input=entry(b"x")["input"] | {"width": 0, "height": 0, "multiple": 32, "side": 512}
        ).input,
    )
    assert allowed(Look("tiny", 16, 16), fixed)
    assert not allowed(Look("tiny", 32, 16), fixed)
    assert allowed(Look("tiny", 64, 32), free)
    assert not allowed(Look("tiny", 48, 32), free)
    assert str(Look.of(LOOKS[0])) == "isnet 1024×1024"


def test_the_peers_list_names_our_weights_and_its_own_runtime(tmp_path: Path) -> None:
    for name in peers.RUNTIME:
        (tmp_path / name).write_bytes(b"x" * 7)
    entry = {"size": 5, "mime": "m", "chunks": [{"hash": "ab", "offsets": [0, 5]}]}
    listed = {"/models/medium": entry, "/models/small": entry}
    found = peers.resources(listed, tmp_path)
    assert found["/models/isnet_fp16"]["chunks"] == [{"name": "ab", "offsets": [0, 5]}]
    wasm = found["/onnxruntime-web/ort-wasm-simd-threaded.wasm"]
    assert (wasm["size"], wasm["mime"]) == (7, "application/wasm")
    assert wasm["chunks"] == [{"name": "ort-wasm-simd-threaded.wasm", "offsets": [0, 7]}]
