"""What went wrong, in a sentence that helps, and the way on."""

from dom import Element
from state import ERROR
from text import t, together, trouble

# Another photo is the way on, not the same one again.
PHOTO = (
    "NOT_AN_IMAGE",
    "UNSUPPORTED_FORMAT",
    "IMAGE_TOO_LARGE",
    "EMPTY_FILE",
    "PHOTO_GONE",
    "DECODE_FAILED",
)


class ErrorNote:
    """The note in the panel, with the retry button."""

    def __init__(self, app):
        self.app = app
        self.box = Element("error")
        self.title = Element("error-title")
        self.text = Element("error-text")
        self.more = Element("error-more")
        self.detail = Element("error-detail")
        self.button = Element("retry")
        self.label = Element("retry-label")
        self.button.on("click", lambda _: app.retry())

    def render(self, state):
        """Show the error that stopped the work."""
        stopped = state.phase == ERROR
        if stopped:
            self._tell(state.error)
        self.box.show(stopped)

    def _tell(self, error):
        calm = error.code == "CANCELLED"
        photo = error.code in PHOTO
        unforce = error.code == "BACKEND_UNAVAILABLE" and self.app.backend != "auto"
        self.box.attr("data-kind", "calm" if calm else "photo" if photo else "fault")
        self.box.attr("data-code", error.code)
        if calm:
            self.title.text(t("cancelled.title"))
            self.text.text(t("cancelled.text"))
            self.label.text(t("cancelled.retry"))
        else:
            self.title.text(t("error.photo" if photo else "error.title"))
            kept = "" if photo else t("error.kept")
            self.text.text(together([trouble(error), kept]))
            self.label.text(t("retry.auto" if unforce else "retry"))
        self.button.show(calm or unforce or not photo)
        lines = [error.code] + [str(one) for one in error.detail.values() if one]
        self.detail.text(" · ".join(lines))
        self.more.show(not calm)
