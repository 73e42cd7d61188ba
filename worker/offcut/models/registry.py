"""The list of models, from ``models/registry.json`` of a built site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from offcut.errors import OffcutError, fail
from offcut.storage.parts import Part

SCHEMA = 1
NORMALISATIONS = ("max", "255")
RANGES = ("minmax", "unit")

Entry = Mapping[str, object]


@dataclass(frozen=True)
class InputSpec:
    """What a network takes: float32 (1, 3, height, width).

    ``width``/``height`` 0: the size follows the photo (shorter side about ``side``, both
    divisible by ``multiple``). ``multiple`` beside a width: it takes other sizes as well, as a
    profile may want; 0: that one only. ``normalise``: "max" = (x / max(x) - mean) / std,
    "255" = (x / 255 - mean) / std, with ``mean`` and ``std`` for R, G, B.
    """

    name: str
    width: int
    height: int
    normalise: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    multiple: int = 0
    side: int = 0

    @property
    def fixed(self) -> bool:
        """Whether the entry has a size of its own."""
        return self.width > 0


@dataclass(frozen=True)
class OutputSpec:
    """What a network gives. ``range``: "unit" = 0..1; "minmax" = its authors stretch each image
    (see ``process.finish``, which does not)."""

    name: str
    range: str


@dataclass(frozen=True)
class ModelSpec:
    """One model: everything the engine knows of it."""

    id: str
    title: str
    roles: tuple[str, ...]
    licence: str
    licence_url: str
    bytes: int
    sha256: str
    memory_mb: int
    input: InputSpec
    output: OutputSpec
    parts: tuple[Part, ...]

    @property
    def input_name(self) -> str:
        """The name of the network's only input."""
        return self.input.name

    @property
    def output_name(self) -> str:
        """The name of the one output that is read."""
        return self.output.name


@dataclass(frozen=True)
class SelfTestSpec:
    """The tiny network that a backend must compute right before it is trusted."""

    part: Part
    input_shape: tuple[int, int, int, int]
    output_shape: tuple[int, int, int, int]
    expected_file: str
    tolerance: float
    model: ModelSpec


@dataclass(frozen=True)
class Registry:
    """All models of this site."""

    models: Mapping[str, ModelSpec]
    selftest: SelfTestSpec | None
    left_out: tuple[str, ...] = ()
    """Ids that exist but that the operator of this site has left out."""

    @classmethod
    def from_json(cls, data: Entry) -> Registry:
        """Read ``registry.json`` (already parsed). Raises BAD_CONFIG and says where."""
        if data.get("schema") != SCHEMA:
            say = "The list of models has an unknown layout."
            raise fail("BAD_CONFIG", say, schema=data.get("schema"))
        models = {
            key: model_spec(key, _table(value, key))
            for key, value in _table(data.get("models"), "models").items()
        }
        tests = data.get("selftest")
        selftest = None if tests is None else _selftest(_table(tests, "selftest"))
        return cls(models, selftest, _texts(data.get("left_out", ()), "left_out"))

    def get(self, model_id: str) -> ModelSpec:
        """The model of that id. Raises MODEL_LEFT_OUT (known, not here) or MODEL_UNKNOWN."""
        if model_id in self.models:
            return self.models[model_id]
        code = "MODEL_LEFT_OUT" if model_id in self.left_out else "MODEL_UNKNOWN"
        raise fail(code, model=model_id)

    def with_role(self, role: str) -> list[ModelSpec]:
        """The models that have ``role`` ("fast", "detail", "portrait"), smallest first."""
        having = [spec for spec in self.models.values() if role in spec.roles]
        return sorted(having, key=lambda spec: spec.bytes)


def model_spec(model_id: str, entry: Entry) -> ModelSpec:
    """One entry of the registry. Raises BAD_CONFIG and names the key that is wrong."""
    where = f"models.{model_id}"
    taken = _table(entry.get("input"), f"{where}.input")
    given = _table(entry.get("output"), f"{where}.output")
    parts = entry.get("parts")
    if not isinstance(parts, (list, tuple)) or not parts:
        raise _wrong(where, "parts")
    spec = ModelSpec(
        id=model_id,
        title=_text(entry, "title", where),
        roles=_texts(entry.get("roles"), f"{where}.roles"),
        licence=_text(entry, "licence", where),
        licence_url=_text(entry, "licence_url", where),
        bytes=_whole(entry, "bytes", where),
        sha256=_digest(entry, where),
        memory_mb=_whole(entry, "memory_mb", where),
        input=_input(taken, f"{where}.input"),
        output=OutputSpec(
            _text(given, "name", f"{where}.output"),
            _one_of(_text(given, "range", f"{where}.output"), RANGES, f"{where}.output.range"),
        ),
        parts=tuple(
            _part(_table(part, f"{where}.parts[{n}]"), model_id, f"{where}.parts[{n}]")
            for n, part in enumerate(parts)
        ),
    )
    if sum(part.bytes for part in spec.parts) != spec.bytes:
        raise _wrong(where, "parts", "the parts do not add up to the model's bytes")
    return spec


