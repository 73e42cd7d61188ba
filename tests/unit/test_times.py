"""The table of times: what is counted where, and that a run prints it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.times import BROWSER, Times, suite

HERE = Path(__file__).parents[2]


def item(path: Path, *fixtures: str, **params: Any) -> Any:
    called = {"callspec": SimpleNamespace(params=params)} if params else {}
    return SimpleNamespace(path=path, fixturenames=list(fixtures), **called)


def test_a_test_is_of_the_suite_of_its_engine() -> None:
    page = BROWSER / "test_x.py"
    assert suite(item(HERE / "tests" / "unit" / "test_x.py", engine="webkit")) == "unit"
    assert suite(item(page, "tiny", sizes=[1, 2])) == "browser, Chromium"
    assert suite(item(page, "firefox", "isolated")) == "browser, Firefox"
    assert suite(item(page, "driver", driver="webkit")) == "browser, WebKitGTK"


def report(suite: str, file: str, when: str, duration: float) -> Any:
    place = (f"tests/{file}", 1, "test")
    return SimpleNamespace(
        user_properties=[("suite", suite)], location=place, when=when, duration=duration
    )


def test_what_comes_before_and_after_counts_too_and_a_test_once() -> None:
    times = Times()
    for when, took in (("setup", 30.0), ("call", 10.0), ("teardown", 2.0)):
        times.pytest_runtest_logreport(report("browser, Firefox", "test_b.py", when, took))
    times.pytest_runtest_logreport(report("unit", "test_a.py", "setup", 1.0))
    unit, firefox, files = times.lines()
    assert unit.split() == ["unit", "1", "tests", "1", "s"]
    assert firefox.split() == ["browser,", "Firefox", "1", "tests", "42", "s"]
    assert files == "the slowest files: test_b.py 42 s, test_a.py 1 s"


def test_a_run_in_several_processes_ends_with_it_and_its_own_last_line() -> None:
    one = "tests/unit/test_times.py::test_a_test_is_of_the_suite_of_its_engine"
    quick = ["-p", "no:cacheprovider", "-n", "1", "--dist", "loadgroup"]
    command = [sys.executable, "-m", "pytest", *quick, one]
    made = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    lines = made.stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if "time by suite" in line)
    assert lines[at + 1].split()[:3] == ["unit", "1", "tests"]
    assert "1 passed" in lines[-1]
