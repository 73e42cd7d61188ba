"""What ``embed.py`` does with a tag: a remover in its place, or the way in for JavaScript."""

from api import offer

from remover.mount import mount


def put(tag, base, wishes):
    """Look after a tag of ``embed.py``. ``base``: the site's address. ``wishes``: what the page's
    configuration says under [offcut]."""
    if tag.getAttribute("data-offcut") == "door":
        offer()
    else:
        mount(tag, base, wishes)
