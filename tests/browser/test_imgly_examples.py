"""What users of @imgly/background-removal 1.7 have written runs as it is: its documented
examples, by an import map that names offcut.js for that package, and what its functions give."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from .conftest import PHOTOS
from .servers import CORS, Site
from .tiny import shrink
from .visitor import check_cutout, pixels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import BrowserContext, Page

PHOTO = PHOTOS / "astronaut.jpg"
PAGE = """<!doctype html><meta charset="utf-8"><title>A page of somebody else's</title>
<script type="importmap">{{"imports": {{"@imgly/background-removal": "{site}offcut.js"}}}}</script>
<body><img id="shown" src="./photo.jpg" alt="">"""
# Each example as a module of its own; `said` is what it gives, `photo` what it works on.
EXAMPLES = {
    "usage": """
import imglyRemoveBackground from "@imgly/background-removal";
let image_src = photo;
imglyRemoveBackground(image_src).then((blob) => {
  const url = URL.createObjectURL(blob);
  said([blob, url.slice(0, 5)]);
});
""",
    "preloading": """
import removeBackground, { preload } from "@imgly/background-removal";
const config = { model: "small" };
preload(config).then(() => { said([removeBackground(photo, config)]); });
""",
    "progress": """
import imglyRemoveBackground from "@imgly/background-removal";
const lines = [];
let config = {
  model: "small",
  progress: (key, current, total) => { lines.push(`Downloading ${key}: ${current} of ${total}`); }
};
said([imglyRemoveBackground(photo, config), lines]);
""",
    "assets": """
import imglyRemoveBackground from "@imgly/background-removal";
const public_path = "SITE";
let config = { publicPath: public_path };
imglyRemoveBackground(photo, config).then((blob) => {
  const url = URL.createObjectURL(blob);
  said([blob, url.slice(0, 5)]);
});
""",
    "debug": """
import imglyRemoveBackground from "@imgly/background-removal";
let config = { debug: true };
said([imglyRemoveBackground(photo, config)]);
""",
    "fetch": """
