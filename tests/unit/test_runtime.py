"""The choice of a backend, its proof, and sessions by native onnxruntime."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.errors import OffcutError, fail
from offcut.models.registry import Registry
from offcut.runtime import chain
from offcut.runtime.chain import Facts, candidates, choose, threads
from offcut.runtime.ort_native import NativeFactory
from offcut.runtime.selftest import fixed_input, judge, prove

from .helpers import disc, noise, spec_of, tiny_onnx
from .test_models import selftest_entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.registry import SelfTestSpec

FULL = Facts(
    has_gpu=True,
    adapter=True,
    adapter_name="acme fast",
    device_ok=True,
    isolated=True,
    cores=8,
)


def usable(facts: Facts, forced: str | None = None, exclude: tuple[str, ...] = ()) -> list[str]:
    return [one.name for one in candidates(facts, forced, exclude) if one.usable]


def reason(facts: Facts, name: str, forced: str | None = None) -> str:
    return next(one.reason for one in candidates(facts, forced) if one.name == name)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ["webgpu", "wasm-mt", "wasm-st"]),
        ({"has_gpu": False, "adapter": False}, ["wasm-mt", "wasm-st"]),
        ({"adapter": False}, ["wasm-mt", "wasm-st"]),
        ({"device_ok": False}, ["wasm-mt", "wasm-st"]),
        ({"is_fallback": True}, ["wasm-mt", "wasm-st"]),
        ({"isolated": False}, ["webgpu", "wasm-st"]),
        ({"sab": False}, ["webgpu", "wasm-st"]),
        ({"cores": 1}, ["webgpu", "wasm-st"]),
        ({"wasm_simd": False}, ["webgpu"]),
        ({"wasm_simd": False, "has_gpu": False, "adapter": False}, []),
    ],
)
def test_what_can_be_tried_where(changes: dict[str, object], wanted: list[str]) -> None:
    assert usable(replace(FULL, **changes)) == wanted  # type: ignore[arg-type]


def test_all_three_are_listed_with_a_sentence() -> None:
    for facts in (FULL, Facts()):
        found = candidates(facts)
        assert [one.name for one in found] == list(chain.BACKENDS)
        assert all(one.reason.endswith(".") and one.reason[0].isupper() for one in found)
    assert "acme fast" in reason(FULL, "webgpu")


def test_a_software_gpu_only_when_forced() -> None:
    soft = replace(FULL, is_fallback=True)
    assert "webgpu" not in usable(soft)
    assert usable(soft, "webgpu") == ["webgpu"]
    assert "software" in reason(soft, "webgpu")
    assert "asked for" in reason(soft, "webgpu", "webgpu")


@pytest.mark.parametrize("name", chain.BACKENDS)
def test_forced_means_that_one_alone(name: str) -> None:
    assert usable(FULL, name) == [name]
    assert choose(candidates(FULL, name), name).name == name


@pytest.mark.parametrize("auto", [None, "", "auto"])
def test_auto_means_all(auto: str | None) -> None:
    assert len(usable(FULL, auto)) == 3
    assert choose(candidates(FULL, auto), auto).name == "webgpu"


def test_what_failed_before_is_passed_over() -> None:
    assert usable(FULL, None, ("webgpu",)) == ["wasm-mt", "wasm-st"]
    assert usable(FULL, None, ("webgpu", "wasm-mt")) == ["wasm-st"]
    assert usable(FULL, "webgpu", ("webgpu",)) == []


@pytest.mark.parametrize(
    ("prefer", "changes", "exclude", "wanted"),
    [
        ("", {}, (), ["webgpu", "wasm-mt", "wasm-st"]),
        ("webgpu", {}, (), ["webgpu", "wasm-mt", "wasm-st"]),
        ("wasm-mt", {}, (), ["wasm-mt", "webgpu", "wasm-st"]),
        ("wasm-st", {"isolated": False}, (), ["wasm-st", "webgpu"]),
        ("wasm-mt", {"isolated": False}, (), ["webgpu", "wasm-st"]),
        ("wasm-mt", {}, ("wasm-mt",), ["webgpu", "wasm-st"]),
        ("wasm-mt", {}, ("webgpu",), ["wasm-mt", "wasm-st"]),
        ("no such", {}, (), ["webgpu", "wasm-mt", "wasm-st"]),
    ],
)
def test_the_one_that_was_fastest_here_goes_first(
    prefer: str, changes: dict[str, object], exclude: tuple[str, ...], wanted: list[str]
) -> None:
    facts = replace(FULL, **changes)  # type: ignore[arg-type]
    found = candidates(facts, None, exclude, prefer)
    assert [one.name for one in found if one.usable] == wanted
    assert sorted(one.name for one in found) == sorted(chain.BACKENDS)
    said = [one.name for one in found if "fastest" in one.reason]
    assert said == ([prefer] if prefer in wanted else [])


def test_the_processor_alone_is_both_of_its_ways() -> None:
    assert usable(FULL, "wasm") == ["wasm-mt", "wasm-st"]
    assert "asked for" in reason(FULL, "webgpu", "wasm")


def test_a_forced_backend_overrides_the_fastest() -> None:
    found = candidates(FULL, "webgpu", prefer="wasm-mt")
    assert choose(found, "webgpu").name == "webgpu"
    assert not any("fastest" in one.reason for one in found)


@pytest.mark.parametrize(
    ("facts", "forced", "word"),
    [
        (Facts(), "webgpu", "no WebGPU"),
        (Facts(has_gpu=True), "webgpu", "offers no graphics processor"),
        (Facts(has_gpu=True, adapter=True), "webgpu", "could not be opened"),
        (Facts(cores=4), "wasm-mt", "not isolated"),
        (Facts(wasm_simd=False), "wasm-st", "SIMD"),
    ],
)
def test_forced_and_impossible_says_why(facts: Facts, forced: str, word: str) -> None:
    with pytest.raises(OffcutError) as caught:
        choose(candidates(facts, forced), forced)
    assert caught.value.code == "BACKEND_UNAVAILABLE"
    assert word in caught.value.message


def test_nothing_left_says_everything() -> None:
    with pytest.raises(OffcutError) as caught:
        choose(candidates(Facts(), None, ("wasm-st",)))
    assert "failed here before" in caught.value.message
    assert "WebGPU" in caught.value.message


def test_unknown_names_are_a_mistake() -> None:
    for forced, exclude in (("cuda", ()), (None, ("cuda",))):
        with pytest.raises(OffcutError) as caught:
            candidates(FULL, forced, exclude)
        assert caught.value.code == "BAD_CONFIG"


def test_forcing_threads_on_one_core_is_allowed() -> None:
    assert usable(replace(FULL, cores=1), "wasm-mt") == ["wasm-mt"]


def test_threads() -> None:
    assert threads("wasm-st", FULL, 8) == 1
    assert threads("webgpu", FULL) == 1
    assert threads("wasm-mt", FULL) == chain.MAX_THREADS
    assert threads("wasm-mt", replace(FULL, cores=2)) == 2
    assert threads("wasm-mt", FULL, 6) == 6


# -- self-test -------------------------------------------------------------------------------------

EXPECTED = disc(64, 64, soft=20)[None, None]


def test_the_fixed_input_is_the_same_for_ever() -> None:
    x = fixed_input((1, 3, 64, 64))
    assert x.shape == (1, 3, 64, 64)
    assert x.dtype == np.float32
    assert 0 <= x.min() < 0.1
    assert 0.9 < x.max() <= 1
    known = {(0, 0, 0): 0.5, (0, 15, 0): 0.998747, (1, 10, 20): 0.167061, (2, 63, 63): 0.510384}
    for (c, i, j), _ in known.items():
        value = 0.5 + 0.5 * np.sin(0.1 * i * (c + 1)) * np.cos(0.07 * j + c)
        assert x[0, c, i, j] == pytest.approx(value, abs=1e-5)
    for one, other in ((x, x.swapaxes(2, 3)), (x[:, :2], x[:, 1:]), (x, x[..., ::-1])):
        assert np.abs(one - other).max() > 0.3, "whatever is mixed up shows"


def shifted(right: int, down: int) -> NDArray[np.float32]:
    return np.roll(EXPECTED, (down, right), axis=(2, 3))


@pytest.mark.parametrize(
    ("got", "word"),
    [
        (EXPECTED, ""),
        (EXPECTED + np.float32(0.009), ""),
        (EXPECTED[..., :-1], "wrong size"),
        (np.where(EXPECTED > 0.5, np.nan, EXPECTED), "numbers that are none"),
        (np.where(EXPECTED > 0.5, np.inf, EXPECTED), "numbers that are none"),
        (np.zeros_like(EXPECTED), "same value everywhere"),
        (np.full_like(EXPECTED, 0.5), "same value everywhere"),
        (shifted(1, 0), "wrong place (moved by 1, 0)"),
        (shifted(-2, 3), "wrong place (moved by -2, 3)"),
        (EXPECTED * np.float32(0.9), "off by 0.10"),
        (1 - EXPECTED, "computed wrongly"),
    ],
)
def test_judge(got: NDArray[np.float32], word: str) -> None:
    verdict = judge(got, EXPECTED, 0.01)
    assert word in verdict
    assert bool(verdict) == bool(word)


class Fake:
    """A session that gives, fails or hangs as told."""

    def __init__(self, does: object) -> None:
        self.does = does

    async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        assert x.shape == (1, 3, 64, 64)
        if isinstance(self.does, Exception):
            raise self.does
        if self.does is None:
            await asyncio.sleep(60)
        return np.asarray(self.does, np.float32)

    async def close(self) -> None:
        pass


def selftest_spec() -> SelfTestSpec:
    registry = Registry.from_json({"schema": 1, "models": {}, "selftest": selftest_entry()})
    assert registry.selftest is not None
    return registry.selftest


async def test_prove() -> None:
    flat = EXPECTED.reshape(-1)
    good = await prove(Fake(EXPECTED), selftest_spec(), flat)
    assert (good.ok, good.reason) == (True, "")
    assert good.ms >= 0
    bad = await prove(Fake(EXPECTED * 0), selftest_spec(), flat)
    assert (bad.ok, "same value" in bad.reason) == (False, True)
    lost = await prove(Fake(fail("BACKEND_LOST", reason="device reset")), selftest_spec(), flat)
    assert "device reset" in lost.reason
    slow = await prove(Fake(None), selftest_spec(), flat, limit_s=0.02)
    assert "no answer" in slow.reason


async def test_prove_does_not_hide_our_own_mistakes() -> None:
    with pytest.raises(ZeroDivisionError):
        await prove(Fake(ZeroDivisionError()), selftest_spec(), EXPECTED.reshape(-1))


# -- native sessions -------------------------------------------------------------------------------


async def test_native_session_runs_a_network() -> None:
    model = tiny_onnx()
    session = await NativeFactory(threads=1).create(model, spec_of(model))
    x = (noise(16, 16) / np.float32(255) - np.float32(0.5)).transpose(2, 0, 1)[None]
    got = await session.run(np.ascontiguousarray(x))
    assert got.shape == (1, 1, 16, 16)
    assert np.abs(got[0, 0] - np.clip(x[0].mean(0) + 0.5, 0, 1)).max() < 1e-6
    both = await asyncio.gather(session.run(x), session.run(x))
    assert np.array_equal(both[0], both[1])
    await session.close()
    await session.close()
    with pytest.raises(OffcutError):
        await session.run(x)


async def test_native_session_explains_a_broken_model() -> None:
    model = tiny_onnx()
    for broken in (model[:50], b"", b"not a model"):
        with pytest.raises(OffcutError) as caught:
            await NativeFactory().create(broken, spec_of(model))
        assert caught.value.code == "BACKEND_FAILED"
        assert caught.value.detail["model"] == "tiny"


async def test_native_session_refuses_another_model() -> None:
    model = tiny_onnx(output="z")
    with pytest.raises(OffcutError) as caught:
        await NativeFactory().create(model, spec_of(model))
    assert caught.value.code == "BAD_CONFIG"


async def test_native_session_explains_a_wrong_input() -> None:
    model = tiny_onnx()
    session = await NativeFactory().create(model, spec_of(model))
    with pytest.raises(OffcutError) as caught:
        await session.run(np.zeros((1, 5, 4, 4), np.float32))
    assert caught.value.code == "RUN_FAILED"
