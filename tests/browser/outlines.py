"""The page as a screen reader tells it: roles and names, out of Chromium's accessibility tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

# Boxes without a meaning of their own: what is in them counts.
SILENT = {"generic", "none", "InlineTextBox", "RootWebArea", "ListMarker", "LabelText", "LineBreak"}
# What a person hears beside the name.
TOLD = ("checked", "disabled", "expanded", "level", "modal", "pressed", "selected")
# Figures of this machine, this moment and this build.
VARIES = (
    (re.compile(r"(Version) [\w.]+"), r"\1 …"),
    (re.compile(r"[\d.]+ (ms|s|threads|cores|levels|KB|MB|%)(?!\w)"), r"… \1"),
    # Backends and networks are timed while nobody wants anything: before or after this.
    (re.compile(r"one look takes … ms|not timed here yet"), "timed or not"),
)


def outline(page: Page) -> str:
    """One line for each thing that is told, further in where it is inside another."""
    session = page.context.new_cdp_session(page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    return "\n".join(_lines(nodes[0], by_id, 0)) + "\n"


def _lines(node: dict[str, Any], by_id: dict[str, Any], depth: int) -> Iterator[str]:
    role = node.get("role", {}).get("value", "none")
    name = node.get("name", {}).get("value", "").strip()
    inside = [by_id[one] for one in node.get("childIds", []) if one in by_id]
    quiet = node.get("ignored") or role in SILENT
    if role == "StaticText":
        if name:
            yield "  " * depth + f'"{_settled(name)}"'
        return
    if not quiet:
        state = [
            f" {one['name']}={one['value']['value']}".lower()
            for one in node.get("properties", [])
            if one["name"] in TOLD and one["value"].get("value") not in (False, "false", None)
        ]
        value = node.get("value", {}).get("value", "")
        said = f' "{_settled(name)}"' if name else ""
        said += f" = {_settled(str(value))}" if value != "" else ""
        yield "  " * depth + role + said + "".join(state)
        depth += 1
        # What only repeats the name is told once.
        if [one for one in _texts(inside, by_id) if one] in ([name], []):
            inside = []
    for one in inside:
        yield from _lines(one, by_id, depth)


def _texts(nodes: list[dict[str, Any]], by_id: dict[str, Any]) -> list[str]:
    """The words below these nodes; a role among them counts as another word."""
    found: list[str] = []
    for node in nodes:
        role = node.get("role", {}).get("value", "none")
        if role == "StaticText":
            found.append(node["name"]["value"].strip())
        elif node.get("ignored") or role in SILENT:
            inside = [by_id[one] for one in node.get("childIds", []) if one in by_id]
            found += _texts(inside, by_id)
        else:
            found.append(f"<{role}>")
    return found


def _settled(text: str) -> str:
    for pattern, instead in VARIES:
        text = pattern.sub(instead, text)
    return text
