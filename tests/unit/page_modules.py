"""The page's own modules under CPython, over a browser that is made up."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from offcut import errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pytest

FOLDER = Path(__file__).parents[2] / "pyscript"


def load(name: str) -> ModuleType:
    """One of those modules that need no browser."""
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


@contextmanager
def page_modules(
    monkeypatch: pytest.MonkeyPatch,
    names: Sequence[str],
    made_up: Mapping[str, ModuleType | Mapping[str, Any]],
) -> Iterator[dict[str, ModuleType]]:
    """The real modules of those names, fresh, and gone afterwards.

    ``made_up``: what they import instead of the browser and of each other, as modules or as what
    is in them.
    """
    monkeypatch.setitem(sys.modules, "errors", errors)
    for name, entries in made_up.items():
        module = entries
        if not isinstance(module, ModuleType):
            module = ModuleType(name)
            module.__dict__.update(entries)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in names:
        sys.modules.pop(name, None)
    try:
        yield {name: importlib.import_module(name) for name in names}
    finally:
        for name in names:
            sys.modules.pop(name, None)
