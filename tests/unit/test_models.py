"""Registry, pre- and post-processing, fusion."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.models.process import finish, input_size, prepare
from offcut.models.registry import Registry

from .helpers import entry, noise, spec_of

IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def listed(**models: dict[str, Any]) -> dict[str, Any]:
    return {"schema": 1, "models": models}


def selftest_entry(**changes: Any) -> dict[str, Any]:
    return {
        "file": "selftest/tiny.onnx",
        "bytes": 10,
        "sha256": "0" * 64,
        "input_shape": [1, 3, 64, 64],
        "output_shape": [1, 1, 64, 64],
        "expected_file": "selftest/expected.f32",
        "tolerance": 0.02,
    } | changes


def test_registry_reads_what_the_build_writes() -> None:
    data = listed(tiny=entry(b"abcdef", parts=2), big=entry(b"x" * 99, roles=["detail"]))
    registry = Registry.from_json(json.loads(json.dumps(data | {"selftest": selftest_entry()})))
    tiny = registry.get("tiny")
    assert (tiny.id, tiny.bytes, len(tiny.parts)) == ("tiny", 6, 2)
    assert tiny.parts[0].file == f"tiny/{tiny.parts[0].sha256[:16]}.bin"
    assert (tiny.input_name, tiny.output_name) == ("x", "y")
    assert [spec.id for spec in registry.with_role("detail")] == ["big"]
    assert registry.with_role("portrait") == []
    assert registry.selftest is not None
    assert registry.selftest.model.input.name == "input.1"
    assert registry.selftest.model.output.name == "1959"
    assert registry.selftest.input_shape == (1, 3, 64, 64)


def test_smallest_of_a_role_first() -> None:
    data = listed(b=entry(b"x" * 99), a=entry(b"x"), c=entry(b"x" * 50))
    assert [spec.id for spec in Registry.from_json(data).with_role("fast")] == ["a", "c", "b"]


def test_a_model_left_out_is_not_an_unknown_one() -> None:
    registry = Registry.from_json(listed(u2netp=entry(b"x")) | {"left_out": ["isnet"]})
    for name, code in (("isnet", "MODEL_LEFT_OUT"), ("gpt", "MODEL_UNKNOWN")):
        with pytest.raises(OffcutError) as caught:
            registry.get(name)
        assert caught.value.code == code


def test_numbers_that_came_through_javascript_are_whole() -> None:
    data = entry(b"abc")
    data["bytes"] = 3.0
    assert Registry.from_json(listed(tiny=data)).get("tiny").bytes == 3


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"bytes": 7}, "models.tiny.parts"),
        ({"bytes": -1}, "models.tiny.bytes"),
        ({"bytes": True}, "models.tiny.bytes"),
        ({"sha256": "abc"}, "models.tiny.sha256"),
        ({"sha256": "Z" * 64}, "models.tiny.sha256"),
        ({"parts": []}, "models.tiny.parts"),
        ({"parts": [{"bytes": 3}]}, "models.tiny.parts[0].sha256"),
        ({"roles": "fast"}, "models.tiny.roles"),
        ({"title": ""}, "models.tiny.title"),
        ({"input": None}, "models.tiny.input"),
        ({"output": {"name": "y", "range": "stretch"}}, "models.tiny.output.range"),
    ],
)
def test_mistakes_are_named(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(OffcutError) as caught:
        Registry.from_json(listed(tiny=entry(b"abc") | changes))
    assert caught.value.code == "BAD_CONFIG"
    assert caught.value.detail["where"] == where


@pytest.mark.parametrize(
    "changes",
    [
        {"normalise": "sigmoid"},
        {"std": [1, 0, 1]},
        {"mean": [1, 2]},
        {"width": 0},
        {"width": 0, "height": 0},
        {"name": 5},
    ],
)
def test_mistakes_of_the_input_are_named(changes: dict[str, Any]) -> None:
    data = entry(b"abc")
    data["input"] |= changes
    with pytest.raises(OffcutError) as caught:
        Registry.from_json(listed(tiny=data))
    assert str(caught.value.detail["where"]).startswith("models.tiny.input")


@pytest.mark.parametrize("file", ["../secret", "/etc/passwd", 5])
def test_parts_stay_in_their_folder(file: object) -> None:
    data = entry(b"abc")
    data["parts"][0]["file"] = file
    with pytest.raises(OffcutError):
        Registry.from_json(listed(tiny=data))


@pytest.mark.parametrize("data", [{}, {"schema": 2, "models": {}}, {"schema": 1}])
def test_other_layouts_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(OffcutError) as caught:
        Registry.from_json(data)
    assert caught.value.code == "BAD_CONFIG"


def test_prepare_as_u2net_wants_it() -> None:
    spec = spec_of(input=entry(b"x")["input"] | {"normalise": "max"} | IMAGENET)
    rgb = noise(16, 16) // 2
    x = prepare(rgb, spec)
    assert x.shape == (1, 3, 16, 16)
    assert x.dtype == np.float32
    assert x.flags.c_contiguous
    wanted = (rgb / rgb.max() - IMAGENET["mean"]) / IMAGENET["std"]
    assert np.abs(x[0].transpose(1, 2, 0) - wanted).max() < 1e-5


def test_prepare_as_isnet_and_modnet_want_it() -> None:
    rgb = noise(16, 16)
    x = prepare(rgb, spec_of())
    assert np.abs(x[0].transpose(1, 2, 0) - (rgb / 255 - 0.5)).max() < 1e-6
    modnet = spec_of(input=entry(b"x")["input"] | {"mean": [0.5] * 3, "std": [0.5] * 3})
    assert np.abs(prepare(rgb, modnet)[0].transpose(1, 2, 0) - (rgb / 127.5 - 1)).max() < 1e-6


def test_a_black_photo_is_no_division_by_zero() -> None:
    spec = spec_of(input=entry(b"x")["input"] | {"normalise": "max"})
    assert np.isfinite(prepare(np.zeros((20, 20, 3), np.uint8), spec)).all()


@pytest.mark.parametrize(
    ("photo", "wanted"),
    [
        ((640, 480), (672, 512)),
        ((480, 640), (512, 672)),
        ((512, 512), (512, 512)),
        ((100, 100), (512, 512)),
        ((10000, 500), (1024, 64)),
        ((20000, 10), (1024, 32)),
    ],
)
def test_sizes_that_follow_the_photo(photo: tuple[int, int], wanted: tuple[int, int]) -> None:
    taken = entry(b"x")["input"] | {"width": 0, "height": 0, "multiple": 32, "side": 512}
    assert input_size(*photo, spec_of(input=taken).input) == wanted
    assert input_size(*photo, spec_of().input) == (16, 16)


def test_finish_clips_and_never_stretches() -> None:
    for kind in ("unit", "minmax"):
        spec = spec_of(output={"name": "y", "range": kind})
        out = np.float32([[[[-0.1, 0.2], [0.3, 1.2]]]])
        assert finish(out, spec).tolist() == np.float32([[0, 0.2], [0.3, 1]]).tolist()
        nothing = np.full((1, 1, 8, 8), 0.01, np.float32)
        nothing[0, 0, 4, 4] = 0.05
        assert finish(nothing, spec).max() == np.float32(0.05), "no subject stays no subject"


@pytest.mark.parametrize(
    "out",
    [
        np.zeros((1, 2, 4, 4), np.float32),
        np.zeros((4, 4), np.float32),
        np.full((1, 1, 2, 2), np.nan, np.float32),
        np.full((1, 1, 2, 2), np.inf, np.float32),
    ],
)
def test_answers_that_are_none(out: np.ndarray) -> None:
    with pytest.raises(OffcutError) as caught:
        finish(out, spec_of())
    assert caught.value.code == "RUN_FAILED"
