"""SVG drawings become pictures here: a worker has nothing that could draw them.

A browser that shows an SVG as an image runs no script in it and loads nothing for it. That is the
guard. Drawings that would ask for either are refused besides, with a sentence: what they are meant
to look like cannot be had. Runs under MicroPython and Pyodide alike.
"""

import js
from errors import fail

try:
    from pyodide.ffi import JsException
except ImportError:
    from jsffi import JsException

MAX_BYTES = 16000000  # drawings of maps have 5 MB
MAX_PIXELS = 120000000  # as offcut.pixels.decode has it
_BOOLEAN = 3  # XPathResult.BOOLEAN_TYPE
_HANDLER = "\\son[a-z]+\\s*=\\s*[\"']"
_ACTIVE_SAID = "This drawing holds scripts or a web page."
_ACTIVE = (
    "//*[local-name()='script' or local-name()='foreignObject' or local-name()='iframe'"
    " or local-name()='handler']"
    " | //@*[starts-with(translate(local-name(), 'ON', 'on'), 'on')]"
    " | //@*[starts-with(translate(normalize-space(.), 'JAVSCRIPT', 'javscript'), 'javascript:')]"
)
_OUTSIDE = (
    "//@*[local-name()='href' or local-name()='src']"
    "[not(starts-with(normalize-space(.), '#'))]"
    "[not(starts-with(normalize-space(.), 'data:image/'))]"
    "[not(parent::*[local-name()='a'])]"
    " | //processing-instruction('xml-styl_sheet')"
)


def is_drawing(error):
    """Whether the worker was given an SVG, which only the page can draw."""
    return error.code == "UNSUPPORTED_FORMAT" and error.detail.get("format") == "svg"


async def rasterise(photo):
    """Draw an SVG at its own size; returns a PNG as a File of the same name.

    ``photo``: a Blob or File. Raises OffcutError UNSUPPORTED_FORMAT for a drawing with scripts or
    with parts that lie elsewhere, DECODE_FAILED, IMAGE_TOO_LARGE.
    """
    if photo.size > MAX_BYTES:
        say = "This drawing is over " + str(MAX_BYTES // 1000000) + " MB."
        raise fail("IMAGE_TOO_LARGE", say, format="svg")
    try:
        text = await photo.text()
        root = _checked(text)
        return await _drawn(text, root, getattr(photo, "name", None) or "drawing.svg")
    except JsException as error:
        raise fail("DECODE_FAILED", reason=str(error), format="svg") from error


def _checked(text):
    """Return the drawing's root element, parsed in a document of its own where nothing runs."""
    if risky_entities(text):
        raise _refused(say="This drawing defines text by text (XML entities).")
    if js.RegExp.new(_HANDLER, "i").test(text):
        # By the text: parsing would already make the browser complain about them.
        raise _refused(say=_ACTIVE_SAID)
    # The page's content security policy would complain about every inline style of the document
    # that is only looked at. The picture below is none of its business and keeps its styles.
    looked_at = text.replace("style", "styl_")
    document = js.DOMParser.new().parseFromString(looked_at, "image/svg+xml")
    root = document.documentElement
    if document.querySelector("parsererror") or root.localName != "svg":
        raise fail("DECODE_FAILED", format="svg", reason="no well-formed XML")
    if _finds(document, _ACTIVE):
        raise _refused(say=_ACTIVE_SAID)
    if _finds(document, _OUTSIDE) or loads_from_css(text):
        raise _refused(say="Parts of this drawing lie in other files or on other sites.")
    return root


def _refused(say):
    return fail("UNSUPPORTED_FORMAT", say, format="svg", refused=True)


def _finds(document, path):
    return document.evaluate("boolean(" + path + ")", document, None, _BOOLEAN, None).booleanValue


def risky_entities(text):
    """Whether the doctype declares entities that name others or files; plain ones are common."""
    start = text.find("<!ENTITY")
    if start < 0:
        return False
    end = text.find("]", start)
    declared = text[start : end if end >= 0 else len(text)]
    return (
        "&" in declared
        or "%" in declared
        or "SYSTEM" in declared
        or declared.count("<!ENTITY") > 64
    )


def loads_from_css(text):
    """Whether ``url(…)`` names anything but a part of the drawing or a picture inside it."""
    lower = text.lower()
    if "@import" in lower:
        return True
    at = lower.find("url(")
    while at >= 0:
        target = lower[at + 4 : at + 64].lstrip(" \t\r\n'\"").replace("&quot;", "")
        if not target.startswith("#") and not target.startswith("data:image/"):
            return True
        at = lower.find("url(", at + 4)
    return False


async def _drawn(text, root, name):
    kind = js.JSON.parse('{"type": "image/svg+xml"}')
    address = js.URL.createObjectURL(js.Blob.new(js.Array.of(text), kind))
    try:
        image = js.Image.new()
        image.src = address
        await image.decode()
        width, height = _size(image, root)
        if width * height > MAX_PIXELS:
            say = "This drawing asks for " + str(width) + " × " + str(height) + " pixels."
            raise fail("IMAGE_TOO_LARGE", say, width=width, height=height)
        canvas = js.document.createElement("canvas")
        canvas.width, canvas.height = width, height
        context = canvas.getContext("2d")
        if not context:
            raise fail("IMAGE_TOO_LARGE", width=width, height=height)
        context.drawImage(image, 0, 0, width, height)
        made = js.Promise.withResolvers()
        canvas.toBlob(made.resolve, "image/png")
        blob = await made.promise
        canvas.width = canvas.height = 0
    finally:
        js.URL.revokeObjectURL(address)
    if not blob:
        raise fail("IMAGE_TOO_LARGE", width=width, height=height)
    return js.File.new(js.Array.of(blob), name, js.JSON.parse('{"type": "image/png"}'))


def _size(image, root):
    """The drawing's own size; where it names none, its view box; where none either, the browser's
    (150 pixels)."""
    width, height = image.naturalWidth or 150, image.naturalHeight or 150
    if not root.getAttribute("width") and not root.getAttribute("height"):
        box = root.getAttribute("viewBox")
        numbers = box.replace(",", " ").split() if box else []
        try:
            width, height = max(width, float(numbers[2])), max(height, float(numbers[3]))
        except (IndexError, ValueError):
            return width, height
    return max(1, round(width)), max(1, round(height))
