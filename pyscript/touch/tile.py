"""A small part of a sheet, while a stroke is drawn over it.

A canvas that is drawn on and read from in turn is copied whole each time where there is no graphics
card: of one as large as the sheet, five times a frame, that took 20 ms.
"""

from dom import make

SIDE = 512


class Tile:
    """Where the stroke covers it, ``stroke``, and the two together, ``sum``. ``room``: for
    whatever is worked out on the way. To be laid somewhere before each stroke."""

    def __init__(self):
        self._stroke = _layer()
        self.sum = _layer()
        self.room = _layer()
        self.left = self.top = 0
        self._new = None  # [left, top, right, bottom] of the stamps since it was drawn last
        self._all = None  # and of all of them

    def lay(self, cover, left, top, width, height):
        """Be this part of the sheet with that ``cover``, without a stroke."""
        self.left, self.top, self._size = left, top, (width, height)
        self._new = self._all = None
        self.sum.drawImage(cover, left, top, width, height, 0, 0, width, height)
        pen = self._stroke
        pen.globalCompositeOperation = "source-over"
        pen.fillStyle = "#000"
        pen.fillRect(0, 0, SIDE, SIDE)
        pen.globalCompositeOperation = "lighten"

    def free(self):
        """Give the memory back."""
        for pen in (self._stroke, self.sum, self.room):
            pen.canvas.width = pen.canvas.height = 0

    def stamp(self, pictures, side, places, box):
        """Press the brush down at those places of the sheet; ``box``: around all of them."""
        x, y = self.left, self.top
        draw = self._stroke.drawImage
        for kind, left, top in places:
            draw(pictures, kind * side, 0, side, side, left - x, top - y, side, side)
        box = (
            max(0, box[0] - x),
            max(0, box[1] - y),
            min(self._size[0], box[2] - x),
            min(self._size[1], box[3] - y),
        )
        self._new = _around(self._new, box)
        self._all = _around(self._all, box)

    def draw(self, cover, erase, flow):
        """Put the stroke over the sheet's ``cover`` where stamps are new; returns that part, (x, y,
        width, height), or None for none."""
        if self._new is None:
            return None
        left, top, right, bottom = self._new
        self._new = None
        part = (left, top, right - left, bottom - top)
        near = (0, 0, part[2], part[3])
        there = (self.left + left, self.top + top, part[2], part[3])
        pen = self.sum
        pen.drawImage(cover, *(there + part))
        # Whole numbers at each step, one rounding each: so a level at most from the engine's.
        source, where = self._stroke.canvas, part
        if flow < 1 or not erase:
            self._pale(source, part, flow)
            source, where = self.room.canvas, near
        if not erase:
            turn(self.room, near)
        pen.globalCompositeOperation = "screen" if erase else "multiply"
        pen.drawImage(source, *(where + part))
        pen.globalCompositeOperation = "source-over"
        return part

    def touched(self):
        """The part that the stroke touched: here, and on the sheet, as ``drawImage`` takes it."""
        left, top, right, bottom = self._all
        width, height = right - left, bottom - top
        return left, top, width, height, self.left + left, self.top + top, width, height

    def _pale(self, source, part, strength):
        """Put so much of a part of ``source`` into the room's corner."""
        pen = self.room
        near = (0, 0, part[2], part[3])
        pen.globalCompositeOperation = "source-over"
        pen.fillStyle = "#000"
        pen.fillRect(*near)
        pen.globalAlpha = strength
        pen.drawImage(source, *(part + near))
        pen.globalAlpha = 1


def turn(pen, part):
    """Make 255 less each value of each."""
    pen.globalCompositeOperation = "difference"
    pen.fillStyle = "#fff"
    pen.fillRect(*part)


def _layer():
    pen = make("canvas", width=str(SIDE), height=str(SIDE)).getContext("2d")
    pen.imageSmoothingEnabled = False
    return pen


def _around(box, other):
    if box is None:
        return list(other)
    return [
        min(box[0], other[0]),
        min(box[1], other[1]),
        max(box[2], other[2]),
        max(box[3], other[3]),
    ]
