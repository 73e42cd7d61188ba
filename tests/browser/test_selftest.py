"""selftest.html: all is well on a good host, and on a bad one it says what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import expect

from . import servers
from .scratch import relist
from .test_axe import AXE, RUN, TAGS
from .test_reach import LOST, TARGETS
from .tiny import shrink
from .visitor import until

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from playwright.sync_api import BrowserContext

    from .servers import Site
    from .visitor import Visitor

RUN_S = 240  # two engines in succession, on a machine that does other things as well
OVER = ", ".join(f'#health-now[data-status="{one}"]' for one in ("ok", "warn", "fail"))
TABLE = """() => Object.fromEntries([...document.querySelectorAll("[data-check]")].map((row) =>
  [row.dataset.check, [row.dataset.status, row.querySelector(".health-found").innerText]]))"""
# Whether the page is dark, once it has been drawn twice and its colours are no more on their way.
DARK = """async () => {
  for (const _ of [1, 2]) await new Promise((done) => requestAnimationFrame(done));
  while (document.getAnimations().some((one) => one.playState === "running"))
    await new Promise((done) => requestAnimationFrame(done));
  const colours = () => [...document.querySelectorAll("body, .brand > span, footer a")]
    .map((one) => getComputedStyle(one).color + getComputedStyle(one).backgroundColor).join();
  for (let before = "", same = 0; same < 5; await new Promise((done) => setTimeout(done, 50))) {
    same = colours() === before ? same + 1 : 0;
    before = colours();
  }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}"""
CANARIES = {"name": "canary-window", "offcut.language": "en", "canary-key": "canary-value"}
PLANT = """(all) => {
  for (const [key, value] of Object.entries(all)) localStorage.setItem(key, value);
  window.name = all.name;
  document.cookie = "canary-cookie=canary-crumb";
}"""


def checked(visitor: Visitor, query: str = "") -> dict[str, list[str]]:
    """Open the page and wait for its end; by check: how it stands, and what is said."""
    visitor.page.goto(f"{visitor.site.url}selftest.html{query}")
    expect(visitor.page.locator(OVER)).to_be_attached(timeout=RUN_S * 1000)
    told: dict[str, list[str]] = visitor.page.evaluate(TABLE)
    return told


def test_all_is_well_on_a_good_host(tiny: Visitor, context: BrowserContext) -> None:
    page = tiny.page
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(tiny.site.url + "version.json")
    page.evaluate(PLANT, CANARIES)
    told = checked(tiny, "?again=1#canary-hash")
    assert [name for name, (status, _) in told.items() if status not in ("ok", "away")] == []
    # Nothing is left out: what is not to be had here says why.
    assert {name for name, (status, _) in told.items() if status == "away"} == {"webgpu"}
    assert "no graphics processor" in told["webgpu"][1]
    assert "threads" in told["wasm-mt"][1]
    assert page.locator("#health-now").inner_text() == "All is well here."
    check_report(tiny, context)
    check_looks(tiny)
    # In full: every file of the site and of the models.
    page.get_by_role("button", name="Read every file").press("Enter")
    expect(page.locator('[data-check="models"][data-status="ok"]')).to_be_attached(timeout=60_000)
    expect(page.locator('[data-check="models"] .health-found')).to_have_text(
        "Read and the same as when they were built: 3."
    )


def check_report(visitor: Visitor, context: BrowserContext) -> None:
    """That it is copied, says of every check, and holds nothing of the visit's own."""
    page = visitor.page
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Copy report").press("Enter")
    expect(page.locator("#health-copied")).to_have_text("The report is copied.")
    report = page.evaluate("() => navigator.clipboard.readText()")
    assert report == page.locator("#health-report").text_content()
    lines = report.splitlines()
    assert sum(line.startswith(("ok  ", "away")) for line in lines) == 16
    version = json.loads(visitor.site.body("version.json") or b"")["version"]
    assert lines[0].startswith("Offcut self-test, version ")
    assert version in lines[0]
    agent = page.evaluate("() => navigator.userAgent")
    secrets = ["canary", "again=1", "127.0.0.1", str(visitor.site.port), "://", "blob:"]
    secrets += [word.strip("();") for word in agent.split() if "Linux" in word or "/" in word]
    assert [one for one in secrets if one and one in report] == []


