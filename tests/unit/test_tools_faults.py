"""The table of faults: made from the tests, and up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools import faults

if TYPE_CHECKING:
    from pathlib import Path

TEST = """
@fault("{room}", "The server is gone",
       sees="A sentence", kept="The photo", retried="Three times")
def test_gone(): ...
"""


def test_the_page_is_up_to_date() -> None:
    page = faults.PAGE.read_text("utf-8")
    assert page == faults.written(page), "run `make faults`"


def test_a_row_is_what_stands_above_the_test(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST.format(room="network"))
    (row,) = faults.faults(tmp_path)
    assert row.test == "test_it::test_gone"
    assert (
        "| The server is gone | A sentence | The photo | Three times | `test_it::test_gone` |"
        in (faults.table([row]))
    )


def test_an_unknown_room_is_refused(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST.format(room="cellar"))
    with pytest.raises(SystemExit):
        list(faults.faults(tmp_path))


def test_what_make_test_leaves_out_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("@pytest.mark.slow" + TEST.format(room="network"))
    with pytest.raises(SystemExit):
        list(faults.faults(tmp_path))
