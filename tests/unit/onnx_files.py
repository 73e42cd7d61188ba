"""ONNX files of a few hundred bytes, made by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence

Side = int | str | None
SQUARE: Sequence[Side] = (1, 3, 64, 64)
MASK: Sequence[Side] = (1, 1, 64, 64)


def network(
    *,
    taken: str = "photo",
    given: str = "mask",
    size: Sequence[Side] = SQUARE,
    out: Sequence[Side] | None = MASK,
    kind: int = TensorProto.FLOAT,
    more: int = 0,
    last: str = "Sigmoid",
    gain: float = 12.0,
    middle: float = 0.5,
) -> bytes:
    """One convolution that finds what is bright, and ``last``: "Sigmoid", or "Identity" for logits.

    ``more``: how many inputs it has besides. ``middle``: what it takes for half bright. It computes
    only in float32.
    """
    weights = np.full((1, 3, 3, 3), gain / 27, np.float32)
    bias = np.array([-gain * middle], np.float32)
    inputs = [helper.make_tensor_value_info(taken, kind, size)]
    inputs += [helper.make_tensor_value_info(f"more{n}", kind, size) for n in range(more)]
    graph = helper.make_graph(
        [
            helper.make_node(
                "Conv", [taken, "w1", "b1"], ["a"], pads=[1, 1, 1, 1], kernel_shape=[3, 3]
            ),
            helper.make_node(last, ["a"], [given]),
        ],
        "small",
        inputs,
        [helper.make_tensor_value_info(given, TensorProto.FLOAT, out)],
        [numpy_helper.from_array(weights, "w1"), numpy_helper.from_array(bias, "b1")],
    )
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="tests")
    data: bytes = model.SerializeToString()
    return data
