"""Models of one's own from Python: ``offcut.models.register("my.onnx")``."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.models.added import ADDED, Added
from offcut.models.onnx_header import Memory, read_header
from offcut.models.own import look, own_spec
from offcut.models.registry import Registry
from offcut.storage.parts import FetchFailed, Part

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from offcut.models.registry import ModelSpec

WEB = ("https://", "http://")


def register(file: bytes | str | PathLike[str], *, id: str = "", **changes: object) -> ModelSpec:
    """Add a model of one's own, to be asked for by its id, by ``model="…"``.

    Args:
        file: The ``.onnx`` file: its bytes, its path, or (not in a browser) its address.
        id: What it is called; the file's name in small letters where that is left out.
        **changes: ``template``, the id of a known network (``offcut.models.TEMPLATES``), "" for
            none; ``accept_terms=True`` where its terms ask for that; ``normalise``, "imagenet",
            "unit", "half" or "signed"; ``title``, ``roles`` (["detail"] puts it into the profiles
            in the place of the site's), ``input``, ``output`` as in an entry of the registry, of
            which only what differs is needed.

    Returns:
        The entry.

    Raises:
        OffcutError: MODEL_FILE (the file cannot be used, and why), MODEL_TERMS, MODEL_UNKNOWN (no
            such template), BAD_CONFIG (a key is wrong, or it is not clear what the file is),
            MODEL_DOWNLOAD_FAILED (an address gives nothing).
    """
    read = _reader(file)
    data = read()
    digest = sha256(data).hexdigest()
    found = look(read_header(Memory(data)), digest)
    name = id or re.sub(r"[^a-z0-9._-]+", "-", _stem(file).lower()).strip("-._") or "own"
    spec = own_spec(found, name, digest, [Part(digest, len(data), digest)], changes)
    ADDED[spec.id] = Added(spec, lambda: _same(read(), digest))
    return spec


def unregister(id: str) -> None:
    """Forget a model that was added. Raises MODEL_UNKNOWN."""
    if ADDED.pop(id, None) is None:
        raise fail("MODEL_UNKNOWN", model=id)


def register_from(address: str | PathLike[str]) -> list[ModelSpec]:
    """Add all models of a registry: a JSON file with the keys of a site's ``models/registry.json``.

    Its parts' ``file`` may be whole addresses; others are relative to the registry's own. They are
    fetched when they are needed, and held against their sha256.

    Raises:
        OffcutError: MODEL_DOWNLOAD_FAILED, BAD_CONFIG.
    """
    place = str(address)
    if not place.startswith(WEB):
        place = Path(place).resolve().as_posix()
    try:
        listed = json.loads(_reader(place)())
    except (ValueError, RecursionError) as error:
        raise fail("BAD_CONFIG", "The list of models is no JSON.", reason=str(error)) from error
    registry = Registry.from_json(listed, place.rpartition("/")[0] + "/")
    for spec in registry.models.values():
        ADDED[spec.id] = Added(spec)
    return list(registry.models.values())


def _stem(file: bytes | str | PathLike[str]) -> str:
    return "" if isinstance(file, bytes) else Path(str(file).partition("?")[0]).stem


def _reader(file: bytes | str | PathLike[str]) -> Callable[[], bytes]:
    """What gives the file's bytes. A path is read anew each time: two copies would be large."""
    if isinstance(file, (bytes, bytearray, memoryview)):
        data = bytes(file)
        return lambda: data
    if isinstance(file, str) and file.startswith(WEB):
        data = _fetched(file)
        return lambda: data
    path = Path(file)

    def read() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            say = f"The file {path.name} cannot be read."
            raise fail("MODEL_FILE", say, why="gone", reason=str(error)) from error

    return read


def _same(data: bytes, digest: str) -> bytes:
    if sha256(data).hexdigest() != digest:
        raise fail("MODEL_FILE", "The file has changed since it was registered.", why="changed")
    return data


def _fetched(address: str) -> bytes:
    from offcut.storage.http import get  # noqa: PLC0415 - needless in a browser, where it is large

    try:
        return get(address)
    except FetchFailed as error:
        code = "OFFLINE_NO_MODEL" if error.offline else "MODEL_DOWNLOAD_FAILED"
        raise fail(code, url=address, reason=str(error)) from error
