"""When a worker has had its day: decisions over numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import page as made_up

if TYPE_CHECKING:
    from types import SimpleNamespace

    from .page import World

page = pytest.fixture(made_up.page)


def test_photos(page: tuple[World, SimpleNamespace]) -> None:
    world, real = page
    life = real.life.Life(lambda: world.now, photos=2)
    life.did(100)
    assert life.spent() == ""
    life.did(100)
    assert life.spent() == "photos"
    life.begin(0)
    assert life.spent() == ""


@pytest.mark.parametrize(
    ("memory_gb", "used_mb", "spent"),
    [
        (0, 3000, ""),
        (0, 3001, "memory"),
        (8, 3000, ""),
        (8, 3001, "memory"),
        (4, 2048, ""),
        (4, 2049, "memory"),
        (2, 1024, ""),
        (2, 1025, "memory"),
        (0.5, 257, "memory"),
    ],
)
def test_memory(
    page: tuple[World, SimpleNamespace], memory_gb: float, used_mb: int, spent: str
) -> None:
    world, real = page
    life = real.life.Life(lambda: world.now)
    life.begin(memory_gb)
    assert life.spent() == ""
    life.did(used_mb)
    assert life.spent() == spent
    life.did(0)
    assert life.spent() == spent, "a worker that does not say has not shrunk"


def test_time(page: tuple[World, SimpleNamespace]) -> None:
    world, real = page
    life = real.life.Life(lambda: world.now)
    wanted = [(0, False, False), (real.life.SETTLE_MS, True, False)]
    wanted += [(real.life.HIDDEN_MS, True, False), (real.life.IDLE_MS, True, True)]
    for now, settled, tired in wanted:
        world.now = now
        assert (life.settled(), life.tired(hidden=False)) == (settled, tired)
        assert life.tired(hidden=True) == (now >= real.life.HIDDEN_MS)
    life.touch()
    assert not life.settled()
    assert not life.tired(hidden=True)
