"""Colours as people write them, and the last ones used."""

MOST_RECENT = 5


def hex_of(colour):
    """Write a colour as "#aabbcc"."""
    return "#" + "".join(["%02x" % one for one in colour])


def colour_of(text):
    """Read "#abc", "abc", "#aabbcc", "rgb(1, 2, 3)" or "1 2 3"; None for anything else."""
    text = text.strip().lower()
    if text.startswith("rgb(") and text.endswith(")"):
        return _three(text[4:-1])
    digits = text[1:] if text.startswith("#") else text
    if len(digits) in (3, 6) and all(one in "0123456789abcdef" for one in digits):
        step = len(digits) // 3
        parts = [digits[at : at + step] for at in range(0, len(digits), step)]
        return [int(part * (3 - step), 16) for part in parts]
    return _three(text)


def _three(text):
    parts = text.replace(",", " ").split()
    if len(parts) != 3 or not all(part.isdigit() and len(part) < 4 for part in parts):
        return None
    colour = [int(part) for part in parts]
    return colour if max(colour) < 256 else None


def recent(colours, colour):
    """The last colours used, ``colour`` the first of them."""
    return ([colour] + [one for one in colours if one != colour])[:MOST_RECENT]
