"""Colours as people write them."""

from __future__ import annotations

from typing import Any

from PIL import ImageColor

from offcut.errors import fail


def colour(value: Any) -> tuple[int, int, int]:
    """R, G, B of a name or of CSS notation ("white", "#fff", "rgb(255, 255, 255)"), or of three
    numbers from 0 to 255. BAD_CONFIG."""
    if isinstance(value, str):
        try:
            red, green, blue, *alpha = ImageColor.getrgb(value)
        except ValueError:
            say = f"{value!r} is no colour: write a name (white), #ffffff or three numbers."
            raise fail("BAD_CONFIG", say) from None
        if alpha and alpha[0] != 255:
            raise fail("BAD_CONFIG", f"The colour {value!r} is half transparent.")
        value = red, green, blue  # "rgb(300, 0, 0)" is one for Pillow
    is_three = isinstance(value, (list, tuple)) and len(value) == 3
    if not is_three or not all(_is_level(number) for number in value):
        raise fail("BAD_CONFIG", "A colour is a name, or three numbers from 0 to 255.", value=value)
    red, green, blue = (round(number) for number in value)
    return red, green, blue


def _is_level(number: object) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and 0 <= number <= 255
