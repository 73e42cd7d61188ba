"""The list of models, from ``models/registry.json`` of a built site."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.models.fields import (
    Entry,
    digest,
    number,
    one_of,
    shape,
    table,
    text,
    texts,
    triple,
    whole,
    wholes,
    wrong,
)
from offcut.storage.parts import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 1
NORMALISATIONS = ("max", "255")
RANGES = ("minmax", "unit")
ACTIVATIONS = ("", "sigmoid", "auto")
OWN = "own:"
"""``ModelSpec.source`` of a model that a person brought, which lies on the device alone."""


@dataclass(frozen=True)
class InputSpec:
    """What a network takes: float32 (1, 3, height, width).

    ``width``/``height`` 0: the size follows the photo (shorter side about ``side``, both
    divisible by ``multiple``). ``multiple`` beside a width: it takes other sizes as well, as a
    profile may want; 0: that one only. ``sides``: the smaller ones that a weak device gives it
    instead (``models.limit``), largest first, as the side of a square. ``normalise``:
    "max" = (x / max(x) - mean) / std, "255" = (x / 255 - mean) / std, with ``mean`` and ``std``
    for R, G, B.
    """

    name: str
    width: int
    height: int
    normalise: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    multiple: int = 0
    side: int = 0
    sides: tuple[int, ...] = ()

    @property
    def usual(self) -> int:
        """The side of a square of as many pixels as its own size has."""
        return round((self.width * self.height) ** 0.5) if self.fixed else self.side

    @property
    def fixed(self) -> bool:
        """Whether the entry has a size of its own."""
        return self.width > 0


@dataclass(frozen=True)
class OutputSpec:
    """What a network gives. ``range``: "unit" = 0..1; "minmax" = its authors stretch each image
    (see ``process.finish``, which does not). ``activation``: what is still to be done to it:
    "sigmoid" where it gives logits, "" nothing, "auto" where nobody knows: by what it gives."""

    name: str
    range: str
    activation: str = ""


@dataclass(frozen=True)
class ModelSpec:
    """One model: everything the engine knows of it.

    ``source``: where its parts lie: "" with the site's models, ``OWN`` on the device alone, else
    an address with a slash at its end.
    """

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
    source: str = ""

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
    def from_json(cls, given: object, source: str = "") -> Registry:
        """Read ``registry.json`` (already parsed). Raises BAD_CONFIG and says where.

        ``source``: the folder's address where it is not the site's own, with a slash at its end.
        """
        data = table(given, "its beginning")
        if data.get("schema") != SCHEMA:
            say = "The list of models has an unknown layout."
            raise fail("BAD_CONFIG", say, schema=data.get("schema"))
        models = {
            key: model_spec(key, table(value, key), source)
            for key, value in table(data.get("models"), "models").items()
        }
        tests = data.get("selftest")
        selftest = None if tests is None else _selftest(table(tests, "selftest"))
        left_out = texts(data.get("left_out", ()), "left_out")
        return cls(models, selftest, left_out)

    def with_model(self, spec: ModelSpec) -> Registry:
        """The same with one more model, in the place of one with its id."""
        return replace(self, models={**self.models, spec.id: spec})

    def without(self, model_id: str) -> Registry:
        """The same without that model."""
        left = {key: spec for key, spec in self.models.items() if key != model_id}
        return replace(self, models=left)

    def get(self, model_id: str) -> ModelSpec:
        """The model of that id. Raises MODEL_LEFT_OUT (known, not here) or MODEL_UNKNOWN."""
        if model_id in self.models:
            return self.models[model_id]
        code = "MODEL_LEFT_OUT" if model_id in self.left_out else "MODEL_UNKNOWN"
        raise fail(code, model=model_id)

    def with_role(self, role: str) -> list[ModelSpec]:
        """The models that have ``role`` ("fast", "detail", "portrait"), the first one best: those
        that somebody added on purpose before the site's own, then the smallest."""
        having = [spec for spec in self.models.values() if role in spec.roles]
        return sorted(having, key=lambda spec: (not spec.source, spec.bytes))


