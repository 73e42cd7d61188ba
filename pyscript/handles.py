"""What came from another window: plain values, and the browser's own handles in between.

Runs under MicroPython and Pyodide alike.
"""

import js
from dom import missing

DEEPEST = 8
HANDLES = ("[object Blob]", "[object File]")
BYTES = "[object ArrayBuffer]"


def plain(value, room, deep=0):
    """What JavaScript sent, as plain values with the browser's handles in between.

    ``room``: a list of one number, of how many values there may be. Raises ValueError.
    """
    room[0] -= 1
    if room[0] < 0 or deep > DEEPEST:
        raise ValueError
    if missing(value):
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    tag = _tag(value)
    if tag == "[object Array]":
        if value.length > room[0]:
            raise ValueError
        return [plain(value[at], room, deep + 1) for at in range(value.length)]
    if tag != "[object Object]":
        return value
    keys = js.Object.keys(value)
    if keys.length > room[0]:
        raise ValueError
    made = {}
    for at in range(keys.length):
        made[keys[at]] = plain(js.Reflect.get(value, keys[at]), room, deep + 1)
    return made


def _tag(value):
    return js.Object.prototype.toString.call(value)


def is_handle(value):
    """Whether that is a Blob, or bytes."""
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return False
    return _tag(value) in HANDLES or _is_bytes(value)


def _is_bytes(value):
    return js.ArrayBuffer.isView(value) or _tag(value) == BYTES


def as_blob(value):
    """Bytes as a Blob; a Blob as it is."""
    return js.Blob.new(js.Array.of(value)) if _is_bytes(value) else value
