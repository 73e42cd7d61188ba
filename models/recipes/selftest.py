"""The self-test: a tiny network with the signature of u2netp, and the answer it must give.

64×64, a few convolutions with fixed weights, a resize and a sigmoid: the operations that the real
networks are made of, in a file of a few kilobytes. The stored answer is native ONNX Runtime's.
"""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from models.recipes import graph
from offcut.runtime.selftest import fixed_input

INPUT, OUTPUT = "input.1", "1959"
SHAPE = (1, 3, 64, 64)
SEED = 20
TOLERANCE = 0.02  # half precision on a GPU stays under 0.01
# The last convolution's weights are multiplied by it. Without it the answer is so even that a
# resize with wrong coordinates differs by 0.021 only; with it by 0.10, a shift by a pixel by 0.13.
CONTRAST = 5


def network() -> bytes:
    """Return the tiny network as ONNX bytes."""
    random = np.random.default_rng(SEED)
    widths = [(8, 3), (8, 8), (1, 8)]
    weights = []
    for number, (out, into) in enumerate(widths):
        spread = np.sqrt(2.0 / (into * 9)) * (CONTRAST if number == len(widths) - 1 else 1)
        values = random.normal(scale=spread, size=(out, into, 3, 3)).astype(np.float32)
        weights.append(numpy_helper.from_array(values, f"w{number}"))
    scales = numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "scales")
    pads = [1, 1, 1, 1]
    nodes = [
        helper.make_node("Conv", [INPUT, "w0"], ["a"], pads=pads),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MaxPool", ["b"], ["c"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["c", "w1"], ["d"], pads=pads),
        helper.make_node("Relu", ["d"], ["e"]),
        helper.make_node(
            "Resize",
            ["e", "", "scales"],
            ["f"],
            mode="linear",
            coordinate_transformation_mode="pytorch_half_pixel",
        ),
        helper.make_node("Add", ["f", "b"], ["g"]),
        helper.make_node("Conv", ["g", "w2"], ["h"], pads=pads),
        helper.make_node("Sigmoid", ["h"], [OUTPUT]),
    ]
    made = helper.make_graph(
        nodes,
        "selftest",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, SHAPE)],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, (1, 1, *SHAPE[2:]))],
        [*weights, scales],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return graph.pack(model)


def expected(model: bytes) -> bytes:
    """Return native ONNX Runtime's answer to the fixed picture: little-endian float32."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    answer = session.run([OUTPUT], {INPUT: fixed_input(SHAPE)})[0]
    return bytes(np.asarray(answer, "<f4").tobytes())
