"""What a person is told when a file did not come, or something else came in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offcut.errors import OffcutError, fail

if TYPE_CHECKING:
    from offcut.storage.parts import FetchFailed

LOOK = 64
"""Bytes of a beginning that ``is_page`` wants to see."""

INSTEAD = "Another page came instead: this network, or this site, may want you to sign in first."
ENGINE_FILE = "A file of the engine could not be fetched."


def told(failure: FetchFailed, say: str = "", **detail: object) -> OffcutError:
    """The error for a file that could not be fetched. ``say``: as ``fail``'s, where there is
    nothing to say of what came instead."""
    code = "OFFLINE_NO_MODEL" if failure.offline else "MODEL_DOWNLOAD_FAILED"
    return fail(
        code,
        INSTEAD if failure.instead else say,
        **detail,
        reason=str(failure),
        status=failure.status,
    )


def is_page(kind: str, start: bytes) -> bool:
    """Whether an answer of the type ``kind`` that begins so is a web page: what a hotel's network
    gives in the place of every file, and some hosts for one that is not there.

    By both, for there are hosts that call everything a page; no file of ours begins like one.
    """
    called = kind.strip().lower().startswith("text/html")
    return called and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
