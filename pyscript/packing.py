"""Plain values with handles of the browser in them (Blobs), as a text and a list of the handles.

Runs under MicroPython and Pyodide alike.
"""

import json

MARK = "$file"  # {"$file": 2}: the third of the list


def pack(value):
    """The text and the list for ``value``: dicts, lists, plain values and handles."""
    files = []
    return json.dumps(_out(value, files)), files


def unpack(text, files):
    """What ``pack`` was given."""
    return _back(json.loads(text), files)


def _out(value, files):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {key: _out(value[key], files) for key in value}
    if isinstance(value, (list, tuple)):
        return [_out(one, files) for one in value]
    files.append(value)
    return {MARK: len(files) - 1}


def _back(value, files):
    if isinstance(value, dict):
        if MARK in value:
            return files[value[MARK]]
        return {key: _back(value[key], files) for key in value}
    if isinstance(value, list):
        return [_back(one, files) for one in value]
    return value
