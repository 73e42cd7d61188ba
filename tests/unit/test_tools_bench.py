"""The reckoning of the bench: tables, fits, growth, what /proc says. Times are only printed."""

from __future__ import annotations

import io
import math
import os
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tools import bench_brush
from tools.bench_cold import MARKS, Visit, told
from tools.bench_cold import middle as median_of
from tools.bench_curve import but_run, power
from tools.bench_fifty import around, growth
from tools.bench_split import HEADS, middle
from tools.host import Sent
from tools.photos import photo
from tools.plots import Line, draw_lines, draw_marks
from tools.processes import Held, Peaks, busiest, fields, held, most_resident, watching
from tools.tab import Timed
from tools.tables import table

ROLLUP = """00010000-7ffcf7059000 ---p 00000000 00:00 0                              [rollup]
Rss:              {rss} kB
Pss:              {pss} kB
Private_Clean:      10 kB
Private_Dirty:     {dirty} kB
"""


def process(proc: Path, pid: int, rss: int, pss: int, dirty: int) -> None:
    """Write what the kernel would say of a process, in kB."""
    (proc / str(pid)).mkdir(exist_ok=True)
    text = ROLLUP.format(rss=rss, pss=pss, dirty=dirty)
    (proc / str(pid) / "smaps_rollup").write_text(text, "ascii")
    (proc / str(pid) / "status").write_text(f"Name:\tx\nVmHWM:\t {rss + 5} kB\n", "ascii")


def test_a_table_has_a_cell_for_each_number() -> None:
    lines = table("ms", ["a", "b"], {"one": [1.4, 2.6], "two": [float("nan"), 0]})
    assert lines == ["| ms | a | b |", "|---|---:|---:|", "| one | 1 | 3 |", "| two | – | 0 |"]
    assert table("", ["a"], {"one": [1.236]}, digits=2)[-1] == "| one | 1.24 |"
    with pytest.raises(ValueError, match="shorter"):
        table("ms", ["a", "b"], {"one": [1]})


@pytest.mark.parametrize(("exponent", "factor"), [(1.0, 110.0), (0.5, 3.0), (1.3, 20.0)])
def test_a_power_law_is_found_again(exponent: float, factor: float) -> None:
    sizes = [1, 2, 4, 8, 12, 24, 48, 100]
    found = power(sizes, [factor * size**exponent for size in sizes])
    assert found == pytest.approx((exponent, factor))


def test_each_size_counts_the_same_in_the_fit() -> None:
    # One point twice as dear, at either end: it turns the line by as much.
    low, _ = power([1, 10, 100], [2, 10, 100])
    high, _ = power([1, 10, 100], [1, 10, 200])
    assert 1 - low == pytest.approx(high - 1)
    assert low < 1


@pytest.mark.parametrize(("sizes", "costs"), [([1], [1]), ([2, 2], [1, 3]), ([1, 2], [0, 3])])
def test_no_law_goes_through_too_little(sizes: list[float], costs: list[float]) -> None:
    with pytest.raises(ValueError, match="power law"):
        power(sizes, costs)


def test_the_networks_are_left_out() -> None:
    steps = {"run.u2netp": 300.0, "run.isnet": 400.0, "decode": 100.0, "encode": 50.0}
    made = [Timed(ms=900.0, split=steps, blocked=blocked, bytes=1) for blocked in (0.0, 70.0, 0.0)]
    assert but_run(made[0]) == 200
    row = middle(made)
    assert (row["total"], row["but run"], row["run"], row["rest"]) == (900, 200, 700, 50)
    assert row["blocked"] == 70, "the longest of all, not the median"
    assert set(row) == set(HEADS)


def test_growth_is_the_last_by_the_fifth() -> None:
    values = [90.0, 10, 10, 10, 20, 10, 10, 10, 10, 30]
    assert growth(values) == (1.5, 2.0)
    assert around(values, 0) == 50
    with pytest.raises(ValueError, match="more than 5"):
        growth(values[:5])


def test_what_the_kernel_says_is_read_in_bytes() -> None:
    assert fields("VmHWM:\t  12 kB\nThreads: 3\nName: 4 kB of\n") == {"VmHWM": 12 * 1024}


