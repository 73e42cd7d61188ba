"""Files that were made to do harm: by their names, and by what a drawing may hold."""

from __future__ import annotations

import base64
import csv
import io
import re
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from .test_batch import cards, unzipped

if TYPE_CHECKING:
    from .trap import Trap
    from .visitor import Visitor

MARKUP = '<img src=x onerror="globalThis.harmed=1"><b>'
NAMES = {
    f"{MARKUP}.png": "_img src=x onerror=_globalThis.harmed=1___b_-cutout.png",
    "../../up.png": "up-cutout.png",
    "/etc/root.png": "root-cutout.png",
    "C:\\Windows\\win.png": "win-cutout.png",
    "CON.png": "CON-cutout.png",
    "Same.png": "Same-cutout.png",
    "same.PNG": "same-cutout-2.png",
    "=1+1.png": "=1+1-cutout.png",
    "@SUM(A1);=2+2.png": "@SUM(A1);=2+2-cutout.png",
    "gnp.exe\u202egpj.png": "gnp.exegpj-cutout.png",
    "line\nbreak\x01.png": "linebreak-cutout.png",
}
DROP = """([names, text]) => {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File([bytes], name, { type: "image/png" }));
  document.body.dispatchEvent(
    new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
}"""
# Whether anything of a name became more than text, or a script of a file has run.
HARMED = """() => globalThis.harmed || document.querySelectorAll("[onerror], body b").length"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
DISC = '<circle cx="40" cy="25" r="20" fill="#c83264"/>'
AWAY = "http://elsewhere.example"
# Those that are refused, each for one thing in it.
REFUSED = {
    "script": "<script>parent.harmed = globalThis.harmed = 1</script>",
    "script-elsewhere": f'<script xlink:href="{AWAY}/a.js"/>',
    "handler": '<rect onload="globalThis.harmed = 1"/>',
    "web-page": "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><img src='x'"
    " onerror='globalThis.harmed = 1'/></body></foreignObject>",
    "link": f'<image href="{AWAY}/a.png" width="9" height="9"/>',
    "import": f"<style>@import url({AWAY}/a.css);</style>",
    "font": f"<style>@font-face {{ font-family: a; src: url({AWAY}/a.woff) }}</style>",
    "use": f'<use href="{AWAY}/a.svg#a"/>',
    "javascript": '<a href="javascript:globalThis.harmed=1"><rect/></a>',
}
# Those that no check of the text finds. What draws them loads nothing and runs nothing.
DRAWN = {
    "written-otherwise": f"<style>@\\69mport '{AWAY}/b.css'; rect {{ fill: u\\72l({AWAY}/b.svg#b)"
    " }</style>",
    "moved": f'<image width="9" height="9"><set attributeName="href" to="{AWAY}/b.png"/></image>',
}


def picture() -> bytes:
    rgb = np.random.default_rng(3).integers(0, 80, (60, 80, 3), dtype=np.uint8)
    rgb[15:45, 20:60] += 150
    made = io.BytesIO()
    Image.fromarray(rgb).save(made, "PNG")
    return made.getvalue()


def test_names_are_names(tiny: Visitor) -> None:
    """On the page, in the ZIP and in its report: no markup, no way out of the folder, no name that
    a system keeps for itself, no two that one disk takes for the same, no formula."""
    tiny.open("?model=u2netp")
    whole = base64.b64encode(picture()).decode()
    tiny.page.evaluate(DROP, [[f"{MARKUP}.png"], whole])
    tiny.file()
    expect(tiny.page.locator("#photo-name")).to_contain_text("onerror=")
    assert not tiny.page.evaluate(HARMED)
    tiny.open("?model=u2netp")
    tiny.page.evaluate(DROP, [list(NAMES), whole])
    expect(cards(tiny, "done")).to_have_count(len(NAMES), timeout=120_000)
    assert not tiny.page.evaluate(HARMED)
    inside = unzipped(tiny)
    report = inside.pop("offcut-report.csv").decode()
    assert len({name.lower() for name in inside}) == len(inside) == len(NAMES)
    for name in inside:
        assert not re.search(r'[\\/:*?"<>|\x00-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]', name)
    assert list(inside) == list(NAMES.values())
    for separator in (",", ";"):  # what a table takes for one depends on its language
        for row in csv.reader(io.StringIO(report, newline=""), delimiter=separator):
            assert [one for one in row if one.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    rows = list(csv.DictReader(io.StringIO(report, newline="")))
    assert [row["file"].replace("'", "") for row in rows] == list(NAMES)


def test_drawings_run_nothing_and_load_nothing(tiny: Visitor, trap: Trap) -> None:
    tiny.open("?model=u2netp")
    before = list(trap.caught)
    tiny.expected.append("^Applying inline style violates")
    for name, inside in (REFUSED | DRAWN).items():
        body = f'{SVG} width="80" height="50">{DISC}{inside}</svg>'.encode()
        tiny.hand_over("drop", f"{name}.svg", "image/svg+xml", body)
        expect(tiny.page.locator("#photo-name")).to_have_text(f"{name}.svg")
        ended = tiny.wait("error", "done")
        assert ended == ("error" if name in REFUSED else "done"), name
    assert not tiny.page.evaluate(HARMED)
    assert [url for url in tiny.asked if "elsewhere" in url] == []
    assert trap.caught == before
