"""What an ONNX file says of itself: read right, and never dangerous."""

from __future__ import annotations

import time
from contextlib import suppress

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from offcut.errors import OffcutError
from offcut.models.onnx_header import FIELDS, Memory, Tensor, read_header

from .onnx_files import network


def saved(graph: onnx.GraphProto, **more: object) -> bytes:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 99)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="tests", **more)
    data: bytes = model.SerializeToString()
    return data


def test_names_types_and_shapes_are_read() -> None:
    data = network()
    header = read_header(Memory(data))
    assert header.inputs == (Tensor("photo", "float32", (1, 3, 64, 64)),)
    assert header.outputs == (Tensor("mask", "float32", (1, 1, 64, 64)),)
    assert (header.opset, header.producer, header.external) == (17, "tests", False)
    assert header.size == len(data)
    assert 4 * 27 < header.weights < len(data)


def test_sides_that_are_open_are_zero() -> None:
    header = read_header(Memory(network(size=("batch", 3, "h", None))))
    assert header.inputs[0].shape == (0, 3, 0, 0)


def test_a_rank_that_is_open_is_none() -> None:
    header = read_header(Memory(network(out=None)))
    assert header.outputs[0].shape is None


def test_weights_among_the_inputs_are_none_of_them() -> None:
    """As the format was before its version 4."""
    graph = onnx.load_model_from_string(network()).graph
    graph.input.append(helper.make_tensor_value_info("w1", TensorProto.FLOAT, [4, 3, 3, 3]))
    assert [one.name for one in read_header(Memory(saved(graph))).inputs] == ["photo"]


def test_weights_in_another_file_are_seen() -> None:
    model = onnx.load_model_from_string(network())
    onnx.external_data_helper.set_external_data(model.graph.initializer[0], "weights.bin")
    assert read_header(Memory(model.SerializeToString())).external


def test_it_agrees_with_the_onnx_package() -> None:
    for kind, name in (
        (TensorProto.FLOAT16, "float16"),
        (TensorProto.UINT8, "uint8"),
        (TensorProto.INT64, "int64"),
        (TensorProto.STRING, "another type"),
    ):
        value = helper.make_tensor_value_info("x", kind, [2, 5])
        identity = helper.make_node("Identity", ["x"], ["y"])
        out = helper.make_tensor_value_info("y", kind, [2, 5])
        header = read_header(Memory(saved(helper.make_graph([identity], "g", [value], [out]))))
        assert header.inputs == (Tensor("x", name, (2, 5)),)


def test_weights_are_stepped_over_and_not_read() -> None:
    class Counting(Memory):
        def read(self, at: int, count: int) -> bytes:
            got.append(count)
            return super().read(at, count)

    got: list[int] = []
    graph = onnx.load_model_from_string(network()).graph
    graph.initializer.append(numpy_helper.from_array(np.zeros(5_000_000, np.float32), "large"))
    header = read_header(Counting(saved(graph)))
    assert header.weights > 20_000_000
    assert sum(got) < 100_000


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0 a JPEG",
        b"PK\x03\x04 an archive",
        b"not at all a model",
        b"\x08\x09",  # a version and nothing else
        b"\x0a" + b"\xff" * 12,  # a length beyond all measure
        b"\x3a\x7f\x00",  # a graph longer than the file
        network()[:-40],
        network()[:100],
    ],
)
def test_what_is_no_model_is_said_so(data: bytes) -> None:
    with pytest.raises(OffcutError) as caught:
        read_header(Memory(data))
    assert (caught.value.code, caught.value.detail["why"]) == ("MODEL_FILE", "not-onnx")


def test_an_empty_file_is_empty() -> None:
    with pytest.raises(OffcutError) as caught:
        read_header(Memory(b""))
    assert caught.value.code == "EMPTY_FILE"


def test_fields_without_end_come_to_an_end() -> None:
    began = time.monotonic()
    with pytest.raises(OffcutError):
        read_header(Memory(b"\x08\x08" + b"\x28\x01" * 20 * FIELDS))
    assert time.monotonic() - began < 10  # a second, on a quiet machine


def reads(data: bytes) -> None:
    """Whatever it is, it is a header or an error of ours, at once."""
    began = time.process_time()
    with suppress(OffcutError):
        read_header(Memory(data))
    assert time.process_time() - began < 0.05


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=4000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reads(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damage_is_read_or_refused(draw: st.DataObject) -> None:
    data = bytearray(network())
    for _ in range(draw.draw(st.integers(1, 8))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    reads(bytes(data[: draw.draw(st.integers(1, len(data)))]))