def check_looks(visitor: Visitor) -> None:
    """axe, by day and by night; 360 px; what can be pressed."""
    page = visitor.page
    page.locator("#health-more summary").press("Enter")
    page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            # Told is not painted yet: the page must have taken the colours in.
            until(page, f"async () => (await ({DARK})()) === {json.dumps(scheme == 'dark')}")
            found = page.evaluate(RUN, {"type": "tag", "values": TAGS})
            assert found["violations"] == [], (width, scheme)
        assert page.evaluate(LOST) == [], width
        small = [one for one in page.evaluate(TARGETS) if min(one[1], one[2]) < 24]
        assert small == [], width


def test_a_bad_host_is_told_what_is_bad(
    enter: Callable[..., Visitor],
    context: BrowserContext,
    plain: Site,
) -> None:
    shrink(plain)
    registry = json.loads(plain.body("models/registry.json") or b"")
    answer = f"models/{registry['selftest']['expected_file']}"
    right = np.frombuffer(plain.body(answer) or b"", np.float32)
    plain.overlay[answer] = (right + np.float32(0.5)).tobytes()
    relist(plain)
    part = f"models/{registry['models']['u2netp']['parts'][0]['file']}"
    plain.fault(part, flip=100, times=9)
    plain.overlay["samples/mug.jpg"] = None
    visitor = enter(context, plain)
    visitor.expected += ["404"]
    told = checked(visitor)
    assert told["isolation"][0] == "warn"
    assert "does not send Cross-Origin-Opener-Policy" in told["isolation"][1]
    assert told["page"][0] == "fail"
    assert "samples/mug.jpg is not there (status 404)." in told["page"][1]
    assert told["models"][0] == "fail"
    assert f"{part} is not the file that was built." in told["models"][1]
    assert told["wasm-mt"][0] == "away"
    assert told["wasm-st"][0] == "fail"
    assert "It computed wrongly (off by 0.5" in told["wasm-st"][1]
    assert told["cut"][0] == "away"
    assert visitor.page.locator("#health-now").inner_text() == (
        "Something is wrong. Checks that failed: 3."
    )
    report = visitor.page.locator("#health-report").text_content() or ""
    assert "BACKEND_FAILED: " in report
    assert part in report


def test_half_a_new_version_and_wrong_types_are_told(
    tiny: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tiny.site
    monkeypatch.setitem(servers.TYPES, "wasm", "application/octet-stream")
    tiny.expected += ["wasm streaming compile failed", "falling back to ArrayBuffer"]
    site.overlay["version.json"] = json.dumps({"version": "another"}).encode()
    altered = "vendor/pyodide/pyodide.mjs"
    site.overlay[altered] = (site.body(altered) or b"") + b"\n// another build's"
    told = checked(tiny)
    assert told["version"][0] == "fail"
    assert "version.json is of another and sw.js of " in told["version"][1]
    assert told["engine"][0] == "fail"
    assert f"{altered} is not the file that was built." in told["engine"][1]
    assert told["types"][0] == "fail"
    assert "comes as application/octet-stream instead of application/wasm" in told["types"][1]
    # The engine is not tried: it would only hang.
    for name in ("webgpu", "wasm-mt", "wasm-st", "cut"):
        assert told[name] == ["away", "Not tried, because of what failed before."]


def test_where_python_cannot_start_it_is_told(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(servers.TYPES, "mjs", "application/octet-stream")
    visitor.expected += ["module script", "micropython.mjs", "MIME"]
    visitor.page.goto(visitor.site.url + "selftest.html")
    expect(visitor.page.locator("#health-missing")).to_contain_text(
        "vendor/micropython/micropython.mjs comes as application/octet-stream instead of "
        "text/javascript: set the type on the host."
    )
