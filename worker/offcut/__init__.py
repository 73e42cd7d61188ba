"""Offcut's engine: takes the background off a photo.

The same package runs in a browser tab (Pyodide, in a worker) and under CPython with native
onnxruntime. Its rooms, each importing only those below it::

    browser    what only a browser has (IndexedDB, fetch, ONNX Runtime Web); nobody imports it
    pipeline   a job from bytes to result
    runtime    sessions, the choice of a backend, the self-test
    models     registry, what goes into a network and what comes out
    storage    model parts: kept, fetched, verified
    pixels     numpy and Pillow on arrays
    errors     every error code, once
"""

__version__ = "0.1.0"
