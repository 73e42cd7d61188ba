"""The pages of the documentation that are written by code, from what the code itself says."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from offcut.errors import ERRORS
from tools.paths import REGISTRY, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TYPES = ROOT / "public" / "offcut.d.ts"
PACKAGE = ROOT / "worker" / "offcut"
FIRST = ("remove", "matte", "Matte")  # what most come for
BEHIND = ("api.options.Options", "pipeline.engine.Engine", "pipeline.options.ExportOptions")


def pages() -> dict[str, str]:
    """Return the pages: path below docs/ → Markdown."""
    made = {
        "reference/errors.md": errors(),
        "reference/registry.md": registry(REGISTRY.read_text("utf-8")),
        "reference/python.md": python(PACKAGE / "__init__.py"),
    }
    if TYPES.exists():
        made["reference/javascript.md"] = javascript(TYPES.read_text("utf-8"))
    return made


def errors() -> str:
    """Return the table of all error codes, with what a person is told."""
    rows = [
        f"| `{code}` | {message} | {'yes' if retry else 'no'} |"
        for code, (message, retry) in ERRORS.items()
    ]
    return f"""# Errors

Every failure has one of these codes, in every door alike. In JavaScript it is an `OffcutError`
with `code`, `message` and `retry`; in Python an `offcut.errors.OffcutError` with these and
`detail`. The sentence may have another one before it that tells what is special this time.

| code | what a person is told | can the same again help? |
|---|---|---|
{chr(10).join(rows)}
"""


def registry(text: str) -> str:
    """Return the page on the keys of models/registry.toml, with its first entry as the example."""
    found = re.search(r"(?ms)^\[models\.\w+\]\n.*?(?=^\[|\Z)", text)
    assert found is not None, "the registry has no model"
    specs = [
        f"::: offcut.models.registry.{name}" for name in ("ModelSpec", "InputSpec", "OutputSpec")
    ]
    return f"""# Model registry

`models/registry.toml` is the one place that names a model; the build makes `models/registry.json`
of it. An entry has the keys of the classes below, with `input` and `output` as tables:

```toml
{found[0].strip()}
```

{(chr(10) * 2).join(specs)}
"""


def python(package: Path) -> str:
    """Return the page on the public names of the package, and on what they are made of."""
    exported: list[str] = []
    for node in ast.parse(package.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            exported = [name for name in ast.literal_eval(node.value) if not name.startswith("_")]
    exported.sort(key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    named = [f"::: offcut.{name}" for name in [*exported, *BEHIND]]
    return "# Python\n\n" + "\n\n".join(named) + "\n"


_NAMED = re.compile(r"export (?:declare )?(?:async )?(?:function|const|class|interface|type) (\w+)")
_TYPE = r"\{(?:[^{}]|\{[^{}]*\})*\} ?"  # of JSDoc: braces, with braces in them


def javascript(declarations: str) -> str:
    """Return the page on what offcut.js exports, from its TypeScript declarations."""
    parts = ["# JavaScript\n\n`offcut.js` exports these; the types are in `offcut.d.ts` beside it."]
    for doc, code in _declared(declarations):
        if named := _NAMED.match(code):
            parts += [f"## `{named[1]}`", *filter(None, [_said(doc)]), f"```ts\n{code}\n```"]
    return "\n\n".join(parts) + "\n"


def _declared(text: str) -> Iterator[tuple[str, str]]:
    """Each exported statement and the comment right above it."""
    lines = iter(text.splitlines())
    doc = ""
    for line in lines:
        if line.startswith("/**"):
            doc = _until(lines, line, lambda whole: whole.endswith("*/"))
            continue
        if line.startswith("export "):
            yield doc, _until(lines, line, _is_whole)
        doc = ""


def _until(lines: Iterator[str], first: str, done: Callable[[str], bool]) -> str:
    whole = first
    while not done(whole) and (line := next(lines, None)) is not None:
        whole = f"{whole}\n{line}"
    return whole


def _is_whole(statement: str) -> bool:
    code = re.sub(r"/\*.*?\*/", "", statement, flags=re.DOTALL)
    return code.count("{") == code.count("}") and code.rstrip().endswith((";", "}"))


def _said(doc: str) -> str:
    """A JSDoc comment as Markdown: what its tags tell beyond the types becomes a list."""
    lines = [
        re.sub(r"^\s*(?:/\*)?\*? ?", "", line)
        for line in doc.removeprefix("/**").removesuffix("*/").splitlines()
    ]
    told, *tags = re.split(r"\n?^@", "\n".join(lines).strip(), flags=re.MULTILINE)
    rows = [re.sub(rf"^(param|returns?) (?:{_TYPE})?", r"\1 ", tag, count=1) for tag in tags]
    rows = [re.sub(r"\s+", " ", row).strip() for row in rows]
    given = [re.match(r"param (\S+) (?:- )?(.+)", row) for row in rows]
    gives = [re.match(r"returns? (.+)", row) for row in rows]
    points = [f"- `{found[1].strip('[]')}`: {found[2]}" for found in given if found]
    points += [f"- gives {found[1]}" for found in gives if found]
    return "\n\n".join(filter(None, [told.strip(), "\n".join(points)]))
