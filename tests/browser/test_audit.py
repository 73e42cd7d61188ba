"""``make audit`` finds nothing wrong with the site, and each planted fault on another page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.audit import table
from tools.audit_page import audit

from .servers import Site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

FAULTY = """<html><head><title>x</title><style>p { color: #999 }</style>
<link rel="manifest" href="manifest.json"></head>
<body><p onclick="0">Grey on white</p><img src="http://localhost:PORT/far.png">
<script>console.error("a complaint"); document.body.append(new Image());</script></body></html>"""
# What stays right even there; the server says UTF-8.
RIGHT = {"UTF-8", "nothing shifts", "few bytes before it is alive"}


def test_the_site_passes(browser: Browser, isolated: Site) -> None:
    findings = audit(browser, isolated.url)
    assert [one for one in findings if one.well is False] == []
    assert len(findings) > 25


def test_planted_faults_are_found(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"icons": [], "screenshots": []}')
    with Site(tmp_path) as site:
        site.overlay["index.html"] = FAULTY.replace("PORT", str(site.port)).encode()
        findings = audit(browser, site.url, alive_s=1)
    assert {one.name for one in findings if one.well} == RIGHT
    lines = table(findings)
    assert "| FAILS | search | a language |  |" in lines
    assert "| app | 0 |" in lines
