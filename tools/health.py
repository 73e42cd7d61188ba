"""selftest.html: its policy and its icons are index.html's, its own Python is one file.

That the page fetches (``pyscript/later.py``) beside what comes later on the page itself, so none of
it is on anybody else's way.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

from tools import page
from tools.bundle import symbols
from tools.paths import stop

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "selftest.html"
PACKAGE = "health"
BUNDLE = "health.json"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_PLACES = (re.compile(r"<!-- policy: .*? -->"), re.compile(r"<!-- icons: (.*?) -->"))


def filled(html: str, index: str) -> str:
    """Return selftest.html with what it has from index.html."""
    policy, places = _POLICY.search(index), [place.search(html) for place in _PLACES]
    if not policy or not all(places):
        stop("selftest.html or index.html lacks what tools/health.py looks for.")
    html = _PLACES[0].sub(lambda _: policy[0], html)
    return _PLACES[1].sub(lambda found: symbols(index, found[1].split()), html)


def write(site: Path) -> list[str]:
    """Fill the page, and move the package out of the page's folder into one file. To be called
    before the page takes its own Python apart.

    Returns the modules that the package needs besides its own.
    """
    index = (site / "index.html").read_text("utf-8")
    target = site / PAGE
    target.write_text(filled(target.read_text("utf-8"), index), "utf-8")
    folder = site / "pyscript"
    words = json.loads((folder / page.MESSAGES / "en.json").read_text("utf-8"))
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted((folder / PACKAGE).glob("*.py"))
    }
    said = {key: text for key, text in words.items() if key.startswith(f"{PACKAGE}.")}
    told = json.dumps({"files": files, "words": said}, ensure_ascii=False, sort_keys=True)
    (folder / BUNDLE).write_text(told, "utf-8")
    found = page.modules(folder)
    own = tuple(name for name in found if name.split(".")[0] == PACKAGE)
    needed = sorted(page.closure(found, own) - {*own})
    shutil.rmtree(folder / PACKAGE)
    return needed
