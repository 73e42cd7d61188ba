"""The sentences of all languages: nothing missing, nothing left over, the same values in each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from offcut.errors import ERRORS
from tools import messages

if TYPE_CHECKING:
    from pathlib import Path

WORDS = messages.english()
OTHERS = [code for code in messages.FORMS if code != "en"]
# What only looks like a slip in another script: letters that the language does not write with.
FOREIGN = {"ar": r"[,;?]", "ja": r"[,;?]|\.(?!\w)", "fr": r"(?<=\S) [;:!?%]|'", "de": r" \w+'s "}


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_all_that_is_said(code: str) -> None:
    mine = messages.read(messages.FOLDER / f"{code}.json")
    assert messages.faults(code, mine, WORDS) == []
    assert {key.removeprefix("error.") for key in mine if re.match(r"error\.[A-Z]", key)} == set(
        ERRORS
    )


def test_every_file_is_a_language() -> None:
    assert {path.stem for path in messages.FOLDER.glob("*.json")} == set(messages.FORMS)


@pytest.mark.parametrize("code", FOREIGN)
def test_punctuation_is_the_languages_own(code: str) -> None:
    """Names, such as of files and values, aside."""
    for key, text in messages.read(messages.FOLDER / f"{code}.json").items():
        assert not re.search(FOREIGN[code], text), f"{key}: {text}"


def test_english_stays_as_it_is_where_nothing_counts() -> None:
    words = {"a.one": "{n} a", "a.other": "{n} as", "stage.other": "Else", "b": "B"}
    assert messages.counted(words) == {"a"}
    assert messages.stem("stage.other", {"a"}) == "stage.other"
    assert messages.stem("a.few", {"a"}) == "a"
    assert set(messages.wanted("ja", words)) == {"a.other", "b", "stage.other"}
    assert len(messages.wanted("ar", words)) == 8


def test_faults_are_found(tmp_path: Path) -> None:
    words = {"a.one": "{n} a", "a.other": "{n} as", "b": "Be", "c": "See {name}", "d": "D"}
    mine = {"a.one": "ein a", "a.other": "viele", "b": "Be", "c": " ", "e": "E"}
    found = messages.faults("de", mine, words)
    assert sorted(line.split(": ")[0] + " " + line.split(": ")[1] for line in found) == [
        "as in English b",
        "empty c",
        "left over e",
        "missing d",
        "other placeholders a.other",
        "other placeholders c",
    ]
    file = tmp_path / "de.json"
    file.write_text('{"a": "1", "a": "2"}', "utf-8")
    with pytest.raises(ValueError, match=r"de\.json has these twice: a"):
        messages.read(file)
