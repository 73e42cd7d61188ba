"""Files that come in: a list of them, folders that were dropped, what is on the clipboard.

Runs under MicroPython and Pyodide alike.
"""

import js
from dom import JsException, missing
from names import is_picture
from text import t

MOST = 2_000  # files taken from one drop: somebody let go of the whole disk


def listed(files):
    """The files of a FileList, as a Python list."""
    return [files.item(index) for index in range(files.length)]


def pictures(files):
    """Those that look like pictures; a single one is taken whatever it looks like."""
    if len(files) == 1:
        return files
    return [file for file in files if is_picture(file.name, file.type)]


def folders(transfer):
    """The entries of a drop that has a folder in it, else []. To be asked while it is dropped."""
    items = transfer.items
    entries = []
    for index in range(items.length):
        item = items[index]
        if item.kind == "file" and hasattr(item, "webkitGetAsEntry"):
            entry = item.webkitGetAsEntry()
            if not missing(entry):
                entries.append(entry)
    return entries if any(entry.isDirectory for entry in entries) else []


async def inside(entries):
    """Every file in these entries and the folders below, by name; without what cannot be read."""
    files = []
    todo = list(entries)
    while todo and len(files) < MOST:
        entry = todo.pop(0)
        try:
            if entry.isFile:
                files.append(await _file(entry))
            else:
                found = await _entries(entry)
                todo = sorted(found, key=_name) + todo
        except JsException:
            continue
    return files


def _name(entry):
    return entry.name.lower()


async def _file(entry):
    got = js.Promise.withResolvers()
    entry.file(got.resolve, got.reject)
    return await got.promise


async def _entries(folder):
    reader = folder.createReader()
    found = []
    while True:
        got = js.Promise.withResolvers()
        reader.readEntries(got.resolve, got.reject)
        some = await got.promise  # a hundred at a time, and none at the end
        if not some.length:
            return found
        for index in range(some.length):
            found.append(some[index])


async def paste_into(app):
    """Have ``app`` take the pictures on the clipboard, or tell why there are none."""
    try:
        found = await _on_clipboard()
    except JsException:
        app.hint(t("paste.denied"))
        return
    if found:
        app.take(found)
    else:
        app.hint(t("paste.nothing"))


async def _on_clipboard():
    """The pictures there, as Blobs. Raises JsException where it is kept closed."""
    found = []
    items = await js.navigator.clipboard.read()
    for index in range(items.length):
        item = items[index]
        for place in range(item.types.length):
            kind = item.types[place]
            if kind.startswith("image/"):
                found.append(await item.getType(kind))
                break  # the same picture again, of another kind
    return found
