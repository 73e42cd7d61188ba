"""The page's components pass the same tests under MicroPython and under Pyodide.

The tests themselves are in tests/components/ and run in a page; each interpreter is started once.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from .servers import CORS, ISOLATED, Site
from .test_headers import TRUSTED
from .test_mount import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable

    from .fleet import Fleet

FOLDER = Path(__file__).parents[1] / "components"
COMPONENTS = [file.stem for file in sorted(FOLDER.glob("of_*.py"))]
CONFIGS = {"mpy": "page.json", "py": "page-pyodide.json"}
Told = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def told(dist: Path, fleet: Fleet) -> Callable[[str], Told]:
    """What an interpreter says of each test of each component: "" where all is well."""

    @functools.cache
    def ask(interpreter: str) -> Told:
        with Site(dist, ISOLATED | CORS) as site:
            context = fleet.quick().new_context()
            try:
                return _run(site, context.new_page(), interpreter)
            finally:
                context.close()

    return ask


def _run(site: Site, page: Any, interpreter: str) -> Told:
    config = json.loads((site.body(f"pyscript/{CONFIGS[interpreter]}") or b"").decode())
    for file in FOLDER.glob("*.py"):
        text = file.read_text("utf-8").replace('"MODULES"', f'"{" ".join(COMPONENTS)}"')
        site.overlay[f"pyscript/{file.name}"] = text.encode()
        config["files"][f"./{file.name}"] = f"./{file.name}"
    site.overlay["pyscript/components.json"] = json.dumps(config).encode()
    script = SCRIPT.replace("mpy", interpreter).replace("main.py", "run.py")
    script = script.replace("page.json", "components.json")
    index = (site.body("index.html") or b"").decode()
    assert SCRIPT in index
    # The tests write markup from text, which no page of the site may.
    index = index.replace(f"; {TRUSTED}", "").replace(SCRIPT, script)
    site.overlay["components.html"] = index.encode()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(site.url + "components.html")
    root = page.locator("html[data-told]")
    try:
        root.wait_for(state="attached", timeout=120_000)
    except PlaywrightTimeout:
        pytest.fail("the tests did not come to an end:\n" + "\n".join(said))
    answer: Told = json.loads(root.get_attribute("data-told") or "")
    return answer


@pytest.mark.parametrize("component", COMPONENTS)
@pytest.mark.parametrize("interpreter", list(CONFIGS))
def test_component(told: Callable[[str], Told], interpreter: str, component: str) -> None:
    found = told(interpreter)[component]
    wanted = set(re.findall(r"def (test_\w+)", (FOLDER / f"{component}.py").read_text("utf-8")))
    failed = {name: words for name, words in found.items() if words}
    assert not failed, "\n".join(f"{name}:\n{words}" for name, words in failed.items())
    assert set(found) == wanted
