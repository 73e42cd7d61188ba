"""Pictures and models made by code, for tests."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.models.registry import ModelSpec, model_spec
from offcut.pixels.encode import encode_png
from offcut.pixels.proof import PngProof

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTOS = Path(__file__).resolve().parent.parent / "photos"


def noise(height: int, width: int, depth: int = 3, seed: int = 7) -> NDArray[np.uint8]:
    """Smooth colours with a little noise, like a photo: uint8 (height, width, depth)."""
    rng = np.random.default_rng(seed)
    rows = np.linspace(0, 3, height)[:, None, None]
    columns = np.linspace(0, 5, width)[None, :, None]
    base = 127 + 100 * np.sin(rows + columns * np.arange(1, depth + 1))
    return np.clip(base + rng.normal(0, 4, base.shape), 0, 255).astype(np.uint8)


def disc(height: int, width: int, soft: float = 4.0) -> NDArray[np.float32]:
    """A round mask with a soft edge: float32 (height, width), 0..1."""
    i, j = np.mgrid[:height, :width]
    far = np.hypot(i - (height - 1) / 2, j - (width - 1) / 2)
    mask: NDArray[np.float32] = (min(height, width) / 3 - far) / soft + np.float32(0.5)
    return np.clip(mask, 0, 1).astype(np.float32)


def saved(image: Image.Image | NDArray[np.uint8], name: str, **options: Any) -> bytes:
    """The bytes of a file that Pillow writes."""
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    out = BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def rgb_profile(size: int = 400) -> bytes:
    """Bytes that pass for an RGB profile where only the header is looked at."""
    return bytes(16) + b"RGB " + bytes(16) + b"acsp" + bytes(size - 40)


def entry(model: bytes, *, parts: int = 1, **changes: Any) -> dict[str, Any]:
    """A registry entry for ``model``, cut into ``parts``."""
    step = max(1, -(-len(model) // parts))
    cuts = [model[at : at + step] for at in range(0, len(model), step)]
    found = {
        "title": "Tiny",
        "roles": ["fast"],
        "licence": "Apache-2.0",
        "licence_url": "https://example.org/licence",
        "bytes": len(model),
        "sha256": hashlib.sha256(model).hexdigest(),
        "memory_mb": 1,
        "input": {
            "name": "x",
            "width": 16,
            "height": 16,
            "normalise": "255",
            "mean": [0.5, 0.5, 0.5],
            "std": [1.0, 1.0, 1.0],
        },
        "output": {"name": "y", "range": "unit"},
        "parts": [{"bytes": len(cut), "sha256": hashlib.sha256(cut).hexdigest()} for cut in cuts],
    }
    return found | changes


def spec_of(model: bytes = b"model", name: str = "tiny", **changes: Any) -> ModelSpec:
    """The same, read."""
    return model_spec(name, entry(model, **changes))


def tiny_onnx(weight: float = 1.0, bias: float = 0.5, output: str = "y") -> bytes:
    """A network that gives clip(weight · mean of the channels + bias, 0, 1), of any size."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    kernel = np.full((1, 3, 1, 1), weight / 3, np.float32)
    nodes = [
        helper.make_node("Conv", ["x", "k", "b"], ["c"]),
        helper.make_node("Clip", ["c", "zero", "one"], [output]),
    ]
    initial = [
        numpy_helper.from_array(kernel, "k"),
        numpy_helper.from_array(np.full(1, bias, np.float32), "b"),
        numpy_helper.from_array(np.array(0, np.float32), "zero"),
        numpy_helper.from_array(np.array(1, np.float32), "one"),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, 1, "h", "w"])],
        initial,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def lay_out(folder: Path, models: dict[str, tuple[bytes, dict[str, Any]]], **more: Any) -> Path:
    """A site's ``models/`` in ``folder``: by name the bytes of a network and its ``entry``."""
    for name, (data, listed) in models.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        rest = data
        for part in listed["parts"]:
            part["file"] = f"{name}/{part['sha256'][:16]}.bin"
            (folder / part["file"]).write_bytes(rest[: part["bytes"]])
            rest = rest[part["bytes"] :]
    listed = {name: listed for name, (_, listed) in models.items()}
    (folder / "registry.json").write_text(json.dumps({"schema": 1, "models": listed, **more}))
    return folder


def tiny_models(folder: Path) -> Path:
    """A site's ``models/`` with two tiny networks under the names of real ones."""
    small, large = tiny_onnx(1.0), tiny_onnx(2.0)
    wide = entry(b"x")["input"] | {"width": 64, "height": 64}
    models = {
        "u2netp": (small, entry(small, parts=2)),
        "isnet": (large, entry(large, roles=["detail"], input=wide)),
    }
    return lay_out(folder, models, left_out=["modnet"])


def photo_rgba() -> np.ndarray:
    """A photo with a soft disc as its alpha: uint8 (300, 451, 4)."""
    rgb = np.asarray(Image.open(PHOTOS / "chelsea.jpg").convert("RGB"))
    alpha = (disc(rgb.shape[0], rgb.shape[1], soft=60) * 255).astype(np.uint8)
    return np.dstack([rgb, alpha])


async def proven(pixels: np.ndarray, **options: Any) -> tuple[bytes, list[str]]:
    """A PNG as an export writes it, and what was found right."""
    proof = PngProof(pixels)
    data = await encode_png(pixels, on_band=proof.band, **options)
    return data, proof.close(data)
