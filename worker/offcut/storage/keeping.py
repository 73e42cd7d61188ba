"""What of the models lies on the device, and how it goes away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offcut.storage.download import key_of
from offcut.storage.parts import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from offcut.storage.parts import B, InParts, PartStore


def keys_of(models: Iterable[InParts]) -> frozenset[str]:
    """The keys of all parts of these."""
    return frozenset(key_of(part) for model in models for part in model.parts)


async def keys_kept(store: PartStore[B]) -> frozenset[str]:
    """The keys of all that is kept; none where the store cannot work now."""
    try:
        return frozenset(await store.keys())
    except StoreUnavailable:
        return frozenset()


def bytes_kept(model: InParts, kept: Collection[str]) -> int:
    """How many of the model's bytes are among ``kept``: a download may have broken off."""
    return sum(part.bytes for part in model.parts if key_of(part) in kept)


async def discard(model: InParts, store: PartStore[B], models: Iterable[InParts]) -> int:
    """Delete what is kept of ``model`` and of no other one of ``models``; returns the bytes."""
    kept = await keys_kept(store)
    shared = keys_of(other for other in models if other.id != model.id)
    gone = 0
    for part in model.parts:
        key = key_of(part)
        if key in kept and key not in shared:
            await store.delete(key)
            gone += part.bytes
    return gone
