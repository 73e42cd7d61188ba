"""A photo straight from the camera, on devices that are held in the hand."""

import js
from dom import Element, icon, listen, make
from incoming import listed
from text import t


def has_camera():
    """Whether this is likely a phone or a tablet: a finger is what it is used with."""
    return js.navigator.maxTouchPoints > 0 and js.matchMedia("(pointer: coarse)").matches


class Camera:
    """The button beside "Choose photos"."""

    def __init__(self, app):
        field = make("input", type="file", accept="image/*", capture="environment", id="camera")
        field.setAttribute("aria-label", t("camera"))
        field.setAttribute("data-t-label", "camera")
        field.tabIndex = -1
        field.hidden = True
        button = make("button", cls="button large paste", type="button")
        button.append(icon("camera"), make("span", t("camera"), data_t="camera"))
        folder = Element("choose-folder")
        folder.node.before(button, field)
        folder.show(False)  # where there are no folders to speak of
        listen(button, "click", lambda _: field.click())

        def taken(_):
            photos = listed(field.files)
            field.value = ""
            if photos:
                app.take(photos)

        listen(field, "change", taken)
