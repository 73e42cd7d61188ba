"""What the page remembers on this device: small settings, as JSON in localStorage.

Where that is closed (cookies are blocked, a sandboxed frame), everything is as on a first visit.
"""

import json

import js
from dom import missing

PREFIX = "offcut."


def box():
    """localStorage, or None where it is closed: to touch it there throws, and what JavaScript
    throws in the middle of a call goes past MicroPython's ``except``."""
    is_open = js.navigator.cookieEnabled and js.origin != "null"
    if hasattr(js, "offcutFrame"):  # a browser may close it to a frame alone; public/embed.js tried
        is_open = is_open and js.offcutFrame.stores
    return js.localStorage if is_open else None


def put(name, text):
    """Write an entry. As a listener: what a full box throws then ends on the console."""
    store = box()
    if store is not None:
        once = js.EventTarget.new()
        once.addEventListener("put", store.setItem.bind(store, name, text))
        once.dispatchEvent(js.Event.new("put"))


def read(key, default):
    """What was written under ``key``, or ``default``."""
    store = box()
    text = None if store is None else store.getItem(PREFIX + key)
    if missing(text):
        return default
    try:
        return json.loads(text)
    except ValueError:
        return default


def chosen(key, allowed, default, start=None):
    """As ``read``, of what can only be one of those allowed, or a text that begins so."""
    value = read(key, default)
    is_such = start is not None and isinstance(value, str) and value.startswith(start)
    return value if is_such or value in allowed else default


def write(key, value):
    """Remember a value that JSON can hold; None forgets it. Returns whether there is a place."""
    store = box()
    if store is None:
        return False
    if value is None:
        store.removeItem(PREFIX + key)
    else:
        put(PREFIX + key, json.dumps(value))
    return True
