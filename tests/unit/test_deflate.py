"""A zlib stream made of blocks."""

from __future__ import annotations

import threading
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.pixels import deflate
from offcut.pixels.deflate import in_thread, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from offcut.pixels.deflate import Block

DATA = np.random.default_rng(1).integers(0, 40, 3_000_001).astype(np.uint8).tobytes()
STEP = 100_000


def blocks(size: int = len(DATA)) -> Iterator[memoryview]:
    return (memoryview(DATA)[at : min(size, at + STEP)] for at in range(0, size, STEP))


@pytest.mark.parametrize("helpers", [0, 1, 3])
async def test_any_zlib_reads_it(helpers: int) -> None:
    seen: dict[int, tuple[int, bytes]] = {}

    def tell(at: int, size: int, packed: bytes) -> None:
        seen[at] = size, packed

    made = await pack(blocks(), 4, [in_thread] * helpers, tell)
    assert zlib.decompress(b"".join(made)) == DATA
    assert sum(size for size, _ in seen.values()) == len(DATA)
    assert [seen[at][1] for at in range(len(seen))] == made[1:-2], "each told by its number"
    assert sum(map(len, made)) < 1.01 * len(zlib.compress(DATA, 4))


@pytest.mark.parametrize("size", [0, 1, STEP, STEP + 1])
async def test_few_blocks_and_none(size: int) -> None:
    assert zlib.decompress(b"".join(await pack(blocks(size), 1))) == DATA[:size]
    assert zlib.decompress(b"".join(await pack(blocks(size), 1, [in_thread]))) == DATA[:size]


async def test_packers_share_the_work() -> None:
    taken: list[int] = []

    def packer(block: Block, level: int, done: Callable[[bytes | None], None]) -> None:
        taken.append(len(block))
        in_thread(block, level, done)

    assert zlib.decompress(b"".join(await pack(blocks(), 4, [packer]))) == DATA
    assert 0 < len(taken) < 30, "and this thread does the rest"


async def test_a_packer_that_fails_is_no_loss() -> None:
    calls = 0

    def broken(block: Block, level: int, done: Callable[[bytes | None], None]) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            done(None)
        else:
            in_thread(block, level, done)

    assert zlib.decompress(b"".join(await pack(blocks(), 4, [broken, in_thread]))) == DATA
    assert calls <= 2 + deflate._AHEAD, "it is not asked again"


async def test_a_packer_that_never_answers_is_no_loss() -> None:
    late: list[Callable[[bytes | None], None]] = []
    told: list[int] = []

    def silent(_block: Block, _level: int, done: Callable[[bytes | None], None]) -> None:
        late.append(done)

    made = await pack(blocks(), 4, [silent], lambda at, *_: told.append(at))
    assert zlib.decompress(b"".join(made)) == DATA
    assert sorted(told) == list(range(len(told)))
    for done in late:
        done(b"too late")
    assert len(told) == len(set(told)), "what comes after the end is not heard"


async def test_a_fault_of_ours_is_not_hidden() -> None:
    def wrong() -> Iterator[bytes]:
        yield b"x"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pack(wrong(), 4, [in_thread])


async def test_a_fault_while_an_answer_is_heard_is_not_hidden() -> None:
    main = threading.get_ident()

    def refuse(at: int, _size: int, _packed: bytes) -> None:
        assert threading.get_ident() == main
        if at == 0:  # the first block is always a packer's
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pack(blocks(), 4, [in_thread], refuse)
