"""Which drawings are refused by their text alone."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "pyscript" / "vector.py"


def pure() -> dict[str, Any]:
    """The two functions that need no browser."""
    tree = ast.parse(SOURCE.read_text("utf-8"))
    wanted = ("loads_from_css", "risky_entities")
    tree.body = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in wanted
    ]
    names: dict[str, Any] = {}
    exec(compile(tree, str(SOURCE), "exec"), names)
    return names


VECTOR = pure()


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        ("<rect fill='url(#a)'/>", False),
        ("<rect style=\"fill:url('#a')\"/>", False),
        ('<rect style="fill:url(&quot;#a&quot;)"/>', False),
        ("<style>a{background:url(data:image/png;base64,AA)}</style>", False),
        ("<style>a{background:url( 'https://x/y.png')}</style>", True),
        ("<rect fill='URL(other.svg#a)'/>", True),
        ("<rect fill='url(#a)'/><rect fill='url(//x)'/>", True),
        ("<style>@import 'x.css';</style>", True),
        ("<svg><circle r='3'/></svg>", False),
    ],
)
def test_css(text: str, loads: bool) -> None:
    assert VECTOR["loads_from_css"](text) is loads


@pytest.mark.parametrize(
    ("doctype", "risky"),
    [
        ("", False),
        ("<!DOCTYPE svg [ <!ENTITY ns_svg 'http://www.w3.org/2000/svg'> ]>", False),
        ("<!DOCTYPE svg [ <!ENTITY a 'aa'> <!ENTITY b '&a;&a;'> ]>", True),
        ("<!DOCTYPE svg [ <!ENTITY a SYSTEM 'file:///etc/passwd'> ]>", True),
        ("<!DOCTYPE svg [ <!ENTITY % a 'aa'> ]>", True),
    ],
)
def test_entities(doctype: str, risky: bool) -> None:
    assert VECTOR["risky_entities"](doctype + "<svg>&amp;</svg>") is risky
