"""What is written behind an option, as the settings that ``ExportOptions.of`` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.native.typed import typed

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
}
_SPELT = {"color": "colour", "center": "centre", "colors": "colour"}
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


def split(text: str) -> list[str]:
    """The parts between commas; those in parentheses belong to a colour: rgb(1, 2, 3)."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def number(text: str, what: str) -> float:
    """A number, or a percentage of 1: "0.05" and "5%" are the same. BAD_CONFIG."""
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise fail("BAD_CONFIG", f"{text!r} is no number for {what}.") from None


def colour(text: str) -> list[int]:
    """R, G, B of a name, #rgb, #rrggbb, rgb(…) or hsl(…). BAD_CONFIG."""
    found = _colour(text)
    if found is None:
        say = f"{text!r} is no colour: write a name (white), #ffffff or rgb(255, 255, 255)."
        raise fail("BAD_CONFIG", say)
    return found


def _colour(text: str) -> list[int] | None:
    from PIL import ImageColor  # noqa: PLC0415 - not before there is a colour to read

    try:
        found = ImageColor.getrgb(text)
    except ValueError:
        return None
    if len(found) == 4 and found[3] != 255:
        say = f"The colour {text!r} is half transparent; a background or an edge has to be opaque."
        raise fail("BAD_CONFIG", say)
    return list(found[:3])


def background(text: str, fit: str | None = None) -> tuple[dict[str, object] | None, Path | None]:
    """A background as the engine's setting, and its picture's file where it is one.

    ``text``: a colour; ``blur`` or ``blur:30%``; ``gradient:FROM,TO`` or ``gradient:FROM,TO,90``; a
    picture's file; ``none``. ``fit``: of a picture. BAD_CONFIG for anything else.
    """
    kind, _, rest = text.partition(":")
    made: dict[str, object]
    if text in ("none", "transparent"):
        return None, None
    if kind == "blur":
        made = {"kind": "blur"}
        if rest:
            made["amount"] = number(rest, "the amount of blur")
        return made, None
    if kind == "gradient":
        parts = split(rest)
        if len(parts) not in (2, 3):
            say = "A gradient is written gradient:FROM,TO or gradient:FROM,TO,ANGLE."
            raise fail("BAD_CONFIG", say)
        made = {"kind": "gradient", "from": colour(parts[0]), "to": colour(parts[1])}
        if len(parts) == 3:
            made["angle"] = number(parts[2], "the angle")
        return made, None
    found = _colour(text)
    if found is not None:
        return {"kind": "colour", "colour": found}, None
    file = typed(text)
    if not file.is_file():
        say = (
            f"The background {text!r} is no colour, no file, and neither blur nor gradient:FROM,TO."
        )
        raise fail("BAD_CONFIG", say)
    return {"kind": "image", "fit": fit}, file


def shadow(text: str) -> dict[str, object]:
    """``drop`` or ``contact``, then x, y, blur, strength, colour: "drop,y=2%,strength=0.4"."""
    return _table(split(text), ("kind",), "a shadow", default={"kind": "drop"})


def outline(text: str) -> dict[str, object]:
    """A width, then a colour: "1.5%,white"."""
    return _table(split(text), ("width", "colour"), "an outline")


def frame(text: str) -> dict[str, object]:
    """W:H, WxH, a margin, "off-centre", in any order, or by name: "1:1,2000x2000,margin=5%"."""
    named = []
    for part in split(text):
        first = part.partition("x")[0]
        if "=" in part:
            named.append(part)
        elif part in ("off-centre", "off-center"):
            named.append("centre=no")
        elif ":" in part:
            named.append(f"aspect={part}")
        elif first != part and first.strip().isdigit():
            named.append(f"size={part}")
        else:
            named.append(f"margin={part}")
    return _table(named, (), "a frame")


def _table(
    parts: list[str],
    order: tuple[str, ...],
    what: str,
    default: dict[str, object] | None = None,
) -> dict[str, object]:
    """Parts with a name ("y=2%"), and at the beginning some without, in their ``order``."""
    made: dict[str, object] = dict(default or {})
    for n, part in enumerate(parts):
        name, found, value = part.partition("=")
        if not found:
            if n >= len(order):
                raise fail("BAD_CONFIG", f"What {part!r} is of {what} has to be said: name={part}.")
            name, value = order[n], part
        name = _SPELT.get(name.strip(), name.strip())
        made[name] = _value(name, value.strip(), what)
    return made


def _value(name: str, text: str, what: str) -> object:
    if name == "kind":
        return text
    if name == "colour":
        return colour(text)
    if name == "centre":
        if text not in (*_YES, *_NO):
            raise fail("BAD_CONFIG", "The centre of a frame is yes or no.")
        return text in _YES
    if name in ("aspect", "size"):
        pair = text.replace("x", ":").split(":")
        if len(pair) != 2:
            raise fail("BAD_CONFIG", f"The {name} of {what} is a width and a height.")
        return [number(one, f"the {name} of {what}") for one in pair]
    return number(text, f"{name!r} of {what}")
