"""What is said between a host page and Offcut in its frame: docs/embedding-frame.md has the table.

Nothing here knows the browser. Whatever the host sends was made of plain values by then (dicts,
lists, strings, numbers, booleans, None), with the browser's own handles in between; what is not
understood is left alone. Runs under MicroPython and Pyodide alike.
"""

VERSION = 1
TYPES = ("ping", "open", "cancel", "set")
PHOTO = "photo"  # the one field that is a handle
SCENE = ("background", "shadow", "outline", "frame")
OUTPUT = ("format", "quality", "depth", "mask", "crop", "exif")
FORMATS = {
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
}
LOOKS = ("theme", "accent", "parts")  # public/embed.js judges these
LONGEST = 255  # of a name or an id
MOST = 2_147_483_647  # larger whole numbers are others by the time MicroPython has them
WAITING = 100  # photos that wait for their turn; whoever sends more is told so
_DIGITS = "0123456789abcdef"


class Trust:
    """Which origin is the host's: the one that its address in the frame names, or else the one
    that spoke first. A window's origin stays, so anybody else is not the host."""

    def __init__(self, named):
        """``named``: an origin, or "" where the address names none."""
        self._origin = named
        self.known = bool(named)  # whether results may go out

    def hears(self, origin):
        """Whether what came from there is the host's word."""
        if not self.known:
            self._origin, self.known = origin, True
        return origin == self._origin

    def target(self):
        """Where to post to. A host without an origin of its own ("null": a file, a sandbox) can
        only be named so; it is the frame's parent in any case."""
        return self._origin if self.known and self._origin != "null" else "*"


def read(message, is_photo):
    """Return what the host wants, or None for what is not of this protocol.

    ``is_photo(value)``: whether that is a handle of the browser's that holds bytes. Returns a
    dict: ``type`` and, where the host gave one, ``id``; and
    of "open": photo, name (or None), options, scene; of "set": settings.
    A request that is understood and cannot be done is of the type "wrong", with a code.
    """
    if not isinstance(message, dict) or _kind(message.get("offcut")) != "number":
        return None
    if message["offcut"] != VERSION or _kind(message.get("type")) != "text":
        return None
    if message["type"] not in TYPES:
        return None
    request = {"type": message["type"]}
    number = message.get("id")
    if number is not None:
        if not _is_id(number):
            return None
        request["id"] = number
    if request["type"] == "open":
        return _open(message, request, is_photo)
    if request["type"] == "set":
        request["settings"] = settings(message.get("settings"), is_photo)
    return request


def _open(message, request, is_photo):
    if not is_photo(message.get(PHOTO)):
        return _wrong(request, "NOT_AN_IMAGE")
    asked = message.get("options")
    if asked is None:
        asked = {}
    if not isinstance(asked, dict) or not _plain(asked, is_photo):
        return _wrong(request, "BAD_CONFIG")
    made = settings(asked, is_photo)
    name = message.get("name")
    request["photo"] = message[PHOTO]
    request["name"] = name[:LONGEST] if _kind(name) == "text" and name else None
    request["scene"] = {key: made[key] for key in SCENE if made.get(key) is not None}
    options = dict(made.get("output") or {})
    if "model" in made:
        options["model"] = made["model"]
    if isinstance(asked.get("foreground"), bool):
        options["foreground"] = asked["foreground"]
    request["options"] = options
    return request


def _wrong(request, code):
    request["type"] = "wrong"
    request["code"] = code
    return request


def settings(asked, is_photo):
    """Return those settings that can be meant: model, language, output (of the engine's
    ``remove``), background, shadow, outline, frame (None: take it away), theme, accent, parts."""
    made = {}
    if not isinstance(asked, dict) or not _plain(asked, is_photo):
        return made
    for key in ("language", "theme", "accent", "parts"):
        if _is_word(asked.get(key)):
            made[key] = asked[key]
    for key in ("model", "profile"):
        if _is_word(asked.get(key)):
            made["model"] = asked[key]
    output = _output(asked)
    if output:
        made["output"] = output
    if "background" in asked:
        ground = _ground(asked["background"])
        if ground is not False:
            made["background"] = ground
    for key in ("shadow", "outline", "frame"):
        if key in asked and (asked[key] is None or isinstance(asked[key], dict)):
            made[key] = asked[key]
    return made


def from_address(asked):
    """Return those settings of an address that nobody else looks at (the page itself does for
    ``model`` and ``lang``, public/embed.js for the looks). ``asked``: a dict of its query."""
    wanted = {key: asked[key] for key in asked}
    if "quality" in wanted:
        try:
            wanted["quality"] = float(wanted["quality"])
        except ValueError:
            del wanted["quality"]
    if wanted.pop("model", None):  # goes before a profile
        wanted.pop("profile", None)
    made = settings(wanted, lambda _: False)
    return {key: made[key] for key in ("model", "output", "background") if key in made}


def _output(asked):
    """``output``: a format, or a dict with the format and more; ``quality`` also beside it."""
    given = asked.get("output")
    output = {}
    if isinstance(given, dict):
        output = {key: given[key] for key in OUTPUT if given.get(key) is not None}
    elif given is not None:
        output = {"format": given}
    if "quality" not in output and _kind(asked.get("quality")) == "number":
        output["quality"] = asked["quality"]
    kind = output.get("format")
    if _kind(kind) == "text" and kind in FORMATS:
        output["format"] = FORMATS[kind]
    elif kind is not None and kind not in FORMATS.values():
        del output["format"]
    quality = output.get("quality")
    if quality is not None and not (_kind(quality) == "number" and 0 <= quality <= 1):
        del output["quality"]
    return output


def _ground(given):
    """The background as the engine takes it, None for none, False for what is no background."""
    if given is None or given in ("none", "transparent", ""):
        return None
    if isinstance(given, str):
        rgb = _colour(given)
        return {"kind": "colour", "colour": rgb} if rgb else False
    if isinstance(given, list):
        fits = len(given) == 3 and all([_kind(one) == "number" for one in given])
        return {"kind": "colour", "colour": given} if fits else False
    return given if isinstance(given, dict) else False


def _colour(text):
    """Red, green and blue of "white", "black", "#fff" or "#ffffff", also without the sign; else
    None."""
    text = {"white": "fff", "black": "000"}.get(text, text).lower()
    digits = text[1:] if text.startswith("#") else text
    if len(digits) == 3:
        digits = "".join([one + one for one in digits])
    if len(digits) != 6 or any([one not in _DIGITS for one in digits]):
        return None
    return [int(digits[at : at + 2], 16) for at in (0, 2, 4)]


def _plain(value, is_photo, key=""):
    """Whether a handle is at most where a picture goes: the ``image`` of a background."""
    if isinstance(value, dict):
        return all([isinstance(one, str) and _plain(value[one], is_photo, one) for one in value])
    if isinstance(value, list):
        return all([_plain(one, is_photo) for one in value])
    if value is None or _kind(value):
        return True
    return key == "image" and is_photo(value)


def _kind(value):
    """text, number or flag; "" for anything else. A number is a finite one."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int):
        return "number"
    if isinstance(value, float) and abs(value) < float("inf"):
        return "number"
    return ""


def _is_word(value):
    return isinstance(value, str) and 0 < len(value) <= LONGEST


def _is_id(value):
    if isinstance(value, str):
        return len(value) <= LONGEST
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST
