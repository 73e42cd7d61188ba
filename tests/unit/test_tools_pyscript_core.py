"""PyScript's core as the site serves it: no CDN by default, no Function."""

from __future__ import annotations

import re

import pytest

from tools import pyscript_core
from tools.paths import NODE_MODULES

CORE = next((NODE_MODULES / "@pyscript" / "core" / "dist").glob("core-*.js")).read_text("utf-8")


def test_a_page_that_chooses_nothing_gets_the_sites_interpreters() -> None:
    made = pyscript_core.patched(CORE)
    worker = made.index("/*@*/")
    for name in ("micropython", "pyodide"):
        page = made.index(f'new URL("../{name}/{name}.mjs",import.meta.url).href')
        assert page < worker < made.index(f'globalThis.__site_vendor+"{name}/{name}.mjs"')
    assert len(re.findall(r"module:e=>e\?`", made)) == 4
    assert made.count('"/*@*/"+') == 0
    assert made.count("globalThis.__site_vendor") == 3


def test_a_version_that_a_page_names_stays_its_own_wish() -> None:
    addresses = re.compile(r"`https://[^`]+/(?:pyodide|micropython)\.mjs`")
    before = addresses.findall(CORE)
    assert (
        re.findall(r"`https://[^`]+/(?:pyodide|micropython)\.mjs`", pyscript_core.patched(CORE))
        == before
    )
    assert len(before) == 4


def test_no_hook_is_made_by_function() -> None:
    """It would ask the page for 'unsafe-eval'."""
    assert "Function(`return(w,x)" in CORE
    assert "Function(`return(w,x)" not in pyscript_core.patched(CORE)


def test_no_database_is_opened_for_what_is_passed_through() -> None:
    """A private window has none, and the engine starts in it."""
    made = re.compile(r"=\"passthrough\"===\w\.packages_cache\?Object\.assign\(new Map")
    assert not made.search(CORE)
    assert len(made.findall(pyscript_core.patched(CORE))) == 2


def test_workers_share_one_address_and_their_names_can_be_let_go_of() -> None:
    made = pyscript_core.patched(CORE)
    assert made.count("new Blob([`/*@*/") == 1
    assert "import.meta.workerText??=URL.createObjectURL(new Blob([`/*@*/" in made
    kept = re.search(r"(\w+)=new Proxy\(new Map,\{deleteProperty:\(map,name\)", made)
    assert kept is not None
    assert f"deleteProperty:(_,name)=>delete {kept[1]}[name],get:" in made


@pytest.mark.parametrize(
    "gone",
    [
        *('"/*@*/"+', 'module:(e="', "Function(`return(w,x)", '"never"!==n.packages_cache'),
        *('URL.createObjectURL(new Blob(["/*@*/', "new Proxy(Object.freeze({}),{get"),
    ],
)
def test_a_pyscript_that_reads_otherwise_stops_the_build(
    gone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        pyscript_core.patched(CORE.replace(gone, "x"))
    assert "tools/pyscript_core.py" in capsys.readouterr().err
