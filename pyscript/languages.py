"""The page in another language than English: its sentences fetched, its numbers, its direction.

A visitor who reads English needs nothing of this before changing the language.
"""

import json

import js
from dom import JsException
from errors import ERRORS
from kept import write
from phrases import Phrases
from pyscript.ffi import to_js
from text import LANGUAGES, Language, speak, spoken, t

__all__ = ["LANGUAGES", "current", "use"]

RIGHT_TO_LEFT = ("ar",)
WITHOUT_SPACES = ("ja",)
# What index.html says by itself: data-t="key" is an element's text, data-t-label its aria-label, …
MARKED = (
    ("", ""),
    ("-label", "aria-label"),
    ("-title", "title"),
    ("-alt", "alt"),
    ("-content", "content"),
)
_turn = [0]


def current():
    """The code of the language in use."""
    return spoken().code


async def use(app, code):
    """Have the page speak that language, and remember it; returns whether it does now.

    Where its sentences cannot be had, everything stays as it is.
    """
    if not await turn_to(app, code):
        return False
    write("language", code)
    return True


async def turn_to(app, code, settled=None):
    """As ``use``, without remembering. ``settled``: what became of the fetch of its file (as
    Promise.allSettled tells it), where that was begun already."""
    _turn[0] += 1
    turn = _turn[0]
    try:
        language = await brought(app.base, code, settled)
    except (JsException, ValueError) as error:
        print("Offcut: no", code, "here:", error)
        return False
    if turn != _turn[0]:  # another one was chosen meanwhile
        return False
    speak(language)
    write_page(js.document)
    app.changed()
    return True


async def brought(base, code, settled=None):
    """The ``Language`` of that code, ready to be spoken. ``base``: the site's address. Raises
    JsException or ValueError where its sentences cannot be had."""
    if code == "en":
        return Language()
    return Foreign(code, await _words(base, code, settled))


async def _words(base, code, settled):
    """A language's sentences by their keys. Raises JsException or ValueError."""
    if settled and settled.status == "fulfilled":
        answer = settled.value
    else:
        answer = await js.fetch(base + "pyscript/messages/" + code + ".json")
    if not answer.ok:
        raise ValueError("HTTP " + str(answer.status))
    return json.loads(await answer.text())


class Foreign(Language):
    """A language whose sentences came from its file."""

    def __init__(self, code, words):
        self.code = code
        self.turned = code in RIGHT_TO_LEFT
        self.between = "" if code in WITHOUT_SPACES else " "
        self._words = words
        self._plurals = js.Intl.PluralRules.new(code)
        self._numbers = {}  # Intl.NumberFormat by digits
        self._phrases = Phrases(words, self.number, self.between)

    def get(self, key):
        """The sentence of that key; English, where this language lacks it."""
        return self._words[key] if key in self._words else Language.get(self, key)

    def number(self, value, digits):
        """A number with so many digits after the point."""
        if digits not in self._numbers:
            wanted = {"minimumFractionDigits": digits, "maximumFractionDigits": digits}
            wanted["useGrouping"] = False
            self._numbers[digits] = js.Intl.NumberFormat.new(self.code, to_js(wanted))
        return self._numbers[digits].format(value)

    def plural(self, n):
        """Which of a sentence's forms goes with so many."""
        return self._plurals.select(n)

    def said(self, sentence):
        """What the engine says, a sentence or more; in English, where it is not known."""
        known = self._phrases.said(sentence)
        return sentence if known is None else known

    def trouble(self, error):
        """What a person is told of an OffcutError: by its code, so never in English."""
        standing = ERRORS[error.code][0]
        special = error.message[: -len(standing)] if error.message.endswith(standing) else ""
        known = self._phrases.said(special.strip()) if special else None
        return (known + self.between if known else "") + self.said(standing)


def write_page(document):
    """Write what index.html says by itself, and what ``make`` marked in the same way."""
    write_marked(document, document.documentElement)


def write_marked(place, top):
    """Write every marked element in ``place``, a document or a shadow root, and on ``top`` what
    language that is."""
    top.setAttribute("lang", current())
    top.setAttribute("dir", "rtl" if spoken().turned else "ltr")
    for mark, name in MARKED:
        nodes = place.querySelectorAll("[data-t" + mark + "]")
        for at in range(nodes.length):
            node = nodes.item(at)
            words = t(node.getAttribute("data-t" + mark))
            if name:
                node.setAttribute(name, words)
            else:
                node.textContent = words
