"""u2netp: one output, shapes folded, weights stored as float16 (4.6 → 2.3 MB)."""

from __future__ import annotations

import onnx

from models.recipes import graph

OUTPUT = "1959"


def convert(source: bytes) -> bytes:
    """Return the model that is shipped, from the carrier's ``u2netp.onnx``."""
    model = onnx.load_from_string(source)
    graph.keep_output(model, OUTPUT)
    model = graph.slim(model)
    graph.weights_to_float16(model)
    return graph.pack(model)
