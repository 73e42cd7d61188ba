"""How long the tests took, by suite and by file: a table at the end of a run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

BROWSER = Path(__file__).parent / "browser"
UNIT, CHROMIUM = "unit", "browser, Chromium"
# By the name that fixtures and parameters have for an engine; Chromium has many.
ENGINES = {"firefox": "browser, Firefox", "webkit": "browser, WebKitGTK"}
SUITES = (UNIT, CHROMIUM, *ENGINES.values())
SLOWEST = 10


def engine(item: Any) -> str:
    """The engine besides Chromium that a test runs in, or nothing."""
    called = getattr(item, "callspec", None)
    named = [one for one in called.params.values() if isinstance(one, str)] if called else []
    return next((one for one in ENGINES if one in (*item.fixturenames, *named)), "")


def suite(item: Any) -> str:
    """Which of the suites a test is of."""
    if not item.path.is_relative_to(BROWSER):
        return UNIT
    return ENGINES.get(engine(item), CHROMIUM)


class Times:
    """Hears of every test; a plugin. With several processes the reports come to the first one."""

    def __init__(self) -> None:
        self._tests: Counter[str] = Counter()
        self._suites: Counter[str] = Counter()
        self._files: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what one test took: before it, itself, and after it."""
        of = str(dict(report.user_properties).get("suite", UNIT))
        self._tests[of] += report.when == "setup"
        self._suites[of] += report.duration
        self._files[Path(report.location[0]).name] += report.duration

    def lines(self) -> Iterator[str]:
        """The table: seconds of all processes together."""
        for name in SUITES:
            if self._tests[name]:
                yield f"{name:<20}{self._tests[name]:>6} tests{self._suites[name]:>8.0f} s"
        slowest = [f"{name} {took:.0f} s" for name, took in self._files.most_common(SLOWEST)]
        yield "the slowest files: " + ", ".join(slowest)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write it."""
        if self._tests:
            terminalreporter.write_sep("-", "time by suite, all processes together")
            for line in self.lines():
                terminalreporter.write_line(line)
