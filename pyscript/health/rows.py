"""What is checked, and what was found of each: plain values, told in any language."""

from text import Language, said, t, trouble

WAIT = "wait"
NOW = "now"
OK = "ok"
AWAY = "away"  # not to be had here, and nobody's fault
WARN = "warn"
FAIL = "fail"
# In the order of the table: parts, and the checks in each.
PARTS = (
    ("host", ("secure", "isolation", "types")),
    ("files", ("version", "page", "engine", "models")),
    ("device", ("store", "room", "small", "locks", "keeper")),
    ("ways", ("webgpu", "wasm-mt", "wasm-st", "cut")),
)
WAYS = ("webgpu", "wasm-mt", "wasm-st")
ENGLISH = Language()


class Said:
    """A sentence of the engine's, which is English."""

    def __init__(self, sentence):
        self._sentence = sentence

    def here(self):
        """It in the page's language."""
        return said(self._sentence)

    def in_english(self):
        """As the engine said it."""
        return self._sentence


class Trouble:
    """What an OffcutError says."""

    def __init__(self, error):
        self._error = error

    def here(self):
        """It in the page's language."""
        return trouble(self._error)

    def in_english(self):
        """It with its code, which is what others search for."""
        return str(self._error)


class Figure:
    """A number in a sentence that languages write in their own ways."""

    def __init__(self, write, value, english):
        """``write(value)``: in the page's language. ``english``: the same for a report."""
        self._write = write
        self._value = value
        self.english = english

    def here(self):
        """It in the page's language."""
        return self._write(self._value)


class Words:
    """A sentence of the self-test's own, by its key behind ``health.``, with its values."""

    def __init__(self, key, **values):
        self.key = key
        self.values = values

    def here(self):
        """It in the page's language."""
        values = self.values
        told = {name: values[name] for name in values}
        for name in values:
            if isinstance(values[name], Figure):
                told[name] = values[name].here()
        return t("health." + self.key, **told)

    def in_english(self):
        """It for a report."""
        told = {
            name: getattr(self.values[name], "english", self.values[name]) for name in self.values
        }
        return ENGLISH.get("health." + self.key).format(**told)


class Row:
    """One check: ``status`` and, once it is over, the sentences that tell what was found."""

    def __init__(self, name):
        self.name = name
        self.put(WAIT)

    def put(self, status, *sentences):
        """Tell how it stands."""
        self.status = status
        self.sentences = sentences

    def title(self):
        """The key of what it is called."""
        return ("way." if self.name in WAYS else "health.") + self.name

    def is_over(self):
        """Whether something was found."""
        return self.status not in (WAIT, NOW)


def made():
    """All rows, by name."""
    return {name: Row(name) for _, names in PARTS for name in names}


def verdict(rows):
    """What the rows come to: a status, and how many have that one."""
    for status in (FAIL, WARN):
        count = len([one for one in rows if one.status == status])
        if count:
            return status, count
    return OK, len(rows)
