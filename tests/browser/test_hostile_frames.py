"""Windows that pretend to be the other side of a frame: none of them is heard, and none is told
anything. The scripts are the real ones; what lies behind them is not needed for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .servers import CORS, PLAIN, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

HEAD = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body>'
# A page that says whatever somebody else tells it to, and keeps what it hears.
PUPPET = f"""{HEAD}<script>
  globalThis.heard = [];
  addEventListener("message", ({{ data, origin }}) => heard.push([origin, data]));
</script>"""
# The frame's side: embed.js, with somebody behind it who only writes down.
FRAME = f"""{HEAD}<script src="embed.js"></script><script>
  globalThis.heard = [];
  offcutFrame.listen((origin, data) => heard.push([origin, data.from]));
</script>"""
FAKES = """(id) => {
  for (const type of ["ready", "progress", "height", "result", "error"])
    for (const to of [parent, top])
      to.postMessage({ offcut: 1, type, id, blob: "a fake", height: 1, message: "" }, "*");
}"""
# What the host's page does: opens a photo in its frame, and writes down what it is told.
HOST = """async (address) => {
  const { offcutFrame } = await import(`${address}frame.js`);
  globalThis.told = [];
  const frame = (globalThis.frame = offcutFrame(document.querySelector("iframe")));
  for (const type of ["ready", "progress", "height", "result", "error"])
    frame.addEventListener(type, ({ detail }) => told.push([type, detail.blob]));
  frame.open(new Blob(["the photo"]), {}, { name: "me.jpg" })
    .then(({ blob }) => told.push(["opened", blob]), (error) => told.push(["failed", error.code]));
}"""
SETTLE = "() => new Promise((go) => setTimeout(go, 100))"


@pytest.fixture
def offcut(dist: Path) -> Iterator[Site]:
    """The site, with a puppet in the place of embed.html and somebody who writes down."""
    with Site(dist, CORS) as site:
        site.overlay["embed.html"] = PUPPET.encode()
        site.overlay["frame.html"] = FRAME.encode()
        yield site


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Site]:
    """A host, and under its other name somebody of another origin."""
    with Site(tmp_path, PLAIN) as site:
        site.overlay["puppet.html"] = PUPPET.encode()
        yield site


def host(context: BrowserContext, others: Site, first: str, *more: str) -> Page:
    """A host's page with a frame for each address."""
    frames = "".join(f'<iframe src="{address}"></iframe>' for address in (first, *more))
    others.overlay["index.html"] = f"{HEAD}{frames}".encode()
    page = context.new_page()
    page.goto(others.url)
    return page


def test_a_host_hears_its_frame_alone(context: BrowserContext, offcut: Site, others: Site) -> None:
    page = host(context, others, f"{offcut.url}embed.html", f"{others.other_host}puppet.html")
    real, other = page.main_frame.child_frames
    page.evaluate(HOST, offcut.url)
    other.evaluate(FAKES, "1-1")
    page.evaluate(SETTLE)
    assert page.evaluate("told") == []
    # Until the frame has said that it is there, it has been greeted and was given nothing.
    assert {data["type"] for _, data in real.evaluate("heard")} == {"ping"}
    assert other.evaluate("heard") == []
    real.evaluate("() => parent.postMessage({ offcut: 1, type: 'ready' }, '*')")
    page.wait_for_function("told.length")
    real.wait_for_function("heard.some(([, { type }]) => type === 'open')")
    other.evaluate(FAKES, "1-1")
    page.evaluate(SETTLE)
    assert page.evaluate("told") == [["ready", None]]
    real.evaluate(
        "() => parent.postMessage({ offcut: 1, type: 'result', id: '1-1', blob: 'it' }, '*')"
    )
    page.wait_for_function("told.length > 2")
    assert page.evaluate("told.slice(1)") == [["result", "it"], ["opened", "it"]]
    assert other.evaluate("heard") == []


def test_a_page_that_took_the_frames_place_gets_no_photo(
    context: BrowserContext, offcut: Site, others: Site
) -> None:
    """The frame was led elsewhere, before and after it was ready."""
    for ready in (False, True):
        page = host(context, others, f"{offcut.url}embed.html")
        (frame,) = page.main_frame.child_frames
        page.evaluate(HOST, offcut.url)
        if ready:
            frame.evaluate("() => parent.postMessage({ offcut: 1, type: 'ready' }, '*')")
            page.wait_for_function("told.length")
            frame.wait_for_function("heard.some(([, { type }]) => type === 'open')")
        frame.goto(f"{others.other_host}puppet.html")
        frame.evaluate(FAKES, "1-1")
        page.evaluate("() => void frame.open(new Blob(['another']))")
        page.evaluate(SETTLE)
        assert page.evaluate("told.filter(([type]) => type !== 'ready')") == []
        assert {data["type"] for _, data in frame.evaluate("heard")} <= {"ping"}
        page.close()


def test_a_frame_hears_its_parent_alone(
    context: BrowserContext, offcut: Site, others: Site
) -> None:
    """Neither another frame beside it, nor one that lies in it, nor itself, nor who opened it."""
    address = f"{offcut.url}frame.html"
    page = host(context, others, address, f"{others.other_host}puppet.html")
    frame, sibling = page.main_frame.child_frames
    send = "(name) => {}[0].postMessage({{ offcut: 1, type: 'ping', from: name }}, '*')"
    sibling.evaluate(send.format("parent.frames"), "the sibling")
    frame.evaluate(
        """(address) => new Promise((done) => {
          const inner = document.createElement("iframe");
          inner.src = address;
          inner.onload = done;
          document.body.append(inner);
        })""",
        f"{others.other_host}puppet.html",
    )
    frame.child_frames[0].evaluate(
        "() => parent.postMessage({ offcut: 1, type: 'ping', from: 'inside' }, '*')"
    )
    frame.evaluate("() => postMessage({ offcut: 1, type: 'ping', from: 'itself' }, '*')")
    page.evaluate(send.format("frames"), "the parent")
    frame.wait_for_function("heard.length")
    page.evaluate(SETTLE)
    assert frame.evaluate("heard") == [[others.url.rstrip("/"), "the parent"]]
    with page.expect_popup() as popup:
        page.evaluate("(address) => void (globalThis.opened = open(address))", address)
    popup.value.wait_for_function("globalThis.heard")
    page.evaluate("() => opened.postMessage({ offcut: 1, type: 'ping', from: 'opener' }, '*')")
    popup.value.evaluate(SETTLE)
    assert popup.value.evaluate("heard") == []
