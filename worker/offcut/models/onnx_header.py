"""What an ONNX file says of itself, read without its weights and without any package for ONNX.

An ONNX file is a protobuf message. Of it only what names inputs and outputs is read, field by
field, and all else is stepped over: hundreds of megabytes of weights are never touched. A file may
be hostile, so nothing recurses, every length is held against what is there, and the number of
fields that are looked at is limited. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from offcut.errors import OffcutError, fail

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = 100_000
"""Fields that are looked at in one file: ten times what a large network has, half a second."""
NAME_BYTES = 4096
WINDOW = 4096
"""Bytes fetched at once: from one field to the next it is mostly a jump."""
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
TYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    5: "int16",
    6: "int32",
    7: "int64",
    9: "bool",
    10: "float16",
    11: "float64",
    16: "bfloat16",
}


class Source(Protocol):
    """A file that can be read from any place, at once: bytes, an open file, a Blob."""

    @property
    def size(self) -> int:
        """Bytes in all."""
        ...

    def read(self, at: int, count: int) -> bytes:
        """The ``count`` bytes from ``at`` on; fewer at the end."""
        ...


@dataclass(frozen=True)
class Memory:
    """``Source`` over bytes."""

    data: bytes

    @property
    def size(self) -> int:
        """See ``Source.size``."""
        return len(self.data)

    def read(self, at: int, count: int) -> bytes:
        """See ``Source.read``."""
        return self.data[at : at + count]


@dataclass(frozen=True)
class Tensor:
    """An input or output. ``dtype``: "float32" and the like, "" where it is no tensor or unknown.
    ``shape``: each side, 0 where the file leaves it open; None where the rank is open too."""

    name: str
    dtype: str
    shape: tuple[int, ...] | None


@dataclass(frozen=True)
class Header:
    """What the file says. ``opset``: of the standard operators. ``weights``: bytes in all.
    ``external``: whether weights lie in another file."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    opset: int
    producer: str
    weights: int
    external: bool
    size: int


def not_onnx() -> OffcutError:
    """The error of a file that is something else, or not whole."""
    return fail("MODEL_FILE", "This is not an ONNX file, or it is damaged.", why="not-onnx")


def read_header(source: Source) -> Header:
    """Read what the file says of itself. Raises MODEL_FILE (``why`` "not-onnx") for anything
    that is no ONNX model, and for one whose header is beyond all measure."""
    if source.size == 0:
        raise fail("EMPTY_FILE")
    reader = _Reader(source)
    graph: tuple[int, int] | None = None
    opset, producer, version = 0, "", 0
    for number, kind, start, end in reader.fields(0, source.size):
        if (number, kind) == (1, VARINT):
            version = start
        elif (number, kind) == (2, BYTES):
            producer = reader.text(start, end)
        elif (number, kind) == (7, BYTES):
            graph = (start, end)
        elif (number, kind) == (8, BYTES):
            opset = max(opset, reader.opset(start, end))
    if graph is None or not version:
        raise not_onnx()
    inputs, outputs, weights, external, stored = reader.graph(*graph)
    # Before version 4 of the format, every weight was listed among the inputs as well.
    asked = tuple(one for one in inputs if one.name not in stored)
    if not asked or not outputs:
        raise not_onnx()
    return Header(asked, tuple(outputs), opset, producer, weights, external, source.size)


Field = tuple[int, int, int, int]
"""Number, wire type, and start and end of its bytes; of a number: its value, twice."""


