"""The table of faults in docs/reliability.md, out of the tests that inject them.

python -m tools.faults            write it anew
python -m tools.faults --check    end with 1 where it is not up to date
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.paths import ROOT, say, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = ROOT / "docs" / "reliability.md"
TESTS = ROOT / "tests"
START, END = "<!-- faults -->\n", "<!-- end of faults -->"
# In the order of the page.
ROOMS = {
    "network": "The network and the server",
    "storage": "What is kept on the device",
    "update": "A new version",
    "engine": "The engine and the graphics processor",
    "tab": "The tab and the device",
    "photo": "The photo",
}
HEAD = """
| what happens | what the person sees | what is kept | what is tried again | tested by |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Fault:
    """A row: the arguments of ``tests.faults.fault``, and the test that they stand above."""

    room: str
    what: str
    sees: str
    kept: str
    retried: str
    test: str


def faults(folder: Path) -> Iterator[Fault]:
    """All rows below a folder of tests, by file and then as they stand there."""
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                marks = [ast.unparse(one) for one in node.decorator_list]
                for call in node.decorator_list:
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "fault":
                        if "pytest.mark.slow" in marks:
                            stop(f"{node.name}: `make test` leaves slow tests out.")
                        yield _row(call, f"{path.stem}::{node.name}")


def _row(call: ast.Call, test: str) -> Fault:
    room, what = (str(ast.literal_eval(one)) for one in call.args)
    named = {one.arg: str(ast.literal_eval(one.value)) for one in call.keywords if one.arg}
    if room not in ROOMS:
        stop(f"{test}: there is no room {room!r} in tools/faults.py.")
    return Fault(room, what, named["sees"], named["kept"], named["retried"], test)


def table(rows: list[Fault]) -> str:
    """The rows as Markdown, a heading and a table for each room that has any."""
    parts = []
    for room, title in ROOMS.items():
        here = [one for one in rows if one.room == room]
        if here:
            lines = [
                f"| {one.what} | {one.sees} | {one.kept} | {one.retried} | `{one.test}` |\n"
                for one in here
            ]
            parts.append(f"### {title}\n{HEAD}{''.join(lines)}")
    return "\n".join(parts)


def written(page: str) -> str:
    """The page with the table of today between its marks."""
    before, rest = page.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n{table(list(faults(TESTS)))}\n{END}{after}"


def main() -> None:
    """Run the command."""
    page = PAGE.read_text("utf-8")
    wanted = written(page)
    if "--check" in sys.argv:
        if page != wanted:
            stop("docs/reliability.md is not up to date: run `make faults`.")
        return
    PAGE.write_text(wanted, "utf-8")
    say(f"  {wanted.count('::')} faults in {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
