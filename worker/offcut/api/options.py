"""What a program may ask of a result, as the engine takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

import numpy as np

from offcut.api.images import given
from offcut.errors import fail
from offcut.pipeline.matte import mime_of
from offcut.pixels.names import colour


class Options(TypedDict, total=False):
    """Settings of ``remove``; what is not given, or None, has its default.

    ``profile``: which networks look, "auto" if not given. ``model``: the id of one network instead.
    ``quality``: 0..1 of lossy files (0.9); 1 makes WebP lossless. ``depth``: bits a channel, 16 for
    PNG only. ``mask``: the matte alone, gray. ``type``: what is kept, "foreground", "background" or
    "mask", the subject's shape in white. ``max_size``: the longest side that the result may have,
    in pixels. ``crop``: only the box that the subject fills.
    ``exif``: carry the photo's Exif. ``foreground``: give soft edges the subject's own colours; if
    not given, where there is a background, a shadow or an outline.

    ``background``: a colour, a picture (Pillow image, array, bytes, path, Blob), or a dict
    ``{"kind": "gradient", "from": …, "to": …, "angle": 180}``, ``{"kind": "blur", "amount": 0.5}``
    or ``{"kind": "image", "image": …, "fit": "cover", "x": 0.5, "y": 0.5}``. ``shadow``:
    ``{"kind": "drop" or "contact", "x", "y", "blur", "strength", "colour"}``. ``outline``:
    ``{"width", "colour"}``. ``frame``: ``{"margin", "aspect", "size", "centre"}``. Colours are
    names, "#rrggbb" or three numbers from 0 to 255; lengths and all else are as in
    docs/backgrounds.md.
    """

    profile: Literal["fast", "auto", "best"]
    model: str
    quality: float
    depth: Literal[8, 16]
    mask: bool
    type: Literal["foreground", "background", "mask"]
    max_size: int
    crop: bool
    exif: bool
    foreground: bool
    background: object
    shadow: Mapping[str, object]
    outline: Mapping[str, object]
    frame: Mapping[str, object]


NAMES = frozenset(Options.__annotations__)
LOOKS = frozenset(("profile", "model"))
_COLOURS = ("colour", "from", "to")
_ANY_KIND = ("background",)  # which may be a picture
_KINDS = (str, int, float, Mapping)


def known(options: Mapping[str, object], names: frozenset[str]) -> dict[str, Any]:
    """The options that are given. BAD_CONFIG for a name that is none of ``names``."""
    strange = sorted(options.keys() - names)
    if strange:
        say = f"There is no setting {strange[0]!r}, only {', '.join(sorted(names))}."
        raise fail("BAD_CONFIG", say)
    given = {name: value for name, value in options.items() if value is not None}
    for name, value in given.items():
        # Of an array nobody can say whether it is something: it would be asked all the way down.
        if name not in _ANY_KIND and not isinstance(value, _KINDS):
            say = f"The setting {name!r} cannot be of the kind {type(value).__name__}."
            raise fail("BAD_CONFIG", say)
    return given


def wanted(options: Mapping[str, Any]) -> str:
    """The profile or the model that is to look."""
    return str(options.get("model") or options.get("profile") or "auto")


async def asked(options: Mapping[str, Any], mime: str) -> tuple[dict[str, object], object]:
    """What ``ExportOptions.of`` reads, and the background's picture, as a home takes it, or None.

    Raises BAD_CONFIG, and for a picture what ``given`` raises.
    """
    made: dict[str, object] = {"format": mime_of(mime)}
    for name, value in options.items():
        if name in LOOKS or name == "background":
            continue
        made[name] = _coloured(value) if isinstance(value, Mapping) else value
    ground, picture = await _ground(options.get("background"))
    if ground is not None:
        made["background"] = ground
    return made, picture


async def _ground(value: Any) -> tuple[object, object]:
    if value is None:
        return None, None
    if isinstance(value, str) or _is_triple(value):
        return list(colour(value.tolist() if isinstance(value, np.ndarray) else value)), None
    if not isinstance(value, Mapping):
        return {"kind": "image"}, (await given(value)).image
    kind = value.get("kind")
    if not (isinstance(kind, str) and kind == "image"):
        return _coloured(value), None
    if value.get("image") is None:
        raise fail("BAD_CONFIG", "A background of the kind 'image' needs an image.")
    rest = {name: one for name, one in value.items() if name != "image"}
    return rest, (await given(value["image"])).image


def _is_triple(value: object) -> bool:
    return isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim == 1)


def _coloured(setting: Mapping[str, object]) -> dict[str, object]:
    """With its colours as numbers."""
    return {
        name: list(colour(value)) if name in _COLOURS and value is not None else value
        for name, value in setting.items()
    }
