"""The document, with as few calls into JavaScript as the page can do with.

Runs under MicroPython and Pyodide, where each such call costs: what is already on the page is not
written again.
"""

import js
from pyscript.ffi import create_proxy, is_none, to_js

try:
    from pyodide.ffi import JsException
except ImportError:
    from jsffi import JsException

__all__ = [
    "QUIETLY",
    "Element",
    "JsException",
    "ObjectUrl",
    "framed",
    "icon",
    "listen",
    "look_in",
    "make",
    "missing",
    "named",
    "offered_languages",
    "parameter",
    "root",
]

# For moving the focus where the eye already is.
QUIETLY = js.JSON.parse('{"preventScroll": true, "focusVisible": false}')


_root = [js.document]


def root():
    """Where elements are looked for: the document, or the shadow root that is being furnished."""
    return _root[0]


def look_in(place):
    """Look for elements in that document or shadow root from now on; returns where it was."""
    before, _root[0] = _root[0], place
    return before


class Element:
    """One element of the page, by its id."""

    def __init__(self, name):
        self.node = _root[0].getElementById(name)
        if is_none(self.node):
            raise ValueError("The page has no element #" + name)
        self._written = {}

    def _new(self, key, value):
        if key in self._written and self._written[key] == value:
            return False
        self._written[key] = value
        return True

    def text(self, value):
        """Set the text."""
        if self._new("text", value):
            self.node.textContent = value

    def attr(self, name, value):
        """Set an attribute; None takes it away."""
        if self._new("@" + name, value):
            if value is None:
                self.node.removeAttribute(name)
            else:
                self.node.setAttribute(name, str(value))

    def style(self, name, value):
        """Set a custom property or any other CSS property."""
        if self._new("-" + name, value):
            self.node.style.setProperty(name, str(value))

    def show(self, visible):
        """Show or hide the element."""
        if self._new("hidden", not visible):
            self.node.hidden = not visible

    def on(self, kind, handler, passive=True):
        """Call ``handler(event)`` for each event of that kind, as long as the page lives."""
        listen(self.node, kind, handler, passive)

    def fill(self, children):
        """Replace what is inside with these nodes."""
        self.node.replaceChildren(*children)


def listen(target, kind, handler, passive=True):
    """Add an event listener that is never taken away again."""
    target.addEventListener(kind, create_proxy(handler), to_js({"passive": passive}))


def make(tag, text="", **attributes):
    """Create an element. ``attributes`` with "_" for "-", ``cls`` for "class"."""
    node = js.document.createElement(tag)
    if text:
        node.textContent = text
    for name, value in attributes.items():
        node.setAttribute("class" if name == "cls" else name.replace("_", "-"), value)
    return node


def named(blob, name):
    """The Blob as a File of that name: no byte is copied."""
    return js.File.new(js.Array.of(blob), name, to_js({"type": blob.type}))


class ObjectUrl:
    """A Blob's address for an image or a link; the one before is given back."""

    def __init__(self):
        self._url = ""

    def of(self, blob):
        """Return an address for ``blob``."""
        self.free()
        self._url = js.URL.createObjectURL(blob)
        return self._url

    def on(self, link, blob, name):
        """Have the Element ``link`` download ``blob``; None: a button until there is something."""
        link.attr("href", self.of(blob) if blob else None)
        link.attr("download", name if blob else None)
        link.attr("role", None if blob else "button")
        link.attr("tabindex", None if blob else "0")
        if not blob:
            self.free()

    def free(self):
        """Give the address back; the Blob may then be forgotten."""
        if self._url:
            js.URL.revokeObjectURL(self._url)
            self._url = ""


SVG = "http://www.w3.org/2000/svg"


def icon(name):
    """Create an icon out of the sprite in index.html."""
    svg = js.document.createElementNS(SVG, "svg")
    svg.setAttribute("class", "icon")
    svg.setAttribute("aria-hidden", "true")
    use = js.document.createElementNS(SVG, "use")
    use.setAttribute("href", "#i-" + name)
    svg.append(use)
    return svg


def framed():
    """Whether this is the page for a frame of another site (embed.html)."""
    return js.document.documentElement.hasAttribute("data-embed")


def missing(value):
    """Whether JavaScript gave null or undefined, on either interpreter."""
    return is_none(value) or value is js.undefined


def offered_languages():
    """Language tags of what the person reads, as the browser tells it."""
    tags = js.navigator.languages
    return [str(tags[place]) for place in range(tags.length)]


def parameter(name, allowed, default):
    """Return a parameter of the page's address, if it is one of those allowed."""
    value = js.URLSearchParams.new(js.location.search).get(name)
    return value if not is_none(value) and value in allowed else default
