"""Photos that the system hands to the installed app: shared by a program, or opened with it.

Runs under MicroPython and Pyodide alike.
"""

import js
from dom import JsException, missing, named
from pyscript.ffi import create_proxy


async def shared(base):
    """The files that were shared and brought this page up (public/sw.js keeps them until now)."""
    if missing(js.URLSearchParams.new(js.location.search).get("shared")):
        return []
    js.history.replaceState(None, "", "./")  # a reload is no second sharing
    name = "offcut-shared-" + base
    try:
        cache = await js.caches.open(name)
        keys = await cache.keys()
        files = []
        for index in range(keys.length):  # MicroPython awaits nothing in a comprehension
            files.append(await _file(cache, keys[index]))
        await js.caches.delete(name)
    except JsException as error:
        print("Offcut: what was shared cannot be read:", error)
        return []
    return files


async def _file(cache, key):
    response = await cache.match(key)
    blob = await response.blob()
    name = js.decodeURIComponent(response.headers.get("X-Name"))
    return named(blob, name)


def opened(run, take):
    """Have ``take(files)`` called for files that are opened with the app, now and later.

    ``run``: runs a coroutine beside everything else.
    """
    queue = getattr(js.window, "launchQueue", None)
    if missing(queue):
        return

    def launched(params):
        if params.files.length:
            run(_open(params.files, take))

    queue.setConsumer(create_proxy(launched))


async def _open(handles, take):
    files = []
    for index in range(handles.length):
        files.append(await handles[index].getFile())
    take(files)
