"""Chromium's own log of its network (``--log-net-log``): nothing goes out that is not in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# With the headers as they were; a body is only known to be there.
IN_FULL = "--net-log-capture-mode=IncludeSensitive"
CONTACT = "contact"  # no request yet: a name looked up, a line opened


@dataclass(frozen=True)
class Sent:
    """One request, as somebody saw it who is named ``by``."""

    by: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def net_log(file: Path) -> Iterator[Sent]:
    """What is in the log, whoever asked: pages, workers, the service worker, the browser itself.
    The browser must have been closed."""
    log = json.loads(file.read_text())
    kinds = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    asked: dict[int, Sent] = {}  # by the number of whoever asked
    for event in log["events"]:
        kind, told = kinds[event["type"]], event.get("params", {})
        number = event["source"]["id"]
        if kind == "URL_REQUEST_START_JOB" and "url" in told:
            body = b"a body" if "upload_id" in told else b""
            asked[number] = Sent("network", told["method"], told["url"], body=body)
            yield asked[number]
        elif kind == "HTTP_TRANSACTION_SEND_REQUEST_HEADERS" and number in asked:
            pairs = (line.split(": ", 1) for line in told["headers"] if ": " in line)
            headers = tuple((name, value) for name, value in pairs)
            yield replace(asked[number], headers=headers)
        elif kind == "HTTP_STREAM_JOB_CONTROLLER" and "url" in told:
            yield Sent("network", CONTACT, told["url"])
        elif kind == "HOST_RESOLVER_MANAGER_REQUEST" and "host" in told:
            yield Sent("network", CONTACT, told["host"])
        elif kind in ("UDP_BYTES_SENT", "TCP_CONNECT_ATTEMPT") and "address" in told:
            yield Sent("network", CONTACT, f"tcp://{told['address']}")
