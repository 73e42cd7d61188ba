"""What lies behind and around the cut-out: a changed setting is drawn at once, then written.

The worker still has the photo and its matte, so no network runs for it. Where it has them no more
(it was renewed, or another photo came), the photo is done again.
"""

import asyncio

from errors import OffcutError
from state import DONE

DRAW_S = 0.05  # what is changed together is drawn together
WRITE_S = 0.6  # nobody has changed anything for so long: the file is written


class Dressing:
    """Follows ``state.scene``, one picture after another: the last setting is always drawn, and
    of those before it as many as there is time for."""

    def __init__(self, app, sleep=asyncio.sleep):
        self.app = app
        self._sleep = sleep
        self._turn = 0  # counts what was asked for
        self._photo = None  # the one that is followed, None for none
        self._running = False
        self._last = None  # the last result that was a success

    def wear(self, scene):
        """Have the result look so. ``scene``: background, shadow, outline, frame; None for none."""
        state = self.app.state
        state.scene = {key: scene[key] for key in scene if scene[key] is not None}
        if state.for_next and state.item is None:
            state.next_scene = state.scene
        self.follow()

    def for_next(self, yes):
        """Whether the next photos are to look as this one."""
        state = self.app.state
        state.for_next = yes
        state.next_scene = state.scene if yes else {}

    def follow(self):
        """Draw and write the photo on screen as ``state.scene`` now has it."""
        state = self.app.state
        self._turn += 1
        if state.phase != DONE:
            self.app.changed()
            return  # what is under way takes it up at its end (``App``)
        if state.result:  # what is on screen stays there until the new picture is drawn
            state.preview = self._last = state.result
        state.result = None
        self._photo = state.photo
        self.app.changed()
        if not self._running:
            self.app.run(self._run())

    def stop(self):
        """Another photo came: what was under way here is not wanted any more."""
        self._turn += 1
        self._photo = None

    async def _run(self):
        self._running = True
        try:
            while self._photo is not None:
                photo = self._photo
                try:
                    await self._make(photo)
                except OffcutError as error:
                    if photo is self._photo:
                        self._failed(error)
        finally:
            self._running = False

    async def _make(self, photo):
        """Draw what is wanted now; write it, if nothing else is by then."""
        state, engine = self.app.state, self.app.engine
        await self._sleep(DRAW_S)
        if photo is not self._photo:
            return
        turn, scene = self._turn, state.scene
        options = self.app.options(photo, scene)
        options["hold"] = photo.number
        made = await engine.redraw(options)
        if photo is not self._photo:
            return
        made["framed"] = "frame" in scene
        state.preview = made
        self.app.changed()
        for _ in range(round(WRITE_S / DRAW_S)):
            await self._sleep(DRAW_S)
            if turn != self._turn:
                return
        result = await engine.rewrite(options)
        if turn == self._turn:
            self._photo = None
            self.app.written(result, scene)

    def _failed(self, error):
        self._photo = None
        if error.code == "JOB_UNKNOWN":
            self.app.redo()
            return
        # As it was: what is chosen and what is on screen stay one.
        state = self.app.state
        state.result = self._last
        state.scene = self._last["scene"]
        self.app.stopped(error)
