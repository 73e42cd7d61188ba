"""A model of one's own: what its file is, whether it can be used, and the entry that says how.

What the file does not say comes from a network that is known (``known``), or from whoever brings
it. Whether it then really computes shows when it is run (``pipeline.trial``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.models.fields import table, wrong
from offcut.models.known import HALF, IMAGENET, KNOWN, TEMPLATES, Template
from offcut.models.registry import OWN, model_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from offcut.errors import OffcutError
    from offcut.models.fields import Entry
    from offcut.models.onnx_header import Header, Tensor
    from offcut.models.registry import ModelSpec
    from offcut.storage.parts import Part

NORMALISATIONS: Mapping[str, Entry] = {
    "imagenet": {"normalise": "255", **IMAGENET},
    "unit": {"normalise": "255", "mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0]},
    "half": {"normalise": "255", **HALF},
    "signed": {"normalise": "255", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}
"""How pixels of 0..255 are usually handed to networks: ImageNet's mean and deviation, 0..1,
-½..½, -1..1."""
FREE_MULTIPLE, FREE_SIDE = 32, 512
"""The size of what a network sees that takes any size, where nobody says otherwise."""
LARGEST = 2_000_000_000  # protobuf's own limit is 2 GiB: what is larger has external weights
ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST = 8192
"""The longest side of an input that is taken for one."""
PIXEL_BYTES = 1500
"""What a pixel of the input costs while a network runs: isnet's 1.6 GB at 1024 × 1024."""


@dataclass(frozen=True)
class Found:
    """What a file is. ``likely``: known networks that it may be, the likeliest first; ``sure``: it
    is the first of them, byte by byte."""

    header: Header
    input: Tensor
    outputs: tuple[Tensor, ...]
    likely: tuple[Template, ...]
    sure: bool


def refused(why: str, say: str, **detail: object) -> OffcutError:
    """The error of a file that cannot be used; ``why``: a word for programs."""
    return fail("MODEL_FILE", say, why=why, **detail)


def look(header: Header, sha256: str = "") -> Found:
    """Tell what the file is. Raises MODEL_FILE, and says why, for one that cannot be used."""
    if header.external:
        say = "Its weights lie in a second file. Save the model as one file."
        raise refused("external-data", say)
    if header.size > LARGEST:
        say = f"It has {header.size / 1e9:.1f} GB; at most 2 GB can be loaded."
        raise refused("too-large", say)
    taken, outputs = _input(header), _outputs(header)
    sure = [one for one in KNOWN if sha256 in one.digests]
    likely = sure or [one for one in KNOWN if _fits(one, taken, outputs)]
    return Found(header, taken, outputs, tuple(likely), bool(sure))


def _shape(one: Tensor) -> str:
    return "×".join(str(side or "?") for side in one.shape or ())


def _input(header: Header) -> Tensor:
    if len(header.inputs) != 1:
        names = ", ".join(one.name for one in header.inputs[:4])
        say = f"It takes {len(header.inputs)} inputs ({names}) where one picture is all there is."
        raise refused("inputs", say)
    (taken,) = header.inputs
    if taken.dtype != "float32":
        say = (
            f"Its input holds numbers of the kind {taken.dtype or 'unknown'}; it has to be float32."
        )
        raise refused("input-type", say)
    shape = taken.shape
    fits = shape is not None and len(shape) == 4 and shape[0] <= 1 and shape[1] in (0, 3)
    if shape is None or not fits or max(shape) > LONGEST:
        have = _shape(taken) or "unknown"
        say = f"Its input has the shape {have}; it has to be 1×3×height×width."
        raise refused("input-shape", say)
    return taken


def _outputs(header: Header) -> tuple[Tensor, ...]:
    """Those that may be a mask."""
    usable = [
        one
        for one in header.outputs
        if one.dtype == "float32"
        and (one.shape is None or (len(one.shape) == 4 and max(one.shape[:2]) <= 1))
    ]
    if not usable:
        shapes = ", ".join(_shape(one) or "unknown" for one in header.outputs[:4])
        say = f"None of its outputs is a mask of 1×1×height×width in float32 (they are {shapes})."
        raise refused("outputs", say)
    return tuple(usable)


def _fits(known: Template, taken: Tensor, outputs: Sequence[Tensor]) -> bool:
    entry_in, entry_out = table(known.entry["input"], ""), table(known.entry["output"], "")
    named = taken.name == entry_in["name"]
    return named and entry_out["name"] in [one.name for one in outputs]


