"""The recipes' shared steps, on networks small enough to look into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.recipes import graph, selftest
from tools.agreement import iou

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SHAPE = (1, 3, 16, 16)


def tiny(kind: type[np.floating] = np.float32) -> onnx.ModelProto:
    """Two convolutions and two outputs; with float16 weights as the isnet carrier has them."""
    random = np.random.default_rng(1)
    wide = numpy_helper.from_array(random.normal(size=(8, 3, 3, 3)).astype(kind), "wide")
    narrow = numpy_helper.from_array(random.normal(size=(4, 8, 3, 3)).astype(kind), "narrow")
    element = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    nodes = [
        helper.make_node("Cast", ["x"], ["x.cast"], to=element),
        helper.make_node("Conv", ["x.cast", "wide"], ["a"], pads=[1] * 4),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "narrow"], ["c"], pads=[1] * 4),
        helper.make_node("Cast", ["c"], ["y"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["b"], ["unwanted"], to=TensorProto.FLOAT),
    ]
    made = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, SHAPE)],
        [
            helper.make_tensor_value_info("unwanted", TensorProto.FLOAT, (1, 8, 16, 16)),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 4, 16, 16)),
        ],
        [wide, narrow],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    return model


def answer(model: bytes, optimised: Path | None = None) -> NDArray[np.float32]:
    options = onnxruntime.SessionOptions()
    if optimised:
        options.optimized_model_filepath = str(optimised)
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    x = np.random.default_rng(2).normal(size=SHAPE).astype(np.float32)
    return np.asarray(session.run(["y"], {"x": x})[0])


def kinds(model: onnx.ModelProto) -> set[int]:
    return {tensor.data_type for tensor in model.graph.initializer}


def test_int8_weights_are_close_and_restored_when_the_session_loads(tmp_path: Path) -> None:
    model = tiny()
    exact = answer(model.SerializeToString())
    graph.convolutions_to_int8(model, lambda number, count, weights: False)
    assert TensorProto.INT8 in kinds(model)
    assert not [node for node in model.graph.node if node.op_type == "DequantizeLinear"]
    close = answer(graph.pack(model), tmp_path / "folded.onnx")
    assert np.abs(close - exact).max() < 0.02 * np.abs(exact).max()
    folded = onnx.load(tmp_path / "folded.onnx")
    assert kinds(folded) == {TensorProto.FLOAT}
    assert not [node for node in folded.graph.node if node.op_type == "Mul"]


def test_float16_weights_are_close_and_restored_when_the_session_loads(tmp_path: Path) -> None:
    model = tiny()
    exact = answer(model.SerializeToString())
    graph.weights_to_float16(model)
    assert kinds(model) == {TensorProto.FLOAT16}
    close = answer(graph.pack(model), tmp_path / "folded.onnx")
    assert np.abs(close - exact).max() < 0.002 * np.abs(exact).max()
    assert kinds(onnx.load(tmp_path / "folded.onnx")) == {TensorProto.FLOAT}


def test_the_convolutions_that_are_told_to_stay_half_do() -> None:
    model, asked = tiny(), []

    def keeps_half(number: int, count: int, weights: int) -> bool:
        asked.append((number, count, weights))
        return number == 0

    graph.convolutions_to_int8(model, keeps_half)
    assert asked == [(0, 2, 8 * 3 * 9), (1, 2, 4 * 8 * 9)]
    stored = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    assert stored["wide.f16"] == TensorProto.FLOAT16
    assert stored["narrow.i8"] == TensorProto.INT8


def test_a_float16_graph_computes_in_float32_afterwards() -> None:
    model = tiny(np.float16)
    half = answer(model.SerializeToString())
    graph.to_float32(model)
    assert kinds(model) == {TensorProto.FLOAT}
    targets = [a.i for n in model.graph.node if n.op_type == "Cast" for a in n.attribute]
    assert set(targets) == {TensorProto.FLOAT}
    full = answer(graph.pack(model))
    assert np.abs(full - half).max() < 0.01 * np.abs(full).max()


def test_one_output_is_kept() -> None:
    model = tiny()
    graph.keep_output(model, "y")
    assert [output.name for output in graph.slim(model).graph.output] == ["y"]


@pytest.mark.parametrize("spread", [1e-6, 1.0, 1e4])
def test_quantised_weights_are_within_half_a_step_where_they_are_not_cut(spread: float) -> None:
    weight = np.random.default_rng(3).normal(scale=spread, size=(6, 5, 3, 3)).astype(np.float32)
    weight[2] = 0  # a dead channel must not become NaN
    codes, scale = graph.quantise(weight)
    assert codes.dtype == np.int8
    assert scale.dtype == np.float32
    assert scale.shape == (6, 1, 1, 1)
    inside = np.abs(codes) < 127
    gap = np.abs(codes * scale - weight)
    assert (gap <= scale * 0.5001)[inside].all()
    top = np.abs(weight).max(axis=(1, 2, 3), keepdims=True)
    assert (gap <= 0.2 * top + scale).all()


def test_packing_gives_the_same_bytes_and_names_no_maker() -> None:
    first, second = tiny(), tiny()
    first.producer_name, first.doc_string = "someone", "made on a Tuesday"
    assert graph.pack(first) == graph.pack(second)


def test_the_self_tests_network_and_answer_are_the_same_every_time() -> None:
    network = selftest.network()
    assert network == selftest.network()
    told = np.frombuffer(selftest.expected(network), "<f4")
    assert told.size == 64 * 64
    assert 0 <= told.min() < 0.1  # an even answer would prove nothing
    assert 0.8 < told.max() <= 1


def test_the_self_test_sees_a_resize_with_wrong_coordinates() -> None:
    right = selftest.network()
    model = onnx.load_from_string(right)
    (resize,) = (node for node in model.graph.node if node.op_type == "Resize")
    (mode,) = (a for a in resize.attribute if a.name == "coordinate_transformation_mode")
    mode.s = b"asymmetric"
    wrong, told = (
        np.frombuffer(selftest.expected(data), "<f4").reshape(64, 64)[3:-3, 3:-3]
        for data in (model.SerializeToString(), right)
    )
    assert np.abs(wrong - told).max() > 4 * selftest.TOLERANCE


def test_iou() -> None:
    mask = np.zeros((4, 4), np.float32)
    assert iou(mask, mask) == 1
    half, other = mask.copy(), mask.copy()
    half[:2], other[1:3] = 1, 1
    assert iou(half, other) == pytest.approx(1 / 3)
    assert iou(half, mask) == 0
