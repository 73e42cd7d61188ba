"""Many photos in one tab, and an engine that sleeps and wakes: nothing is left behind.

`make load` is the same for hours (tools/load.py); a leak shows in a count long before that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tools import load
from tools.load_tab import Sample, Tab, grown

from .conftest import PHOTOS
from .test_life import change

if TYPE_CHECKING:
    from pathlib import Path

    from .visitor import Visitor

MANY, EVERY, RENEWED = 30, 3, 10
NAPS = 5
COUNTED = ("listeners", "nodes", "blobs", "workers")
FLAT = Sample(500.0, 400.0, 4.0, 100, 2000, 4, 1, 2.0)


@pytest.fixture
def small(tmp_path: Path) -> list[Path]:
    """Two photos that are done at once."""
    made = []
    for name in ("astronaut", "chelsea"):
        file = tmp_path / f"{name}.jpg"
        with Image.open(PHOTOS / f"{name}.jpg") as image:
            image.resize((120, 90)).save(file)
        made.append(file)
    return made


def counted(samples: list[Sample]) -> list[str]:
    """What of that which is counted grew: a megabyte more proves nothing in so short a time."""
    return [said for said in grown(samples) if said.startswith(COUNTED)]


def test_many_photos_in_one_tab(tiny: Visitor, small: list[Path]) -> None:
    """The worker is renewed between them, oftener than as shipped."""
    change(tiny.site, "pyscript/life.py", PHOTOS=RENEWED)
    tab = Tab(tiny)
    tiny.open(load.QUERY)
    samples = load.row(tab, small, MANY, EVERY)
    assert counted(samples) == [], samples
    assert samples[-1].blobs <= samples[1].blobs
    assert samples[-1].indexed < 2
    assert len(tiny.site.seen(load.MODEL)) == 1


def test_naps(tiny: Visitor, small: list[Path]) -> None:
    """Ten minutes and more alone, each time, by the page's own clock."""
    tab = Tab(tiny)
    tiny.page.clock.install()
    tiny.open(load.QUERY)
    samples = load.naps(tab, small[0], NAPS)
    assert {one.blobs for one in samples[1:]} == {samples[0].blobs}
    # A worker that is not let go of has two.
    assert samples[-1].listeners < samples[0].listeners + NAPS
    assert counted(samples) == [], samples
    assert len(tiny.site.seen(load.MODEL)) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"rss": 100.0}, "rss grew from 500.0 to 600.0"),
        ({"listeners": 12}, "listeners grew from 100.0 to 112.0"),
        ({"blobs": 1}, "blobs grew from 4.0 to 5.0"),
        ({"workers": 1}, "workers grew from 1.0 to 2.0"),
        ({"indexed": 1.5}, "indexed grew from 2.0 to 3.5"),
        ({"rss": 20.0, "nodes": 40, "listeners": 4}, ""),
    ],
)
def test_what_grows_is_said(more: dict[str, float], said: str) -> None:
    late = replace(FLAT, **{name: getattr(FLAT, name) + by for name, by in more.items()})
    assert grown([FLAT] * 8 + [late] * 2) == ([said] if said else [])
    assert grown([late] * 2 + [FLAT] * 8) == []
