"""Each state is told by a screen reader as tests/outlines/ has it; ``make looks-update`` writes it
anew, for somebody to read before it is committed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .outlines import outline

if TYPE_CHECKING:
    from .states import Walk

FOLDER = Path(__file__).parents[1] / "outlines"


def test_what_a_screen_reader_tells(here: Walk) -> None:
    file = FOLDER / f"{here.name}.txt"
    told = outline(here.page)
    if os.environ.get("OFFCUT_LOOKS_UPDATE"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(told, "utf-8")
    assert file.exists(), "not written yet: make looks-update"
    assert told.splitlines() == file.read_text("utf-8").splitlines()
