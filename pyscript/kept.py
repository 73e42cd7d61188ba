"""What the page remembers on this device: small settings, as JSON in localStorage.

Where that is blocked (a private window, a site's frame), everything is as on a first visit.
"""

import json

import js
from dom import JsException, missing

PREFIX = "offcut."


def read(key, default):
    """What was written under ``key``, or ``default``."""
    try:
        text = js.localStorage.getItem(PREFIX + key)
        return default if missing(text) else json.loads(text)
    except (JsException, ValueError):
        return default


def chosen(key, allowed, default):
    """As ``read``, of what can only be one of those allowed."""
    value = read(key, default)
    return value if value in allowed else default


def write(key, value):
    """Remember a value that JSON can hold; None forgets it. Returns whether it will be there."""
    try:
        if value is None:
            js.localStorage.removeItem(PREFIX + key)
        else:
            js.localStorage.setItem(PREFIX + key, json.dumps(value))
    except JsException:
        return False
    return True
