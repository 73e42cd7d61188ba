"""Changes to ONNX graphs that the recipes share.

Weights are stored small and restored inside the graph by ``Cast`` (and ``Mul``): ONNX Runtime folds
both when a session loads, so a run computes in float32 at full speed. It does not fold
``DequantizeLinear`` (18 % slower), and its WASM backend has no fast float16 kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxslim
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

WORTH_BYTES = 256  # smaller tensors stay as they are: a Cast node costs about as much


def keep_output(model: ModelProto, name: str) -> None:
    """Drop every output of ``model`` but ``name``; what only they needed goes with slimming."""
    kept = [output for output in model.graph.output if output.name == name]
    del model.graph.output[:]
    model.graph.output.extend(kept)


def to_float32(model: ModelProto) -> None:
    """Make a float16 graph compute in float32: weights widened, every Cast to float16 bypassed."""
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT16:
            wide = numpy_helper.to_array(tensor).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(wide, tensor.name))
    for node in model.graph.node:
        for attribute in node.attribute:
            if (
                node.op_type == "Cast"
                and attribute.name == "to"
                and attribute.i == TensorProto.FLOAT16
            ):
                attribute.i = TensorProto.FLOAT
            if attribute.t.data_type == TensorProto.FLOAT16:
                wide = numpy_helper.to_array(attribute.t).astype(np.float32)
                attribute.t.CopyFrom(numpy_helper.from_array(wide, attribute.t.name))
    del model.graph.value_info[:]


def slim(model: ModelProto) -> ModelProto:
    """Fold shapes and constants, drop what nothing uses; deterministic for a pinned onnxslim."""
    slimmed = onnxslim.slim(model)
    if not isinstance(slimmed, ModelProto):
        message = "onnxslim gave no model"
        raise TypeError(message)
    return slimmed


def _weights(model: ModelProto) -> list[TensorProto]:
    return [
        tensor
        for tensor in model.graph.initializer
        if tensor.data_type == TensorProto.FLOAT
        and numpy_helper.to_array(tensor).nbytes > WORTH_BYTES
    ]


def _replace(
    model: ModelProto,
    tensor: TensorProto,
    stored: list[TensorProto],
    nodes: list[NodeProto],
) -> None:
    model.graph.initializer.remove(tensor)
    model.graph.initializer.extend(stored)
    for at, node in enumerate(nodes):
        model.graph.node.insert(at, node)


def weights_to_float16(model: ModelProto) -> None:
    """Store every float32 weight as float16, restored by a Cast."""
    for tensor in _weights(model):
        _store_half(model, tensor)


def _store_half(model: ModelProto, tensor: TensorProto) -> None:
    name = tensor.name
    half = numpy_helper.to_array(tensor).astype(np.float16)
    stored = [numpy_helper.from_array(half, f"{name}.f16")]
    cast = helper.make_node("Cast", [f"{name}.f16"], [name], to=TensorProto.FLOAT)
    _replace(model, tensor, stored, [cast])


def quantise(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 by output channel: ``weight`` ≈ ``codes`` · ``scale``.

    The scale is the one of 21 between 0.8 and 1 of the largest magnitude that leaves the smallest
    squared error: cutting off a rare large weight a little serves all the others.

    Args:
        weight: (out, …) float32.

    Returns:
        codes, int8 of the same shape in -127..127, and scale, float32 (out, 1, …).
    """
    axes = tuple(range(1, weight.ndim))
    top = np.abs(weight).max(axis=axes, keepdims=True)
    scale = np.ones_like(top)
    least = np.full_like(top, np.inf)
    for share in np.linspace(0.8, 1.0, 21, dtype=np.float32):
        tried = np.where(top > 0, top * share / np.float32(127), np.float32(1))
        error = np.square(_codes(weight, tried) * tried - weight).sum(axis=axes, keepdims=True)
        better = error < least
        scale, least = np.where(better, tried, scale), np.where(better, error, least)
    scale = scale.astype(np.float32)
    return _codes(weight, scale).astype(np.int8), scale