def own_spec(
    found: Found, model_id: str, sha256: str, parts: Sequence[Part], changes: Entry
) -> ModelSpec:
    """The model's entry, out of what the file says, a known network and what the person says.

    ``changes``: ``template``, the id of a known network, "" for none of them (not needed where the
    file is one for sure, or is like none); ``accept_terms``, True where that has terms to accept;
    ``normalise``, a key of ``NORMALISATIONS``; and any key of an entry in the registry, of
    ``input`` and ``output`` only what differs. Raises BAD_CONFIG, MODEL_UNKNOWN (no such
    template) and MODEL_TERMS.
    """
    if not ID.fullmatch(model_id):
        say = "A model's id has small letters, digits, dots, dashes, and no more than 64 of them."
        raise fail("BAD_CONFIG", say, id=model_id)
    known = template_of(found, changes)
    if known is not None and known.non_commercial and changes.get("accept_terms") is not True:
        raise fail("MODEL_TERMS", model=known.id, licence=known.licence, url=known.licence_url)
    base: Entry = known.entry if known else {"input": {}, "output": {}}
    side = _size(found.input, table(base["input"], "input"))
    entry = {
        "title": model_id,
        "licence": "as its file's maker says",
        "licence_url": "about:blank",
        **base,
        # Not among the profiles unless it is asked for: a stranger's mask changes them all.
        "roles": [],
        **{key: value for key, value in changes.items() if key in _KEYS},
        "bytes": found.header.size,
        "sha256": sha256,
        "parts": [{"file": one.file, "bytes": one.bytes, "sha256": one.sha256} for one in parts],
        "input": {
            **NORMALISATIONS["imagenet"],
            **table(base["input"], "input"),
            **side,
            **_normalise(changes),
            **table(changes.get("input", {}), "input"),
            "name": found.input.name,
        },
        "output": {
            "name": found.outputs[0].name,
            "range": "unit",
            "activation": "auto",
            **table(base["output"], "output"),
            **table(changes.get("output", {}), "output"),
        },
    }
    entry.setdefault("memory_mb", 0)
    spec = model_spec(model_id, entry, OWN)
    if spec.output.name not in [one.name for one in found.outputs]:
        where = f"models.{model_id}.output"
        raise wrong(where, "name", "the file has no such mask")
    return spec


_KEYS = ("title", "roles", "licence", "licence_url", "memory_mb")
CHANGES = (*_KEYS, "template", "accept_terms", "normalise", "input", "output")
"""What ``own_spec`` knows of."""


def template_of(found: Found, changes: Entry) -> Template | None:
    """The known network that the file is to be taken for."""
    unknown = set(changes) - set(CHANGES)
    if unknown:
        raise wrong("models", sorted(unknown)[0], f"not one of {', '.join(CHANGES)}")
    wanted = changes.get("template")
    if wanted is None and not found.sure and found.likely:
        # Not guessed: what they want to see differs, and so do their terms.
        names = ", ".join(one.id for one in found.likely)
        say = f'The file may be one of these: {names}. Say which by "template", "" for none.'
        raise fail("BAD_CONFIG", say, likely=names)
    if wanted is None:
        return found.likely[0] if found.sure else None
    if wanted == "":
        return None
    if wanted not in TEMPLATES:
        raise fail("MODEL_UNKNOWN", model=wanted)
    return TEMPLATES[str(wanted)]


def _normalise(changes: Entry) -> Entry:
    wanted = changes.get("normalise")
    if wanted is None:
        return {}
    if wanted not in NORMALISATIONS:
        raise wrong("models", "normalise", f"not one of {', '.join(NORMALISATIONS)}")
    return NORMALISATIONS[str(wanted)]


def _size(taken: Tensor, base: Entry) -> Entry:
    """The size that the file asks for; a known network's where it takes any."""
    height, width = (taken.shape or (0, 0, 0, 0))[2:]
    if width and height:
        return {"width": width, "height": height, "multiple": 0, "side": 0, "sides": []}
    if base:
        return {}
    return {"width": 0, "height": 0, "multiple": FREE_MULTIPLE, "side": FREE_SIDE}


def needs_mb(spec: ModelSpec, known: Template | None = None) -> int:
    """Megabytes of memory that loading and running it takes, about."""
    pixels = spec.input.usual**2
    if known is not None and isinstance(known.entry["memory_mb"], int):
        usual = table(known.entry["input"], "")["width"]
        return round(known.entry["memory_mb"] * pixels / int(str(usual)) ** 2)
    return round((2.5 * spec.bytes + PIXEL_BYTES * pixels) / 1e6)
