"""modnet: weights stored as float16 (25.9 → 13 MB); its size follows the photo."""

from __future__ import annotations

import onnx

from models.recipes import graph


def convert(source: bytes) -> bytes:
    """Return the model that is shipped, from the carrier's ``modnet.onnx``."""
    # Not slimmed: onnxslim gives this graph a different layout at each run, and the shipped file
    # has one sha256. ONNX Runtime folds the same things when it loads.
    model = onnx.load_from_string(source)
    graph.weights_to_float16(model)
    return graph.pack(model)
