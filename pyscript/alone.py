"""What the engine takes from PyScript's own package, where the interpreter is not PyScript's.

``door.js`` starts an interpreter beside the host page's, so that no setting, no version and no
module of the host's meets ours. ``pyscript`` is not in there; this stands in for it. MicroPython
only.
"""

import sys

import js
import jsffi
import polyscript


class _Workers:
    def __getitem__(self, name):
        """Return the promise of the worker of that name."""
        return js.Reflect.get(polyscript.workers, name)


class _PyScript:
    ffi = jsffi
    create_proxy = jsffi.create_proxy
    to_js = jsffi.to_js
    workers = _Workers()

    @staticmethod
    def is_none(value):
        """Tell whether there is nothing: None, undefined or null."""
        return value is None or value is _NULL


# MicroPython has no name for JavaScript's null, but there is one at the end of every chain.
_NULL = js.Object.getPrototypeOf(js.Object.prototype)
sys.modules["pyscript"] = sys.modules["pyscript.ffi"] = _PyScript
