"""The engine's sentences for somebody at a terminal: its own ones speak of pages and tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offcut.errors import ERRORS

if TYPE_CHECKING:
    from offcut.errors import OffcutError

HERE = {
    "PHOTO_GONE": "There is no such file, or it cannot be read.",
    "MODEL_UNKNOWN": 'There is no model of that name here. "offcut models" lists them.',
    "BACKEND_UNAVAILABLE": 'Install it with: pip install "offcut[native]".',
    "BACKEND_FAILED": "The model could not be started on this computer. Install onnxruntime anew.",
    "OUT_OF_MEMORY": "There is not enough memory. Close other programs, take fewer --jobs, "
    "or a smaller picture.",
    "UNSUPPORTED_FORMAT": "Save it as JPEG or PNG and try that.",
    "FILE_EXISTS": "Say --overwrite, --skip or --rename.",
    "BAD_CONFIG": "",
    "INTERNAL": "Something went wrong that should not have. --debug shows where.",
}


def sentence(error: OffcutError) -> str:
    """What to tell of an error."""
    standing = ERRORS[error.code][0]
    special = error.message.removesuffix(standing).strip()
    ours = HERE.get(error.code, standing)
    return f"{special} {ours}".strip() or standing


def size(number: float) -> str:
    """Bytes as people say them: "2.3 MB"."""
    return f"{number / 1e6:.1f} MB" if number < 1e7 else f"{number / 1e6:.0f} MB"


def seconds(number: float) -> str:
    """A time that is left: "40 s", "3 min", "2 h"."""
    if number < 90:
        return f"{max(1, round(number))} s"
    minutes = round(number / 60)
    return f"{minutes} min" if minutes < 90 else f"{round(minutes / 60)} h"


def count(number: int, one: str, many: str = "") -> str:
    """A number of things: "1 photo", "2 photos"."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
