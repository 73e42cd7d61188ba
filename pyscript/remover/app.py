"""The remover's life: what comes in, what the engine says, what is shown, what the page is told.

As app.py is for Offcut's own page, with the same state and the same components; but small, one of
perhaps several, and a guest.
"""

from components.backend_note import BackendNote
from components.carry import Carry
from components.compare import Compare
from components.error_note import ErrorNote
from components.progress import Progress
from components.stage import Stage
from dom import Element, JsException, look_in
from languages import brought, write_marked
from text import Language, choose, speak, spoken, t

from remover.choices import Choices
from remover.intake import Intake
from remover.outcome import Outcome
from remover.shell import dress, furnish
from remover.wishes import languages_of, read
from remover.work import Work

EAGER_MS = 1_500  # after the page's own work


class Remover(Work):
    """A remover in the place of a tag."""

    def __init__(self, tag, place, base, wishes):
        """``tag``: where attributes stand and events go out. ``place``: the element with the shadow
        root, mostly the same. ``base``: the site's address. ``wishes``: see ``wishes.read``."""
        super().__init__(tag, base)
        self.wishes = wishes
        self.values, wrong = read(tag, wishes)
        self.language = Language()
        self.root = furnish(place)
        before = look_in(self.root)
        try:
            self.box = Element("remover")
            self.stripe = Element("wrong")
            self.note = Element("engine")
            self.outcome = Outcome(self)
            self.intake = Intake(self)
            self.parts = [
                self.intake,
                Stage(self),
                Compare(self),
                Progress(self),
                self.outcome,
                ErrorNote(self),
                Carry(self),
                Choices(self),
                BackendNote(self),
            ]
        finally:
            look_in(before)
        self.lane.join(self)
        self.state.engine = "idle"  # until somebody is about to want something
        self.state.engine_said(*self.lane.status)
        self._fit(wrong)
        self.changed()
        self.run(self._speak())
        if self.values["eager"]:
            self.later(EAGER_MS, self.wake)

    # -- what the page wants -----------------------------------------------------------------------

    def reread(self):
        """The tag's attributes have changed."""
        before = self.values
        self.values, wrong = read(self.tag, self.wishes)
        self._fit(wrong)
        self.changed()
        if self.values["language"] != before["language"]:
            self.run(self._speak())
        self.redress(before)

    def choose(self, key, value):
        """A person chose another background or profile."""
        before = dict(self.values)
        self.values[key] = value
        self.changed()
        self.redress(before)

    def _fit(self, wrong):
        values = self.values
        dress(self.box.node, values)
        self.intake.fit(values)
        parts = values["parts"]
        self.note.show("note" in parts)
        for part in ("compare", "copy", "share"):
            self.box.attr("data-no-" + part, None if part in parts else "")
        self._wrong = wrong
        for key, value, allowed in wrong:
            print("Offcut: " + key + '="' + value + '" is not possible here: ' + allowed)

    async def _speak(self):
        code = choose(languages_of(self.values, self.tag))
        try:
            self.language = await brought(self.base, code)
        except (JsException, ValueError) as error:
            print("Offcut: no", code, "here:", error)
        self.changed(anew=True)

    # -- what is shown -----------------------------------------------------------------------------

    def changed(self, anew=False):
        """Have every component show the state as it now is; ``anew``: in another language."""
        if self.gone:
            return
        mine = spoken() is self.language
        if not mine:
            speak(self.language)  # another remover of this page may speak another one
        if anew or not self.box.node.hasAttribute("lang"):
            write_marked(self.root, self.box.node)
        state = self.state
        self.box.attr("data-phase", state.phase)
        for part in self.parts:
            part.render(state)
        words = [
            t("remover.wrong", name=one[0], value=one[1], allowed=one[2]) for one in self._wrong
        ]
        self.stripe.text(" ".join(words))
        self.stripe.show(bool(words))

    def hint(self, sentence):
        """Say something about what was dropped or pasted."""
        self.state.hint = sentence
        self.changed()

    def drag(self, over):
        """A file is held over the remover, or no longer."""
        if self.state.dragging != over:
            self.state.dragging = over
            self.changed()

    def photo_seen(self, width, height):
        """The browser shows the photo, this large; zeros: it cannot."""
        self.state.photo.seen(width, height)
        self.changed()

    def want(self):
        """Download as soon as the file is there."""
        self.state.wanted = True
        self.changed()

    def finished(self, photo, result):
        """A file is done; listed, where several may come."""
        if self.values["multiple"]:
            self.outcome.keep(photo, result)

    # -- the end -----------------------------------------------------------------------------------

    def dispose(self):
        """The tag has left the page: stop, and give everything back."""
        self.stop()
        self.outcome.free()
        self.root.replaceChildren()
