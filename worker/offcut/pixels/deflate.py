"""One zlib stream made of blocks that are packed at the same time, as pigz does it.

Each block is a deflate stream of its own that ends on a byte boundary (zlib's Z_SYNC_FLUSH), so
they follow one another; an empty last one and the checksum of everything close them (RFC 1950 and
1951). What is lost is what a block could have said by pointing into the 32 KiB before it.
"""

from __future__ import annotations

import asyncio
import zlib
from functools import partial
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
    return await _Packing(blocks, level, on_block).run(packers)


class _Packing:
    """One ``pack``. Not closures: those that call each other keep each other, and a picture with
    them, until Python's collector comes, which counts objects and not their bytes."""

    def __init__(
        self,
        blocks: Iterable[Block],
        level: int,
        on_block: Callable[[int, int, bytes], None] | None,
    ) -> None:
        self._coming = enumerate(blocks)
        self._level = level
        self._on_block = on_block
        self._waiting: dict[int, Block] = {}
        self._packed: dict[int, bytes] = {}
        self._faults: list[BaseException] = []
        self._check = 1
        self._over = False

    async def run(self, packers: Sequence[Packer]) -> list[bytes]:
        try:
            for packer in [*packers] * _AHEAD:
                self._hand_to(packer)
            while not self._faults:
                at = self._take()
                if at is None:
                    if not self._waiting:
                        break
                    at = max(self._waiting)
                self._done(at, pack_block(self._waiting[at], self._level))
                await self._listen()
        finally:
            self._over = True
        if self._faults:
            raise self._faults[0]
        packed = (self._packed[at] for at in range(len(self._packed)))
        return [HEAD, *packed, _END, self._check.to_bytes(4, "big")]

    async def _listen(self) -> None:
        quiet = 0
        while quiet < _TURNS and not self._faults:
            before = len(self._packed)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._packed) == before else 0

    def _take(self) -> int | None:
        for at, block in self._coming:
            # Whoever takes a block takes the next one: the checksum sees them in order.
            self._check = zlib.adler32(block, self._check)
            self._waiting[at] = block
            return at
        return None

    def _done(self, at: int, data: bytes) -> None:
        block = self._waiting.pop(at)
        self._packed[at] = data
        if self._on_block is not None:
            self._on_block(at, len(block), data)

    def _hand_to(self, packer: Packer) -> None:
        at = self._take()
        if at is not None:
            packer(self._waiting[at], self._level, partial(self._heard, packer, at))

    def _heard(self, packer: Packer, at: int, data: bytes | None) -> None:
        # What a packer gives up, and what it is late with, is done by this thread.
        if self._over or data is None or at not in self._waiting:
            return
        try:
            self._done(at, data)
            self._hand_to(packer)
        except BaseException as error:  # nobody above would hear it: ``run`` raises it
            self._faults.append(error)


def in_thread(block: Block, level: int, done: Callable[[bytes | None], None]) -> None:
    """A ``Packer`` for CPython, where zlib lets other threads run meanwhile."""
    loop = asyncio.get_running_loop()
    work = loop.run_in_executor(None, pack_block, bytes(block), level)
    work.add_done_callback(lambda made: done(made.result()))
