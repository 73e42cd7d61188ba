"""The engine's own sentences, which come from the worker in English, in another language.

The English ones stand in messages/en.json below ``said.``, with names where the engine puts values;
so a sentence that comes is held against them, and said by its key. Errors have a code besides.
"""

from errors import ERRORS
from text import ENGLISH

OWN = "said."
WHOLE = "why"  # the one value that may be sentences itself


class Phrases:
    """One language's words for the engine's sentences."""

    def __init__(self, words, number, between=" "):
        """``words``: by key. ``number(value, digits)``: writes one. ``between``: two sentences."""
        self._words = words
        self._between = between
        self._number = number
        self._fixed = {}  # sentence by English sentence
        self._shapes = []  # (English, sentence), with names for values

    def said(self, text):
        """One or several sentences, or None where one is not known."""
        known = self._one(text)
        at = text.find(". ")
        while known is None and at >= 0:
            head = self._one(text[: at + 1])
            rest = self.said(text[at + 2 :]) if head is not None else None
            if rest is not None:
                return head + self._between + rest
            at = text.find(". ", at + 1)
        return known

    def _one(self, sentence):
        if not self._fixed:
            self._learn()
        if sentence in self._fixed:
            return self._fixed[sentence]
        for shape, words in self._shapes:
            values = found(shape, sentence)
            if values is not None:
                return words.format(**{name: self._value(values[name]) for name in values})
        return None

    def _learn(self):
        for code in ERRORS:
            self._fixed[ERRORS[code][0]] = self._words.get("error." + code, ERRORS[code][0])
        for key in ENGLISH:
            if key.startswith(OWN) and key in self._words:
                if "{" in ENGLISH[key]:
                    self._shapes.append((ENGLISH[key], self._words[key]))
                else:
                    self._fixed[ENGLISH[key]] = self._words[key]

    def _value(self, text):
        """A value in a sentence: a number, a sentence itself, the name of something."""
        whole, _, part = text.partition(".")
        if whole.isdigit() and (part.isdigit() or "." not in text):
            return self._number(float(text), len(part))
        if "way." + text in self._words:
            return self._words["way." + text]
        known = self.said(text)
        return text if known is None else known


def found(shape, sentence):
    """The values in a sentence of that shape ("{n} of {total}") by their names, or None."""
    parts = shape.split("{")
    if not sentence.startswith(parts[0]):
        return None
    rest = sentence[len(parts[0]) :]
    values = {}
    for part in parts[1:]:
        name, _, after = part.partition("}")
        last = part is parts[-1]
        if last and not rest.endswith(after):
            return None
        end = len(rest) - len(after) if last else rest.find(after)
        if end <= 0 or (". " in rest[:end] and name != WHOLE):
            return None
        values[name] = rest[:end]
        rest = rest[end + len(after) :]
    return values