import imglyRemoveBackground from "@imgly/background-removal";
let config = { fetchArgs: { mode: "no-cors" } };
said([imglyRemoveBackground("PHOTO", config)]);
""",
}
RUN = """async ([code, text]) => {
  globalThis.photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  const [blob, more] = await new Promise((resolve, reject) => {
    globalThis.said = resolve;
    addEventListener("unhandledrejection", (event) => reject(event.reason), { once: true });
    document.body.append(Object.assign(document.createElement("script"), {
      type: "module", textContent: code, onerror: () => reject(new Error("the module")) }));
  });
  return [(await blob).type, await coded(await blob), more];
}"""
CODED = """() => { globalThis.coded = async (blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let made = "";
  for (let i = 0; i < bytes.length; i += 32768)
    made += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(made);
} }"""


@pytest.fixture
def offcut(dist: Path) -> Iterator[Site]:
    """Offcut, at an address of its own, with tiny networks."""
    with Site(dist, CORS) as site:
        shrink(site)
        site.overlay["photo.jpg"] = PHOTO.read_bytes()
        yield site


@pytest.fixture
def page(context: BrowserContext, offcut: Site, tmp_path: Path) -> Iterator[Page]:
    """A page of another site that imports the package by its name."""
    with Site(tmp_path) as host:
        host.overlay["index.html"] = PAGE.format(site=offcut.url).encode()
        host.overlay["photo.jpg"] = PHOTO.read_bytes()
        opened = context.new_page()
        opened.goto(host.url)
        opened.evaluate(CODED)
        yield opened


def test_the_documented_examples_run_as_they_are(page: Page, offcut: Site) -> None:
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    text = base64.b64encode(PHOTO.read_bytes()).decode()
    told: dict[str, Any] = {}
    for name, code in EXAMPLES.items():
        ready = code.replace("SITE", offcut.url).replace("PHOTO", f"{offcut.url}photo.jpg")
        mime, made, told[name] = page.evaluate(RUN, [ready, text])
        assert mime == "image/png", name
        check_cutout(base64.b64decode(made), PHOTO)
    assert told["usage"] == told["assets"] == "blob:"
    assert any(line.startswith("Downloading compute:") for line in told["progress"])
    assert any("Offcut: config" in line for line in lines)


# Everything at once, for each start of the engine takes seconds.
FUNCTIONS = """async ([text, site]) => {
  const o = await import("@imgly/background-removal");
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  const config = { model: "small", device: "cpu", proxyToWorker: true, publicPath: site };
  const made = {
    plain: await o.removeBackground(photo, config),
    rest: await o.removeForeground(photo, config),
    shape: await o.segmentForeground(photo, config),
    again: await o.alphamask(photo, config),
    typed: await o.removeBackground(photo, { ...config, output: { type: "mask" } }),
    rgba: await o.removeBackground(photo, { ...config, output: { format: "image/x-rgba8" } }),
    alpha: await o.segmentForeground(photo, { ...config, output: { format: "image/x-alpha8" } }),
    small: await o.removeBackground(photo, { ...config, maxSize: 100 }),
    white: await o.removeBackground(photo, { ...config, background: "#fff", maxSize: 64 }),
  };
  made.applied = await o.applySegmentationMask(photo, made.shape, config);
  made.raw = await o.applySegmentationMask(photo, made.alpha, config);
  const bitmap = await createImageBitmap(photo);
  const { width, height } = bitmap;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const data = context.getImageData(0, 0, width, height);
  const kinds = [data, bitmap, canvas, { data: data.data, shape: [data.height, data.width, 4] },
    made.rgba, document.querySelector("#shown"), "./photo.jpg"];
  const sizes = [];
  for (const kind of kinds) sizes.push((await o.removeBackground(kind, config)).size);
  const types = {}, files = {};
  for (const [name, blob] of Object.entries(made)) {
    types[name] = blob.type;
    files[name] = await coded(blob);
  }
  const running = (await o.probe(config)).backend;
  return { types, files, sizes, running, names: Object.keys(o).sort() };
}"""
NAMES = ["OffcutError", "alphamask", "applySegmentationMask", "cut", "default", "dispose"]
NAMES += ["preload", "probe", "removeBackground", "removeForeground", "segmentForeground"]


def array(data: str) -> NDArray[np.int_]:
    return pixels(base64.b64decode(data)).astype(int)


def test_every_function_gives_what_it_should(page: Page, offcut: Site) -> None:
    text = base64.b64encode(PHOTO.read_bytes()).decode()
    told = page.evaluate(FUNCTIONS, [text, offcut.url.removesuffix("/")])
    assert set(told["names"]) >= set(NAMES)
    assert told["running"] == "wasm-st"
    files, types = told["files"], told["types"]
    plain, rest, shape = array(files["plain"]), array(files["rest"]), array(files["shape"])
    height, width = plain.shape[:2]
    assert np.array_equal(rest[..., :3], plain[..., :3])
    assert np.abs(rest[..., 3] + plain[..., 3] - 255).max() <= 1
    assert (shape[..., :3] == 255).all()
    assert np.array_equal(shape[..., 3], plain[..., 3])
    assert files["shape"] == files["again"] == files["typed"]
    size = f"width={width};height={height}"
    assert types["rgba"] == f"image/x-rgba8;{size}"
    assert types["alpha"] == f"image/x-alpha8;{size}"
    assert base64.b64decode(files["rgba"]) == plain.astype(np.uint8).tobytes()
    assert base64.b64decode(files["alpha"]) == plain[..., 3].astype(np.uint8).tobytes()
    assert files["applied"] == files["raw"] == files["plain"]
    assert max(array(files["small"]).shape[:2]) == 100
    with Image.open(io.BytesIO(base64.b64decode(files["white"]))) as white:
        assert (white.mode, max(white.size)) == ("RGB", 64)
    # Of an <img> and an address the file is taken. The other sizes are of the same pixels, by the
    # browser's canvas, and without the file's own profile and resolution.
    *drawn, kept, image, address = told["sizes"]
    assert image == address == len(base64.b64decode(files["plain"]))
    assert len(set(drawn)) == 1
    assert abs(drawn[0] / image - 1) < 0.01
    assert kept > 0


WRONG = """async () => {
  const o = await import("@imgly/background-removal");
  const photo = new Blob(["x"]);
  const said = [];
  for (const config of [
    { qualty: 1 }, { output: { quality: 2 } }, { output: { kind: 1 } }, { device: 1 },
    { debug: "yes" },
    { profile: "good" }, { progress: {} }, { signal: "stop" }, { maxSize: 0 }, { strokes: "none" },
    { publicPath: "./nowhere/" }, { publicPath: 1 }, { output: { type: "both" } }, "fast",
  ]) await o.removeBackground(photo, config).then(() => said.push(["none", ""]), (error) =>
      said.push([error.code, error.message]));
  return said;
}"""
KEYS = ["qualty", "output.quality", "output.kind", "device", "debug", "profile", "progress"]
KEYS += ["signal", "maxSize", "strokes", "publicPath", "publicPath", "output.type", "settings"]


def test_what_is_wrong_with_a_setting_is_said_at_once(page: Page, offcut: Site) -> None:
    said = page.evaluate(WRONG)
    assert {code for code, _ in said} == {"BAD_CONFIG"}
    for key, (_, message) in zip(KEYS, said, strict=True):
        assert key in message
    assert not offcut.seen("worker/*")


STOPPED = """async ([text]) => {
  const o = await import("@imgly/background-removal");
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  const config = { model: "small" };
  const stops = [0, 1, 2, 3].map(() => new AbortController());
  const outcome = (work) => work.then((blob) => blob.size > 0, (error) =>
    [error.name, error.code, error instanceof o.OffcutError, error.cause?.name]);
  stops[0].abort();
  const before = await outcome(o.removeBackground(photo, { ...config, signal: stops[0].signal }));
  // The first is stopped in its work (the engine starts), the third while it waits.
  const begun = new Promise((go) => setTimeout(go, 700));
  const works = [1, 0, 2, 0].map((n, at) => outcome(o.removeBackground(photo,
    n ? { ...config, signal: stops[n].signal } : config)));
  await begun;
  stops[1].abort();
  stops[2].abort();
  const answers = await Promise.all(works);
  const { signal } = stops[3];
  const late = outcome(o.removeBackground(photo, { ...config, signal,
    progress: (key) => key === "compute:encode" && stops[3].abort() }));
  const after = [await late, await outcome(o.removeBackground(photo, config))];
  return { before, answers, after };
}"""
CANCELLED = ["AbortError", "CANCELLED", True, "AbortError"]


def test_a_signal_ends_its_own_photo_and_no_other(page: Page) -> None:
    text = base64.b64encode(PHOTO.read_bytes()).decode()
    told = page.evaluate(STOPPED, [text])
    assert told["before"] == CANCELLED
    assert told["answers"] == [CANCELLED, True, CANCELLED, True]
    assert told["after"][0] == CANCELLED
    assert told["after"][1] is True
