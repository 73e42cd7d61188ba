"""All targets, by name."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from tools.fuzzing.settings import Arguments, Calls, Messages, Settings, Strokes
from tools.fuzzing.targets import Lists, Models, Photos

if TYPE_CHECKING:
    from tools.fuzzing.targets import Target

TARGETS: dict[str, Target] = {
    "photos": Photos(),
    "settings": Settings(),
    "strokes": Strokes(),
    "calls": Calls(),
    "arguments": Arguments(),
    "messages": Messages(),
    "lists": Lists(),
    "models": Models(),
}


def target(name: str) -> Target:
    """The target of that name; MODULE:CLASS is one that a test has."""
    module, found, kind = name.partition(":")
    if not found:
        return TARGETS[name]
    made: Target = getattr(importlib.import_module(module), kind)()
    return made
