"""What a page wants of its remover: attributes of the tag, and the same keys in its configuration.

A value that is none is told of and left out: half a remover is better than none.
"""

import js
from dom import missing
from text import LANGUAGES

from remover.paint import colour_of

PARTS = ("paste", "camera", "compare", "background", "profile", "copy", "share", "note")
DEFAULT_PARTS = "paste camera compare background copy share note"
FORMATS = ("png", "webp", "avif", "jpeg")
PROFILES = ("fast", "auto", "best")
THEMES = ("auto", "light", "dark")
GROUNDS = ("none", "white", "blur")
LARGEST = 100_000  # pixels: what nobody means


def _one_of(*allowed):
    def read(value):
        if value not in allowed:
            raise ValueError(", ".join(allowed))
        return value

    return read


def _switch(value):
    """An attribute is there or not; a configuration says true or false."""
    if value in ("", "true", "yes", "1"):
        return True
    if value in ("false", "no", "0"):
        return False
    raise ValueError("true, false")


def _quality(value):
    try:
        number = float(value)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise ValueError("0 … 1")
    return number


def _side(value):
    if not value.isdigit() or not 0 < int(value) <= LARGEST:
        raise ValueError("1 … " + str(LARGEST))
    return int(value)


def _accent(value):
    if colour_of(value) is None:
        raise ValueError("#ffca3a, teal")
    return value


def _ground(value):
    if value not in GROUNDS and colour_of(value) is None:
        raise ValueError(", ".join(GROUNDS) + ", #ffca3a, teal")
    return value


def _parts(value):
    wanted = value.replace(",", " ").split()
    if wanted == ["none"]:
        return []
    if any(part not in PARTS for part in wanted):
        raise ValueError(", ".join(PARTS) + ", none")
    return wanted


def _name(value):
    if not value:
        raise ValueError("u2netp, isnet, modnet")
    return value


# By key: how it is read, and what counts without it.
KEYS = {
    "model": (_name, None),
    "profile": (_one_of(*PROFILES), "auto"),
    "theme": (_one_of(*THEMES), "auto"),
    "language": (_one_of("auto", *LANGUAGES), "auto"),
    "accent": (_accent, None),
    "output": (_one_of(*FORMATS), "png"),
    "quality": (_quality, None),
    "max-size": (_side, None),
    "background": (_ground, "none"),
    "parts": (_parts, DEFAULT_PARTS.split()),
    "multiple": (_switch, False),
    "eager": (_switch, False),
}
# What PyScript and HTML read on the same tag.
OTHERS = ("src", "config", "type", "async", "worker", "id", "class", "style", "lang", "dir")


def read(tag, wishes):
    """What counts for ``tag``: a value for each of ``KEYS``, and what was wrong, each (key, value,
    what may stand there). ``wishes``: the same keys out of the page's configuration."""
    values = {}
    wrong = []
    for key in wishes:
        if key not in KEYS:
            wrong.append((key, str(wishes[key]), ", ".join(KEYS)))
    for key, (reader, default) in KEYS.items():
        values[key] = default
        # The tag's own word comes last, so that it counts.
        for said in (wishes.get(key), tag.getAttribute(key)):
            if missing(said) or said is None:
                continue
            text = _text(said)
            try:
                values[key] = reader(text)
            except ValueError as error:
                wrong.append((key, text, str(error)))
    return values, wrong


def _text(said):
    """A configuration's value as an attribute would have it."""
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, (list, tuple)):
        return " ".join([str(one) for one in said]) or "none"
    return str(said).strip()


def options_of(values):
    """What of it ``Engine.remove`` is asked for."""
    made = {"model": values["model"] or values["profile"], "format": "image/" + values["output"]}
    if values["quality"] is not None and values["output"] != "png":
        made["quality"] = values["quality"]
    if values["max-size"] is not None:
        made["max_size"] = values["max-size"]
    made.update(ground_of(values["background"]))
    return made


def ground_of(wish):
    """The engine's ``background`` for a wish, {} for none."""
    if wish == "none":
        return {}
    if wish == "blur":
        return {"background": {"kind": "blur", "amount": 0.5}}
    return {"background": {"kind": "colour", "colour": colour_of(wish)}}


def languages_of(values, tag):
    """Language tags, the first wish first: what is set, the page's around the tag, the person's."""
    if values["language"] != "auto":
        return [values["language"]]
    tags = []
    around = tag.closest("[lang]")
    if not missing(around):
        tags.append(around.getAttribute("lang"))
    offered = js.navigator.languages
    return tags + [offered[place] for place in range(offered.length)]
