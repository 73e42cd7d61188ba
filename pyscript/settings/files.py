"""What the files that are saved look like: their format, and what goes along in them."""

from dom import icon, listen, make
from kept import write
from text import file_kind, t

from settings.parts import choices, group, pick, put, switch

FORMATS = ("png", "webp", "avif", "jpeg")
PNG = "image/png"
QUALITY = 0.8  # as the engine has it where nothing is said


class Files:
    """The section; it counts for the photo on screen, too."""

    name = "files"

    def __init__(self, app):
        self.app = app

    def sign(self):
        """Its icon."""
        return icon("download")

    def build(self):
        """Make the choices."""
        entries = [
            ("image/" + one, file_kind("image/" + one), t("settings.format." + one))
            for one in FORMATS
        ]
        title = t("settings.files.format")
        box, self.rows = choices(title, "format", entries, lambda one: self._set("format", one))
        self.quality = make("input", type="range", min="10", max="100", step="5")
        self.value = make("output", cls="set-facts")
        row = make("label", cls="set-field")
        row.append(make("span", t("settings.files.quality"), cls="set-title"), self.quality)
        row.append(self.value)
        self.lossy = row
        listen(self.quality, "input", lambda _: self._measure(int(self.quality.value)))
        listen(self.quality, "change", lambda _: self._graded())
        deep, self.deep = switch(
            t("settings.files.deep"), t("settings.files.deep.say"), self._deepened
        )
        self.deep_row = deep
        exif, self.exif = switch(
            t("settings.files.exif"),
            t("settings.files.exif.say"),
            lambda on: self._set("exif", on or None),
        )
        return [
            group(title, box, row, deep),
            group(t("settings.files.along"), exif),
        ]

    def render(self, _state):
        """Show what is chosen."""
        output = self.app.output
        kind = output.get("format", PNG)
        pick(self.rows, kind)
        self.lossy.hidden = kind == PNG
        self.deep_row.hidden = kind != PNG
        quality = round(100 * output.get("quality", QUALITY))
        self.quality.value = str(quality)
        self._measure(quality)
        self.deep.checked = output.get("depth") == 16
        self.exif.checked = bool(output.get("exif"))

    def shown(self):
        """Nothing to ask for."""

    def _measure(self, quality):
        without = quality == 100 and self.app.output.get("format") == "image/webp"
        put(
            self.value,
            t("settings.files.lossless" if without else "settings.files.percent", n=quality),
        )

    def _graded(self):
        self._set("quality", int(self.quality.value) / 100)

    def _deepened(self, on):
        self._set("depth", 16 if on else None)

    def _set(self, name, value):
        """Change one setting; None: as the engine has it. What does not go together goes."""
        output = {key: self.app.output[key] for key in self.app.output if key != name}
        if value is not None:
            output[name] = value
        if output.get("format", PNG) != PNG:
            output.pop("depth", None)
        self.app.output = output
        write("output", output)
        self.app.dressing.follow()
        self.app.changed()
