"""All results in one ZIP, straight into a file where the browser lets a page choose one.

Nothing is gathered on the way: each result is read from the disk when its turn comes. Runs under
MicroPython and Pyodide alike.
"""

import js
from dom import JsException, ObjectUrl, named
from pyscript.ffi import create_proxy, to_js
from saving import named_files

from pyscript import js_import

LIBRARY = "vendor/client-zip/index.js"
NAME = "offcut.zip"
KIND = "application/zip"


class Zipping:
    """Makes one ZIP at a time."""

    def __init__(self, base, told):
        """``base``: the site's address. ``told(part)``: hears how much is written, 0..1."""
        self._base = base
        self._told = told
        self._stop = None
        self._url = ObjectUrl()

    async def go(self, items):
        """Write the results of these items and the report. Returns the file's name, or "" where
        the person thought better of it; raises JsException."""
        file = None
        if hasattr(js.window, "showSaveFilePicker"):
            try:
                file = await _choose()
            except JsException as error:
                if "AbortError" in str(error):
                    return ""
                # A frame of another site may not ask: the browser's own download it is.
        self._stop = js.AbortController.new()
        try:
            await self._write(items, file)
        except JsException as error:
            await _remove(file)
            if "AbortError" in str(error):
                return ""
            raise
        finally:
            self._stop = None
        return file.name if file else NAME

    def stop(self):
        """Stop writing; what is in the file by then is removed."""
        if self._stop:
            self._stop.abort()

    async def _write(self, items, file):
        modules = await js_import(self._base + LIBRARY)
        files = js.Array.new()
        total = 0
        for name, blob in named_files(items):
            files.push(named(blob, name))
            total += blob.size
        written = [0]

        def passing(chunk, controller):
            controller.enqueue(chunk)
            written[0] += chunk.byteLength
            self._told(min(1, written[0] / total))

        counter = js.TransformStream.new(to_js({"transform": create_proxy(passing)}))
        signal = js.Object.new()
        signal.signal = self._stop.signal
        stream = modules[0].downloadZip(files).body.pipeThrough(counter, signal)
        if file:
            await stream.pipeTo(await file.createWritable())
            return
        link = js.document.createElement("a")
        # The type as the Blob's own: an in-app browser goes by it.
        whole = await js.Response.new(stream).blob()
        link.href = self._url.of(js.Blob.new(js.Array.of(whole), to_js({"type": KIND})))
        link.download = NAME
        link.click()


async def _remove(file):
    """Take a file away again: it was made, empty, when it was chosen."""
    if file and hasattr(file, "remove"):
        try:
            await file.remove()
        except JsException as error:
            print("Offcut:", error)


async def _choose():
    kinds = to_js([{"description": "ZIP", "accept": {KIND: [".zip"]}}])
    wanted = js.Object.new()
    wanted.id = "offcut"
    wanted.suggestedName = NAME
    wanted.types = kinds
    return await js.window.showSaveFilePicker(wanted)
