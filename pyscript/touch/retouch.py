"""What was done to a photo by hand: a list that only grows, its last entries taken back or not.

The list lies with the photo (``Photo.edits``), goes whole to the worker after each change, and is
played back there on the matte itself (docs/strokes.md). Each change makes a new list, so that the
worker's answer is known to be to this one.
"""

from errors import OffcutError, fail
from text import said, trouble


class Retouch:
    """Follows the list of one photo at a time."""

    def __init__(self, app, easel):
        """``easel``: has ``drawn(made)``, a coroutine that shows the plain cut-out with all edits
        in it, {blob, width, height, empty}; ``changed()``; ``gone()``: the worker has the photo no
        more; ``wait(words)``."""
        self._app = app
        self._easel = easel
        self._photo = None
        self._answered = None  # the list that was last drawn
        self._busy = False
        self._hints = 0

    def open(self, photo):
        """Follow this one, and draw it as it is."""
        self._photo = photo
        self._answered = None
        # Those of an earlier visit have numbers, too.
        known = [one["hint"]["id"] for one in photo.edits + photo.undone if "hint" in one]
        self._hints = max([self._hints] + known)  # noqa: RUF005 - not in MicroPython
        self._go()

    def close(self):
        """Follow nothing."""
        self._photo = None

    def options(self):
        """What the engine is asked with; raises JOB_UNKNOWN where no photo is followed any more."""
        if self._photo is None:
            raise fail("JOB_UNKNOWN")
        options = self._app.options(self._photo, self._app.state.scene)
        options["hold"] = self._photo.number
        return options

    def is_settled(self):
        """Whether what is on screen is the engine's own answer to the whole list."""
        return self._photo is not None and self._answered is self._photo.edits

    # -- the list ----------------------------------------------------------------------------------

    def add(self, entry):
        """Put a stroke at the end; what was taken back is gone."""
        self._photo.undone = []
        self._become(self._photo.edits + [entry])  # noqa: RUF005 - not in MicroPython

    def can_undo(self):
        """Whether there is something to take back."""
        return self._photo is not None and bool(self._photo.edits)

    def can_redo(self):
        """Whether something was taken back."""
        return self._photo is not None and bool(self._photo.undone)

    def undo(self):
        """Take the last one back."""
        if self.can_undo():
            self._photo.undone.append(self._photo.edits[-1])
            self._become(self._photo.edits[:-1])

    def redo(self):
        """Do again what was taken back last."""
        if self.can_redo():
            entry = self._photo.undone.pop()
            self._become(self._photo.edits + [entry])  # noqa: RUF005

    def restart(self):
        """Take all back, one by one to be done again."""
        if self.can_undo():
            edits = list(self._photo.edits)
            edits.reverse()
            self._photo.undone += edits
            self._become([])

    def _become(self, edits):
        self._photo.edits = edits
        self._app.handwork.changed(self._photo)
        self._easel.changed()
        self._go()

    # -- the worker --------------------------------------------------------------------------------

    def _go(self):
        if not self._busy:
            self._busy = True
            self._app.run(self._follow())

    async def _follow(self):
        try:
            while self._photo is not None and self._answered is not self._photo.edits:
                photo, edits = self._photo, self._photo.edits
                made = await self._app.engine.held("retouch", self.options())
                if photo is self._photo:
                    self._answered = edits
                    if edits is photo.edits:  # else the next answer is on its way
                        await self._easel.drawn(made)
        except OffcutError as error:
            self._failed(error)
        finally:
            self._busy = False

    def _failed(self, error):
        if self._photo is None:
            return
        if error.code == "JOB_UNKNOWN":
            self._easel.gone()
        elif error.code != "CANCELLED":
            self._app.hint(trouble(error))

    async def look_closer(self, x, y, keep, words):
        """Have a network look at a spot of the photo for what was missed, or should go.

        ``words``: what to say meanwhile. Returns whether something was found.
        """
        photo = self._photo
        self._hints += 1
        hint = {"id": self._hints, "x": x, "y": y, "keep": keep}
        options = self.options()
        options["hint"] = hint
        self._easel.wait(words)
        try:
            note = await self._app.engine.held("hint", options)
        except OffcutError as error:
            self._failed(error)
            return False
        finally:
            self._easel.wait("")
        if photo is not self._photo:
            return False
        if note:
            self._app.hint(said(note))
            return False
        self.add({"tool": "patch", "hint": hint})
        return True
