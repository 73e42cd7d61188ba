"""What lies behind and around the cut-out: a changed setting is drawn at once, then written.

The worker still has the photo and its matte, so no network runs for it. Where it has them no more
(it was renewed, or another photo came), the photo is done again.
"""

import asyncio

from errors import OffcutError
from state import DONE

DRAW_S = 0.12  # a slider moves on meanwhile
WRITE_S = 0.6  # nobody has changed anything for so long: the file is written


class Dressing:
    """Follows ``state.scene``."""

    def __init__(self, app, sleep=asyncio.sleep):
        self.app = app
        self._sleep = sleep
        self._turn = 0

    def wear(self, scene):
        """Have the result look so. ``scene``: background, shadow, outline, frame; None for none."""
        state = self.app.state
        state.scene = {key: scene[key] for key in scene if scene[key] is not None}
        self._turn += 1
        if state.phase != DONE:
            return  # what is under way takes it up at its end (``App``)
        if state.result:  # what is on screen stays there until the new picture is drawn
            state.preview = state.result
        state.result = None
        self.app.changed()
        self.app.run(self._follow(self._turn, state.photo))

    def stop(self):
        """Another photo came: what was under way here is not wanted any more."""
        self._turn += 1

    async def _follow(self, turn, photo):
        state, engine = self.app.state, self.app.engine
        options = self.app.options(photo)
        options["hold"] = photo.number
        try:
            await self._sleep(DRAW_S)
            if turn != self._turn:
                return
            made = await engine.redraw(options)
            if turn != self._turn:
                return
            made["framed"] = "frame" in options
            state.preview = made
            self.app.changed()
            await self._sleep(WRITE_S)
            if turn != self._turn:
                return
            result = await engine.rewrite(options)
        except OffcutError as error:
            if turn != self._turn:
                return
            if error.code == "JOB_UNKNOWN":
                self.app.redo()
            else:
                self.app.stopped(error)
            return
        if turn == self._turn:
            self.app.written(result)
