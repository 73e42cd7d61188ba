"""WebGPU, on an adapter computed in software: the path is right; its speed says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .reference import reference_alpha
from .tiny import shrink, spread
from .visitor import alpha_gap, check_cutout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "astronaut.jpg"


@pytest.fixture
def on_gpu(enter: Callable[..., Visitor], gpu_context: BrowserContext, isolated: Site) -> Visitor:
    return enter(gpu_context, isolated)


def test_forced(on_gpu: Visitor, tmp_path: Path) -> None:
    served = shrink(on_gpu.site)
    on_gpu.open("?backend=webgpu")
    rgba = check_cutout(on_gpu.cut(PHOTO), PHOTO)
    assert on_gpu.backend == "webgpu"
    assert "imitated in software" in on_gpu.why
    expected = reference_alpha(spread(served, tmp_path), PHOTO, "auto")
    assert alpha_gap(rgba[..., 3], expected) <= 1 / 255


def test_a_software_adapter_is_not_chosen_by_itself(on_gpu: Visitor) -> None:
    shrink(on_gpu.site)
    on_gpu.open("?model=u2netp")
    on_gpu.wait_engine()
    assert on_gpu.backend == "wasm-mt"
    on_gpu.page.locator("#engine summary").click()
    ways = on_gpu.shows("#engine-ways")
    expect(ways).to_contain_text("slower than WASM")


@fault(
    "engine",
    "WebGPU is asked for where there is none",
    sees="What is wrong, and a button that lets Offcut choose",
    kept="The photo",
    retried="By the person: the same photo, on a backend that is there",
)
def test_forced_where_there_is_none(tiny: Visitor) -> None:
    """It says so, and lets the person go on with the same photo."""
    tiny.open("?backend=webgpu&model=u2netp")
    tiny.pick(PHOTO)
    tiny.wait("error")
    expect(tiny.page.locator("#error")).to_have_attribute("data-code", "BACKEND_UNAVAILABLE")
    tiny.page.locator("#retry").click()
    check_cutout(tiny.file(), PHOTO)
    assert tiny.backend == "wasm-mt"


@pytest.mark.slow
def test_the_real_small_model(on_gpu: Visitor, dist: Path) -> None:
    """Two minutes a run on a software adapter."""
    on_gpu.open("?backend=webgpu&model=u2netp")
    rgba = check_cutout(on_gpu.cut(PHOTO, timeout_s=1500), PHOTO)
    assert on_gpu.backend == "webgpu"
    expected = reference_alpha(dist / "models", PHOTO, "u2netp")
    assert alpha_gap(rgba[..., 3], expected) <= 1 / 255
