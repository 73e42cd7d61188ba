"""A zlib stream made of blocks."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.pixels import deflate
from offcut.pixels.deflate import PackError, in_thread, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = np.random.default_rng(1).integers(0, 40, 3_000_001).astype(np.uint8).tobytes()
STEP = 100_000


def blocks(size: int = len(DATA)) -> Iterator[memoryview]:
    return (memoryview(DATA)[at : min(size, at + STEP)] for at in range(0, size, STEP))


@pytest.mark.parametrize("helpers", [0, 1, 3])
async def test_any_zlib_reads_it(helpers: int) -> None:
    seen: list[int] = []
    made = await pack(blocks(), 4, [in_thread] * helpers, seen.append)
    assert zlib.decompress(made) == DATA
    assert sum(seen) == len(DATA)
    assert len(made) < 1.01 * len(zlib.compress(DATA, 4))


@pytest.mark.parametrize("size", [0, 1, STEP, STEP + 1])
async def test_few_blocks_and_none(size: int) -> None:
    assert zlib.decompress(await pack(blocks(size), 1)) == DATA[:size]
    assert zlib.decompress(await pack(blocks(size), 1, [in_thread])) == DATA[:size]


async def test_packers_share_the_work() -> None:
    taken: list[int] = []

    async def packer(block: bytes | memoryview, level: int) -> bytes:
        taken.append(len(block))
        return await in_thread(block, level)

    assert zlib.decompress(await pack(blocks(), 4, [packer])) == DATA
    assert 0 < len(taken) < 30, "and this thread does the rest"


async def test_a_packer_that_fails_is_no_loss() -> None:
    calls = 0

    async def broken(block: bytes | memoryview, level: int) -> bytes:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise PackError
        return await in_thread(block, level)

    assert zlib.decompress(await pack(blocks(), 4, [broken, in_thread])) == DATA
    assert calls <= 2 + deflate._AHEAD, "each hand of it gave up at once"


async def test_a_fault_of_ours_is_not_hidden() -> None:
    def wrong() -> Iterator[bytes]:
        yield b"x"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pack(wrong(), 4, [in_thread])
