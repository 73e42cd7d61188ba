"""Every moment is counted once."""

from __future__ import annotations

import pytest

from offcut.pipeline.watch import Watch


def test_steps_inside_others_are_counted_apart() -> None:
    now = 0.0
    watch = Watch("matte", lambda: now)
    now = 1.0
    watch.now("encode")
    now = 3.0
    with watch.during("verify"):
        now = 3.5
    now = 4.0

    def fail() -> None:
        nonlocal now
        now = 5.0
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), watch.during("verify"):
        fail()
    now = 7.0
    watch.now("")
    now = 100.0
    watch.now("")
    assert watch.ms == {"matte": 1000, "encode": 4500, "verify": 1500}
