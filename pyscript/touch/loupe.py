"""A closer look: the part of the photo on screen, drawn at the photo's own size.

The sheet of all of it has the preview's pixels. Where those are larger than the screen's, the
worker draws the part that is seen, edits and all, and a stroke is then drawn pixel for pixel.
"""

import js
from dom import JsException
from errors import OffcutError

from touch.sheet import CELL, Sheet

STILL_MS = 200  # nobody has moved the picture for so long
MOST = 8000000  # pixels; more is no closer look
SPARE = 0.1  # of what is seen, drawn beyond its edges


class Loupe:
    """Of an ``Easel``. ``sheet``: what lies over the rest, or None."""

    def __init__(self, easel):
        self._easel = easel
        self._port = easel.view.port
        self._turn = 0
        self.sheet = None

    def close(self):
        """Give the sheet back."""
        self._turn += 1
        if self.sheet:
            self.sheet.free()
            self.sheet = None

    def moved(self):
        """The picture is elsewhere: look there, once it lies still."""
        self._turn += 1
        turn = self._turn

        def still():
            if turn == self._turn and self._easel.whole:
                self._easel.app.run(self._look(False))

        self._easel.app.later(STILL_MS, still)

    async def again(self):
        """The matte is another one."""
        if self.sheet:
            await self._look(True)

    def _wanted(self):
        """The part that the preview is too coarse for, or None."""
        whole, port = self._easel.whole, self._port
        finest = whole.scale[0]
        if finest >= 1 or self._easel.photo.unseen:
            return None
        if port.scale * js.devicePixelRatio <= finest:
            return None
        left, top, width, height = port.seen()
        across, down = round(width * SPARE), round(height * SPARE)
        right = min(whole.box[2], left + width + across)
        bottom = min(whole.box[3], top + height + down)
        left, top = max(0, left - across), max(0, top - down)
        if (right - left) * (bottom - top) > MOST:
            return None
        return [left, top, right - left, bottom - top]

    async def _look(self, again):
        easel = self._easel
        box = self._wanted()
        if box is None:
            if not easel.stroke:
                self.close()
            return
        if not again and self.sheet and _holds(self.sheet.box, box, self._port.seen()):
            return
        turn, photo = self._turn, easel.photo
        edits = photo.edits
        options = easel.retouch.options()
        options["part"] = box
        try:
            made = await easel.app.engine.held("part", options)
            picture = await js.createImageBitmap(made["blob"])
        except (OffcutError, JsException) as error:
            print("Offcut:", error)  # the coarser one stays, and is right
            return
        if turn == self._turn and easel.whole and edits is photo.edits and not easel.stroke:
            self._lay(box, picture)
        picture.close()

    def _lay(self, box, picture):
        easel = self._easel
        sheet = Sheet(box, box[2], box[3])
        sheet.photo(easel.before.node, CELL / self._port.scale)
        sheet.matte(picture, True)
        whole, style = easel.whole.box, sheet.node.style
        style.setProperty("left", str(100 * box[0] / whole[2]) + "%")
        style.setProperty("top", str(100 * box[1] / whole[3]) + "%")
        style.setProperty("width", str(100 * box[2] / whole[2]) + "%")
        style.setProperty("height", str(100 * box[3] / whole[3]) + "%")
        easel.frame.node.append(sheet.node)
        easel.app.run(sheet.prepare())
        before, self.sheet = self.sheet, sheet
        if before:
            before.free()


def _holds(box, wanted, seen):
    """Whether ``box`` has all that is ``seen``, and is hardly larger than what is ``wanted``."""
    if seen[0] < box[0] or seen[1] < box[1]:
        return False
    if seen[0] + seen[2] > box[0] + box[2] or seen[1] + seen[3] > box[1] + box[3]:
        return False
    return box[2] * box[3] < 4 * wanted[2] * wanted[3]
