"""What a caller may ask of ground, shadow, outline and frame, read and checked.

A setting that is absent or None has its default. What has no effect (a shadow of strength 0, an
outline of width 0) is read as none, so that the result is just the one without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from PIL import ImageColor

from offcut.errors import fail
from offcut.pixels.frame import Frame, check_pixels
from offcut.pixels.ground import FITS, Blur, Gradient, Picture
from offcut.pixels.outline import Outline
from offcut.pixels.shadow import KINDS, Shadow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from offcut.pixels.ground import Ground

    Colour = tuple[int, int, int]

MAX_OUTLINE = 0.1
MAX_BLUR = 0.5
MAX_RATIO = 1000
MAX_PAIR = 1e9
MAX_ANGLE = 1e6  # some turns more than anybody needs, and still exact

GROUNDS = {
    "colour": ("colour",),
    "gradient": ("from", "to", "angle"),
    "blur": ("amount",),
    "image": ("image", "fit", "x", "y"),
}
"""The kinds of a background, and the settings of each."""


def read(options: Mapping[str, object]) -> dict[str, Any]:
    """The fields of ``ExportOptions`` for what lies behind and around a cut-out. BAD_CONFIG."""
    return {
        "background": ground_of(options.get("background")),
        "shadow": shadow_of(options.get("shadow")),
        "outline": outline_of(options.get("outline")),
        "frame": frame_of(options.get("frame")),
    }


def ground_of(value: object) -> Ground | None:
    """A background: None, a colour, or a kind with its settings. BAD_CONFIG."""
    if value is None or value == "transparent":
        return None
    if not isinstance(value, Mapping):
        return _colour(value, "A background is")
    kind = _one_of(value.get("kind"), "kind of a background", GROUNDS)
    _known(value, f"background of the kind {kind!r}", ("kind", *GROUNDS[kind]))
    if kind == "colour":
        return _colour(value.get("colour"), "A background's colour is")
    if kind == "gradient":
        return Gradient(
            _colour(value.get("from"), "A gradient's first colour is"),
            _colour(value.get("to"), "A gradient's last colour is"),
            _number(value, "angle", Gradient.angle, -MAX_ANGLE, MAX_ANGLE),
        )
    if kind == "blur":
        return Blur(_number(value, "amount", Blur.amount, 0, 1))
    return Picture(
        _one_of(_given(value, "fit", Picture.fit), "fit of a picture", FITS),
        _number(value, "x", Picture.x, 0, 1),
        _number(value, "y", Picture.y, 0, 1),
    )


def shadow_of(value: object) -> Shadow | None:
    """A shadow, None for none; see ``Shadow``. BAD_CONFIG."""
    found = _settings(value, "shadow", Shadow)
    if found is None:
        return None
    made = Shadow(
        _one_of(found.get("kind"), "kind of a shadow", KINDS),
        _number(found, "x", Shadow.x, -1, 1),
        _number(found, "y", Shadow.y, -1, 1),
        _number(found, "blur", Shadow.blur, 0, MAX_BLUR),
        _number(found, "strength", Shadow.strength, 0, 1),
        _colour(_given(found, "colour", Shadow.colour), "A shadow's colour is"),
    )
    return made if made.strength else None


def outline_of(value: object) -> Outline | None:
    """An outline, None for none; see ``Outline``. BAD_CONFIG."""
    found = _settings(value, "outline", Outline)
    if found is None:
        return None
    if found.get("width") is None:
        raise fail("BAD_CONFIG", "An outline needs a width.")
    made = Outline(
        _number(found, "width", 0, 0, MAX_OUTLINE),
        _colour(_given(found, "colour", Outline.colour), "An outline's colour is"),
    )
    return made if made.width else None


def frame_of(value: object) -> Frame | None:
    """A frame, None for the photo's own; see ``Frame``. BAD_CONFIG."""
    found = _settings(value, "frame", Frame)
    if found is None:
        return None
    margin = _number(found, "margin", Frame.margin, 0, 0.5)
    if margin == 0.5:
        raise fail("BAD_CONFIG", "A margin of a half on both sides leaves the subject no room.")
    aspect, size = _pair(found, "aspect"), _pair(found, "size")
    if aspect is not None and not 1 / MAX_RATIO <= aspect[0] / aspect[1] <= MAX_RATIO:
        say = f"A frame is at most {MAX_RATIO} times as long as it is short."
        raise fail("BAD_CONFIG", say, aspect=str(aspect))
    whole = None
    if size is not None:
        whole = int(size[0]), int(size[1])
        if whole != size:
            raise fail("BAD_CONFIG", "A frame's size is in whole pixels.", size=str(size))
        check_pixels(*whole)
        # Rounded to whole pixels, a size may be one off from its aspect.
        if aspect is not None and abs(size[0] - size[1] * aspect[0] / aspect[1]) > 1:
            say = "A frame's size and aspect do not agree; leave the aspect out."
            raise fail("BAD_CONFIG", say, size=str(size), aspect=str(aspect))
    centre = _given(found, "centre", Frame.centre)
    if not isinstance(centre, bool):
        raise fail("BAD_CONFIG", "The setting 'centre' is true or false.", value=centre)
    return Frame(margin, aspect, whole, centre)


