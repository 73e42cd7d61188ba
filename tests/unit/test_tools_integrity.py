"""The hashes by which a page of others holds on to the site's scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tools import integrity

if TYPE_CHECKING:
    from pathlib import Path

# Of "alert('Hello, world.');", as the standard itself has it.
STANDARD = "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"


def test_all_scripts_that_others_load_are_listed(tmp_path: Path) -> None:
    files = ("offcut.js", "vendor/a/b.mjs", "sw.js", "docs/x.js", "a.py", "page.html", "a.js.br")
    for name in files:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("alert('Hello, world.');")
    integrity.write(tmp_path)
    told = json.loads((tmp_path / integrity.FILE).read_text())
    assert told == {"offcut.js": STANDARD, "vendor/a/b.mjs": STANDARD}
