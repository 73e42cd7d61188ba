"""Cancel works at every stage, and the page goes on afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import PHOTOS
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"


def cancel(visitor: Visitor) -> None:
    visitor.page.locator("#cancel").click()
    visitor.wait("error")
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", "CANCELLED")
    expect(visitor.page.locator("#retry")).to_be_visible()


@pytest.mark.parametrize(
    "held",
    [
        pytest.param("worker/main.py", id="while the worker starts"),
        pytest.param("vendor/pyodide/pyodide.asm.wasm", id="while the interpreter loads"),
        pytest.param("vendor/ort/ort-wasm-simd-threaded.wasm", id="while the runtime loads"),
        pytest.param("models/u2netp/*.bin", id="while the model downloads"),
    ],
)
def test_cancel_before_the_run(visitor: Visitor, held: str) -> None:
    shrink(visitor.site)
    gate = visitor.site.hold(held, after=100)
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    visitor.wait("working")
    assert gate.reached.wait(180)
    cancel(visitor)
    gate.release()
    # The photo is still there: again, without picking it again.
    visitor.page.locator("#retry").click()
    check_cutout(visitor.file(), PHOTO)


def test_cancel_in_the_run(visitor: Visitor) -> None:
    """Nothing but the worker's end stops a network's run: this one would take minutes."""
    shrink(visitor.site, slow="u2netp")
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    now = visitor.page.locator("#now-title")
    expect(now).to_have_text("Finding the subject…", timeout=180_000)
    cancel(visitor)
    # Another model, in a new worker, is free at once.
    visitor.open("?model=modnet")
    check_cutout(visitor.cut(PHOTO), PHOTO)


def test_keep_the_quick_one(visitor: Visitor) -> None:
    """Cancelling the second model leaves the first one's cut-out, as a whole file."""
    shrink(visitor.site)
    gate = visitor.site.hold("models/isnet/*.bin", after=100)
    visitor.open()
    visitor.pick(PHOTO)
    visitor.wait("improving")
    assert gate.reached.wait(180)
    # The first model's file is there a moment after its picture.
    expect(visitor.page.locator("#download[href^='blob:']")).to_be_attached(timeout=60_000)
    visitor.page.locator("#cancel").click()
    check_cutout(visitor.file(), PHOTO)
    gate.release()
    check_cutout(visitor.cut(PHOTOS / "coffee.jpg"), PHOTOS / "coffee.jpg")


def test_another_photo_takes_the_place_of_the_first(visitor: Visitor) -> None:
    shrink(visitor.site)
    gate = visitor.site.hold("models/u2netp/*.bin", after=100)
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    assert gate.reached.wait(180)
    visitor.drop(PHOTOS / "coffee.jpg")
    gate.release()
    data = visitor.file()
    check_cutout(data, PHOTOS / "coffee.jpg")
    expect(visitor.page.locator("#photo-name")).to_have_text("coffee.jpg")
