"""The one room that knows the browser: every import of ``js`` and ``pyodide`` lives here.

Each module fulfils a protocol of the rooms below it (``storage.parts``, ``runtime.session``)
with what a browser offers, so that the rest of the engine also runs under CPython.
"""
