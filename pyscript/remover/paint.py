"""Colours as CSS writes them, and which text can be read on them."""

import js

DARK = "#17211d"  # the product's ink
LIGHT = "#fff"


def colour_of(css):
    """[red, green, blue], 0 to 255, of a colour that this browser can read, whatever its space;
    else None. Transparency does not count."""
    css = css.strip()
    if not css or css in ("currentcolor", "inherit", "initial", "unset", "revert", "transparent"):
        return None
    if "var(" in css or not js.CSS.supports("color", css):
        return None
    # Only what is in the document has a computed style. One plain space for all: sRGB.
    probe = js.document.createElement("span")
    probe.style.setProperty("display", "none")
    probe.style.setProperty("color", "color-mix(in srgb, " + css + " 100%, black 0%)")
    js.document.documentElement.append(probe)
    said = js.getComputedStyle(probe).color
    probe.remove()
    return _numbers(said)


def _numbers(said):
    """Of "color(srgb 1 .8 .2 / 1)" or "rgb(255, 204, 51)"."""
    inside = said[said.find("(") + 1 : said.rfind(")")]
    times = 1
    if inside.startswith("srgb "):
        inside, times = inside[len("srgb ") :], 255
    parts = inside.split("/")[0].replace(",", " ").split()
    try:
        return [min(255, max(0, round(times * float(part)))) for part in parts[:3]]
    except ValueError:
        return None


def luminance(rgb):
    """Relative luminance, 0 to 1, as WCAG defines it."""
    red, green, blue = [_linear(value / 255) for value in rgb]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one, other):
    """The contrast of two luminances, 1 to 21."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)


def text_on(rgb):
    """Of the product's dark and light text the one that is read better on that colour."""
    ground = luminance(rgb)
    dark = contrast(ground, luminance([0x17, 0x21, 0x1D]))
    return DARK if dark >= contrast(ground, 1.0) else LIGHT
