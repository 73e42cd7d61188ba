"""Every error that Offcut can tell a person about, once.

The page runs this file under MicroPython, the engine under CPython and Pyodide: plain classes
and dicts only, nothing imported.
"""

# code -> (what to tell a person, whether doing the same again can help)
ERRORS = {
    "NOT_AN_IMAGE": (
        "This file is not a picture. Choose a photo, for example a JPEG or a PNG.",
        False,
    ),
    "UNSUPPORTED_FORMAT": (
        "This kind of picture cannot be read here. Save it as JPEG or PNG and try that.",
        False,
    ),
    "IMAGE_TOO_LARGE": (
        "This picture is too large for the memory at hand. Make it smaller and try again.",
        False,
    ),
    "EMPTY_FILE": (
        "This file is empty. It may still be downloading, or it was not saved: choose it again.",
        False,
    ),
    "PHOTO_GONE": (
        "This file can no longer be read: it was moved, changed or deleted. Choose it again.",
        False,
    ),
    "FILE_EXISTS": (
        "There is a file of that name already. Choose another name, or allow it to be replaced.",
        False,
    ),
    "DECODE_FAILED": (
        "This picture is damaged and cannot be opened. Take the original file or save it anew.",
        False,
    ),
    "MODEL_UNKNOWN": (
        "There is no model of that name here. Choose one of those on the list.",
        False,
    ),
    "MODEL_LEFT_OUT": (
        "This site runs without that model. Choose another one.",
        False,
    ),
    "MODEL_FILE": (
        "This file cannot be used as a model here. Take another export of it, or another model.",
        False,
    ),
    "MODEL_TERMS": (
        "This model has terms of its own. Read them and accept them, then it can be used.",
        False,
    ),
    "MODEL_DOWNLOAD_FAILED": (
        "The model could not be downloaded. Check the connection and try again: "
        "what has arrived is kept.",
        True,
    ),
    "MODEL_CORRUPT": (
        "The model arrived damaged, more than once. Try again later; if it stays so, "
        "the site's files are broken.",
        True,
    ),
    "OFFLINE_NO_MODEL": (
        "There is no connection, and the model is not on this device yet. "
        "Go online once and try again.",
        True,
    ),
    "BACKEND_UNAVAILABLE": (
        "This browser cannot run the model in the way that was asked for. "
        "Let Offcut choose by itself.",
        False,
    ),
    "BACKEND_FAILED": (
        "The model could not be started on this device. Reload the page, or try another browser.",
        True,
    ),
    "BACKEND_LOST": (
        "The graphics processor stopped in the middle of the work. Try again.",
        True,
    ),
    "OUT_OF_MEMORY": (
        "There is not enough memory. Close other tabs, or use a smaller picture.",
        True,
    ),
    "RUN_FAILED": (
        "The model failed on this picture. Try again, or choose another model.",
        True,
    ),
    "ENCODE_FAILED": (
        "The result could not be written. Try again, or choose another format.",
        True,
    ),
    "VERIFY_FAILED": (
        "The written file did not match the result, so it was thrown away. Try again.",
        True,
    ),
    "CANCELLED": (
        "Cancelled.",
        True,
    ),
    "JOB_UNKNOWN": (
        "This picture is no longer at hand. Choose it again.",
        False,
    ),
    "BAD_CONFIG": (
        "A setting is not valid.",
        False,
    ),
    "WORKER_FAILED": (
        "The engine could not be started. Reload the page.",
        True,
    ),
    "WORKER_LOST": (
        "The browser ended the engine in the middle of the work. Try again.",
        True,
    ),
    "WORKER_TIMEOUT": (
        "The engine does not answer. Reload the page and try again.",
        True,
    ),
    "INTERNAL": (
        "Something went wrong that should not have. Reload the page and try again.",
        True,
    ),
}


class OffcutError(Exception):
    """An error with a code, a sentence for a person, and details for whoever looks closer.

    ``code``: a key of ``ERRORS``. ``message``: plain words. ``retry``: whether doing the same
    again can help. ``detail``: a dict of plain values (str, int, float, bool, None).
    """

    def __init__(self, code: str, message: str, retry: bool, detail: "dict[str, object]") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry = retry
        self.detail = detail

    def __str__(self) -> str:
        return self.code + ": " + self.message


def fail(code: str, say: str = "", **detail: object) -> OffcutError:
    """Make the error of ``code``, to be raised by the caller: ``raise fail("EMPTY_FILE")``.

    ``say``: one more plain sentence, put in front of the standing one, that tells what is special
    this time. ``detail``: anything else that helps; kept as text unless it is a plain value.
    An unknown code is a mistake in our own code and becomes INTERNAL.
    """
    if code not in ERRORS:
        detail["unknown_code"] = code
        code = "INTERNAL"
    message, retry = ERRORS[code]
    if say:
        message = say + " " + message
    return OffcutError(code, message, retry, {key: _plain(detail[key]) for key in detail})


def _plain(value: object) -> object:
    """The value as something every border lets through."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def wrap(exc: BaseException) -> OffcutError:
    """Any exception as an OffcutError: ours as it is, known ones by code, the rest as INTERNAL."""
    if isinstance(exc, OffcutError):
        return exc
    name = type(exc).__name__
    if name == "CancelledError":  # asyncio's; by name, to import nothing
        return fail("CANCELLED")
    if isinstance(exc, MemoryError):
        return fail("OUT_OF_MEMORY", type=name, text=str(exc))
    return fail("INTERNAL", type=name, text=str(exc))


def envelope_ok(value: object) -> "dict[str, object]":
    """What a call across the worker's border answers when it worked."""
    return {"ok": True, "value": value}


def envelope_error(exc: BaseException) -> "dict[str, object]":
    """What a call across the worker's border answers when it did not work."""
    error = wrap(exc)
    return {
        "ok": False,
        "code": error.code,
        "message": error.message,
        "retry": error.retry,
        "detail": error.detail,
    }


def from_envelope(answer: "dict[str, object]") -> OffcutError:
    """The error inside an answer with ``ok`` false, rebuilt on this side of the border."""
    code = str(answer.get("code", "INTERNAL"))
    standing = ERRORS.get(code, ERRORS["INTERNAL"])
    detail = answer.get("detail")
    return OffcutError(
        code if code in ERRORS else "INTERNAL",
        str(answer.get("message") or standing[0]),
        bool(answer.get("retry", standing[1])),
        dict(detail) if isinstance(detail, dict) else {},
    )
