"""Every state looks as its picture in tests/looks/; ``make looks-update`` takes them anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from .looks import compare, look

if TYPE_CHECKING:
    from .states import Walk

FOLDER = Path(__file__).parents[1] / "looks"
SIZES = ((390, 844), (1280, 800))
# Slips that the pictures must notice, each where it would happen, and other machines' letters.
FAULTS = {
    "a button is gone": "#download { display: none; }",
    "a button has lost its colour": "#download { background: var(--fill); }",
    "the panel has moved": ".bench { grid-template-columns: clamp(19rem, 24vw, 23rem) 1fr; }",
    "the mat has lost its colour": ".mat { background: none; }",
}
LETTERS = ":root { --sans: 'Liberation Sans'; }"
STYLE = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}")
def test_it_looks_as_it_should(here: Walk, size: tuple[int, int], tmp_path: Path) -> None:
    file = FOLDER / f"{here.name}-{size[0]}.webp"
    with here.seen(*size) as page:
        found = look(page)
    if os.environ.get("OFFCUT_LOOKS_UPDATE"):
        FOLDER.mkdir(exist_ok=True)
        found.save(file, quality=88, method=6)
    assert file.exists(), "no picture yet: make looks-update"
    gap = compare(found, Image.open(file).convert("RGB"))
    gap.shown.save(tmp_path / "gap.png")
    told = f"mean {gap.mean:.2f}, share {gap.share:.4f}; see {tmp_path / 'gap.png'}"
    assert gap.alike, f"{here.name} looks otherwise: {told}"


def test_slips_are_noticed_and_letters_are_not(walk: Walk) -> None:
    walk.to("queue-photo")  # has all of them, and somebody has just been there
    wanted = look(walk.page)
    told = {}
    try:
        for name, style in {**FAULTS, "letters": LETTERS}.items():
            walk.page.evaluate(STYLE, style)
            walk.settle()
            told[name] = compare(look(walk.page), wanted)
    finally:
        walk.page.evaluate(STYLE, "")
    wrong = {name: gap for name, gap in told.items() if gap.alike != (name == "letters")}
    assert wrong == {}
