"""The page's sentences in all its languages: what is missing, what is left over, what differs.

python -m tools.messages         list it, by language

English is what ``messages/en.json`` has, and of the errors what ``offcut.errors`` has
(``error.<CODE>``, which only the other files hold).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from offcut.errors import ERRORS
from tools.paths import ROOT, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FOLDER = ROOT / "pyscript" / "messages"
# The forms of a sentence that counts (CLDR), by language; Spanish and French have "many" besides,
# for whole millions, and say it as "other".
FORMS = {
    "en": ("one", "other"),
    "de": ("one", "other"),
    "es": ("one", "other"),
    "fr": ("one", "other"),
    "ja": ("other",),
    "ar": ("zero", "one", "two", "few", "many", "other"),
}
# Names and signs, which may well be as in English.
ALIKE = {
    "page.docs",
    "photo.facts",
    "result.facts",
    "size.kb",
    "size.gb",
    "size.mb",
    "item.photo",
    "engine.version",
    "look.angle",
    "look.degrees",
    "look.frame.portrait",
    "look.frame.shop",
    "look.frame.square",
    "look.frame.tall",
    "look.frame.wide",
    "look.gradient.sand",
    "look.gradient.studio",
    "look.own.number",
    "look.picture.is",
    "look.size",
    "look.size.auto",
    "page.before",
    "page.key",
    "page.details",
    "said.check.size",
    "said.title.portraits",
    "settings.files.percent",
    "settings.key.Alt",
    "settings.key.Ctrl",
    "settings.key.Delete",
    "settings.key.Enter",
    "settings.key.Escape",
    "settings.key.Shift",
    "title.batch",
    "zoom",
    "zoom.percent",
    "touch.pixels",
    "touch.percent",
}


def english() -> dict[str, str]:
    """Return what is to be translated, by key."""
    return read(FOLDER / "en.json") | {f"error.{code}": text for code, (text, _) in ERRORS.items()}


def counted(words: Iterable[str]) -> set[str]:
    """Return the keys, without their forms, of the sentences that count."""
    keys = set(words)
    stems = {key.removesuffix(".one") for key in keys if key.endswith(".one")}
    return {one for one in stems if f"{one}.other" in keys}


def stem(key: str, counting: set[str]) -> str:
    """Return a key without the form that it is of, if it is one of those."""
    head, _, form = key.rpartition(".")
    return head if head in counting and form in FORMS["ar"] else key


def wanted(code: str, words: Mapping[str, str]) -> dict[str, str]:
    """Return the English sentence for each key that a language must have."""
    counting = counted(words)
    found = {key: text for key, text in words.items() if stem(key, counting) == key}
    for one in counting:
        found |= {f"{one}.{form}": words[f"{one}.other"] for form in FORMS[code]}
    return found


def names(text: str) -> Counter[str]:
    """Return the placeholders of a sentence."""
    return Counter(re.findall(r"\{(\w*)\}", text))


def faults(code: str, mine: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a language's sentences ``mine``, one line each."""
    goal = wanted(code, words)
    lines = [f"missing: {key}: {goal[key]}" for key in goal if key not in mine]
    lines += [f"left over: {key}" for key in mine if key not in goal]
    counting = counted(words)
    for key in (key for key in mine if key in goal):
        text, model = mine[key], goal[key]
        if not text.strip():
            lines.append(f"empty: {key}")
        elif text == model and key not in ALIKE:
            lines.append(f"as in English: {key}: {text}")
        # "One photo" and "no photo" need no figure.
        few = stem(key, counting) != key and key.rpartition(".")[2] in ("zero", "one", "two")
        free = Counter({"n": 1}) if few else Counter()
        if names(text) != names(model) and names(text) + free != names(model):
            lines.append(f"other placeholders: {key}: {text}")
    return lines


def read(path: Path) -> dict[str, str]:
    """Return a file's sentences by key; a key that stands there twice is a mistake."""
    pairs: list[tuple[str, str]] = json.loads(
        path.read_text("utf-8"), object_pairs_hook=lambda found: found
    )
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        message = f"{path.name} has these twice: {', '.join(twice)}"
        raise ValueError(message)
    return dict(pairs)


def main() -> None:
    """Run the command."""
    words = english()
    for code in FORMS:
        if code == "en":
            continue
        found = faults(code, read(FOLDER / f"{code}.json"), words)
        say(f"{code}: {len(found)} to do" if found else f"{code}: all there")
        for line in found:
            say(f"  {line}")


if __name__ == "__main__":
    main()
