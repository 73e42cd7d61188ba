"""Every sentence that the page's Python says, and how it writes numbers.

The sentences themselves are in messages/; the build puts the English ones into words.py and
later.json.
"""

from words import WORDS

TEXT = dict(WORDS)


def learn(words):
    """Know these sentences from now on, by their keys."""
    TEXT.update(words)


def t(key, **values):
    """Return the sentence of that key with its values filled in."""
    return TEXT[key].format(**values)


def model_titles(models, report):
    """Name models by their titles, as the engine's report has them: "U²-Net small and IS-Net"."""
    titles = {one["id"]: one.get("title") for one in (report or {}).get("models", [])}
    return t("and").join(titles.get(model) or model for model in models)


def has(key):
    """Whether there is a sentence of that key."""
    return key in TEXT


def file_kind(mime):
    """Name a file's format: "PNG", "WebP"."""
    return "WebP" if mime == "image/webp" else mime[len("image/") :].upper()


def megabytes(count):
    """Write bytes as megabytes: 2.3, 44; short ones keep a digit."""
    mb = count / 1_000_000
    return "%.1f" % mb if mb < 9.95 else str(round(mb))


def size(count):
    """Write a file's size: "812 KB", "3.4 MB"."""
    if count < 1_000_000:
        return str(max(1, round(count / 1000))) + " KB"
    return megabytes(count) + " MB"


def seconds(ms):
    """Write milliseconds as seconds: 3.4, 12."""
    return "%.1f" % (ms / 1000) if ms < 9950 else str(round(ms / 1000))


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
    short = total < 9_950_000
    values = {
        "done": "%.1f" % (done / 1_000_000) if short else str(round(done / 1_000_000)),
        "total": megabytes(total),
    }
    if eta_s is None:
        return t("amount", **values)
    return t("amount.eta", eta=left(eta_s), **values)
