"""The native engine with the models that the site ships: needs a built ``dist/models``."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from offcut.pipeline import steps
from offcut.pipeline.engine import Engine
from offcut.pipeline.export import export
from offcut.runtime.ort_native import NativeFactory
from offcut.runtime.selftest import prove

from .helpers import PHOTOS

MODELS = Path(__file__).resolve().parents[2] / "dist" / "models"

pytestmark = pytest.mark.skipif(
    not (MODELS / "registry.json").exists(), reason="no models here (make build)"
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(MODELS)


async def test_native_onnxruntime_passes_the_self_test(engine: Engine) -> None:
    spec = engine.registry.selftest
    assert spec is not None
    session = await NativeFactory().create((MODELS / spec.part.file).read_bytes(), spec.model)
    expected = np.frombuffer((MODELS / spec.expected_file).read_bytes(), "<f4")
    proof = await prove(session, spec, expected)
    assert proof.ok, proof.reason
    upside_down = expected.reshape(spec.output_shape)[..., ::-1, :]
    assert not (await prove(session, spec, upside_down)).ok


@pytest.mark.parametrize("profile", ["fast", "auto", "best"])
async def test_a_person_is_cut_out(engine: Engine, profile: str) -> None:
    data = (PHOTOS / "astronaut.jpg").read_bytes()
    job = await engine.run(data, profile, name="astronaut.jpg")
    made = await export(job)
    rgba = np.asarray(Image.open(BytesIO(made.data)))
    original = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
    assert np.array_equal(rgba[..., :3], original)
    alpha = rgba[..., 3] / 255
    assert 0.25 < alpha.mean() < 0.75
    face = alpha[90:160, 195:250]
    assert face.min() > 0.95
    assert alpha[:40, -40:].max() < 0.05, "the shuttle's corner is background"
    soft = (alpha > 0.05) & (alpha < 0.95)
    assert 0.001 < soft.mean() < 0.2
    assert not steps.is_empty(job)


async def test_each_model_gives_a_mask_of_its_kind(engine: Engine) -> None:
    data = (PHOTOS / "chelsea.jpg").read_bytes()
    for name in engine.registry.models:
        job = await engine.run(data, name)
        mask = job.mask().values
        assert mask.dtype == np.float32
        assert 0 <= mask.min() <= mask.max() <= 1
        assert mask.max() > 0.5 or name == "modnet", "a cat is no portrait"