def _codes(weight: NDArray[np.float32], scale: NDArray[np.float32]) -> NDArray[np.float32]:
    codes: NDArray[np.float32] = np.clip(np.rint(weight / scale), -127, 127).astype(np.float32)
    return codes


def convolutions_to_int8(model: ModelProto, keep_half: Callable[[int, int, int], bool]) -> None:
    """Store convolution weights as int8, restored by Cast and Mul; the rest stays float32.

    Args:
        model: Changed in place.
        keep_half: Told (number of the convolution in order of the graph, how many there are, its
            weights' count), says whether its weights are to be float16 instead.
    """
    order = [node.input[1] for node in model.graph.node if node.op_type == "Conv"]
    for tensor in _weights(model):
        name = tensor.name
        if name not in order:
            continue
        weight = numpy_helper.to_array(tensor)
        if keep_half(order.index(name), len(order), weight.size):
            _store_half(model, tensor)
            continue
        codes, scale = quantise(weight)
        stored = [
            numpy_helper.from_array(codes, f"{name}.i8"),
            numpy_helper.from_array(scale, f"{name}.scale"),
        ]
        nodes = [
            helper.make_node("Cast", [f"{name}.i8"], [f"{name}.f32"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}.f32", f"{name}.scale"], [name]),
        ]
        _replace(model, tensor, stored, nodes)


def resizes_by_scale(model: ModelProto) -> int:
    """Give every ``Resize`` to a constant size the factor that this is of its input instead.

    The exporter wrote the sizes that maps have at one input size; what is meant is "as large as
    the map beside it". A whole factor is exact in float32, so at that input size the result stays
    the same to the bit, and the graph now takes every size that its halvings divide.

    Args:
        model: Slimmed, with static shapes; changed in place.

    Returns:
        How many nodes were changed.

    Raises:
        ValueError: A factor is not whole: such a graph really has one size.
    """
    known = onnx.shape_inference.infer_shapes(model).graph
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*known.input, *known.value_info, *known.output)
    }
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    made: dict[tuple[float, ...], str] = {}
    changed = 0
    for node in model.graph.node:
        if node.op_type != "Resize" or len(node.input) < 4 or node.input[3] not in constants:
            continue
        factors = numpy_helper.to_array(constants[node.input[3]]) / np.asarray(
            shapes[node.input[0]]
        )
        if not np.array_equal(factors, np.rint(factors)):
            message = f"{node.name}: {factors} is no whole factor"
            raise ValueError(message)
        key = tuple(float(factor) for factor in factors)
        if key not in made:
            made[key] = "scales." + "x".join(f"{factor:g}" for factor in key[2:])
            scales = np.asarray(key, dtype=np.float32)
            model.graph.initializer.append(numpy_helper.from_array(scales, made[key]))
        node.input[2] = made[key]
        del node.input[3]
        changed += 1
    used = {name for node in model.graph.node for name in node.input}
    for name, tensor in constants.items():
        if name not in used:
            model.graph.initializer.remove(tensor)
    return changed


def free_size(model: ModelProto) -> None:
    """Let input and output have any height and width; shapes inferred for one size are dropped."""
    for value in (*model.graph.input, *model.graph.output):
        dims = value.type.tensor_type.shape.dim
        for dim, name in ((dims[2], "height"), (dims[3], "width")):
            dim.Clear()
            dim.dim_param = name
    del model.graph.value_info[:]


def pack(model: ModelProto) -> bytes:
    """Check ``model`` and return its bytes, the same ones every time."""
    onnx.checker.check_model(model)
    model.producer_name, model.producer_version, model.doc_string = "offcut", "", ""
    del model.metadata_props[:]
    data = model.SerializeToString(deterministic=True)
    return bytes(data)
