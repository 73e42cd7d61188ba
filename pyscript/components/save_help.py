"""Other ways to save a result, where a download is blocked: inside other apps, in frames of other
sites, on the home screen of iOS. For everybody else, a quiet question after Download was pressed.
"""

import js
from dom import Element, ObjectUrl, icon, listen, make, missing
from state import DONE
from text import epoch, t

# How programs with a browser of their own for links name themselves; their downloads go nowhere.
IN_APP = (
    "Instagram",
    "FBAN",
    "FBAV",
    "MicroMessenger",
    "musical_ly",
    "BytedanceWebview",
    "Snapchat",
    "Pinterest/",
    "LinkedInApp",
    " Line/",
)


def hindrance():
    """What stands in the way of a download, as far as that can be known: the key of a sentence,
    or ""."""
    agent = str(js.navigator.userAgent)
    if any(name in agent for name in IN_APP):
        return "saving.in-app"
    if getattr(js.navigator, "standalone", None) is True:
        return "saving.home-screen"
    if js.window.origin == "null":  # a sandbox
        return "saving.framed"
    frame = js.window.frameElement  # null also for a frame of another site
    if missing(frame) or not frame.hasAttribute("sandbox"):
        return ""
    allowed = str(frame.getAttribute("sandbox"))
    return "" if "allow-downloads" in allowed else "saving.framed"


class SaveHelp:
    """The question below Download, and the dialog behind it."""

    def __init__(self, app):
        self.app = app
        self.why = hindrance()
        self.copy = Element("copy")
        self.share = Element("share")
        self._dialog = None
        self._epoch = 0  # of the language that it is written in
        self._pressed = None  # the photo whose Download was pressed
        self._shown = False
        self._url = ObjectUrl()
        self.ask = make("button", t("saving.ask"), cls="ask", type="button", data_t="saving.ask")
        self.ask.hidden = True
        Element("carry").node.after(self.ask)
        listen(self.ask, "click", lambda _: self._open())
        Element("download").on("click", lambda _: self._downloaded())

    def render(self, state):
        """Ask after a download, and from the start where one is known not to work."""
        wanted = bool(self.why) or self._pressed is state.photo
        shown = state.phase == DONE and bool(state.result) and wanted
        if shown != self._shown:
            self._shown = shown
            self.ask.hidden = not shown

    def _downloaded(self):
        self._pressed = self.app.state.photo
        self.render(self.app.state)

    def _open(self):
        if self._dialog is None or self._epoch != epoch():
            self._build()
        result = self.app.state.result
        address = self._url.of(result["blob"])
        self.picture.src = address
        self.picture.alt = result["name"]
        self.tab.href = address
        self.by_copy.hidden = self.copy.node.hidden
        self.by_share.hidden = self.share.node.hidden
        self._dialog.showModal()

    def _build(self):
        if self._dialog is not None:
            self._dialog.remove()
        self._epoch = epoch()
        dialog = make("dialog", cls="save-help", aria_labelledby="save-help-title")
        close = make("button", cls="icon-button", type="button", aria_label=t("saving.close"))
        close.append(icon("x"))
        head = make("div", cls="save-help-head")
        head.append(make("h2", t("saving.title"), id="save-help-title"), close)
        dialog.append(head)
        if self.why:
            dialog.append(make("p", t(self.why)))
        self.picture = make("img", cls="save-help-picture")
        self.tab = make("a", cls="button", target="_blank", rel="noopener")
        self.tab.append(icon("external-link"), make("span", t("saving.tab")))
        self.by_share = self._proxy("share", t("saving.share"), self.share)
        self.by_copy = self._proxy("copy", t("saving.copy"), self.copy)
        ways = make("div", cls="save-help-ways")
        ways.append(self.tab, self.by_share, self.by_copy)
        dialog.append(make("p", t("saving.hold")), self.picture, ways)
        if self.why == "saving.framed":
            way_out = make("a", t("saving.own-tab"), href="./", target="_blank", rel="noopener")
            dialog.append(way_out)
        listen(close, "click", lambda _: dialog.close())
        listen(dialog, "close", lambda _: self._closed())
        js.document.body.append(dialog)
        self._dialog = dialog

    def _proxy(self, name, words, original):
        button = make("button", cls="button", type="button")
        button.append(icon(name), make("span", words))

        def passed_on(_):
            self._dialog.close()  # what is said about it is said on the page
            original.node.click()

        listen(button, "click", passed_on)
        return button

    def _closed(self):
        self.picture.removeAttribute("src")
        self.ask.focus()
