"""What of the models lies on the device, and how it goes away again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from offcut.storage import keeping
from offcut.storage.download import key_of
from offcut.storage.files import FileStore
from offcut.storage.parts import StoreUnavailable

from .helpers import spec_of

if TYPE_CHECKING:
    from pathlib import Path


class Shut(FileStore):
    """A store that cannot be read, as in some private windows."""

    async def keys(self, prefix: str = "") -> list[str]:
        raise StoreUnavailable(prefix)


async def test_tells_how_much_of_a_model_is_there_and_deletes_that(tmp_path: Path) -> None:
    store, model = FileStore(tmp_path), spec_of(b"abcdef", name="one")
    whole = model.parts[0]
    halves = (replace(whole, sha256="a" * 64, bytes=2), replace(whole, sha256="b" * 64, bytes=4))
    model = replace(model, parts=halves)
    other = spec_of(b"xyz", name="two")
    await store.put(key_of(halves[1]), b"cdef")
    await store.put(key_of(other.parts[0]), b"xyz")
    kept = await keeping.keys_kept(store)
    assert keeping.bytes_kept(model, kept) == 4
    assert keeping.bytes_kept(other, kept) == 3
    assert await keeping.discard(model, store, [model, other]) == 4
    assert await keeping.keys_kept(store) == keeping.keys_of([other])
    assert await keeping.discard(model, store, [model, other]) == 0


async def test_what_two_models_share_stays(tmp_path: Path) -> None:
    store, one, two = FileStore(tmp_path), spec_of(name="one"), spec_of(name="two")
    await store.put(key_of(one.parts[0]), b"model")
    assert await keeping.discard(one, store, [one, two]) == 0
    assert await keeping.discard(one, store, [one]) == one.bytes


async def test_a_store_that_cannot_be_read_keeps_nothing(tmp_path: Path) -> None:
    store, model = Shut(tmp_path), spec_of()
    assert await keeping.keys_kept(store) == frozenset()
    assert await keeping.discard(model, store, [model]) == 0
