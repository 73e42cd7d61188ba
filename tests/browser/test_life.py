"""The worker's life: it is renewed, falls asleep, and is measured, and nobody is kept waiting."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .scratch import relist
from .test_fallback import HARDWARE, in_worker
from .test_mount import SCRIPT
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "astronaut.jpg"
LITTLE = 'Object.defineProperty(WorkerNavigator.prototype, "deviceMemory", {get: () => 2});'
PYODIDE = SCRIPT.replace('"mpy"', '"py"').replace("page.json", "page-pyodide.json")
KEEP = "localStorage.setItem('offcut-calibration', JSON.stringify(kept));"
KEPT = "JSON.parse(localStorage.getItem('offcut-calibration') || '{}')"


def change(site: Site, path: str, **constants: float) -> None:
    """Give a module of the page other constants."""
    text = (site.body(path) or b"").decode()
    for name, value in constants.items():
        text, found = re.subn(rf"^{name} = [\d_.]+", f"{name} = {value}", text, flags=re.MULTILINE)
        assert found == 1, name
    site.overlay[path] = text.encode()
    relist(site)


def workers(visitor: Visitor) -> list[int]:
    """The numbers of the engine's workers that live."""
    scripts = visitor.page.locator("script[name^=offcut-]")
    names = scripts.evaluate_all("(all) => all.map((one) => one.getAttribute('name'))")
    return [int(name.split("-")[-1]) for name in names]


@fault(
    "engine",
    "A worker has done so many photos that browsers begin to fail",
    sees="Nothing but the cut-outs",
    kept="The models, on the device",
    retried="Nothing: a fresh worker does the next photo",
)
def test_a_worker_is_renewed_after_so_many_photos(tiny: Visitor) -> None:
    change(tiny.site, "pyscript/life.py", PHOTOS=2)
    tiny.open("?model=u2netp")
    seen = []
    for _ in range(5):
        check_cutout(tiny.cut(PHOTO), PHOTO)
        seen.append(workers(tiny))
    assert len(seen[-1]) == 1
    assert seen[-1][0] >= 3
    assert len(tiny.site.seen("models/u2netp/*")) == 1, "its models come from the device"


@pytest.mark.slow  # tests/unit/test_page_engine.py has the rules
def test_a_worker_that_grew_is_renewed(tiny: Visitor) -> None:
    """It tells how much memory it holds: ONNX Runtime's and Python's, which is more than 20 MB."""
    change(tiny.site, "pyscript/life.py", MEMORY_MB=20)
    tiny.open("?model=u2netp")
    check_cutout(tiny.cut(PHOTO), PHOTO)
    expect(tiny.page.locator("script[name^=offcut-][name$='-2']")).to_be_attached()
    check_cutout(tiny.cut(PHOTO), PHOTO)


@fault(
    "tab",
    "The tab is left alone for long",
    sees="“Asleep, wakes by itself”",
    kept="The models, on the device",
    retried="The engine’s start, with the next photo",
)
def test_a_worker_that_nobody_needs_sleeps_and_wakes(tiny: Visitor) -> None:
    change(tiny.site, "pyscript/life.py", IDLE_MS=1500)
    change(tiny.site, "pyscript/idle.py", TICK_S=1.0)
    tiny.open("?model=u2netp")
    tiny.wait_engine("asleep")
    assert workers(tiny) == []
    expect(tiny.page.locator("#engine-summary")).to_have_text("Asleep, wakes by itself")
    check_cutout(tiny.cut(PHOTO), PHOTO)
    assert len(tiny.site.seen("models/u2netp/*")) == 1


def kept(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = visitor.page.evaluate(KEPT)
    return found


@pytest.mark.parametrize("interpreter", ["mpy", pytest.param("py", marks=pytest.mark.slow)])
def test_one_backend_is_timed_in_its_own_worker(tiny: Visitor, interpreter: str) -> None:
    """Under both interpreters, for what is kept goes from the page to the worker as an object."""
    if interpreter == "py":
        page = (tiny.site.body("index.html") or b"").decode()
        tiny.site.overlay["index.html"] = page.replace(SCRIPT, PYODIDE).encode()
        relist(tiny.site)
    tiny.open("?model=u2netp")
    until(tiny.page, f"() => ({KEPT}).times")
    assert list(kept(tiny)["times"]) == ["wasm-mt"]
    assert workers(tiny) == [1]
    tiny.page.locator("#engine summary").click()
    said = f"The quick model takes {round(kept(tiny)['times']['wasm-mt'])} ms."
    expect(tiny.shows("#engine-ways")).to_contain_text(said)
    # What a later visit shows is what was kept: a number that no measurement gives.
    tiny.page.evaluate(f"const kept = {KEPT}; kept.times['wasm-mt'] = 12345; {KEEP}")
    tiny.open("?model=u2netp")
    tiny.wait_engine()
    tiny.page.locator("#engine summary").click()
    expect(tiny.shows("#engine-ways")).to_contain_text("The quick model takes 12345 ms.")


def test_two_backends_are_timed_and_the_faster_goes_first(
    enter: Callable[..., Visitor], gpu_context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated)
    in_worker(isolated, HARDWARE)
    visitor = enter(gpu_context, isolated).open("?model=u2netp")
    until(visitor.page, f"() => Object.keys(({KEPT}).times || {{}}).length == 2", seconds=120)
    times = kept(visitor)["times"]
    assert set(times) == {"webgpu", "wasm-mt"}
    assert min(times.values()) > 0
    until(visitor.page, "() => document.querySelectorAll('script[name^=offcut-]').length == 1")
    check_cutout(visitor.cut(PHOTO), PHOTO)
    visitor.page.reload()
    visitor.wait_engine()
    assert visitor.backend == min(times, key=lambda name: times[name])
    assert "fastest when this device was timed" in visitor.why
    check_cutout(visitor.cut(PHOTO), PHOTO)
    assert kept(visitor)["times"] == times
    assert workers(visitor) == [1], "no second timing"


def test_probe_of_offcut_js_carries_the_times(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated)
    isolated.overlay["theirs.html"] = b"<!doctype html><html lang=en><title>Theirs</title><body>"
    visitor = enter(context, isolated)
    visitor.page.goto(isolated.url + "theirs.html")
    report = visitor.page.evaluate(
        """async (address) => {
          const {preload, probe} = await import(address);
          await preload({profile: "fast"});
          let report = await probe();
          const before = report.times;
          while (!report.times["wasm-mt"]) {
            await new Promise((go) => setTimeout(go, 200));
            report = await probe();
          }
          return {...report, before};
        }""",
        isolated.url + "offcut.js",
    )
    assert report["before"] == {}
    assert report["times"]["wasm-mt"] > 0
    assert report["limits"] == []


@fault(
    "engine",
    "The device has little memory",
    sees="The cut-out, and that the detailed model looked at a smaller picture",
    kept="The photo",
    retried="Nothing",
)
def test_a_device_with_little_memory_is_told_what_it_means(visitor: Visitor) -> None:
    """The real list of models: the large one sees less, by the header and by the result."""
    in_worker(visitor.site, LITTLE)
    visitor.open("?model=isnet")
    visitor.wait_engine()
    said = (
        "This device has little memory, so the detailed model looks at a smaller picture"
        " (640 instead of 1024)."
    )
    assert said in visitor.why
    check_cutout(visitor.cut(PHOTO), PHOTO)
    expect(visitor.page.locator("#result")).to_contain_text(said)
    assert json.dumps(kept(visitor)).find("isnet") < 0
