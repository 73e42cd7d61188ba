"""Many results at once: written into a folder; and the list of what became of each photo.

Runs under MicroPython and Pyodide alike.
"""

import json

import js
from batch import DONE
from dom import JsException
from looks import plain
from names import unique
from pyscript.ffi import to_js

REPORT = "offcut-report.csv"
FORMULA = "=+-@\t\r\n＝＋－＠"  # what a formula may begin with
PARTS = ";\t\r\n"
COLUMNS = ("file", "outcome", "result", "width", "height", "models", "look", "note")


def report(items):
    """What became of each photo, as CSV (RFC 4180)."""
    lines = [COLUMNS]
    for item in items:
        note = ""
        if item.error:
            note = item.error.message
        elif item.result:
            note = " ".join(item.result["notes"])
        result = item.result if item.state == DONE else None
        lines.append(
            (
                item.photo.name,
                item.state,
                item.name if result else "",
                result["width"] if result else "",
                result["height"] if result else "",
                " ".join(result["models"]) if result else "",
                json.dumps(plain(item.scene or {})) if result else "",
                note,
            )
        )
    return "".join([",".join([_cell(one) for one in line]) + "\r\n" for line in lines])


def _cell(value):
    """As a cell that no table takes for a formula: neither at its beginning nor, where a language
    parts cells by semicolons, behind one."""
    text = ""
    begins = True
    for char in str(value):
        if begins and char in FORMULA:
            text += "'"
        text += char
        begins = char in PARTS or (begins and char in ' "')
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def named_files(items):
    """The results, each a name and a Blob, and the report at the end: no byte is copied."""
    done = [item for item in items if item.state == DONE]
    files = [(item.name, item.result["blob"]) for item in done]
    name = unique(REPORT, [one for one, _ in files])
    text = js.Blob.new(js.Array.of(report(items)), to_js({"type": "text/csv"}))
    files.append((name, text))
    return files


def can_write_folders():
    """Whether this browser lets a page write into a folder."""
    return hasattr(js.window, "showDirectoryPicker")


async def choose_folder():
    """Ask for a folder to write into: its handle, or None when the person thought better of it."""
    try:
        return await js.window.showDirectoryPicker(to_js({"id": "offcut", "mode": "readwrite"}))
    except JsException:
        return None


async def write_all(folder, items):
    """Write all results and the report into ``folder``; returns how many files were written.

    What is in the folder already is never written over: a name that is taken gets a number.
    """
    taken = []
    written = 0
    for name, blob in named_files(items):
        free = await _free(folder, name, taken)
        taken.append(free)
        handle = await folder.getFileHandle(free, to_js({"create": True}))
        stream = await handle.createWritable()
        await stream.write(blob)
        await stream.close()
        written += 1
    return written


async def _free(folder, name, taken):
    taken = list(taken)
    while True:
        name_now = unique(name, taken)
        try:
            await folder.getFileHandle(name_now)
        except JsException:
            return name_now  # there is none
        taken.append(name_now)
