"""What MkDocs calls while it builds the documentation (``hooks`` in mkdocs.yml)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

from tools.docs_pages import pages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

# How a snippet is tested (tools/snippets.py) is nothing for a reader, or for the highlighter.
_MARKED = re.compile(r"(?m)^( *```\w+) +test=.*$")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are written by code."""
    for name, text in pages().items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Take the marks of the snippets' tests out."""
    return _MARKED.sub(r"\1", markdown)
