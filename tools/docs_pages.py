"""The pages of the documentation that are written by code, from what the code itself says."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from offcut.errors import ERRORS
from tools.paths import REGISTRY, ROOT

if TYPE_CHECKING:
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


_DECLARED = re.compile(
    r"(?P<doc>/\*\*(?:(?!\*/).)*\*/)?\s*"
    r"(?P<code>export (?:declare )?(?:async )?(?:default )?"
    r"(?P<kind>function|const|class|interface|type) (?P<name>\w+)"
    r"(?:[^\n]*;$|.*?^\}[^\n]*))",  # one line, or up to the brace that closes it
    re.DOTALL | re.MULTILINE,
)


def javascript(declarations: str) -> str:
    """Return the page on what offcut.js exports, from its TypeScript declarations."""
    parts = ["# JavaScript\n\n`offcut.js` exports these; the types are in `offcut.d.ts` beside it."]
    for found in _DECLARED.finditer(declarations):
        parts.append(f"## `{found['name']}`")
        parts += [text for text in [_said(found["doc"] or "")] if text]
        parts.append(f"```ts\n{found['code'].strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _said(doc: str) -> str:
    """A JSDoc comment as Markdown: its tags become a list."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in doc.removeprefix("/**")[:-2].splitlines()]
    text = "\n".join(lines).strip()
    text = re.sub(r"(?m)^@param (?:\{.*?\} )?\[?(\w+)[^\s]*", r"\n- `\1`", text)
    return re.sub(r"(?m)^@returns?(?: \{.*\})?", "\n- gives", text)
