"""A remover for a tag, and what scripts of the page can do with it."""

import js
from dom import missing
from pyscript.ffi import create_proxy, to_js

from remover.app import Remover
from remover.wishes import KEYS


def mount(tag, base, wishes):
    """Put a remover in the place of ``tag``; returns how to end it.

    A ``<script>`` shows nothing: its remover stands in the element that PyScript made for it. The
    tag gets the methods ``open(blob)`` and ``cancel()``.
    """
    place = tag
    if tag.localName == "script":
        place = getattr(tag, "target", None)
        if missing(place):
            place = js.document.createElement("offcut-place")
            tag.after(place)
        place.style.setProperty("display", "block")
    remover = Remover(tag, place, base, wishes)
    proxies = [
        create_proxy(lambda blob: remover.take([blob])),
        create_proxy(remover.cancel),
        create_proxy(lambda *_: remover.reread()),
    ]
    tag.open, tag.cancel = proxies[0], proxies[1]
    observer = js.MutationObserver.new(proxies[2])
    observer.observe(tag, to_js({"attributes": True, "attributeFilter": list(KEYS)}))

    def end():
        observer.disconnect()
        remover.dispose()

    return end
