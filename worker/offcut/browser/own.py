"""Models that a person brought: looked at, kept on the device, put to the test, forgotten.

They lie in a database of their own, part by part under their sha256 like all models, with their
entries beside them. So no version of the site that makes room on a full device takes them for
leftovers.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, to_js

from offcut.browser.boxes import JsBoxes
from offcut.browser.idb import persist
from offcut.errors import OffcutError
from offcut.models.added import ADDED
from offcut.models.onnx_header import read_header
from offcut.models.own import look, needs_mb, own_spec, refused, template_of
from offcut.models.registry import OWN, model_spec
from offcut.pipeline.progress import tell
from offcut.pipeline.trial import try_out
from offcut.storage.download import Loaded, load_model
from offcut.storage.parts import FetchFailed, Part, QuotaFull, StoreUnavailable
from offcut.storage.retry import Policy

if TYPE_CHECKING:
    from offcut.browser.bringup import Backend
    from offcut.browser.idb import IdbStore
    from offcut.browser.shelf import Shelf
    from offcut.models.known import Template
    from offcut.models.own import Found
    from offcut.models.registry import ModelSpec
    from offcut.pipeline.progress import Report

ENTRY = "entry/"
PART_BYTES = 4 * 1024 * 1024
WASM_MB = 4000  # WebAssembly's addresses have 32 bits
SHARE = 0.8
NOWHERE = "This browser keeps nothing for this page (a private window?)."
GONE = "Its file is no longer on this device. Open it again."


class BlobSource:
    """``models.onnx_header.Source`` over a Blob, which a worker may read at once."""

    def __init__(self, blob: Any) -> None:
        """Keep the Blob; nothing is read yet."""
        self._blob = blob
        self._reader = js.FileReaderSync.new()
        self.size = int(blob.size)

    def read(self, at: int, count: int) -> bytes:
        """See ``Source.read``."""
        try:
            part = self._reader.readAsArrayBuffer(self._blob.slice(at, at + count))
        except JsException as error:
            raise _unreadable(error) from error
        data: bytes = js.Uint8Array.new(part).to_bytes()
        return data


def _buffer(data: bytes) -> Any:
    """The bytes as an ArrayBuffer of their own."""
    return to_js(data).buffer


def _unreadable(error: JsException) -> OffcutError:
    say = "The file can no longer be read: it was moved, changed or deleted."
    return refused("gone", say, reason=str(error.message))


class _Nowhere:
    """``storage.parts.Fetcher`` of what lies on the device or nowhere."""

    async def fetch(self, url: str, on_bytes: Any = None) -> Any:
        raise FetchFailed(url, 404)


async def specs(store: IdbStore) -> list[ModelSpec]:
    """The entries that are kept; one that a later version no longer understands is left out."""
    found = []
    for key in await store.keys(ENTRY):
        box = await store.get(key)
        try:
            entry = json.loads(js.Uint8Array.new(box).to_bytes())
            found.append(model_spec(key.removeprefix(ENTRY), entry, OWN))
        except (OffcutError, ValueError) as error:
            js.console.warn(f"Offcut: own model {key}: {error}")
    return found


async def load(spec: ModelSpec, store: IdbStore) -> Loaded[Any]:
    """The model's file as an ArrayBuffer. Raises MODEL_FILE where it is there no more."""
    added = ADDED.get(spec.id)
    if added is not None and added.read is not None:
        data = added.read()
        return Loaded(_buffer(data), kept=True, note="", from_store=len(data), fetched=0)
    try:
        return await load_model(
            spec,
            store=store,
            fetcher=_Nowhere(),
            boxes=JsBoxes(),
            base_url=OWN,
            policy=Policy(attempts=1),
        )
    except OffcutError as error:
        raise refused("gone", GONE, model=spec.id) from error


async def inspect(file: Any, report: Report) -> dict[str, Any]:
    """What a file is, for a person to say the rest. Raises MODEL_FILE, EMPTY_FILE."""
    source = BlobSource(file)
    header = read_header(source)
    look(header)  # refused before hundreds of megabytes are hashed
    digest = sha256()
    async for at, part in _parts(file):
        digest.update(js.Uint8Array.new(part).to_bytes())
        tell(report, "check", done=at, total=source.size)
    found = look(header, digest.hexdigest())
    return {
        "sha256": digest.hexdigest(),
        "bytes": source.size,
        "input": list(found.input.shape or ()),
        "outputs": [one.name for one in found.outputs],
        "sure": found.sure,
        "likely": [_told(one) for one in found.likely],
    }


def _told(one: Template) -> dict[str, Any]:
    told = {"id": one.id, "title": one.title, "licence": one.licence}
    return {**told, "licence_url": one.licence_url, "terms": one.non_commercial}