def _input(entry: Entry, where: str) -> InputSpec:
    spec = InputSpec(
        name=_text(entry, "name", where),
        width=_whole(entry, "width", where),
        height=_whole(entry, "height", where),
        normalise=_one_of(_text(entry, "normalise", where), NORMALISATIONS, f"{where}.normalise"),
        mean=_triple(entry.get("mean"), f"{where}.mean"),
        std=_triple(entry.get("std"), f"{where}.std"),
        multiple=_whole(entry, "multiple", where) if "multiple" in entry else 0,
        side=_whole(entry, "side", where) if "side" in entry else 0,
    )
    if (spec.width > 0) != (spec.height > 0):
        raise _wrong(where, "height")
    if not spec.fixed and (spec.multiple < 1 or spec.side < spec.multiple):
        raise _wrong(where, "side", "a size that follows the photo needs multiple and side")
    if not all(spec.std):
        raise _wrong(where, "std")
    return spec


def _part(entry: Entry, model_id: str, where: str) -> Part:
    sha256 = _digest(entry, where)
    file = entry.get("file", f"{model_id}/{sha256[:16]}.bin")
    if not isinstance(file, str) or file.startswith("/") or ".." in file:
        raise _wrong(where, "file")
    return Part(file, _whole(entry, "bytes", where), sha256)


def _selftest(entry: Entry) -> SelfTestSpec:
    where = "selftest"
    part = Part(_text(entry, "file", where), _whole(entry, "bytes", where), _digest(entry, where))
    shape = _shape(entry.get("input_shape"), f"{where}.input_shape")
    model = ModelSpec(
        id="selftest",
        title="Self-test",
        roles=(),
        licence="Apache-2.0",
        licence_url="",
        bytes=part.bytes,
        sha256=part.sha256,
        memory_mb=8,
        input=InputSpec("input.1", shape[3], shape[2], "255", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
        output=OutputSpec("1959", "unit"),
        parts=(part,),
    )
    tolerance = entry.get("tolerance")
    if not isinstance(tolerance, (int, float)) or tolerance <= 0:
        raise _wrong(where, "tolerance")
    return SelfTestSpec(
        part=part,
        input_shape=shape,
        output_shape=_shape(entry.get("output_shape"), f"{where}.output_shape"),
        expected_file=_text(entry, "expected_file", where),
        tolerance=float(tolerance),
        model=model,
    )


def _wrong(where: str, key: str = "", why: str = "missing or not valid") -> OffcutError:
    where = f"{where}.{key}" if key else where
    return fail("BAD_CONFIG", f"The list of models is broken at {where}: {why}.", where=where)


def _table(value: object, where: str) -> Entry:
    if not isinstance(value, Mapping):
        raise _wrong(where)
    return cast("Entry", value)


def _text(entry: Entry, key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(where, key)
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise _wrong(where)
    return tuple(value)


def _whole(entry: Entry, key: str, where: str) -> int:
    value = entry.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON that came through JavaScript knows one kind of number
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(where, key)
    return value


def _digest(entry: Entry, where: str) -> str:
    value = _text(entry, "sha256", where)
    if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise _wrong(where, "sha256")
    return value


def _one_of(value: str, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise _wrong(where, why=f"{value!r} is not one of {', '.join(allowed)}")
    return value


def _triple(value: object, where: str) -> tuple[float, float, float]:
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        raise _wrong(where)
    if not all(isinstance(item, (int, float)) for item in value):
        raise _wrong(where)
    return (float(value[0]), float(value[1]), float(value[2]))


def _shape(value: object, where: str) -> tuple[int, int, int, int]:
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise _wrong(where)
    return (int(value[0]), int(value[1]), int(value[2]), int(value[3]))