class _Reader:
    """One walk over a file, with a limit on how much is looked at."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = FIELDS
        self._at = 0
        self._window = b""

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """The fields of the message between those places."""
        at = start
        while at < end:
            self._left -= 1
            if self._left < 0:
                raise not_onnx()
            key, at = self._varint(at, end)
            number, kind = key >> 3, key & 7
            if not number:
                raise not_onnx()
            if kind == VARINT:
                value, at = self._varint(at, end)
                yield number, kind, value, value
                continue
            length = {FIXED64: 8, FIXED32: 4}.get(kind, 0)
            if kind == BYTES:
                length, at = self._varint(at, end)
            elif not length:  # groups, which ONNX does not use, and what is no wire type at all
                raise not_onnx()
            if length > end - at:
                raise not_onnx()
            yield number, kind, at, at + length
            at += length

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        value = 0
        for shift in range(0, 70, 7):
            if at >= end:
                raise not_onnx()
            byte = self._byte(at)
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value, at
        raise not_onnx()

    def _byte(self, at: int) -> int:
        place = at - self._at
        if not 0 <= place < len(self._window):
            self._at, place = at, 0
            self._window = self._source.read(at, WINDOW)
            if not self._window:  # the file became shorter while it was read
                raise not_onnx()
        return self._window[place]

    def text(self, start: int, end: int) -> str:
        """A name; one that no person gave is cut off."""
        data = self._source.read(start, min(end - start, NAME_BYTES))
        return data.decode("utf-8", "replace")

    def opset(self, start: int, end: int) -> int:
        """The version of the standard operators; 0 for those of another domain."""
        domain, version = "", 0
        for number, kind, first, last in self.fields(start, end):
            if (number, kind) == (1, BYTES):
                domain = self.text(first, last)
            elif (number, kind) == (2, VARINT):
                version = first
        return version if domain in ("", "ai.onnx") else 0

    def graph(
        self, start: int, end: int
    ) -> tuple[list[Tensor], list[Tensor], int, bool, frozenset[str]]:
        """Inputs, outputs, bytes of weights, whether some lie elsewhere, the weights' names."""
        inputs: list[Tensor] = []
        outputs: list[Tensor] = []
        names: set[str] = set()
        weights, external = 0, False
        for number, kind, first, last in self.fields(start, end):
            if kind != BYTES:
                continue
            if number == 5:
                name, elsewhere = self._weight(first, last)
                names.add(name)
                weights += last - first
                external = external or elsewhere
            elif number == 11:
                inputs.append(self._tensor(first, last))
            elif number == 12:
                outputs.append(self._tensor(first, last))
        return inputs, outputs, weights, external, frozenset(names)

    def _weight(self, start: int, end: int) -> tuple[str, bool]:
        name, elsewhere = "", False
        for number, kind, first, last in self.fields(start, end):
            if (number, kind) == (8, BYTES):
                name = self.text(first, last)
            elif number == 13 or (number == 14 and first == 1):
                elsewhere = True
        return name, elsewhere

    def _tensor(self, start: int, end: int) -> Tensor:
        name, dtype = "", ""
        shape: tuple[int, ...] | None = None
        for number, kind, first, last in self.fields(start, end):
            if (number, kind) == (1, BYTES):
                name = self.text(first, last)
            elif (number, kind) == (2, BYTES):
                for inner, wire, begin, stop in self.fields(first, last):
                    if (inner, wire) == (1, BYTES):
                        dtype, shape = self._tensor_type(begin, stop)
        return Tensor(name, dtype, shape)

    def _tensor_type(self, start: int, end: int) -> tuple[str, tuple[int, ...] | None]:
        dtype, shape = "", None
        for number, kind, first, last in self.fields(start, end):
            if (number, kind) == (1, VARINT):
                dtype = TYPES.get(first, "another type")
            elif (number, kind) == (2, BYTES):
                shape = tuple(
                    self._side(begin, stop)
                    for inner, wire, begin, stop in self.fields(first, last)
                    if (inner, wire) == (1, BYTES)
                )
        return dtype, shape

    def _side(self, start: int, end: int) -> int:
        """A side; 0 where it has a name instead of a number, or a number that is none."""
        for number, kind, value, _ in self.fields(start, end):
            if (number, kind) == (1, VARINT):
                return value if value < 1 << 31 else 0
        return 0