async def _parts(file: Any) -> Any:
    """The file's ArrayBuffers, one after the other, each with how much has come with it."""
    size = int(file.size)
    for at in range(0, size, PART_BYTES):
        try:
            yield min(at + PART_BYTES, size), await file.slice(at, at + PART_BYTES).arrayBuffer()
        except JsException as error:
            raise _unreadable(error) from error


async def register(
    file: Any, options: dict[str, Any], store: IdbStore, shelf: Shelf, backend: Backend
) -> ModelSpec:
    """Keep the Blob ``file`` as a model, once a trial run has shown that it computes.

    ``options``: ``id``, and what ``models.own.own_spec`` calls changes. What fails leaves nothing
    behind. Raises as that does, MODEL_FILE, OUT_OF_MEMORY and BACKEND_LOST.
    """
    changes = dict(options)
    model_id = str(changes.pop("id", ""))
    found = look(read_header(BlobSource(file)))
    # What does not need the file's bytes is checked before they are copied.
    early = _with_template(found, changes)
    sketch = own_spec(
        found, model_id, "0" * 64, [Part("whole", found.header.size, "0" * 64)], early
    )
    _check_memory(sketch, template_of(found, early), backend)
    await _tidy(store)
    parts: list[Part] = []
    try:
        digest = await _keep(file, parts, store, shelf.report(model_id))
        spec = own_spec(look(found.header, digest), model_id, digest, parts, changes)
        await shelf.drop(spec.id)  # another one of that id
        session = await shelf.session(spec)
        tell(shelf.report(model_id), "run", model=spec.id)
        async with shelf.busy:
            spec = await try_out(session, spec)
        await _put(ENTRY + spec.id, _buffer(json.dumps(asdict(spec)).encode()), store)
    except OffcutError as error:
        await shelf.drop(model_id)
        await _tidy(store)
        said = _said(error, backend)
        if said is error:
            raise
        raise said from error
    return spec


def _with_template(found: Found, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes where the file's sha256 is not known yet: that may say which one it is."""
    return changes if "template" in changes or not found.likely else {**changes, "template": ""}


def _check_memory(spec: ModelSpec, known: Template | None, backend: Backend) -> None:
    """Refuse what cannot fit. On a graphics processor only the trial tells."""
    need = needs_mb(spec, known)
    have = min(backend.facts.memory_gb * 1000 * SHARE or WASM_MB, WASM_MB)
    if backend.chosen.name != "webgpu" and need > have:
        say = f"It needs about {need / 1000:.1f} GB of memory, and {have / 1000:.1f} are there."
        raise refused("too-large", say, needs_mb=need)


async def _keep(file: Any, parts: list[Part], store: IdbStore, report: Report) -> str:
    """Copy the file to the device, and add its ``parts``; returns the sha256 of it all."""
    digest, boxes = sha256(), JsBoxes()
    await persist()
    async for at, box in _parts(file):
        digest.update(js.Uint8Array.new(box).to_bytes())
        name = await boxes.sha256(box)
        await _put(name, box, store)
        parts.append(Part(f"{name}.bin", boxes.length(box), name))
        tell(report, "keep", done=at, total=int(file.size))
    return digest.hexdigest()


async def _put(key: str, box: Any, store: IdbStore) -> None:
    try:
        await store.put(key, box)
    except QuotaFull as error:
        raise refused("no-room", "This device has no room to keep it.") from error
    except StoreUnavailable as error:
        raise refused("no-store", NOWHERE) from error


async def _tidy(store: IdbStore) -> None:
    """Delete parts that no entry has: a trial that failed, or was ended, leaves them."""
    try:
        wanted = {part.sha256 for one in await specs(store) for part in one.parts}
        for key in await store.keys():
            if key not in wanted and not key.startswith(ENTRY):
                await store.delete(key)
    except StoreUnavailable as error:
        js.console.warn(f"Offcut: own model: {error}")


async def forget(spec: ModelSpec, store: IdbStore) -> int:
    """Delete a model that a person brought, file and entry; returns the bytes."""
    try:
        await store.delete(ENTRY + spec.id)
    except StoreUnavailable as error:
        raise refused("no-store", NOWHERE) from error
    await _tidy(store)
    return spec.bytes


def _said(error: OffcutError, backend: Backend) -> OffcutError:
    """What stopped a trial, as the file's fault where it is that and not the device's."""
    if backend.runtime.lost:
        return error
    if error.code == "BACKEND_FAILED":
        say = "It uses something that this browser cannot compute."
        return refused("load", say, reason=error.detail.get("reason", ""))
    if error.code in ("BACKEND_LOST", "RUN_FAILED"):
        say = "It stopped in the middle of a trial run."
        return refused("run", say, reason=error.detail.get("reason", ""))
    return error
