"""What JavaScript throws, told apart: the words of a memory that is full."""

from __future__ import annotations

from offcut.errors import OffcutError, fail

# What an exhausted WebAssembly memory or GPU says: ONNX Runtime leaks bare numbers and Emscripten's
# own words (onnxruntime issues 13445, 10957), a browser says so of an array.
_MEMORY_WORDS = ("out of memory", "oom", "bad_alloc", "allocation failed", "abort(", "aborted(")


def translate(thrown: object, otherwise: str) -> OffcutError:
    """OUT_OF_MEMORY where that is what it says, else the error of the code ``otherwise``.

    ``thrown``: a JsException, or its text: "RangeError: Array buffer allocation failed".
    """
    text = str(thrown)
    bare_number = text.rsplit(":", 1)[-1].strip().isdigit()
    if bare_number or any(word in text.lower() for word in _MEMORY_WORDS):
        return fail("OUT_OF_MEMORY", reason=text)
    return fail(otherwise, reason=text)
