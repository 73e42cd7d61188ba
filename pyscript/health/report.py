"""The report that is copied into an issue: English, and nothing in it that is the person's own."""

import js
from dom import missing

from health.rows import AWAY, ENGLISH, FAIL, OK, PARTS, WARN

SIGNS = {OK: "ok  ", AWAY: "away", WARN: "WARN", FAIL: "FAIL"}
# What a browser calls itself in its user agent, the more special name first.
AGENTS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chromium"),
    ("Version/", "Safari"),
)
ADDRESSES = ("blob:", "data:", "file:", "https://", "http://")  # one may lie inside of another


def browser():
    """The browser's family and the first number of its version; no system, no device."""
    agent = str(js.navigator.userAgent)
    for sign, name in AGENTS:
        _, found, rest = agent.partition(sign)
        if found:
            digits = rest.split(".")[0].split(" ")[0]
            return name + " " + digits if digits.isdigit() else name
    return "another browser"


def clean(text, base):
    """``text`` without addresses: those of this site as they lie below ``base``, no other."""
    text = text.replace(base, "")
    for start in ADDRESSES:
        while start in text:
            at = end = text.index(start)
            while end < len(text) and text[end] not in " \n\t)\"'<>":
                end += 1
            text = text[:at] + "(address)" + text[end:]
    return text


def device():
    """What this device offers, as coarse as browsers tell it to everybody."""
    told = [("cores", getattr(js.navigator, "hardwareConcurrency", None))]
    told.append(("GB of memory", getattr(js.navigator, "deviceMemory", None)))
    return ", ".join([str(value) + " " + name for name, value in told if not missing(value)])


def written(rows, versions, base):
    """The report as text. ``rows``: by name. ``versions``: what is known of them, in order."""
    lines = ["Offcut self-test, " + ", ".join(versions), "This browser: " + browser()]
    lines += ["This device: " + (device() or "not told"), ""]
    for _, names in PARTS:
        for name in names:
            row = rows[name]
            found = " ".join([one.in_english() for one in row.sentences])
            lines.append(
                SIGNS.get(row.status, "?   ") + "  " + ENGLISH.get(row.title()) + ": " + found
            )
        lines.append("")
    return clean("\n".join(lines), base).strip() + "\n"
