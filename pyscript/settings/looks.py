"""How the page looks, and whether single keys do something."""

import js
from dom import icon, make
from kept import chosen, read, write
from languages import LANGUAGES, current, use
from text import t

from settings.parts import choices, group, pick, put, select, switch

THEMES = ("auto", "light", "dark")


class Looks:
    """The section."""

    name = "looks"

    def __init__(self, app):
        self.app = app

    def sign(self):
        """Its icon."""
        return icon("sun-moon")

    def build(self):
        """Make the choices."""
        entries = [(one, t("settings.theme." + one), "") for one in THEMES]
        box, self.rows = choices(t("settings.looks.theme"), "theme", entries, self._wear)
        box.classList.add("in-row")
        entries = [(code, LANGUAGES[code]) for code in sorted(LANGUAGES)]
        language, self.language = select(t("settings.looks.language"), entries, self._speak)
        self.trouble = make("p", cls="quiet small", role="status")
        keys, self.keys = switch(
            t("settings.looks.keys"), t("settings.looks.keys.say"), lambda on: write("keys", on)
        )
        return [
            group(t("settings.looks.theme"), box),
            group(t("settings.looks.hands"), language, self.trouble, keys),
        ]

    def render(self, _state):
        """Show what is chosen."""
        pick(self.rows, chosen("theme", THEMES, "auto"))
        self.language.value = current()
        self.keys.checked = read("keys", True)

    def shown(self):
        """Nothing to ask for."""

    def _wear(self, theme):
        write("theme", None if theme == "auto" else theme)
        js.window.dispatchEvent(js.Event.new("offcut-theme"))  # public/theme.js does the rest

    def _speak(self, code):
        self.app.run(self._use(code))

    async def _use(self, code):
        if not await use(self.app, code):
            self.language.value = current()
            put(self.trouble, t("settings.looks.failed"))
