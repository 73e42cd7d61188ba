"""What the model store needs from its surroundings, as protocols.

A *box* is the bytes of a part or of a whole model in whatever holds them best: ``bytes`` under
CPython, an ``ArrayBuffer`` in the browser. Nothing here looks inside one: ``Boxes`` does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

B = TypeVar("B")
"""The type of a box."""

B_co = TypeVar("B_co", covariant=True)

OnBytes = Callable[[int], None]
"""Called with the number of bytes of this file that have come so far."""

Clock = Callable[[], float]
"""Seconds, monotonic."""

Sleep = Callable[[float], Awaitable[None]]
"""Wait that many seconds."""


class QuotaFull(Exception):  # noqa: N818 - reads as what happened
    """Raised by ``PartStore.put`` when the device has no room left for us."""


class StoreUnavailable(Exception):  # noqa: N818
    """Raised by a ``PartStore`` that cannot work now (private window, lost connection ...)."""


class FetchFailed(Exception):  # noqa: N818
    """Raised by a ``Fetcher``: nothing usable came.

    ``status``: the HTTP status, or None when there was no answer or it broke off.
    ``reason``: what the network said, for the log.
    ``offline``: True when the device itself says that it has no connection.
    ``instead``: True when something else came in its place: a page to sign in, or the way to one.
    """

    def __init__(
        self,
        url: str,
        status: int | None = None,
        reason: str = "",
        *,
        offline: bool = False,
        instead: bool = False,
    ) -> None:
        super().__init__(f"{url}: {status or 'no answer'} {reason}".rstrip())
        self.url = url
        self.status = status
        self.reason = reason
        self.offline = offline
        self.instead = instead


@dataclass(frozen=True)
class Part:
    """One part of a model: ``file`` is its address below the models' folder, or a whole one."""

    file: str
    bytes: int
    sha256: str

    def address(self, base: str) -> str:
        """Where it lies; ``base``: the folder's address with a slash at its end."""
        return self.file if "://" in self.file else base + self.file


class InParts(Protocol):
    """What the download needs to know of a model (``models.registry.ModelSpec`` is one)."""

    @property
    def id(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def parts(self) -> Sequence[Part]: ...


class PartStore(Protocol[B]):
    """Keeps parts on the device. Every method may raise ``StoreUnavailable``."""

    async def get(self, key: str) -> B | None:
        """The box kept under ``key``, or None."""
        ...

    async def put(self, key: str, box: B) -> None:
        """Keep ``box`` under ``key``, over what was there. May raise ``QuotaFull``."""
        ...

    async def delete(self, key: str) -> None:
        """Forget ``key``; nothing happens when it is not there."""
        ...

    async def keys(self, prefix: str = "") -> list[str]:
        """All keys that begin with ``prefix``."""
        ...


class Fetcher(Protocol[B_co]):
    """Brings a file from an address."""

    async def fetch(self, url: str, on_bytes: OnBytes | None = None) -> B_co:
        """The whole body of ``url``; ``on_bytes`` as it comes. Raises ``FetchFailed``."""
        ...


class Turns(Protocol):
    """Has what bears one name be done by one at a time, of all tabs of a site."""

    def turn(self, name: str, waits: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Wait for one's turn, and have it while the block runs. ``waits`` is called now and then
        while there is something to wait for. Whoever had to wait too long goes on without."""
        ...


class Boxes(Protocol[B]):
    """What can be done with boxes."""

    def length(self, box: B) -> int:
        """Bytes in the box."""
        ...

    async def sha256(self, box: B) -> str:
        """Lower-case hex digest."""
        ...

    def concat(self, boxes: list[B]) -> B:
        """One box with all the bytes in order."""
        ...
