"""The brush's pictures, by pressure: the engine's own, and until they are there a gradient's.

A gradient of the same falloff is a level off at most; no stroke waits for the worker.
"""

import js
from dom import JsException, make
from errors import OffcutError

from touch.stepping import LEVELS, SHEET, reach, rim, stops

MOST = 160  # kept at once: those of two pens


class Tips:
    """Pictures of stamps for canvases, by diameter and hardness."""

    def __init__(self, run, draw):
        """``run``: starts a coroutine. ``draw(size, hardness)``: the engine's picture, {blob,
        side}; raises OffcutError."""
        self._run = run
        self._draw = draw
        self._known = {}  # by (diameter, hardness): [picture, side, whether it is the engine's]
        self._stops = stops()

    def get(self, size, hardness, level):
        """The four pictures of a stamp side by side, and the side of each."""
        key = (size * level / LEVELS, hardness)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST:
                self._known = {}
            found = self._known[key] = [self._gradient(key[0], hardness), 2 * reach(key[0]) + 1]
            self._run(self._exact(key, found))
        return found[0], found[1]

    async def _exact(self, key, found):
        try:
            made = await self._draw(key[0], key[1])
            picture = await js.createImageBitmap(made["blob"])
        except (OffcutError, JsException):
            return  # the gradient does
        if made["side"] == found[1]:
            found[0] = picture

    def _gradient(self, diameter, hardness):
        side = 2 * reach(diameter) + 1
        inner, outer, middle = rim(diameter, hardness)
        canvas = make("canvas", width=str(SHEET * side), height=str(side))
        pen = canvas.getContext("2d")
        for kind in range(SHEET):
            x = kind * side + side // 2 + 0.5 * (kind & 1)
            y = side // 2 + 0.5 * (kind >> 1)
            fall = pen.createRadialGradient(x, y, inner, x, y, outer)
            for part, value in self._stops:
                gray = ",".join([str(round(middle * value))] * 3)
                fall.addColorStop(min(1, max(0, part)), "rgb(" + gray + ")")
            pen.fillStyle = fall
            pen.fillRect(kind * side, 0, side, side)
        return canvas
