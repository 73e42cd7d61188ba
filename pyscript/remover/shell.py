"""The remover's markup and styles in a shadow root: nothing of the page's leaks in, nothing out.

The styles are adopted, neither linked nor inline, so a page's content security policy needs no word
about them.
"""

import js
from dom import missing
from pyscript.ffi import to_js

from remover.material import MARKUP, STYLES
from remover.paint import colour_of, text_on

_made = []


def _sheet():
    """The style sheet, one for all removers."""
    if not _made:
        sheet = js.CSSStyleSheet.new()
        sheet.replaceSync(STYLES)
        _made.append(sheet)
    return _made[0]


def furnish(place):
    """Put markup and styles in the shadow root of ``place``, an element; returns the root."""
    root = place.shadowRoot
    if missing(root):
        root = place.attachShadow(to_js({"mode": "open"}))
    root.adoptedStyleSheets = js.Array.of(_sheet())
    template = js.document.createElement("template")
    template.innerHTML = MARKUP
    root.replaceChildren(template.content.cloneNode(True))
    # Lengths are told in the person's own text size. A page's root may have another one (62.5 %
    # is a custom), so "rem" would be the page's.
    box = root.getElementById("remover")
    box.style.setProperty("--rem", js.getComputedStyle(box).fontSize)
    return root


def dress(box, values):
    """Have the remover's outermost element look as ``wishes.read`` says: theme and accent."""
    if values["theme"] == "auto":
        box.removeAttribute("data-theme")
    else:
        box.setAttribute("data-theme", values["theme"])
    accent = values["accent"]
    for name in ("--blade", "--blade-hover", "--on-blade"):
        box.style.removeProperty(name)
    if accent:
        ink = text_on(colour_of(accent))
        box.style.setProperty("--blade", accent)
        box.style.setProperty(
            "--blade-hover", "color-mix(in srgb, " + accent + " 86%, " + ink + ")"
        )
        box.style.setProperty("--on-blade", ink)
