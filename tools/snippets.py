"""The fenced blocks of README.md and docs/*.md, and how each of them is tested.

Behind the language stands how a block is run: ``test=page``, or why it is not: ``test=none
why="…"``. ``continues`` joins a block to the one before it in its file that is run alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tools.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

RUNS = {
    "python": ("browser", "cpython"),
    "js": ("page",),
    "html": ("page",),
    "ts": ("types",),
    "sh": ("shell",),
}
"""Languages that a test must run, and the ways in which it can."""

READ = ("apache", "json", "nginx", "text", "toml")
"""Languages that nothing runs."""

YOUR_SITE = "https://your.site/"
"""The address of the built site in all examples."""

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>\w*)(?P<info>.*)$")


@dataclass(frozen=True)
class Snippet:
    """One block. ``how``: how it is tested, "" where nothing is said; ``why`` it is not."""

    file: str
    line: int
    language: str
    how: str
    why: str
    continues: bool
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def at(self, site: str) -> str:
        """The code with the address of a site that is there."""
        return self.code.replace(YOUR_SITE, site)


def pages() -> list[Path]:
    """The files whose blocks are tested."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def in_file(path: Path) -> list[Snippet]:
    """The blocks of one file, in their order."""
    return in_text(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())


def in_text(text: str, file: str) -> list[Snippet]:
    """The blocks of Markdown."""
    found: list[Snippet] = []
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if not (fence := _FENCE.match(line)):
            continue
        indent, ticks, info = len(fence["indent"]), fence["ticks"], fence["info"]
        code = []
        for _, inner in lines:
            if inner.strip() == ticks:
                break
            code.append(inner[indent:])
        how = re.search(r"\btest=(\w+)", info)
        why = re.search(r'\bwhy="([^"]+)"', info)
        found.append(
            Snippet(
                file=file,
                line=number,
                language=fence["language"],
                how=how[1] if how else "",
                why=why[1] if why else "",
                continues=" continues" in info.split("why=")[0],
                code="\n".join(code) + "\n",
            )
        )
    return found


def to_run(how: str, *languages: str) -> list[list[Snippet]]:
    """What is run in that way: for each file that has any, its blocks; ``languages``: only these.

    The code of a block that continues another one begins with that one's.
    """
    grouped = []
    for path in pages():
        mine: list[Snippet] = []
        for one in in_file(path):
            if one.how != how or (languages and one.language not in languages):
                continue
            before = mine[-1].code if one.continues and mine else ""
            mine.append(replace(one, code=before + one.code))
        if mine:
            grouped.append(mine)
    return grouped


def wrong(one: Snippet) -> str:
    """What is wrong with how a block is marked; "" if nothing is."""
    ways = RUNS.get(one.language)
    if ways is None:
        if one.language not in READ:
            return f"{one}: {one.language or 'a block without a language'} is not known; say text"
        return f"{one}: {one.language} is not run, so test= says nothing" if one.how else ""
    if one.how == "none":
        return "" if one.why else f'{one}: say why it is not run, why="…"'
    if one.how not in ways:
        return f"{one}: {one.language} must say how it is tested: test={' or test='.join(ways)}"
    return ""
