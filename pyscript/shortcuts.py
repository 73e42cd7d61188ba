"""The keys that the page has everywhere."""

from dom import Element
from state import BATCH, BUSY, DONE, IDLE, IMPROVING


def register(app):
    """Put them into the page's table of keys."""
    state, keys = app.state, app.keys
    keys.add("o", "settings.do.choose", lambda: _press("file"))
    keys.add("n", "settings.do.more", lambda: _press("file"), when=lambda: state.phase != IDLE)
    keys.add("Ctrl+v", "settings.do.paste", None, when=_never)  # the browser does it
    keys.add("d", "settings.do.download", lambda: _download(state))
    keys.add("c", "settings.do.copy", lambda: _press("copy"), when=_can_copy)
    keys.add("Escape", "settings.do.back", lambda: _back(app), when=lambda: _can_go_back(state))
    keys.add("?", "settings.do.map", lambda: app.settings.open("keys"))
    for combo in (",", "Ctrl+,"):
        keys.add(combo, "settings", lambda: app.settings.open("models"))


def _press(name):
    Element(name).node.click()


def _never():
    return False


def _download(state):
    if state.editing:
        return
    if state.phase == BATCH:
        _press("queue-zip")
    elif state.phase in (IMPROVING, DONE):
        _press("download")


def _can_copy():
    return not Element("carry").node.hidden and not Element("copy").node.hidden


def _can_go_back(state):
    # The note in the header and the tools have Escape first, while they are open.
    if Element("engine").node.open or state.editing:
        return False
    return state.phase in BUSY or state.item is not None


def _back(app):
    if app.state.phase in BUSY:
        app.cancel()
    else:
        app.table.overview()
