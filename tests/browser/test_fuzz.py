"""Damaged files, settings and messages in a real browser: an answer each, and it goes on after."""

from __future__ import annotations

import base64
import json
from random import Random
from typing import TYPE_CHECKING, Any

from tests.faults import fault
from tools import fuzz_tab
from tools.fuzzing import seeds
from tools.fuzzing.damage import changed, value
from tools.fuzzing.settings import LOOKS

from .conftest import PHOTOS
from .servers import PLAIN, Site
from .test_in_a_frame import host_page, say
from .test_life import change, workers
from .tiny import shrink

if TYPE_CHECKING:
    from pathlib import Path

    from .driver import Tab
    from .visitor import Visitor

SEED = 7
FILES, SETTINGS = 200, 100
GOOD = PHOTOS / "astronaut.jpg"
SMALL = seeds.pictures()["jpeg"]
SCENE = ("background", "shadow", "outline", "frame")
CONFIGS: tuple[dict[str, Any], ...] = (
    {"model": "u2netp", "device": "cpu", "output": {"format": "image/png", "depth": 8}},
    {"profile": "fast", "maxSize": 30, "rescale": True, "debug": False, "foreground": True},
    {"output": {"format": "image/webp", "quality": 0.5, "exif": True}, "strokes": []},
    {"strokes": [{"tool": "erase", "size": 9, "points": [[5, 5, 1], [20, 20, 0.5]]}]},
    {"strokes": [{"tool": "patch", "hint": {"id": 1, "x": 20, "y": 20, "keep": True}}]},
)
# Settings as JSON has them, and besides what only JavaScript has: the same error for all of them.
CONFIGURED = """async ([all, base64]) => {
  const { cut } = await import("./offcut.js");
  const photo = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
  const ring = {};
  ring.ring = ring;
  const deep = () => { let made = []; for (let n = 0; n < 3000; n++) made = [made]; return made; };
  const odd = [
    { publicPath: "http://[" }, { registry: "http://[" }, { registry: [[["x:"]]] },
    { frame: ring }, { shadow: { x: 1n } }, { strokes: [1n] }, { outline: { width: () => 1 } },
    { device: "constructor" }, { device: "__proto__" }, { model: "constructor" },
    { model: "toString" }, { background: Symbol("white") }, { frame: Symbol("x") },
    { frame: deep() }, { strokes: deep() }, { background: { image: 7 } },
    { background: { image: {} } }, { output: new Map([["format", 1]]) }, { shadow: new Date() },
    Object.create({ format: 1 }), [], "text", 7, 1n, Symbol("x"), () => 1,
  ];
  const told = [];
  for (const config of [...all.map((one) => JSON.parse(one)), ...odd]) {
    const started = performance.now();
    const after = () => Math.round(performance.now() - started);
    let name;
    try { name = JSON.stringify(config)?.slice(0, 300); } catch { name = "no JSON"; }
    try {
      await cut(photo, config);
      told.push(["result", "", name, after()]);
    } catch (error) {
      told.push([error?.code ?? "uncoded", String(error?.message), name, after()]);
    }
  }
  return told;
}"""


def plain(given: Any) -> str:
    """As JSON that JavaScript reads, which has a way to write what is endless, and none for NaN."""
    text = json.dumps(given).replace("Infinity", "1e999")
    return text.replace("NaN", "null")


@fault(
    "photo",
    "Files are damaged: 200 of every kind, with bits turned over, parts missing, doubled or of"
    " other files, and sizes that are lies",
    sees="A result, or what is wrong with the file, by a code and a sentence, within five seconds",
    kept="The worker and its models: the next good photo is cut by the same one",
    retried="Nothing: the file stays as it is",
)
def test_files(tiny: Visitor) -> None:
    """One worker gets them all, and a good photo after them."""
    change(tiny.site, "pyscript/life.py", PHOTOS=100_000)
    tiny.site.overlay[fuzz_tab.PAGE] = fuzz_tab.EMPTY
    tiny.page.goto(tiny.site.url + fuzz_tab.PAGE)
    tiny.expected.append("")  # decoders of the browser's complain on the console
    good = {"model": "u2netp"}
    first = fuzz_tab.ask(tiny.page, GOOD.read_bytes(), good)
    begun = workers(tiny)
    tally = fuzz_tab.through(tiny.page, SEED, FILES)
    assert [f"{one.number} {one.outcome}: {one.said}" for one in tally.faults] == []
    assert tally.count == FILES
    assert tally.outcomes["result"] > FILES // 20
    assert len(tally.outcomes) > 3
    last = fuzz_tab.ask(tiny.page, GOOD.read_bytes(), good)
    assert (first["right"], last["right"]) == (True, True)
    assert workers(tiny) == begun
    assert len(begun) == 1


