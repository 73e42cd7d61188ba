"""What all tests share: the markers, the order (the quick ones first), and what runs together."""

from __future__ import annotations

import pytest

from .times import BROWSER, Times, engine, suite


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs Chromium and a built dist/")
    config.addinivalue_line("markers", "slow: minutes; `make test` leaves it out")
    config.pluginmanager.register(Times(), "times")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last. Playwright's sync API keeps an event loop running in this thread,
    in which no asyncio test could start; and quick failures should come first."""
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
        # A file's tests run in one process, and all that look at the page's states share one walk;
        # an engine besides Chromium starts once, for the tests of all files.
        walks = "states" if "walk" in getattr(item, "fixturenames", ()) else ""
        item.add_marker(pytest.mark.xdist_group(engine(item) or walks or item.path.stem))
        item.user_properties.append(("suite", suite(item)))
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER))
