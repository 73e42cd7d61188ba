"""One zlib stream made of blocks that are packed at the same time, as pigz does it.

Each block is a deflate stream of its own that ends on a byte boundary (zlib's Z_SYNC_FLUSH), so
they follow one another; an empty last one and the checksum of everything close them (RFC 1950 and
1951). What is lost is what a block could have said by pointing into the 32 KiB before it.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Block = bytes | memoryview

HEAD = b"\x78\x9c"  # deflate, window of 32 KiB; the level that it names means nothing to a reader
_END = b"\x03\x00"  # a last block with nothing in it
_TURNS = 2
"""Turns of the event loop without an answer until this thread packs again: browsers let about one
message in a turn, and a packer whose answers lie unheard has nothing to do."""
_AHEAD = 4  # blocks that lie with a packer: it must not wait until this thread listens again


class Packer(Protocol):
    """Packs blocks beside this thread, as ``pack_block`` does."""

    def __call__(self, block: Block, level: int, done: Callable[[bytes | None], None]) -> None:
        """Begin; ``done`` is called once, with None where this packer is not to be counted on.

        A callback and no future: a future's way through Pyodide's event loop leaves an empty turn
        behind each time, and answers then wait behind as many blocks as lie with the packer.
        """
        ...


def pack_block(block: Block, level: int) -> bytes:
    """A deflate stream (RFC 1951) that ends by a sync flush: others may follow it."""
    engine = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return engine.compress(block) + engine.flush(zlib.Z_SYNC_FLUSH)


async def pack(
    blocks: Iterable[Block],
    level: int,
    packers: Sequence[Packer] = (),
    on_block: Callable[[int, int, bytes], None] | None = None,
) -> list[bytes]:
    """The pieces of a zlib stream (RFC 1950) of all ``blocks``, in order.

    Each is made when somebody has time for it: one of ``packers``, or this thread, which lets
    others run after each, and in the end does what still lies with packers. ``on_block``: told of
    each, in any order, its number, how many bytes it had, and what it became.
    """
    coming = enumerate(blocks)
    waiting: dict[int, Block] = {}
    packed: dict[int, bytes] = {}
    faults: list[BaseException] = []
    check = 1
    over = False

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
        if on_block is not None:
            on_block(at, len(block), data)

    def hand_to(packer: Packer) -> None:
        at = take()
        if at is None:
            return

        def heard(data: bytes | None) -> None:
            # What a packer gives up, and what it is late with, is done by this thread.
            if over or data is None or at not in waiting:
                return
            try:
                done(at, data)
                hand_to(packer)
            except BaseException as error:  # nobody above would hear it: the loop below raises it
                faults.append(error)

        packer(waiting[at], level, heard)

    try:
        for packer in [*packers] * _AHEAD:
            hand_to(packer)
        while not faults:
            at = take()
            if at is None:
                if not waiting:
                    break
                at = max(waiting)
            done(at, pack_block(waiting[at], level))
            quiet = 0
            while quiet < _TURNS and not faults:
                before = len(packed)
                await asyncio.sleep(0)
                quiet = quiet + 1 if len(packed) == before else 0
    finally:
        over = True
    if faults:
        raise faults[0]
    return [HEAD, *(packed[at] for at in range(len(packed))), _END, check.to_bytes(4, "big")]


def in_thread(block: Block, level: int, done: Callable[[bytes | None], None]) -> None:
    """A ``Packer`` for CPython, where zlib lets other threads run meanwhile."""
    loop = asyncio.get_running_loop()
    work = loop.run_in_executor(None, pack_block, bytes(block), level)
    work.add_done_callback(lambda made: done(made.result()))
