"""transformers.js with our isnet, for the bench to measure beside Offcut on the same weights.

It is installed for this alone, into .cache/peers/transformers, and is no part of the build.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tools import peers
from tools.paths import DIST, stop

if TYPE_CHECKING:
    from pathlib import Path

    from offcut.models.registry import ModelSpec

FOLDER = peers.FOLDER / "transformers"
PACKAGES = ("@huggingface/transformers@4.3.1",)
# The files of the runtime that it fetches by itself, from a CDN if nobody says otherwise.
RUNTIME = ("ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm")
# Bundled. As many threads as cores, as we and imgly take: left alone, the runtime takes half.
ENTRY = """
import { env, pipeline, RawImage } from "@huggingface/transformers";
let remover;
async function open(base) {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = `${base}models/`; // a whole address would not count as local
  const { wasm } = env.backends.onnx;
  const name = new URL(`${base}ort-wasm-simd-threaded.asyncify`, location.href).href;
  wasm.wasmPaths = { mjs: `${name}.mjs`, wasm: `${name}.wasm` };
  wasm.numThreads = navigator.hardwareConcurrency;
  return pipeline("background-removal", "isnet", { device: "wasm", dtype: "fp32" });
}
export async function removeBackground(photo, base) {
  const run = await (remover ??= open(base));
  const cut = await run(await RawImage.fromBlob(photo));
  return cut.toBlob("image/png");
}
"""
# The library brings no worker of its own; its users write one like this.
WORKER = """
import { removeBackground } from "./hub.js";
onmessage = async ({ data: { photo, base } }) => {
  try {
    postMessage({ blob: await removeBackground(photo, base) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
"""


def install(spec: ModelSpec) -> Path:
    """Install and bundle it, and lay out ``spec``'s model in its way; gives the folder to serve."""
    served = FOLDER / "site"
    if not (served / "hub.js").exists():
        peers.fetch(PACKAGES, FOLDER)
        served.mkdir(parents=True, exist_ok=True)
        runtime = FOLDER / "node_modules" / "onnxruntime-web" / "dist"
        for name in RUNTIME:
            (served / name).write_bytes((runtime / name).read_bytes())
        (served / "worker.js").write_text(WORKER, "utf-8")
        peers.bundle(ENTRY, FOLDER, served / "hub.js")
    model = served / "models" / "isnet"
    (model / "onnx").mkdir(parents=True, exist_ok=True)
    (model / "onnx" / "model.onnx").write_bytes(whole(spec))
    (model / "config.json").write_text('{"model_type": "isnet"}', "utf-8")
    prepared = json.dumps(preparation(spec))
    (model / "preprocessor_config.json").write_text(prepared, "utf-8")
    return served


def preparation(spec: ModelSpec) -> dict[str, object]:
    """What its image processor is told, so that the network is given what ours gives it.

    Raises ValueError for a network that divides by anything but 255.
    """
    if spec.input.normalise != "255":
        msg = f"{spec.id} wants values that this image processor does not make"
        raise ValueError(msg)
    return {
        "feature_extractor_type": "ImageFeatureExtractor",
        "do_normalize": True,
        "do_pad": False,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_resize": True,
        "resample": 2,
        "image_mean": list(spec.input.mean),
        "image_std": list(spec.input.std),
        "size": {"width": spec.input.width, "height": spec.input.height},
    }


def whole(spec: ModelSpec, site: Path = DIST) -> bytes:
    """A model's file out of the parts that the site serves."""
    files = [site / "models" / part.file for part in spec.parts]
    missing = [file.name for file in files if not file.exists()]
    if missing:
        stop(f"The site lacks {', '.join(missing)}. Run: make build")
    return b"".join(file.read_bytes() for file in files)
