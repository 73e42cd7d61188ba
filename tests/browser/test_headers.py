"""public/_headers: one set of rules, the same as the page's own and the service worker's."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from tools import serve

from .conftest import ROOT
from .servers import FRAME, ISOLATED
from .static_hosts import headers_for, rules

PUBLIC = ROOT / "public"
TRUSTED = "require-trusted-types-for 'script'; trusted-types default"


def test_the_policy_is_the_pages_own() -> None:
    """But for Trusted Types: a header is also on the documentation, whose scripts know none."""
    page = (PUBLIC / "index.html").read_text()
    meta = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]+)"', page)
    assert meta is not None
    sent = dict(rules())["/*"]["Content-Security-Policy"]
    assert meta[1] == f"{sent}; {TRUSTED}"


def test_isolation_is_what_the_service_worker_sets() -> None:
    everywhere = dict(rules())["/*"]
    worker = (PUBLIC / "sw.js").read_text()
    for name, value in ISOLATED.items():
        assert everywhere[name] == value
        assert f'"{name}": "{value}"' in worker
    for path, headers in FRAME.items():
        assert serve.FRAME[f"/{path}"] == headers
        for name, value in headers.items():
            assert dict(rules())[f"/{path}"][name] == value
            assert f'"{name}": "{value}"' in worker


def test_no_header_is_set_twice() -> None:
    paths = [
        "/", "/index.html", "/embed.html", "/sw.js", "/models/registry.json",
        "/models/u2netp/ab.bin",
        "/vendor/pyodide/pyodide.mjs", "/vendor/ort/ort-wasm-simd-threaded.wasm", "/app.css",
    ]  # fmt: skip
    for path in paths:
        names = [name for rule, set_ in rules() if fnmatchcase(path, rule) for name in set_]
        assert len(names) == len(set(names)), path
    for path in paths:
        if not path.endswith(".bin"):
            assert headers_for(path)["Cache-Control"] == "no-cache", path
