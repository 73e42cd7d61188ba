"""One zlib stream made of blocks that are packed at the same time, as pigz does it.

Each block is a deflate stream of its own that ends on a byte boundary (zlib's Z_SYNC_FLUSH), so
they follow one another; an empty last one and the checksum of everything close them (RFC 1950 and
1951). What is lost is what a block could have said by pointing into the 32 KiB before it.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Block = bytes | memoryview

Packer = Callable[[Block, int], Awaitable[bytes]]
"""Packs a block by a level, as ``pack_block`` does, beside this thread. Raises ``PackError``."""

_HEAD = b"\x78\x9c"  # deflate, window of 32 KiB; the level that it names means nothing to a reader
_END = b"\x03\x00"  # a last block with nothing in it
_AHEAD = 6  # blocks that lie with a packer: it must not wait until this thread listens again


class PackError(Exception):
    """A packer did not do its part, which can be done here as well."""


def pack_block(block: Block, level: int) -> bytes:
    """A deflate stream (RFC 1951) that ends by a sync flush: others may follow it."""
    engine = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return engine.compress(block) + engine.flush(zlib.Z_SYNC_FLUSH)


async def pack(
    blocks: Iterable[Block],
    level: int,
    packers: Sequence[Packer] = (),
    on_bytes: Callable[[int], None] | None = None,
) -> bytes:
    """A zlib stream (RFC 1950) of all ``blocks``.

    Each is made when somebody has time for it: one of ``packers``, or this thread, which lets
    others run after each, and in the end does what still lies with packers. ``on_bytes``: told how
    many bytes a packed block had.
    """
    coming = enumerate(blocks)
    waiting: dict[int, Block] = {}
    packed: dict[int, bytes] = {}
    check = 1

    def take() -> int | None:
        nonlocal check
        for at, block in coming:
            # Whoever takes a block takes the next one: the checksum sees them in order.
            check = zlib.adler32(block, check)
            waiting[at] = block
            return at
        return None

    def done(at: int, data: bytes) -> None:
        block = waiting.pop(at)
        packed[at] = data
        if on_bytes is not None:
            on_bytes(len(block))

    async def elsewhere(packer: Packer) -> None:
        while (at := take()) is not None:
            try:
                data = await packer(waiting[at], level)
            except PackError:
                return
            if at in waiting:
                done(at, data)

    hands = [asyncio.ensure_future(elsewhere(one)) for one in [*packers] * _AHEAD]
    try:
        await asyncio.sleep(0)  # the others begin first
        while (at := take()) is not None or waiting:
            at = max(waiting) if at is None else at
            done(at, pack_block(waiting[at], level))
            await asyncio.sleep(0)
        for hand in hands:
            if hand.done():
                hand.result()  # a fault of ours is not to be lost
    finally:
        for hand in hands:
            hand.cancel()
    parts = (packed[at] for at in range(len(packed)))
    return b"".join((_HEAD, *parts, _END, check.to_bytes(4, "big")))


async def in_thread(block: Block, level: int) -> bytes:
    """A ``Packer`` for CPython, where zlib lets other threads run meanwhile."""
    return await asyncio.to_thread(pack_block, bytes(block), level)
