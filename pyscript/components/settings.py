"""The settings: one dialog, whose sections are made when they are first looked at."""

import js
from dom import Element, icon, listen, make
from settings.files import Files
from settings.keymap import Keymap
from settings.looks import Looks
from settings.models import Models
from settings.privacy import Privacy
from settings.runs import Runs
from settings.storage import Storage
from text import epoch, t

STEPS = {"ArrowDown": 1, "ArrowRight": 1, "ArrowUp": -1, "ArrowLeft": -1}


class Settings:
    """Opened by the gear, by keys, and by what is said of privacy in the page's foot."""

    def __init__(self, app):
        self.app = app
        self.models = Models(app)
        self.sections = [self.models]
        self.sections += [kind(app) for kind in (Runs, Storage, Files, Looks, Keymap, Privacy)]
        self.node = None
        self._tabs = {}
        self._panels = {}
        self._now = None  # the section in sight
        self._epoch = 0  # of the language that all is written in
        for name, section in (("settings-open", "models"), ("privacy-open", "privacy")):
            opener = Element(name)
            opener.on("click", lambda _, section=section: self.open(section))
            opener.attr("disabled", None)

    def render(self, state):
        """Show what has changed, where somebody looks."""
        self.models.remember(state)
        if self.node is None:
            return
        if self._epoch != epoch():
            self._say_it_anew()
        elif self.node.open:
            self._now.render(state)

    def open(self, name):
        """Show that section."""
        if self.node is None:
            self._build()
        if not self.node.open:
            self.node.showModal()
        self._show(self._named(name))
        self._tabs[name].focus()

    def _say_it_anew(self):
        """Another language is spoken: nothing of what was made stays."""
        was_open = self.node.open
        self.node.remove()
        self.node = None
        if was_open:
            self.open(self._now.name)

    def _named(self, name):
        return next(one for one in self.sections if one.name == name)

    def _build(self):
        self._epoch = epoch()
        self.node = make("dialog", cls="settings", aria_labelledby="settings-title")
        head = make("header", cls="settings-head")
        close = make("button", type="button", cls="icon-button", aria_label=t("settings.close"))
        close.append(icon("x"))
        head.append(make("h2", t("settings"), id="settings-title"), close)
        tabs = make("div", cls="settings-tabs", role="tablist", aria_labelledby="settings-title")
        body = make("div", cls="settings-body")
        body.append(tabs)
        for section in self.sections:
            tabs.append(self._tab(section))
            body.append(self._panel(section))
        self.node.append(head, body)
        js.document.body.append(self.node)
        listen(close, "click", lambda _: self.node.close())
        listen(tabs, "keydown", self._stepped, passive=False)
        listen(self.node, "click", self._pressed)

    def _tab(self, section):
        name = section.name
        tab = make("button", type="button", role="tab", id="tab-" + name)
        tab.setAttribute("aria-controls", "section-" + name)
        tab.append(section.sign(), make("span", t("settings.tab." + name)))
        listen(tab, "click", lambda _: self._show(section))
        self._tabs[name] = tab
        return tab

    def _panel(self, section):
        name = section.name
        panel = make("div", cls="settings-panel", role="tabpanel", id="section-" + name)
        panel.setAttribute("aria-labelledby", "tab-" + name)
        panel.tabIndex = 0  # it scrolls, so the keyboard has to get there
        panel.hidden = True
        self._panels[name] = panel
        return panel

    def _show(self, section):
        panel = self._panels[section.name]
        if not panel.childElementCount:
            panel.append(*section.build())
        self._now = section
        for name in self._tabs:
            here = name == section.name
            self._tabs[name].setAttribute("aria-selected", "true" if here else "false")
            self._tabs[name].tabIndex = 0 if here else -1
            self._panels[name].hidden = not here
        self._tabs[section.name].scrollIntoView()
        panel.scrollTop = 0
        section.render(self.app.state)
        section.shown()

    def _stepped(self, event):
        step = STEPS.get(event.key)
        if step is None:
            return
        event.preventDefault()
        at = (self.sections.index(self._now) + step) % len(self.sections)
        self._show(self.sections[at])
        self._tabs[self.sections[at].name].focus()

    def _pressed(self, event):
        # What lies outside of the sheet is the dialog itself: its backdrop.
        if event.target.isSameNode(self.node):
            self.node.close()
