"""What the settings are made of: groups, rows of choices, switches, buttons."""

from dom import listen, make
from text import number, size, t


def group(title, *nodes, hint=""):
    """A part of a section, with its heading."""
    made = make("section", cls="set-group")
    made.append(make("h3", title))
    if hint:
        made.append(make("p", hint, cls="quiet small"))
    made.append(*nodes)
    return made


def choice(name, value, title, note=""):
    """One radio button as a row: ``{node, input, note}``; more can be appended to ``words``."""
    row = make("label", cls="set-choice")
    dot = make("input", type="radio", name="set-" + name, value=value)
    words = make("span", cls="set-words")
    words.append(make("span", title, cls="set-title"))
    line = make("span", note, cls="quiet small")
    words.append(line)
    row.append(dot, words)
    return {"node": row, "input": dot, "note": line, "words": words}


def choices(label, name, entries, on_choose):
    """A group of radio buttons: (node, rows by value). ``label``: what it is called.
    ``entries``: (value, title, note) each. ``on_choose(value)``."""
    box = make("div", cls="set-choices", role="radiogroup", aria_label=label)
    rows = {}
    for value, title, note in entries:
        rows[value] = choice(name, value, title, note)
        box.append(rows[value]["node"])
    listen(box, "change", lambda event: on_choose(event.target.value))
    return box, rows


def pick(rows, value):
    """Show ``value`` as the one that is chosen."""
    if value in rows:
        rows[value]["input"].checked = True


def switch(title, note, on_change):
    """Something that is on or off: (node, its checkbox). ``on_change(on)``."""
    row = make("label", cls="set-switch")
    words = make("span", cls="set-words")
    words.append(make("span", title, cls="set-title"), make("span", note, cls="quiet small"))
    box = make("input", type="checkbox", role="switch")
    row.append(words, box)
    listen(box, "change", lambda _: on_change(bool(box.checked)))
    return row, box


def select(title, entries, on_change):
    """A list to choose from: (node, select). ``entries``: (value, title) each."""
    row = make("label", cls="set-field")
    box = make("select")
    for value, label in entries:
        box.append(make("option", label, value=value))
    row.append(make("span", title, cls="set-title"), box)
    listen(box, "change", lambda _: on_change(box.value))
    return row, box


def put(node, words):
    """Put words there, or hide it where there are none."""
    node.hidden = not words
    if node.textContent != words:
        node.textContent = words


def room(count):
    """Write a size that may be gigabytes: "61 MB", "3.2 GB"."""
    return t("size.gb", n=number(count / 1e9, 1)) if count >= 1e9 else size(count)
