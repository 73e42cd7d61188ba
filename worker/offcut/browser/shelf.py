"""The models at hand: fetched once, one session each, whoever asks how often."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import js

from offcut.browser.boxes import JsBoxes
from offcut.browser.idb import persist
from offcut.browser.turns import WebLocks
from offcut.models.registry import OWN
from offcut.pipeline.progress import tell
from offcut.storage.download import Loaded, load_model
from offcut.storage.parts import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from offcut.browser.idb import IdbStore
    from offcut.browser.net import BrowserFetcher
    from offcut.browser.ort_web import OrtWeb
    from offcut.models.registry import ModelSpec, Registry
    from offcut.pipeline.progress import Message, Report
    from offcut.runtime.session import Session


class Shelf:
    """Downloads and sessions by model, each made once; a failed one is forgotten."""

    def __init__(
        self,
        runtime: OrtWeb,
        store: IdbStore,
        fetcher: BrowserFetcher,
        address: str,
        *,
        reporter: Callable[[str], Report],
        current: frozenset[str],
        own: Callable[[ModelSpec], Awaitable[Loaded[Any]]],
    ) -> None:
        """Begin empty.

        Args:
            runtime: Makes the sessions.
            store: Where parts are kept.
            fetcher: Brings those that are not.
            address: Where the models lie, with a slash at its end.
            reporter: Gives the listener to a model's progress.
            current: The keys of this version's parts; others go when the device is full.
            own: Brings in a model that lies on the device alone.
        """
        self._runtime = runtime
        self._store = store
        self._fetcher = fetcher
        self._address = address
        self.report = reporter
        self._current = current
        self._own = own
        self._boxes = JsBoxes()
        self._coming: dict[str, asyncio.Task[Loaded[Any]]] = {}
        self._sessions: dict[str, asyncio.Task[Session]] = {}
        self._asked: set[str] = set()
        self._specs: dict[str, ModelSpec] = {}
        self.busy = asyncio.Lock()  # ONNX Runtime does one thing at a time
        self.notes: dict[str, str] = {}

    def has(self, model_id: str) -> bool:
        """Whether a session is there or being made."""
        return model_id in self._sessions

    async def drop(self, model_id: str) -> None:
        """Let go of a model's session, if there is one."""
        self._coming.pop(model_id, None)
        task = self._sessions.pop(model_id, None)
        if task is not None and task.done() and not (task.cancelled() or task.exception()):
            await task.result().close()

    def begin(self, spec: ModelSpec) -> None:
        """Start the download in the background, in silence."""
        task = self._download(spec)
        # Looked at, so that a failure nobody waits for is not reported as lost.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def session(self, spec: ModelSpec) -> Session:
        """Return the session of ``spec``, telling how its download goes.

        Raises:
            OffcutError: as ``storage.download.load_model`` and ``OrtWeb.create``.
        """
        self._asked.add(spec.id)
        if self._specs.setdefault(spec.id, spec).sha256 != spec.sha256:  # an id given anew
            self._specs[spec.id] = spec
            await self.drop(spec.id)
        task = self._sessions.get(spec.id)
        if task is None:
            task = self._sessions[spec.id] = asyncio.ensure_future(self._open(spec))
        try:
            return await task
        except BaseException:
            self._sessions.pop(spec.id, None)
            raise

    async def close(self) -> None:
        """Let go of the sessions."""
        tasks = list(self._sessions.values())
        self._sessions.clear()
        for task in tasks:
            await (await task).close()

    async def _open(self, spec: ModelSpec) -> Session:
        try:
            loaded = await self._download(spec)
        finally:
            # The weights are in ONNX Runtime's memory from here on: no second copy is held.
            self._coming.pop(spec.id, None)
        self.notes[spec.id] = loaded.note
        tell(self.report(spec.id), "compile", model=spec.id)
        async with self.busy:
            return await self._runtime.create(loaded.box, spec)

    def _download(self, spec: ModelSpec) -> asyncio.Task[Loaded[Any]]:
        task = self._coming.get(spec.id)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._coming[spec.id] = asyncio.ensure_future(self._bring(spec))
        return task

    async def _bring(self, spec: ModelSpec) -> Loaded[Any]:
        report = self.report(spec.id)

        def aloud(message: Message) -> None:
            if spec.id in self._asked:
                report(message)

        if spec.source == OWN:
            return await self._own(spec)
        await persist()
        return await load_model(
            spec,
            store=self._store,
            fetcher=self._fetcher,
            boxes=self._boxes,
            base_url=spec.source or self._address,
            on_progress=aloud,
            current=self._current,
            turns=WebLocks(),
        )


async def with_own(registry: Registry, store: IdbStore) -> Registry:
    """The registry with the models that a person brought to this device. ``store``: theirs."""
    try:
        if not await store.keys():
            return registry
        from offcut.browser.own import specs  # noqa: PLC0415 - docs/performance.md, Start

        for spec in await specs(store):
            registry = registry.with_model(spec)
    except StoreUnavailable as error:
        js.console.warn(f"Offcut: models of one's own: {error}")
    return registry