def test_settings(tiny: Visitor) -> None:
    tiny.site.overlay[fuzz_tab.PAGE] = fuzz_tab.EMPTY
    tiny.page.goto(tiny.site.url + fuzz_tab.PAGE)
    rng = Random(SEED)
    made = []
    for _ in range(SETTINGS):
        looks = {key: one for key, one in rng.choice(LOOKS).items() if key in SCENE}
        made.append(plain(changed(rng.choice(CONFIGS) | looks, rng)))
    told = tiny.page.evaluate(CONFIGURED, [made, base64.b64encode(SMALL).decode()])
    codes = {"result", "BAD_CONFIG", "MODEL_UNKNOWN", "MODEL_LEFT_OUT", "BACKEND_UNAVAILABLE"}
    codes |= {"NOT_AN_IMAGE", "MODEL_DOWNLOAD_FAILED", "OFFLINE_NO_MODEL"}
    wrong = [one for one in told if one[0] not in codes]
    assert wrong == [], json.dumps(wrong, indent=1)
    assert [one for one in told if one[0] != "result" and one[1].count(" ") < 3] == []
    outcomes = [one[0] for one in told]
    assert outcomes.count("result") > 5
    assert outcomes.count("BAD_CONFIG") > 30


# What a host says besides: long, deep, round, with names that every object has, and what is no
# message at all. Then another window of the host's says it, which is not the frame's parent.
SAID = """
  const [all] = more;
  const frame = iframe().contentWindow;
  const ring = { offcut: 1, type: "set" };
  ring.settings = ring;
  const deep = () => { let made = []; for (let n = 0; n < 2000; n++) made = [made]; return made; };
  const long = "x".repeat(5_000_000);
  const bitmap = new ImageData(2, 2);
  const odd = [
    null, undefined, 1n, long, ring, deep(), new Map([["offcut", 1]]), new Set([1]), new Date(),
    /x/, new Error("no"), bitmap, photo, [photo], new ArrayBuffer(8), new Uint8Array(1_000_000),
    { offcut: 1, type: "set", settings: deep() }, { offcut: 1, type: "ping", id: long },
    { offcut: 1, type: "open", photo: bitmap }, { offcut: 1, type: "open", photo: long },
    { offcut: 1, type: "open", id: 3, photo: new Uint8Array(9), name: long, options: {[long]: 1} },
    { offcut: 1, type: "set", settings: { theme: long, parts: long, accent: long } },
    { offcut: 1, type: "set", settings: JSON.parse('{"__proto__": {"theme": "dark"}}') },
    JSON.parse('{"__proto__": {"offcut": 1, "type": "ping"}}'),
    { offcut: 1, type: "constructor" }, { offcut: 1, type: "__proto__" }, Array(100_000).fill(1),
  ];
  for (const message of [...all.map((one) => JSON.parse(one)), ...odd])
    frame.postMessage(message, "*");
  const stranger = document.createElement("iframe");
  document.body.append(stranger);
  const script = stranger.contentDocument.createElement("script");
  script.textContent = `parent.frames[0].postMessage({offcut: 1, type: "set", settings:
    {theme: "dark", language: "fr"}}, "*")`;
  stranger.contentDocument.body.append(script);
  const one = offcutFrame(iframe());
  await patient(one.ready);
  const made = await patient(one.open(photo, { model: "u2netp" }));
  return [made.width, made.height, made.blob.type];
"""


def test_messages(tab: Tab, isolated: Site, tmp_path: Path) -> None:
    """A frame that was told nonsense still answers, and wears what it wore."""
    shrink(isolated)
    rng = Random(SEED)
    good = [
        {"offcut": 1, "type": "ping", "id": 7},
        {"offcut": 1, "type": "open", "id": "a", "photo": 1, "name": "n", "options": LOOKS[0]},
        {"offcut": 1, "type": "set", "settings": {"parts": "intro facts", "accent": "red"}},
        {"offcut": 1, "type": "cancel", "id": 7},
    ]
    made = [plain(changed(rng.choice(good), rng)) for _ in range(150)]
    made += [plain(value(rng)) for _ in range(50)]
    with Site(tmp_path, PLAIN) as host:
        host.overlay["index.html"] = host_page(isolated, f"?origin={host.url}")
        tab.open(host.url)
        assert say(tab, SAID, made) == [512, 512, "image/png"]
        looks = (
            "() => [document.documentElement.dataset.theme ?? '', document.documentElement.lang]"
        )
        assert tab.evaluate(looks, frame=0) == ["", "en"]
        assert tab.evaluate("() => ({}).theme ?? ({}).offcut ?? ''", frame=0) == ""
