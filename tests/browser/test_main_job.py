"""The main job: a real photo through the real models, held against native ONNX Runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import PHOTOS
from .reference import reference_alpha
from .visitor import alpha_gap, check_cutout

if TYPE_CHECKING:
    from pathlib import Path

    from .visitor import Visitor

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("backend", "model", "photo"),
    [
        ("wasm-mt", "u2netp", "astronaut.jpg"),
        ("wasm-st", "u2netp", "rocket.jpg"),
        pytest.param("wasm-mt", "modnet", "astronaut.jpg", marks=pytest.mark.slow),
        pytest.param("wasm-mt", "isnet", "coffee.jpg", marks=pytest.mark.slow),
    ],
)
def test_one_model(visitor: Visitor, dist: Path, backend: str, model: str, photo: str) -> None:
    visitor.open(f"?backend={backend}&model={model}")
    rgba = check_cutout(visitor.cut(PHOTOS / photo), PHOTOS / photo)
    assert visitor.backend == backend
    expected = reference_alpha(dist / "models", PHOTOS / photo, model)
    assert alpha_gap(rgba[..., 3], expected) <= 1 / 255


def test_quick_first_then_better(visitor: Visitor, dist: Path) -> None:
    """The default: the small model answers, the large one improves what is on screen."""
    photo = PHOTOS / "chelsea.jpg"
    visitor.open()
    assert visitor.site.seen("models/isnet/*") == []
    visitor.drop(photo)
    visitor.wait("improving")
    visitor.shows("#result")
    rgba = check_cutout(visitor.file(), photo)
    expected = reference_alpha(dist / "models", photo, "auto")
    # Two models whose weights differ by where they are sure: a little more may differ.
    assert alpha_gap(rgba[..., 3], expected) <= 2 / 255
    name = visitor.page.locator("#download").get_attribute("download")
    assert name == "chelsea-cutout.png"
    visitor.page.locator("#checks-more summary").click()
    made = visitor.page.locator("#checks")
    expect(made).to_contain_text("U²-Net small and IS-Net")
    with visitor.page.expect_download() as download:
        visitor.page.locator("#download").click()
    assert download.value.suggested_filename == "chelsea-cutout.png"
    # The photo itself is never asked of, or given to, any server: see `enter`.


def test_the_person_sees_before_and_after(visitor: Visitor) -> None:
    visitor.open("?model=u2netp")
    visitor.cut(PHOTOS / "astronaut.jpg")
    slider = visitor.shows("#compare")
    slider.focus()
    before = slider.input_value()
    for _ in range(5):
        visitor.page.keyboard.press("ArrowRight")
    assert slider.input_value() != before
    assert slider.get_attribute("aria-valuetext")
    # Another one, in the same worker: nothing starts anew. What the service worker fetches to keep
    # it is no start.
    visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    with visitor.site.watching() as asked:
        check_cutout(visitor.cut(PHOTOS / "rocket.jpg"), PHOTOS / "rocket.jpg")
    assert [entry.path for entry in asked if entry.path.startswith(("worker/", "models/"))] == []