def _settings(value: object, name: str, kind: type[Any]) -> Mapping[str, object] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise fail("BAD_CONFIG", f"The setting {name!r} is an object with settings.", value=value)
    _known(value, name, [field.name for field in fields(kind)])
    return value


def _known(found: Mapping[str, object], what: str, names: Iterable[str]) -> None:
    """Nothing but settings of those names: a slip of the pen would else go unnoticed."""
    strange = [str(name) for name in found if name not in names]
    if strange:
        say = f"A {what} has no setting {strange[0]!r}, only {', '.join(names)}."
        raise fail("BAD_CONFIG", say)


def _given(found: Mapping[str, object], name: str, default: object) -> object:
    value = found.get(name)
    return default if value is None else value


def _one_of(value: object, what: str, names: Iterable[str]) -> str:
    if isinstance(value, str) and value in names:
        return value
    raise fail("BAD_CONFIG", f"The {what} is one of {', '.join(names)}.", value=value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(
    found: Mapping[str, object], name: str, default: float, low: float, high: float
) -> float:
    value: Any = _given(found, name, default)
    if not _is_number(value) or not low <= value <= high:
        say = f"The setting {name!r} is a number from {low:g} to {high:g}."
        raise fail("BAD_CONFIG", say, value=value)
    return float(value)


def _colour(value: Any, whose: str) -> Colour:
    """Three numbers of 0..255, or a colour's name as CSS has it: "white", "#fff", "rgb(…)"."""
    if isinstance(value, str):
        value = _named(value, whose)
    is_list = isinstance(value, (list, tuple)) and len(value) == 3
    if not is_list or not all(_is_number(number) and 0 <= number <= 255 for number in value):
        say = f"{whose} three numbers from 0 to 255, or a colour such as 'white' or '#ffcc00'."
        raise fail("BAD_CONFIG", say, value=value)
    red, green, blue = (round(number) for number in value)
    return red, green, blue


def _named(value: str, whose: str) -> Colour:
    try:
        found = ImageColor.getrgb(value.strip())
    except ValueError as error:
        say = f"{whose} a colour such as 'white' or '#ffcc00', and {value!r} is none."
        raise fail("BAD_CONFIG", say) from error
    if len(found) == 4 and found[3] != 255:
        raise fail("BAD_CONFIG", f"{whose} an opaque colour, and {value!r} is not.")
    return found[0], found[1], found[2]


def _pair(found: Mapping[str, object], name: str) -> tuple[float, float] | None:
    """Two numbers over 0, width first."""
    value: Any = found.get(name)
    if value is None:
        return None
    is_list = isinstance(value, (list, tuple)) and len(value) == 2
    if not is_list or not all(_is_number(number) and 0 < number <= MAX_PAIR for number in value):
        raise fail("BAD_CONFIG", f"A frame's {name} is a width and a height.", value=value)
    return value[0], value[1]
