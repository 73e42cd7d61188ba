"""An audit of the site in Chromium: ``python -m tools.audit`` prints a table; 1 if one row fails.

Only what a browser on this machine can see. The other states of the page are judged by the tests
(tests/browser/states.py).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tools.audit_page import Finding, audit
from tools.host import serving
from tools.paths import DIST, say, stop
from tools.tab import ARGUMENTS, chromium

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKS = {True: "ok", False: "FAILS", None: "fact"}


def table(findings: Sequence[Finding]) -> list[str]:
    """The lines of the table: what was found, then a score for each category."""
    lines = ["| | category | what | |", "|---|---|---|---|"]
    for one in findings:
        told = one.told.replace("|", "/")
        lines.append(f"| {MARKS[one.well]} | {one.category} | {one.name} | {told} |")
    lines += ["", "| category | score |", "|---|---:|"]
    for category in dict.fromkeys(one.category for one in findings):
        judged = [one.well for one in findings if one.category == category and one.well is not None]
        lines.append(f"| {category} | {100 * sum(judged) // len(judged)} |")
    return lines


def main() -> None:
    """Audit dist/, or the site at an address."""
    parser = argparse.ArgumentParser(prog="python -m tools.audit")
    parser.add_argument("url", nargs="?", help="instead of dist/, served here")
    asked = parser.parse_args()
    if not asked.url and not (DIST / "index.html").exists():
        stop("There is no dist/ yet. Run: make build")
    with serving() as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        findings = audit(browser, asked.url or f"{host.url}/")
        browser.close()
    say("\n".join(table(findings)))
    if any(one.well is False for one in findings):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
