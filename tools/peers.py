"""@imgly/background-removal beside Offcut, for ``python -m tools.bench --peer``.

The same browser, photo and weights. It is installed for this alone, into .cache/peers, and is no
part of the build: its licence is the AGPL.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from typing import TYPE_CHECKING, Any

from tools.paths import CACHE, NODE_MODULES, say
from tools.tab import open_tab

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = CACHE / "peers"
PACKAGES = ("@imgly/background-removal@1.7.0", "onnxruntime-web@1.21.0")
DATA = NODE_MODULES / "@imgly" / "background-removal-data" / "dist"
RUNTIME = ("ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
# What its two better models are called now, and in the package that still carries them.
MODELS = {"isnet_fp16": "medium", "isnet_quint8": "small"}
MIME = {".mjs": "text/javascript", ".wasm": "application/wasm"}

MEGAPIXELS = (12.0,)
ROWS = ("fast", "auto", "best", "isnet")
CUT = """async ([photo, model]) => {
  const { removeBackground } = await import("/peers/imgly.js");
  const publicPath = new URL("/peers/", location).href;
  const blob = await (await fetch(photo)).blob();
  const started = performance.now();
  const made = await removeBackground(blob, { publicPath, model, device: "cpu" });
  return { ms: performance.now() - started, bytes: made.size };
}"""

# A page as its users write one, for the bench of cold starts; it tells what ours tells.
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>imgly</title>
<h1>Cut the background off a photo</h1><input type="file" id="file">
<script type="module">
import { removeBackground } from "./imgly.js";
const root = document.documentElement;
const publicPath = new URL("./", location).href;
const input = document.getElementById("file");
input.addEventListener("change", async () => {
  try {
    await removeBackground(input.files[0], { publicPath, model: "isnet_fp16", device: "cpu" });
    root.dataset.phase = "done";
  } catch (error) {
    document.body.append(String(error));
    root.dataset.phase = "error";
  }
});
root.setAttribute("data-alive", "");
</script>"""


def compare(megapixels: float, data: bytes, repeat: int, names: Sequence[str] = ROWS) -> None:
    """Print whole calls, photo bytes to PNG bytes, theirs and ours in turn, warm."""
    served = install()
    with open_tab(beside={"/peers/": (served, DATA)}) as tab:
        path = tab.hold("photo.jpg", data)
        took: dict[str, list[float]] = {}
        for turn in range(repeat + 1):
            for name in (*MODELS, *names):
                if name in MODELS:
                    ms = float(tab.page.evaluate(CUT, [path, name])["ms"])
                else:
                    ms = tab.time(path, model=name, device="wasm-mt").ms
                if turn:  # the first of each loads
                    took.setdefault(name, []).append(ms)
    middle = {name: statistics.median(times) for name, times in took.items()}
    better = middle["isnet_fp16"]
    say(f"\n{megapixels:g} megapixels, whole call, medians of {repeat}, in turn\n")
    say("| | ms | of imgly's isnet_fp16 |\n|---|---:|---:|")
    for name, ms in middle.items():
        whose = "imgly " if name in MODELS else "Offcut "
        say(f"| {whose}{name} | {ms:.0f} | {ms / better:.2f} |")


def install() -> Path:
    """Install and bundle it, lay out what it fetches; gives the folder to serve as /peers/."""
    served = FOLDER / "site"
    served.mkdir(parents=True, exist_ok=True)
    (served / "page.html").write_text(PAGE, "utf-8")
    if (served / "imgly.js").exists():
        return served
    say(f"  installing {', '.join(PACKAGES)} for the bench")
    (FOLDER / "package.json").write_text('{"private": true}', "utf-8")
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
    subprocess.run(command, cwd=FOLDER, check=True, capture_output=True)
    runtime = FOLDER / "node_modules" / "onnxruntime-web" / "dist"
    for name in RUNTIME:
        (served / name).write_bytes((runtime / name).read_bytes())
    listed = json.loads((DATA / "resources.json").read_text("utf-8"))
    (served / "resources.json").write_text(json.dumps(resources(listed, served)), "utf-8")
    entry = FOLDER / "entry.mjs"
    entry.write_text('export { removeBackground } from "@imgly/background-removal";', "utf-8")
    bundle = [str(NODE_MODULES / ".bin" / "esbuild"), str(entry), "--bundle", "--format=esm"]
    target = served / "imgly.js"
    subprocess.run([*bundle, "--platform=browser", f"--outfile={target}"], check=True)
    return served


def resources(listed: dict[str, Any], served: Path) -> dict[str, Any]:
    """Its list of what it fetches: key to size, type and chunks.

    ``listed``: the list of the package that carries the models. ``served``: holds the runtime.
    """
    found = {}
    for name, carried in MODELS.items():
        entry = listed[f"/models/{carried}"]
        chunks = [{"name": one["hash"], "offsets": one["offsets"]} for one in entry["chunks"]]
        found[f"/models/{name}"] = {**entry, "chunks": chunks}
    for name in RUNTIME:
        size = (served / name).stat().st_size
        mime = MIME[name[name.rindex(".") :]]
        chunks = [{"name": name, "offsets": [0, size]}]
        found[f"/onnxruntime-web/{name}"] = {"chunks": chunks, "size": size, "mime": mime}
    return found