def model_spec(model_id: str, entry: Entry, source: str = "") -> ModelSpec:
    """One entry of the registry. Raises BAD_CONFIG and names the key that is wrong.

    ``source``: see ``ModelSpec``; with one, a part's ``file`` may be an address of its own.
    """
    where = f"models.{model_id}"
    parts = entry.get("parts")
    if not isinstance(parts, (list, tuple)) or not parts:
        raise wrong(where, "parts")
    spec = ModelSpec(
        id=model_id,
        title=text(entry, "title", where),
        roles=texts(entry.get("roles"), f"{where}.roles"),
        licence=text(entry, "licence", where),
        licence_url=text(entry, "licence_url", where),
        bytes=whole(entry, "bytes", where),
        sha256=digest(entry, where),
        memory_mb=whole(entry, "memory_mb", where),
        input=input_spec(table(entry.get("input"), f"{where}.input"), f"{where}.input"),
        output=output_spec(table(entry.get("output"), f"{where}.output"), f"{where}.output"),
        parts=tuple(
            _part(table(part, f"{where}.parts[{n}]"), model_id, f"{where}.parts[{n}]", source)
            for n, part in enumerate(parts)
        ),
        source=source,
    )
    if sum(part.bytes for part in spec.parts) != spec.bytes:
        raise wrong(where, "parts", "the parts do not add up to the model's bytes")
    return spec


def output_spec(entry: Entry, where: str) -> OutputSpec:
    """What an entry says of the output. Raises BAD_CONFIG."""
    activation = entry.get("activation", "")
    return OutputSpec(
        text(entry, "name", where),
        one_of(text(entry, "range", where), RANGES, f"{where}.range"),
        one_of(str(activation), ACTIVATIONS, f"{where}.activation"),
    )


def input_spec(entry: Entry, where: str) -> InputSpec:
    """What an entry says of the input. Raises BAD_CONFIG."""
    spec = InputSpec(
        name=text(entry, "name", where),
        width=whole(entry, "width", where),
        height=whole(entry, "height", where),
        normalise=one_of(text(entry, "normalise", where), NORMALISATIONS, f"{where}.normalise"),
        mean=triple(entry.get("mean"), f"{where}.mean"),
        std=triple(entry.get("std"), f"{where}.std"),
        multiple=whole(entry, "multiple", where) if "multiple" in entry else 0,
        side=whole(entry, "side", where) if "side" in entry else 0,
        sides=wholes(entry.get("sides", ()), f"{where}.sides"),
    )
    if (spec.width > 0) != (spec.height > 0):
        raise wrong(where, "height")
    if not spec.fixed and (spec.multiple < 1 or spec.side < spec.multiple):
        raise wrong(where, "side", "a size that follows the photo needs multiple and side")
    if not all(spec.std):
        raise wrong(where, "std")
    _check_sides(spec, where)
    return spec


def _check_sides(spec: InputSpec, where: str) -> None:
    if not spec.sides:
        return
    if not spec.multiple:
        raise wrong(where, "sides", "a network of one size has no smaller ones (multiple)")
    if any(side < 1 or side % spec.multiple for side in spec.sides):
        raise wrong(where, "sides", f"each must be divisible by {spec.multiple}")
    if list(spec.sides) != sorted({*spec.sides}, reverse=True) or spec.sides[0] >= spec.usual:
        say = f"they must fall from one to the next, and be less than {spec.usual}"
        raise wrong(where, "sides", say)


def _part(entry: Entry, model_id: str, where: str, source: str) -> Part:
    sha256 = digest(entry, where)
    file = entry.get("file", f"{model_id}/{sha256[:16]}.bin")
    if not isinstance(file, str) or file.startswith("/") or ".." in file:
        raise wrong(where, "file")
    if "://" in file and not (source and file.startswith(("https://", "http://"))):
        raise wrong(where, "file")
    return Part(file, whole(entry, "bytes", where), sha256)


def _selftest(entry: Entry) -> SelfTestSpec:
    where = "selftest"
    part = Part(text(entry, "file", where), whole(entry, "bytes", where), digest(entry, where))
    taken = shape(entry.get("input_shape"), f"{where}.input_shape")
    model = ModelSpec(
        id="selftest",
        title="Self-test",
        roles=(),
        licence="Apache-2.0",
        licence_url="",
        bytes=part.bytes,
        sha256=part.sha256,
        memory_mb=8,
        input=InputSpec("input.1", taken[3], taken[2], "255", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
        output=OutputSpec("1959", "unit"),
        parts=(part,),
    )
    tolerance = number(entry.get("tolerance"), f"{where}.tolerance")
    if tolerance <= 0:
        raise wrong(where, "tolerance")
    return SelfTestSpec(
        part=part,
        input_shape=taken,
        output_shape=shape(entry.get("output_shape"), f"{where}.output_shape"),
        expected_file=text(entry, "expected_file", where),
        tolerance=tolerance,
        model=model,
    )
