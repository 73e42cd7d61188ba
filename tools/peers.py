"""@imgly/background-removal, for the bench to measure beside Offcut on the same weights.

It is installed for this alone, into .cache/peers, and is no part of the build: its licence is the
AGPL.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from tools.paths import CACHE, NODE_MODULES, say

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
# Beside each file of text or code what a CDN would send: the server takes it where there is one.
PACK = """
const { readFileSync, writeFileSync } = require("node:fs");
const { brotliCompressSync } = require("node:zlib");
for (const file of process.argv.slice(1))
  writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
"""
PACKED = {".js", ".json", ".mjs", ".wasm"}
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


def install() -> Path:
    """Install and bundle it, lay out what it fetches; gives the folder to serve as /peers/."""
    served = FOLDER / "site"
    served.mkdir(parents=True, exist_ok=True)
    (served / "page.html").write_text(PAGE, "utf-8")
    if (served / "imgly.js.br").exists():
        return served
    fetch(PACKAGES, FOLDER)
    runtime = FOLDER / "node_modules" / "onnxruntime-web" / "dist"
    for name in RUNTIME:
        (served / name).write_bytes((runtime / name).read_bytes())
    listed = json.loads((DATA / "resources.json").read_text("utf-8"))
    (served / "resources.json").write_text(json.dumps(resources(listed, served)), "utf-8")
    entry = 'export { removeBackground } from "@imgly/background-removal";'
    bundle(entry, FOLDER, served / "imgly.js")
    pack(served)
    return served


def pack(folder: Path) -> None:
    """Lay a ``.br`` beside each file of text or code in ``folder``."""
    files = [str(file) for file in folder.iterdir() if file.suffix in PACKED]
    subprocess.run(["node", "-e", PACK, "--", *files], check=True)


def fetch(packages: Sequence[str], folder: Path) -> None:
    """Install packages of npm into ``folder``, their scripts left alone."""
    say(f"  installing {', '.join(packages)} for the bench")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def bundle(source: str, folder: Path, target: Path) -> None:
    """Make one file of a module's text and of what it imports from packages in ``folder``."""
    entry = folder / f"{target.stem}.mjs"
    entry.write_text(source, "utf-8")
    esbuild = [str(NODE_MODULES / ".bin" / "esbuild"), str(entry), "--bundle", "--format=esm"]
    options = ["--platform=browser", "--log-level=error", f"--outfile={target}"]
    subprocess.run([*esbuild, *options], check=True)


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
