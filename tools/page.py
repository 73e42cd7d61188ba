"""The page's Python, laid out so that little of it comes before the page is alive.

Each module is a request and some milliseconds of MicroPython. What ``main.py`` and ``api.py``
import at their top, and what that imports, comes at the start; all the rest lies in one file, with
the sentences it says, and comes a moment later (``pyscript/later.py``).
"""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

from tools.messages import counted, stem

if TYPE_CHECKING:
    from pathlib import Path

DOORS = ("main", "api", "selftest")
MESSAGES = "messages"
LATER = "later.json"
# Said in other people's pages alone (tools/bundle.py), and by the self-test (tools/health.py).
NOT_THE_PAGES = ("remover.", "health.")


def modules(folder: Path) -> dict[str, Path]:
    """Return the page's modules by the names that they are imported by."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def closure(found: dict[str, Path], doors: tuple[str, ...]) -> set[str]:
    """Return the names of ``doors`` and of all that they import when they are imported."""
    seen: set[str] = set()
    waiting = [name for name in doors if name in found]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        package = name.rpartition(".")[0]
        tree = ast.parse(found[name].read_text("utf-8"))
        wanted = {package} | {one for node in ast.walk(tree) for one in _imported(node, tree)}
        waiting += [one for one in wanted if one in found]
    return seen


def _imported(node: ast.AST, tree: ast.Module) -> list[str]:
    """What one statement imports, if it runs with its module; ``try`` is taken for that."""
    if node not in tree.body and not any(
        isinstance(one, ast.Try) and node in one.body for one in tree.body
    ):
        return []
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def said_by(sources: list[str], keys: set[str]) -> set[str]:
    """Return the keys that these modules name: in full, by a start that ends with a dot, or, of a
    sentence that counts, without its form."""
    named = {word for text in sources for word in re.findall(r'"([\w.-]+)"', text)}
    starts = tuple(word for word in named if word.endswith(".") and word != ".")
    counting = counted(keys)
    return {
        key
        for key in keys
        if key in named or key.startswith(starts) or stem(key, counting) in named
    }


def write_words(folder: Path) -> None:
    """Write English for what comes at the start into ``words.py``, all the rest with the rest.

    ``folder``: the page's own in the site. To be called before anything lists its modules.
    """
    words = json.loads((folder / MESSAGES / "en.json").read_text("utf-8"))
    found = modules(folder)
    early = closure(found, DOORS)
    soon = said_by([found[name].read_text("utf-8") for name in early], set(words))
    first = {key: text for key, text in words.items() if key in soon}
    (folder / "words.py").write_text(words_module(first), "utf-8")
    late = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for name, path in found.items()
        if name not in early
    }
    rest = {
        key: text
        for key, text in words.items()
        if key not in soon and not key.startswith(NOT_THE_PAGES)
    }
    told = json.dumps({"files": late, "words": rest}, ensure_ascii=False, sort_keys=True)
    (folder / LATER).write_text(told, "utf-8")
    for address in late:
        (folder / address).unlink()


def files(folder: Path, *doors: str) -> dict[str, str]:
    """Return PyScript's ``files`` table, each at its own path: what ``doors`` need at their start.

    ``folder``: as ``write_words`` has left it; what comes later is not there any more.
    """
    found = modules(folder)
    paths = sorted(found[name].relative_to(folder).as_posix() for name in closure(found, doors))
    return {f"./{path}": f"./{path}" for path in paths}


def words_module(words: dict[str, str]) -> str:
    """Return the text of words.py: English sentences by their keys."""
    lines = "".join(f"    {key!r}: {text!r},\n" for key, text in words.items())
    said = '"""English, as the first moment needs it; made of messages/en.json by the build."""\n'
    return f"{said}\nWORDS = {{\n{lines}}}\n"
