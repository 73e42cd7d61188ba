"""The engine fails in the middle of the work: the photo and its strokes are done all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .faulty import REMEMBER, RUN, THREADS, WRITE, kill, wrap_runs, wrap_writes
from .test_fallback import in_worker
from .test_life import change
from .test_touch import alpha, done, drag, settled, touch
from .visitor import check_cutout

if TYPE_CHECKING:
    from .visitor import Visitor

PHOTO, OTHER = PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg"
QUERY = "?model=u2netp"


@pytest.fixture
def faulty(tiny: Visitor) -> Visitor:
    """As `tiny`, with runs that can be spoilt, and workers that can be killed."""
    wrap_runs(tiny.site)
    change(tiny.site, "pyscript/life.py", SETTLE_MS=600_000)  # no timing: it would take the faults
    tiny.page.add_init_script(REMEMBER)
    return tiny


def spoil(visitor: Visitor, how: str, at: str = RUN) -> None:
    """Have the next one go so; several are taken in order."""
    visitor.site.fault(at, body=how.encode())


@fault(
    "engine",
    "The worker is ended from outside while a hand draws",
    sees="The work begins again by itself; the picture with all strokes",
    kept="The photo, every stroke, and what can be undone",
    retried="The photo with its strokes, in a fresh worker on the same backend",
)
@fault(
    "engine",
    "The worker is ended from outside in its start or in a run",
    sees="The cut-out; the header says that the engine was started anew",
    kept="The photo and every stroke",
    retried="The photo with its strokes, in a fresh worker on the same backend",
)
def test_a_worker_that_is_ended_from_outside(faulty: Visitor) -> None:
    """While a hand draws, then in the start of the next, then in the run of the one after it."""
    faulty.open(QUERY)
    plain = alpha(faulty.cut(PHOTO))
    touch(faulty)
    drag(faulty, (300, 200), (420, 260))
    settled(faulty)
    start = faulty.site.hold(RUN)
    spoil(faulty, "well")
    run = faulty.site.hold(RUN)
    kill(faulty)
    drag(faulty, (100, 100), (200, 120))
    for held in (start, run):
        assert held.reached.wait(60)
        kill(faulty)
        held.release()
    settled(faulty)
    written = alpha(done(faulty))
    for x, y in ((300, 200), (420, 260), (100, 100), (200, 120)):
        assert written[y, x] == 0
    assert plain[200, 300] > 0
    assert np.array_equal(written[300:], plain[300:])
    assert faulty.backend == "wasm-mt"
    assert "was started anew" in faulty.why
    touch(faulty)
    for _ in range(2):
        faulty.page.locator("#touch-undo").click()
    expect(faulty.page.locator("#touch-undo")).to_be_disabled()
    assert np.array_equal(alpha(done(faulty)), plain)


@fault(
    "engine",
    "The memory is full when a file with strokes is written",
    sees="The file, a moment later",
    kept="The photo and every stroke",
    retried="The photo with its strokes, in a fresh worker",
)
@fault(
    "engine",
    "The memory is full on every backend: `Aborted()`, a bare number, a RangeError",
    sees="“There is not enough memory.” and that the photo is still here",
    kept="The photo",
    retried="The photo, in a fresh worker, on each backend; by the person, on the best again",
)
def test_a_memory_that_is_full(faulty: Visitor) -> None:
    """When the file is written, with a stroke in it; then in the runs of every backend."""
    wrap_writes(faulty.site)
    faulty.open(QUERY)
    plain = alpha(faulty.cut(PHOTO))
    touch(faulty)
    drag(faulty, (300, 200), (420, 260))
    settled(faulty)
    spoil(faulty, "well", at=WRITE)  # for the screen
    spoil(faulty, "memory", at=WRITE)
    written = alpha(done(faulty))
    assert written[200, 300] == written[260, 420] == 0 < plain[200, 300]
    assert np.array_equal(written[300:], plain[300:])
    assert faulty.backend == "wasm-mt"
    # Each but the first worker proves itself with a run of its own.
    for how in ("number", "well", "aborted", "well", "memory"):
        spoil(faulty, how)
    faulty.pick(OTHER)
    assert faulty.wait("error", "done") == "error"
    expect(faulty.page.locator("#error")).to_have_attribute("data-code", "OUT_OF_MEMORY")
    assert "There is not enough memory." in faulty.error()
    assert "Your photo is still here." in faulty.error()
    faulty.page.locator("#retry").click()
    check_cutout(faulty.file(), OTHER)
    assert faulty.backend == "wasm-mt"


@fault(
    "engine",
    "A worker goes silent in the middle of a run",
    sees="The cut-out; the header says that the engine did not answer",
    kept="The photo",
    retried="The photo, on the next backend",
)
@fault(
    "engine",
    "A run gives numbers that are none (NaN)",
    sees="Without a further backend: “The model failed on this picture.”; never a wrong picture",
    kept="The photo",
    retried="The photo, on the next backend; by the person, again",
)
def test_a_run_that_never_ends_and_numbers_that_are_none(faulty: Visitor) -> None:
    change(faulty.site, "pyscript/link.py", QUIET_MS=5_000)
    faulty.open(QUERY)
    faulty.wait_engine()
    spoil(faulty, "silence")
    check_cutout(faulty.cut(PHOTO), PHOTO)
    assert faulty.backend == "wasm-st"
    assert "wasm-mt failed (The engine does not answer." in faulty.why
    # There is no further backend to ask.
    spoil(faulty, "nan")
    faulty.pick(OTHER)
    assert faulty.wait("error", "done") == "error"
    expect(faulty.page.locator("#error")).to_have_attribute("data-code", "RUN_FAILED")
    assert "Your photo is still here." in faulty.error()
    faulty.page.locator("#retry").click()
    check_cutout(faulty.file(), OTHER)


@fault(
    "engine",
    "The threads of the runtime never start",
    sees="The cut-out; the header says that several threads failed",
    kept="The photo",
    retried="The photo, on one thread",
)
def test_threads_that_never_start(tiny: Visitor) -> None:
    in_worker(tiny.site, THREADS)
    change(tiny.site, "pyscript/backends.py", PROVE_S=6)
    tiny.open(QUERY)
    check_cutout(tiny.cut(PHOTO), PHOTO)
    assert tiny.backend == "wasm-st"
    tiny.page.locator("#engine summary").click()
    expect(tiny.shows("#engine-ways")).to_contain_text("It failed here before.")
