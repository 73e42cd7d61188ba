"""Networks of a few kilobytes with the real ones' signatures, made by code: quick anywhere.

They find "what is brighter than the rest": nonsense as a cut-out, yet every pixel of the answer
depends on the photo, so a comparison with native ONNX Runtime means something.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .scratch import relist

if TYPE_CHECKING:
    from pathlib import Path

    from .servers import Site

SIDE = 64


def network(
    input_name: str, output_name: str, *, gain: float = 2.0, side: int = SIDE, rounds: int = 0
) -> bytes:
    """Two convolutions and a sigmoid: 1×3×side×side in, 1×1×side×side out. With `rounds`, so many
    wide ones in between, 0.3 billion multiplications each: that takes long and answers nonsense."""
    pads: dict[str, Any] = {"pads": [1, 1, 1, 1], "kernel_shape": [3, 3]}
    rng = np.random.default_rng(7)
    wide = 64 if rounds else 4
    first = rng.normal(0, 0.05, (wide, 3, 3, 3)).astype(np.float32) + np.float32(1 / 27)
    second = np.full((1, wide, 3, 3), gain / 9 / wide, np.float32)
    again = rng.normal(0, 0.01, (wide, wide, 3, 3)).astype(np.float32)
    more = [
        helper.make_node("Conv", [f"b{n}" if n else "b", "w3"], [f"b{n + 1}"], **pads)
        for n in range(rounds)
    ]
    graph = helper.make_graph(
        [
            helper.make_node("Conv", [input_name, "w1"], ["a"], **pads),
            helper.make_node("LeakyRelu", ["a"], ["b"], alpha=0.5),
            *more,
            helper.make_node("Conv", [f"b{len(more)}" if more else "b", "w2"], ["c"], **pads),
            helper.make_node("Sigmoid", ["c"], [output_name]),
        ],
        "tiny",
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info(output_name, TensorProto.FLOAT, [1, 1, side, side])],
        [
            numpy_helper.from_array(first, "w1"),
            numpy_helper.from_array(second, "w2"),
            *([numpy_helper.from_array(again, "w3")] if more else []),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


def shrink(site: Site, *, parts: int = 1, pad: int = 0, slow: str = "") -> dict[str, bytes]:
    """Puts tiny networks in the place of the site's models, in its overlay; `parts` is how many
    files each is served in, `pad` how many bytes of ballast it gets; `slow` names one that takes
    minutes. Returns path -> body.
    """
    registry = json.loads((site.root / "models" / "registry.json").read_text())
    served: dict[str, bytes] = {}
    for gain, (name, entry) in enumerate(registry["models"].items(), start=2):
        took, gave = entry["input"], entry["output"]
        rounds = 2000 if name == slow else 0
        data = network(took["name"], gave["name"], gain=float(gain), rounds=rounds) + _ballast(pad)
        took.update(width=SIDE, height=SIDE, multiple=0, sides=[])
        entry["memory_mb"] = 10
        entry["bytes"], entry["sha256"] = len(data), hashlib.sha256(data).hexdigest()
        entry["parts"] = []
        step = -(-len(data) // parts)
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            digest = hashlib.sha256(piece).hexdigest()
            file = f"{name}/{digest[:16]}.bin"
            entry["parts"].append({"file": file, "bytes": len(piece), "sha256": digest})
            served[f"models/{file}"] = piece
    served["models/registry.json"] = json.dumps(registry).encode()
    site.overlay.update(served)
    relist(site)
    return served


def spread(served: dict[str, bytes], folder: Path) -> Path:
    """Writes what `shrink` serves into a folder for the native engine; returns its models/."""
    for path, body in served.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return folder / "models"


def _ballast(size: int) -> bytes:
    """A protobuf field that no reader knows (number 1000, bytes): skipped by all of them."""
    if not size:
        return b""

    def varint(value: int) -> bytes:
        out = b""
        while value > 127:
            out += bytes([value & 127 | 128])
            value >>= 7
        return out + bytes([value])

    return varint(1000 << 3 | 2) + varint(size) + np.random.default_rng(1).bytes(size)