def test_a_process_holds_what_it_says(tmp_path: Path) -> None:
    process(tmp_path, 7, rss=300, pss=200, dirty=90)
    process(tmp_path, 8, rss=100, pss=90, dirty=80)
    assert held(7, tmp_path) == Held(300 * 1024, 200 * 1024, 100 * 1024)
    assert most_resident(7, tmp_path) == 305 * 1024
    assert busiest([8, 7], tmp_path) == 7
    assert (held(9, tmp_path), most_resident(9, tmp_path)) == (Held(), 0)


def test_peaks_are_kept(tmp_path: Path) -> None:
    peaks = Peaks()
    for first, second in ((100, 10), (60, 80), (50, 20)):
        process(tmp_path, 7, rss=first, pss=first, dirty=first)
        process(tmp_path, 8, rss=second, pss=second, dirty=second)
        peaks.look([7, 8], tmp_path)
    assert (peaks.each[7].pss, peaks.each[8].pss) == (100 * 1024, 80 * 1024)
    assert peaks.all_pss == 140 * 1024, "of one moment, not the sum of peaks of different ones"
    assert peaks.looks == 3


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux only")
def test_memory_that_is_taken_is_seen() -> None:
    before = held(os.getpid())
    with watching([os.getpid()], 0.001) as peaks:
        taken = bytearray(b"x" * 50_000_000)
        while peaks.looks < 3:
            pass
    assert len(taken) == 50_000_000
    assert peaks.each[os.getpid()].private - before.private > 40_000_000


def test_a_photo_has_the_size_that_is_asked_for() -> None:
    with Image.open(io.BytesIO(photo(0.5))) as image:
        assert image.width * image.height == pytest.approx(5e5, rel=0.01)
        assert image.width / image.height == pytest.approx(4 / 3, rel=0.01)


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_plot_is_drawn(tmp_path: Path, logarithmic: bool) -> None:
    lines = [Line("one", [1, 10], [2, 4], "o-"), Line("two", [1, 10], [1, 8], "--")]
    draw_lines(tmp_path / "out" / "x.svg", "Title", "x", "y", lines, logarithmic=logarithmic)
    drawn = (tmp_path / "out" / "x.svg").read_text()
    assert all(word in drawn for word in ("<svg", "Title", "one", "two"))


def test_a_visit_counts_what_had_come_by_each_mark() -> None:
    sent = [
        Sent(100.2, "/", 10),
        Sent(100.5, "/held/photo.jpg", 1000),
        Sent(101.0, "/a.wasm", 200),
        Sent(109.0, "/later", 5000),
    ]
    marks = {"painted": 300.0, "alive": 900.0, "given": 1000.0, "first": 2000.0, "best": 2000.0}
    visit = told(100_000.0, dict(marks), sent)
    by_name = dict(zip(MARKS, zip(visit.ms, visit.bytes, strict=True), strict=True))
    assert all(math.isnan(value) for value in by_name.pop("engine"))
    assert {name: ms for name, (ms, _) in by_name.items()} == marks
    came = {name: count for name, (_, count) in by_name.items()}
    assert came == {"painted": 10, "alive": 10, "given": 210, "first": 210, "best": 210}


def test_visits_are_told_by_their_medians() -> None:
    count = len(MARKS)
    visits = [Visit((float(ms),) * count, (float(-ms),) * count) for ms in (5, 90, 7)]
    assert median_of(visits) == Visit((7.0,) * count, (-7.0,) * count)


def test_marks_are_drawn_where_there_are_any(tmp_path: Path) -> None:
    draw_marks(tmp_path / "x.svg", "Title", "s", ["early", "late"], {"row": [1, math.nan]})
    drawn = (tmp_path / "x.svg").read_text()
    assert all(word in drawn for word in ("Title", "early", "late", "row"))


def test_frames_are_as_far_apart_as_they_are_shown() -> None:
    """100 gaps of 16 ms each, but one of 40: one slow one, 1 %."""
    events: list[dict[str, Any]] = [{"name": "RunTask", "ts": 0, "dur": 90_000}]
    at = 1000
    for number in range(101):
        events.append({"name": "AnimationFrame::Render", "ph": "b", "ts": at - 5000})
        events.append({"name": "AnimationFrame::Render", "ph": "e", "ts": at - 4000})
        events.append({"name": "AnimationFrame::Presentation", "ph": "n", "ts": at})
        events.append({"name": "FireAnimationFrame", "ts": at - 9000, "dur": 3000})
        at += 40_000 if number == 50 else 16_000
    random.Random(2).shuffle(events)
    assert bench_brush.row(events) == [100, 1, 1.0, 16.0, 16.0, 40.0, 16.0, 1, 3.0]
