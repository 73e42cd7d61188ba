"""Offcut in a frame of a page of another origin: what the two say, and what a host cannot do."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PHOTOS
from .servers import CORS, ISOLATED, PLAIN, Site
from .tiny import shrink
from .visitor import CODED, check_cutout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .driver import Tab

PHOTO = PHOTOS / "astronaut.jpg"
SPEAKING = (
    """
  const { offcutFrame } = await import(`${document.body.dataset.at}frame.js`);
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  const patient = (promise) => Promise.race([promise,
    new Promise((_, fail) => setTimeout(() => fail(new Error("waited in vain")), 60000))]);
  const next = (frame, type, which = () => true) => patient(new Promise((done) =>
    frame.addEventListener(type, ({ detail }) => which(detail) && done(detail))));
"""
    + CODED
    + """  const iframe = (at = 0) => document.querySelectorAll("iframe")[at];
"""
)


def host_page(site: Site, *queries: str, width: int = 420, height: int = 600) -> bytes:
    """A page with a frame for each of the queries."""
    frames = "".join(
        f'<iframe width="{width}" height="{height}" src="{site.other_host}embed.html{query}"'
        ' allow="cross-origin-isolated; clipboard-write"></iframe>'
        for query in queries
    )
    head = '<!doctype html><meta charset="utf-8"><title>host</title><link rel="icon" href="data:,">'
    return f'{head}<body data-at="{site.other_host}">{frames}'.encode()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Site]:
    """A site of another origin, whose pages are not isolated."""
    with Site(tmp_path, PLAIN) as site:
        yield site


def say(tab: Tab, script: str, *arguments: Any) -> Any:
    """Run the body of an async function in the host's page, which has what is in SPEAKING, and
    `more`, the further arguments."""
    text = base64.b64encode(PHOTO.read_bytes()).decode()
    return tab.evaluate(f"async (text, ...more) => {{{SPEAKING}{script}}}", text, *arguments)


def test_a_host_and_its_frames(tab: Tab, isolated: Site, host: Site) -> None:
    """Two frames on a page that is not isolated: each has threads, cuts photos, and tells of it."""
    shrink(isolated)
    host.overlay["index.html"] = host_page(isolated, "?theme=dark&accent=%23006&quality=9", "?x")
    tab.open(host.url)
    told = say(
        tab,
        """
        const one = (window.one = offcutFrame(iframe(0)));
        const other = offcutFrame(iframe(1));
        const told = { ids: new Set(), steps: new Set() };
        one.addEventListener("progress", ({ detail }) => told.ids.add(detail.id));
        const progress = ({ stage }) => told.steps.add(stage);
        const readies = [next(one, "ready", ({ backend }) => backend), other.ready];
        const [made, ...bad] = await patient(Promise.allSettled([
          one.open(photo, { model: "u2netp" }, { name: "me.jpg", progress }),
          one.open("no photo"),
          one.open(new Blob(["no picture"])),
          one.open(photo, { output: { format: "webp" }, model: "no-such" }),
          one.open(photo, { background: "#fe0080", model: "fast", output: { format: "jpeg" } }),
          one.open(photo, { shadow: { kind: "of a doubt" } }),
        ]));
        await other.ready;
        const second = await patient(other.open(await photo.arrayBuffer(), { model: "fast" }));
        return {
          ready: await readies[0],
          made: { ...made.value, blob: await coded(made.value.blob) },
          bad: bad.map(({ value, reason }) => value?.blob.type ?? reason.code),
          second: [second.blob.size, made.value.blob.size],
          ids: told.ids.size, steps: [...told.steps],
        };
        """,
    )
    assert told["ready"]["isolated"]
    assert (told["ready"]["backend"], told["ready"]["threads"] > 1) == ("wasm-mt", True)
    made = told["made"]
    assert (made["name"], made["width"], made["height"]) == ("me-cutout.png", 512, 512)
    assert made["models"] == ["u2netp"]
    assert len(made["checks"]) == 3
    check_cutout(base64.b64decode(made["blob"]), PHOTO)
    assert told["bad"] == [
        *("NOT_AN_IMAGE", "NOT_AN_IMAGE", "MODEL_UNKNOWN", "image/jpeg", "BAD_CONFIG"),
    ]
    assert told["second"][0] == told["second"][1]
    assert {"run", "encode", "verify"} <= set(told["steps"])
    assert told["ids"] > 2
    looks = "() => [document.documentElement.dataset.theme ?? '', self.crossOriginIsolated]"
    assert [tab.evaluate(looks, frame=at) for at in (0, 1)] == [["dark", True], ["", True]]
    _what_a_person_does(tab)
    _what_the_host_sets(tab)
    _what_does_no_harm(tab)


def _what_a_person_does(tab: Tab) -> None:
    """A photo that is picked inside the frame: the host gets the cut-out, the person is told so."""
    say(tab, "window.own = next(one, 'result', ({ id }) => id === undefined)")
    tab.choose("#file", PHOTOS / "coffee.jpg", frame=0)
    told = say(tab, "const { name, blob, ...rest } = await own; return [name, Object.keys(rest)]")
    assert told[0] == "coffee-cutout.png"
    keys = {"offcut", "type", "width", "height", "models", "checks", "notes"}
    assert set(told[1]) == keys  # the photo is in none of them
    note = "() => document.querySelector('.panel-foot .quiet').textContent"
    assert "given your cut-outs" in tab.evaluate(note, frame=0)


def _what_the_host_sets(tab: Tab) -> None:
    told = say(
        tab,
        """
        const again = next(one, "result");
        await one.set({ theme: "light", accent: "gold", language: "fr", parts: "copy engine",
          background: [0, 0, 255], output: { format: "webp", quality: 1 } });
        const { blob, width } = await again;
        return [blob.type, width];
        """,
    )
    assert told[0] == "image/webp"
    looks = """async () => {
      const root = document.documentElement;
      for (let i = 0; i < 100 && root.lang !== "fr"; i++)
        await new Promise((go) => setTimeout(go, 50));
      const shown = (name) => document.querySelector(name).checkVisibility();
      return [root.dataset.theme, root.lang, root.style.getPropertyValue("--blade"),
        root.style.getPropertyValue("--on-blade"), shown("#engine"), shown("#settings-open"),
        shown("#wardrobe"), shown("#download")];
    }"""
    shown = tab.evaluate(looks, frame=0)
    assert shown == ["light", "fr", "rgb(255 215 0)", "#000", True, False, False, True]


def _what_does_no_harm(tab: Tab) -> None:
    """What is no word of the protocol is not answered, and changes nothing."""
    told = say(
        tab,
        """
        const heard = [];
        const hear = ({ data }) => heard.push(data.type);
        addEventListener("message", hear);
        const send = (message) => iframe().contentWindow.postMessage(message, "*");
        const round = { offcut: 1, type: "set" };
        round.settings = round;
        const deep = { offcut: 1, type: "open" };
        for (let at = deep, i = 0; i < 1000; i++) at = at.options = {};
        for (const junk of [null, 0, "ping", [], {}, 1n, { offcut: 1n, type: "ping" }, NaN,
            new Date(), { offcut: 2, type: "ping" }, { offcut: 1, type: "constructor" },
            { offcut: 1, type: {} }, { offcut: 1, type: "ping", id: { a: 1 } },
            { offcut: 1, type: "ping", id: -1 }, { offcut: true, type: "ping" },
            new Map([["offcut", 1]]), round, deep,
            { offcut: 1, type: "set", settings: Array(100000).fill("x") },
            { offcut: 1, type: "set", settings: { theme: "<b>", accent: "url(//x)", language: "xx",
              parts: { a: 1 }, model: "../x", background: "#12345g", output: { format: "exe" } } },
            { offcut: 1, type: "set", settings: { accent: "rgb(0 0 0 / 10%)", parts: 7 } }])
          send(junk);
        // A sibling frame is not the parent, whatever it says.
        const sibling = document.createElement("iframe");
        sibling.srcdoc = `<script>parent.frames[0].postMessage(
          { offcut: 1, type: "set", settings: { theme: "dark" } }, "*")</script>`;
        document.body.append(sibling);
        await new Promise((loaded) => (sibling.onload = loaded));
        send({ offcut: 1, type: "ping", id: 7 });
        const { id } = await next(one, "ready", (detail) => detail.id !== undefined);
        await new Promise((go) => setTimeout(go));
        return [id, heard];
        """,
    )
    assert told == [7, ["ready"]]
    looks = """() => [document.documentElement.dataset.theme, document.documentElement.lang,
      document.documentElement.style.getPropertyValue("--blade")]"""
    assert tab.evaluate(looks, frame=0) == ["light", "fr", "rgb(255 215 0)"]


def test_a_host_that_says_nothing_gets_nothing(tab: Tab, isolated: Site, host: Site) -> None:
    """Not before it has spoken, or is named in the address; and who is named is the only one. The
    smallest size, meanwhile: nothing is cut off at the side."""
    shrink(isolated)
    queries = ["?model=fast", "?model=fast&origin=https://elsewhere.example"]
    host.overlay["index.html"] = host_page(isolated, *queries, width=280, height=360)
    tab.open(host.url)
    tab.evaluate(
        "() => void addEventListener('message', ({ data }) => (window.all ??= []).push(data.type))"
    )
    tab.errors.clear()  # the browser's own word on what was posted to a host of another origin
    for at in (0, 1):
        tab.choose("#file", PHOTOS / "coffee.jpg", frame=at)
    done = """async () => {
      const root = document.documentElement;
      for (let i = 0; i < 1200 && root.dataset.phase !== "done"; i++)
        await new Promise((go) => setTimeout(go, 50));
      return [root.dataset.phase, root.scrollWidth];
    }"""
    assert [tab.evaluate(done, frame=at) for at in (0, 1)] == [["done", 280], ["done", 280]]
    assert set(tab.evaluate("() => window.all ?? []")) <= {"ready"}
    cancelled = say(
        tab,
        """
        const one = offcutFrame(iframe(0));
        const stop = new AbortController();
        const opened = one.open(photo, {}, { signal: stop.signal });
        await next(one, "progress");
        stop.abort();
        return await patient(opened.catch((error) => [error.name, error.code, error.retry]));
        """,
    )
    assert cancelled == ["FrameError", "CANCELLED", True]
    tab.errors[:] = [one for one in tab.errors if "elsewhere.example" not in one]


ISOLATING = {
    "a host that is isolated": (ISOLATED | CORS, ISOLATED),
    "a site without headers, by its service worker": (CORS, PLAIN),
}


@pytest.mark.parametrize(("headers", "around"), ISOLATING.values(), ids=ISOLATING.keys())
def test_isolation(
    tab: Tab, dist: Path, tmp_path: Path, headers: dict[str, str], around: dict[str, str]
) -> None:
    with Site(dist, headers) as site, Site(tmp_path, around) as host:
        shrink(site)
        host.overlay["index.html"] = host_page(site, "?")
        tab.open(host.url)
        # The first word may come before the service worker is up; an idle frame then reloads.
        isolated = "({ isolated }) => isolated"
        assert say(tab, f"return await next(offcutFrame(iframe()), 'ready', {isolated})")
