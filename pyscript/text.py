"""Every sentence that the page's Python says, and how it writes numbers.

The sentences themselves are in messages/; the build puts the English ones into words.py and
later.json. Another language comes in whole, by ``speak`` (see languages.py).
"""

from words import WORDS

ENGLISH = dict(WORDS)
_HEBREW = "\u0590"  # the scripts that are written from right to left lie beyond
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "ar": "العربية",
}


class Language:
    """One language's sentences, and how it writes numbers; this one is English."""

    code = "en"
    turned = False  # written from right to left
    between = " "  # two sentences

    def get(self, key):
        """The sentence of that key, as a format."""
        return ENGLISH[key]

    def number(self, value, digits):
        """A number with so many digits after the point."""
        return ("%." + str(digits) + "f") % value if digits else str(round(value))

    def plural(self, n):
        """Which of a sentence's forms goes with so many: "one", "other", …"""
        return "one" if n == 1 else "other"

    def said(self, sentence):
        """A sentence of the engine's."""
        return sentence

    def trouble(self, error):
        """What a person is told of an OffcutError."""
        return error.message


_now = [Language(), 0]


def speak(language):
    """Say everything in that ``Language`` from now on."""
    _now[0] = language
    _now[1] += 1


def spoken():
    """The ``Language`` in use."""
    return _now[0]


def epoch():
    """Another number for each change of language: part of what a component compares before it
    leaves what it wrote as it is."""
    return _now[1]


def learn(words):
    """Know these English sentences from now on, by their keys."""
    ENGLISH.update(words)


def choose(tags):
    """The first of these language tags ("de-AT") that Offcut speaks, as a code; or English."""
    for tag in tags:
        code = tag.lower().split("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


def t(key, **values):
    """Return the sentence of that key with its values filled in; whole numbers are written as the
    language writes them."""
    language = _now[0]
    for name in list(values):
        value = values[name]
        if isinstance(value, int):
            values[name] = language.number(value, 0)
        elif isinstance(value, str):
            values[name] = _apart(value, language)
    return language.get(key).format(**values)


def _apart(value, language):
    """A file's name keeps its own direction, and so does the sentence around it."""
    if language.turned or (value and max(value) >= _HEBREW):
        return "\u2068" + value + "\u2069"
    return value


def tn(key, n, **values):
    """As ``t``, of a sentence that counts: the one of its forms (``key.one``, ``key.other``, …)
    that goes with ``n``."""
    form = key + "." + _now[0].plural(n)
    return t(form if has(form) else key + ".other", n=n, **values)


def number(value, digits=0):
    """Write a number as the language does, with so many digits after the point."""
    return _now[0].number(value, digits)


def said(sentence):
    """A sentence of the engine's, in the page's language."""
    return _now[0].said(sentence)


def trouble(error):
    """What to tell a person of an OffcutError."""
    return _now[0].trouble(error)


def together(sentences):
    """Several sentences as one text; empty ones are left out."""
    return _now[0].between.join([one for one in sentences if one])


def model_titles(models, report):
    """Name models by their titles, as the engine's report has them: "U²-Net small and IS-Net"."""
    titles = {one["id"]: one.get("title") for one in (report or {}).get("models", [])}
    return t("and").join([_apart(said(titles.get(model) or model), _now[0]) for model in models])


def has(key):
    """Whether there is a sentence of that key."""
    try:
        _now[0].get(key)
    except KeyError:
        return False
    return True


def file_kind(mime):
    """Name a file's format: "PNG", "WebP"."""
    return "WebP" if mime == "image/webp" else mime[len("image/") :].upper()


def megabytes(count):
    """Write bytes as megabytes: 2.3, 44; short ones keep a digit."""
    mb = count / 1_000_000
    return number(mb, 1 if mb < 9.95 else 0)


def size(count):
    """Write a file's size: "812 KB", "3.4 MB"."""
    if count < 1_000_000:
        return t("size.kb", n=max(1, round(count / 1000)))
    return t("size.mb", n=megabytes(count))


def seconds(ms):
    """Write milliseconds as seconds: 3.4, 12."""
    return number(ms / 1000, 1 if ms < 9950 else 0)


def left(eta_s):
    """Write the time left in words that do not pretend to know more than they do."""
    if eta_s < 1.5:
        return t("eta.now")
    if eta_s < 55:
        # Up to ten by one, then by five: a number that jitters is not read.
        n = round(eta_s) if eta_s < 10 else 5 * round(eta_s / 5)
        return t("eta.seconds", n=n)
    return t("eta.minutes", n=max(1, round(eta_s / 60)))


def stage(name, model, roles):
    """Say what the engine is at. ``roles``: role by model id, as the engine's report has it."""
    role = roles.get(model)
    if name == "run" and role in ("detail", "portrait"):
        return t("stage.run.detail")
    if name == "download" and role in ("fast", "detail", "portrait"):
        return t("stage.download." + role)
    key = "stage." + str(name)
    return t(key) if has(key) else t("stage.other")


def amount(done, total, eta_s):
    """Say how much of a download is there: "12 of 44 MB, about 8 s left"."""
    digits = 1 if total < 9_950_000 else 0
    values = {"done": number(done / 1_000_000, digits), "total": megabytes(total)}
    if eta_s is None:
        return t("amount", **values)
    return t("amount.eta", eta=left(eta_s), **values)
