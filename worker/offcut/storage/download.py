"""A model brought in: from the device where it is kept, the rest from the site, each part proven.

A part is kept as soon as it is verified, so a download that breaks off goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from offcut.errors import OffcutError, fail
from offcut.storage.failures import told
from offcut.storage.meter import Meter, OnProgress
from offcut.storage.parts import (
    B,
    Boxes,
    Clock,
    Fetcher,
    FetchFailed,
    InParts,
    Part,
    PartStore,
    QuotaFull,
    Sleep,
    StoreUnavailable,
    Turns,
)
from offcut.storage.retry import Policy, worth_repeating

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

NOT_KEPT_FULL = (
    "The device has no room to keep the model, so it will be downloaded again next time."
)
NOT_KEPT_NO_STORE = (
    "This browser keeps nothing for this page (a private window?), so the model will be "
    "downloaded again next time."
)


class _TooMuch(Exception):  # noqa: N818 - reads as what happened
    """More came than the part has."""


@dataclass(frozen=True)
class Loaded(Generic[B]):
    """A model at hand. ``kept``: all of it is on the device for next time; if not, ``note`` is a
    sentence that says why. ``from_store`` and ``fetched``: bytes from either."""

    box: B
    kept: bool
    note: str
    from_store: int
    fetched: int


def key_of(part: Part) -> str:
    """The name under which a part is kept: what it holds, so that equal parts are kept once."""
    return part.sha256


async def load_model(
    spec: InParts,
    *,
    store: PartStore[B] | None,
    fetcher: Fetcher[B],
    boxes: Boxes[B],
    base_url: str,
    on_progress: OnProgress | None = None,
    clock: Clock = time.monotonic,
    sleep: Sleep = asyncio.sleep,
    rng: Callable[[], float] = random.random,
    policy: Policy | None = None,
    current: Collection[str] = (),
    turns: Turns | None = None,
) -> Loaded[B]:
    """Bring in a model, whole and verified.

    ``base_url``: the address that the parts' ``file`` is added to, with a slash at its end.
    ``store`` None: nothing is kept. Every part is checked by length and sha256, kept ones too.
    ``current``: the keys (``key_of``) of all parts of all models of this site; given them, parts
    that belong to none (earlier versions) are forgotten when the device is full.
    ``turns``: of the tabs that bring models to this store, so that one alone fetches a part.

    Raises MODEL_DOWNLOAD_FAILED, OFFLINE_NO_MODEL or MODEL_CORRUPT; what had arrived stays kept.
    """
    return await _Download(
        spec=spec,
        store=store,
        fetcher=fetcher,
        boxes=boxes,
        base=base_url,
        on_progress=on_progress,
        clock=clock,
        sleep=sleep,
        rng=rng,
        policy=policy or Policy(),
        current=frozenset(current),
        turns=turns,
    ).run()


@dataclass(kw_only=True)
class _Download(Generic[B]):
    """One call of ``load_model``."""

    spec: InParts
    store: PartStore[B] | None
    fetcher: Fetcher[B]
    boxes: Boxes[B]
    base: str
    on_progress: OnProgress | None
    clock: Clock
    sleep: Sleep
    rng: Callable[[], float]
    policy: Policy
    current: frozenset[str]
    turns: Turns | None
    found: dict[int, B] = field(default_factory=dict)
    from_store: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        self.meter = Meter(self.spec, self.on_progress, self.clock)
        if self.store is None:
            self.note = NOT_KEPT_NO_STORE

    async def run(self) -> Loaded[B]:
        self.meter.tell("store")
        for n, part in enumerate(self.spec.parts):
            box = await self._stored(part)
            if box is not None:
                self.found[n] = box
                self.meter.kept(n)
        self.meter.begin()
        missing = [n for n in range(len(self.spec.parts)) if n not in self.found]
        await self._fetch_all(missing)
        self.meter.tell("fetch" if missing else "store", last=True)
        parts = [self.found.pop(n) for n in range(len(self.spec.parts))]
        return Loaded(
            box=self.boxes.concat(parts),
            kept=not self.note,
            note=self.note,
            from_store=self.from_store,
            fetched=self.spec.bytes - self.from_store,
        )

    async def _stored(self, part: Part) -> B | None:
        """The part as kept, if it is there and right; a wrong one is forgotten."""
        if self.store is None:
            return None
        try:
            box = await self.store.get(key_of(part))
            if box is None:
                return None
            if await self._is_right(box, part):
                self.from_store += part.bytes
                return box
            await self.store.delete(key_of(part))
        except StoreUnavailable:
            self._give_up_keeping(NOT_KEPT_NO_STORE)
        return None

    async def _is_right(self, box: B, part: Part) -> bool:
        if self.boxes.length(box) != part.bytes:
            return False
        return await self.boxes.sha256(box) == part.sha256

    async def _fetch_all(self, missing: list[int]) -> None:
        queue = list(reversed(missing))

        async def worker() -> None:
            while queue:
                n = queue.pop()
                self.found[n] = await self._bring(n)

        tasks = [
            asyncio.ensure_future(worker()) for _ in range(min(self.policy.parallel, len(missing)))
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _bring(self, n: int) -> B:
        """The part, from the site or from another tab that was bringing it, too."""
        part = self.spec.parts[n]
        if self.turns is None or self.store is None:
            return await self._keep(part, await self._fetch_part(n))
        async with self.turns.turn(key_of(part), lambda: self.meter.tell("wait")):
            # Whoever had the turn before may have kept it since this tab looked.
            box = await self._stored(part)
            if box is None:
                return await self._keep(part, await self._fetch_part(n))
        self.meter.arrived(n, part.bytes)
        return box

    async def _fetch_part(self, n: int) -> B:
        part = self.spec.parts[n]

        def arrived(got: int) -> None:
            if got > part.bytes:  # or an answer without an end would fill the memory
                raise _TooMuch
            self.meter.arrived(n, got)

        url = part.address(self.base)
        error: OffcutError | None = None
        offline = 0
        for failures in range(self.policy.attempts):
            if failures:
                self.meter.tell("wait")
                await self.sleep(self.policy.wait_s(failures, self.rng()))
            # After a bad part the address changes, so that no cache in between gives it again.
            spoiled = error is not None and error.code == "MODEL_CORRUPT"
            address = f"{url}?again={failures}" if spoiled else url
            try:
                box = await self.fetcher.fetch(address, arrived)
            except _TooMuch:
                self.meter.arrived(n, 0)
                error = self._corrupt(part)
                continue
            except FetchFailed as failure:
                self.meter.arrived(n, 0)
                error = told(failure, model=self.spec.id)
                offline += failure.offline
                if not worth_repeating(failure) or offline >= self.policy.offline_attempts:
                    break
                continue
            if await self._is_right(box, part):
                self.meter.arrived(n, part.bytes)
                return box
            self.meter.arrived(n, 0)
            error = self._corrupt(part)
        raise error or fail("INTERNAL", reason="no attempts allowed")

    def _corrupt(self, part: Part) -> OffcutError:
        return fail("MODEL_CORRUPT", model=self.spec.id, part=part.file)

    async def _keep(self, part: Part, box: B) -> B:
        for again in (False, True):
            if self.store is None:
                break
            try:
                await self.store.put(key_of(part), box)
            except QuotaFull:
                if again or not await self._drop_stale():
                    self._give_up_keeping(NOT_KEPT_FULL)
            except StoreUnavailable:
                self._give_up_keeping(NOT_KEPT_NO_STORE)
            else:
                break
        return box

    async def _drop_stale(self) -> bool:
        """Forget parts that no model of this site has; whether there were any."""
        if self.store is None or not self.current:
            return False
        wanted = self.current | {key_of(part) for part in self.spec.parts}
        try:
            stale = set(await self.store.keys()) - wanted
            for key in sorted(stale):
                await self.store.delete(key)
        except StoreUnavailable:
            return False
        return bool(stale)

    def _give_up_keeping(self, note: str) -> None:
        self.store = None
        self.note = note
