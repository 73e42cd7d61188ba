"""Models of one's own: what a file is taken for, why one is refused, and that one computes."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from onnx import TensorProto
from PIL import Image

import offcut.models
from offcut.cli import main
from offcut.errors import OffcutError
from offcut.models import known
from offcut.models.added import ADDED
from offcut.models.known import KNOWN, TEMPLATES
from offcut.models.onnx_header import Memory, read_header
from offcut.models.own import NORMALISATIONS, look, needs_mb, own_spec
from offcut.models.plan import models_for
from offcut.models.process import finish
from offcut.models.registry import OWN, Registry
from offcut.pipeline.engine import Engine
from offcut.pipeline.trial import picture, try_out
from offcut.runtime.ort_native import NativeFactory
from offcut.storage.parts import Part

from .helpers import entry, saved, spec_of
from .onnx_files import network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offcut.models.own import Found
    from offcut.models.registry import ModelSpec


@pytest.fixture(autouse=True)
def _nothing_added() -> Iterator[None]:
    yield
    ADDED.clear()


def found(data: bytes, digest: str = "") -> Found:
    return look(read_header(Memory(data)), digest)


def spec_for(data: bytes, **changes: object) -> ModelSpec:
    digest = hashlib.sha256(data).hexdigest()
    part = Part("own.bin", len(data), digest)
    return own_spec(found(data), "own", digest, [part], changes)


# -- files that cannot be used -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "why", "says"),
    [
        (network(more=1), "inputs", "2 inputs (photo, more0)"),
        (network(kind=TensorProto.UINT8), "input-type", "uint8; it has to be float32"),
        (network(kind=TensorProto.FLOAT16), "input-type", "float16"),
        (network(size=(1, 64, 64, 3)), "input-shape", "shape 1×64×64×3;"),
        (network(size=(2, 3, 64, 64)), "input-shape", "2×3×64×64"),
        (network(size=(3, 64, 64)), "input-shape", "3×64×64"),
        (network(size=(1, 3, 64, 100_000)), "input-shape", "1×3×64×100000"),
        (network(out=(1, 21, 64, 64)), "outputs", "they are 1×21×64×64"),
        (network(out=(1, 1000)), "outputs", "they are 1×1000"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_says_why(
    data: bytes, why: str, says: str
) -> None:
    with pytest.raises(OffcutError) as caught:
        found(data)
    assert (caught.value.code, caught.value.detail["why"]) == ("MODEL_FILE", why)
    assert says in caught.value.message


def test_weights_elsewhere_and_sheer_size_are_refused() -> None:
    header = read_header(Memory(network()))
    for changed, why in (
        (replace(header, external=True), "external-data"),
        (replace(header, size=3_000_000_000), "too-large"),
    ):
        with pytest.raises(OffcutError) as caught:
            look(changed)
        assert caught.value.detail["why"] == why


# -- what a file is taken for ------------------------------------------------------------------


def test_every_template_is_an_entry_and_fits_its_own_names() -> None:
    assert len({one.id for one in KNOWN}) == len(KNOWN)
    for one in KNOWN:
        taken, given = dict(one.entry["input"]), dict(one.entry["output"])  # type: ignore[call-overload]
        side = taken["width"]
        data = network(
            taken=taken["name"],
            given=given["name"],
            size=(1, 3, side, side),
            out=(1, 1, side, side),
        )
        assert one in found(data).likely
        spec = spec_for(data, template=one.id, accept_terms=True)
        assert (spec.title, spec.licence, spec.source) == (one.title, one.licence, OWN)
        assert (spec.input.width, list(spec.input.mean)) == (side, taken["mean"])
        assert spec.licence_url.startswith("https://")
        assert one.page.startswith("https://")
        assert spec.roles == ()
        assert needs_mb(spec, one) == one.entry["memory_mb"]
    assert {"rmbg-1.4", "rmbg-2.0"} == {one.id for one in KNOWN if one.non_commercial}


def test_the_documentation_has_every_template_and_its_terms() -> None:
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
    rows = {row.split("`")[1]: row for row in page.splitlines() if row.startswith("| `")}
    for one in KNOWN:
        assert one.licence_url in rows[one.id]
        assert ("to be accepted" in rows[one.id]) == one.non_commercial


def test_the_file_that_is_known_byte_by_byte_needs_no_word() -> None:
    data = network(taken="input.1", given="1959", size=(1, 3, 320, 320), out=(1, 1, 320, 320))
    one = TEMPLATES["silueta"]
    (digest,) = one.digests
    sure = found(data, digest)
    assert sure.likely == (one,)
    assert sure.sure
    spec = own_spec(sure, "own", digest, [Part("own.bin", len(data), digest)], {})
    assert (spec.title, spec.input.normalise) == (one.title, "max")


def test_what_may_be_several_is_not_guessed() -> None:
    data = network(taken="input", given="output")
    with pytest.raises(OffcutError) as caught:
        spec_for(data)
    assert caught.value.code == "BAD_CONFIG"
    assert "rmbg-1.4, isnet-general-use" in caught.value.message
    assert spec_for(data, template="").title == "own"


def test_terms_have_to_be_accepted() -> None:
    data = network(taken="pixel_values", given="alphas")
    for accepted in ({}, {"accept_terms": False}, {"accept_terms": "yes"}):
        with pytest.raises(OffcutError) as caught:
            spec_for(data, template="rmbg-2.0", **accepted)
        assert caught.value.code == "MODEL_TERMS"
        assert caught.value.detail["url"] == TEMPLATES["rmbg-2.0"].licence_url
    assert spec_for(data, template="rmbg-2.0", accept_terms=True).title == "RMBG-2.0"


def test_an_unknown_network_gets_what_is_usual() -> None:
    spec = spec_for(network())
    assert (spec.input.width, spec.input.height, spec.input.multiple) == (64, 64, 0)
    assert (spec.input.normalise, list(spec.input.mean)) == ("255", known.IMAGENET["mean"])
    assert (spec.output.name, spec.output.range, spec.output.activation) == ("mask", "unit", "auto")
    free = spec_for(network(size=(None, 3, "h", "w"), out=None))
    assert (free.input.width, free.input.side, free.input.multiple) == (0, 512, 32)


def test_a_known_network_at_another_size_takes_the_files_own() -> None:
    data = network(taken="input_image", given="output_image")
    spec = spec_for(data, template="birefnet-lite")
    assert (spec.input.width, spec.output.activation) == (64, "sigmoid")
    assert needs_mb(spec, TEMPLATES["birefnet-lite"]) == round(6000 / 16**2)


def test_what_the_person_says_counts_most() -> None:
    changes: dict[str, Any] = {
        "title": "Mine",
        "roles": ["detail"],
        "normalise": "signed",
        "output": {"activation": "sigmoid"},
        "input": {"multiple": 32, "sides": [32]},
        "memory_mb": 7,
    }
    spec = spec_for(network(), **changes)
    assert (spec.title, spec.roles, spec.memory_mb) == ("Mine", ("detail",), 7)
    assert (spec.input.mean, spec.input.sides) == ((0.5, 0.5, 0.5), (32,))
    assert spec.output.activation == "sigmoid"
    for name, values in NORMALISATIONS.items():
        assert list(spec_for(network(), normalise=name).input.std) == values["std"]


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"normalize": "unit"}, "BAD_CONFIG", "models.normalize"),
        ({"normalise": "other"}, "BAD_CONFIG", "imagenet, unit, half, signed"),
        ({"template": "gpt"}, "MODEL_UNKNOWN", "no model of that name"),
        ({"output": {"name": "elsewhere"}}, "BAD_CONFIG", "no such mask"),
        ({"output": {"activation": "relu"}}, "BAD_CONFIG", "models.own.output.activation"),
        ({"input": {"std": [0, 1, 1]}}, "BAD_CONFIG", "models.own.input.std"),
        ({"roles": "detail"}, "BAD_CONFIG", "models.own.roles"),
    ],
)
def test_mistakes_are_named(changes: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(OffcutError) as caught:
        spec_for(network(), **changes)
    assert caught.value.code == code
    assert says in caught.value.message


@pytest.mark.parametrize("name", ["", "Mine", "a/b", "../a", "-a", "a" * 65])
def test_an_id_is_a_plain_word(name: str) -> None:
    data = network()
    with pytest.raises(OffcutError, match="id has small letters"):
        own_spec(found(data), name, "0" * 64, [Part("x", len(data), "0" * 64)], {})


# -- the sigmoid -------------------------------------------------------------------------------


def test_logits_go_through_their_sigmoid() -> None:
    logits = np.array([[[[-1000, -2, 0, 2, 1000]]]], np.float32)
    spec = spec_of(output={"name": "y", "range": "unit", "activation": "sigmoid"})
    wanted = [0, 1 / (1 + np.exp(2)), 0.5, 1 / (1 + np.exp(-2)), 1]
    got = finish(logits, spec)
    assert got.dtype == np.float32
    assert np.abs(got[0] - wanted).max() < 1e-6


def test_where_nobody_knows_the_values_tell() -> None:
    spec = spec_of(output={"name": "y", "range": "unit", "activation": "auto"})
    unit = np.array([[[[-0.01, 0.3, 1.01]]]], np.float32)
    assert np.allclose(finish(unit, spec), [[0, 0.3, 1]])
    assert np.allclose(finish(unit * 10, spec), 1 / (1 + np.exp(-10 * unit[0, 0])), atol=1e-6)


# -- in the registry ---------------------------------------------------------------------------


def test_one_with_a_role_goes_before_the_sites() -> None:
    small, large = entry(b"x", roles=["fast"]), entry(b"x" * 9, roles=["detail"])
    site = Registry.from_json({"schema": 1, "models": {"small": small, "large": large}})
    own = spec_for(network(), roles=["detail"])
    assert models_for("auto", site)[0] == ["small", "large"]
    assert models_for("auto", site.with_model(own))[0] == ["small", "own"]
    alone = site.with_model(replace(own, roles=()))
    assert models_for("auto", alone)[0] == ["small", "large"]
    assert models_for("own", alone) == (["own"], "")
    assert alone.without("own").models == site.models


def test_a_registry_elsewhere_may_name_whole_addresses() -> None:
    listed = entry(b"abc")
    listed["parts"][0]["file"] = "https://files.example/abc.bin"
    data = {"schema": 1, "models": {"far": listed}}
    with pytest.raises(OffcutError):
        Registry.from_json(data)
    base = "https://models.example/v1/"
    spec = Registry.from_json(data, base).get("far")
    assert spec.source == base
    assert spec.parts[0].address(base) == "https://files.example/abc.bin"
    assert Part("a/b.bin", 1, "").address(base) == base + "a/b.bin"
    listed["parts"][0]["file"] = "file:///etc/passwd"
    with pytest.raises(OffcutError):
        Registry.from_json(data, base)


# -- a run -------------------------------------------------------------------------------------


def trial(data: bytes, **changes: object) -> ModelSpec:
    async def run() -> ModelSpec:
        spec = spec_for(data, **changes)
        session = await NativeFactory(1).create(data, spec)
        return await try_out(session, spec)

    return asyncio.run(run())


def test_a_trial_run_settles_the_activation() -> None:
    assert trial(network()).output.activation == ""
    assert trial(network(last="Identity")).output.activation == "sigmoid"
    assert trial(network(), output={"activation": "sigmoid"}).output.activation == "sigmoid"
    assert trial(network(size=(1, 3, "h", "w"), out=None)).input.side == 512


@pytest.mark.parametrize(
    ("data", "why"),
    [
        # The file promises a mask, or nothing at all, and gives something else.
        (network(out=None, last="ReduceMax"), "mask-shape"),
        (network(gain=float("nan")), "mask-values"),
    ],
)
def test_a_trial_run_finds_what_the_file_does_not_say(data: bytes, why: str) -> None:
    with pytest.raises(OffcutError) as caught:
        trial(data)
    assert (caught.value.code, caught.value.detail["why"]) == ("MODEL_FILE", why)


# -- from Python -------------------------------------------------------------------------------


def photo_png() -> bytes:
    return saved(picture(), "PNG")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of models of a site that ships none."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "registry.json").write_text('{"schema": 1, "models": {}}')
    return tmp_path / "models"


def test_a_model_of_ones_own_cuts(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "My Model.onnx"
    path.write_bytes(network())
    engine = Engine(site)
    spec = offcut.models.register(path, normalise="unit")
    assert spec.id == "my-model"
    assert offcut.models.register(network(), id="bytes", normalise="unit").id == "bytes"

    async def masks() -> list[Any]:
        return [
            (await engine.run(photo_png(), name)).mask().values for name in ("my-model", "bytes")
        ]

    one, other = asyncio.run(masks())
    assert one[32, 32] > 0.9
    assert one[3, 3] < 0.1
    assert np.array_equal(one, other)
    # Another file under the same id is another model.
    offcut.models.register(network(gain=-12.0), id="bytes", normalise="unit")
    assert asyncio.run(masks())[1][32, 32] < 0.1
    offcut.models.unregister("my-model")
    with pytest.raises(OffcutError, match="MODEL_UNKNOWN"):
        offcut.models.unregister("my-model")


def test_a_file_that_is_gone_is_said(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "gone.onnx"
    with pytest.raises(OffcutError, match=r"gone\.onnx cannot be read"):
        offcut.models.register(path)


def test_a_file_that_changes_is_not_taken_for_the_same(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.onnx"
    path.write_bytes(network())
    offcut.models.register(path)
    path.write_bytes(network(gain=1.0))
    with pytest.raises(OffcutError, match="changed since it was registered"):
        asyncio.run(Engine(site).session("own"))


def test_a_registry_on_disk_brings_its_models(site: Path, tmp_path: Path) -> None:
    data = network()
    far = tmp_path / "far"
    (far / "mine").mkdir(parents=True)
    (far / "mine" / "all.bin").write_bytes(data)
    listed = entry(data, parts=1)
    listed["parts"][0]["file"] = "mine/all.bin"
    listed["input"] |= {"name": "photo", "width": 64, "height": 64}
    listed["output"] |= {"name": "mask"}
    (far / "registry.json").write_text(json.dumps({"schema": 1, "models": {"mine": listed}}))
    (spec,) = offcut.models.register_from(far / "registry.json")
    assert spec.source == f"{far.as_posix()}/"

    async def mask() -> Any:
        return (await Engine(site).run(photo_png(), "mine")).mask().values

    assert asyncio.run(mask()).shape == (64, 64)
    (far / "mine" / "all.bin").write_bytes(data[:-1] + b"x")
    with pytest.raises(OffcutError, match="MODEL_CORRUPT"):
        asyncio.run(mask())


def test_a_registry_that_is_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    path.write_text("{")
    with pytest.raises(OffcutError, match="no JSON"):
        offcut.models.register_from(path)


def test_the_command_takes_a_model_of_ones_own(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.onnx").write_bytes(network(taken="pixel_values", given="alphas"))
    (tmp_path / "photo.png").write_bytes(photo_png())
    photo, mine = str(tmp_path / "photo.png"), str(tmp_path / "mine.onnx")
    order = [photo, "--models", str(site), "-m", mine]
    assert main(order) == 2
    assert "The file may be one of these: rmbg-2.0." in capsys.readouterr().err
    assert main([*order, "--template", "rmbg-2.0"]) == 1
    assert "has terms of its own" in capsys.readouterr().err
    assert main([*order, "--template", "rmbg-2.0", "--accept-terms"]) == 0
    with Image.open(tmp_path / "photo-cutout.png") as made:
        assert made.mode == "RGBA"
    listed = {"schema": 1, "models": {"other": entry(b"abc", title="Another")}}
    (tmp_path / "more.json").write_text(json.dumps(listed))
    assert main(["models", "--models", str(site), "--registry", str(tmp_path / "more.json")]) == 0
    assert "Another" in capsys.readouterr().out
