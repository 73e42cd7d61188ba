"""What a brush draws on: the photo with its removed parts veiled, and a stroke's coverage over it.

Canvases do all of it, in whole pixels of eight bits, so that a stroke is what the engine will make
of it (docs/strokes.md, On a canvas). Every layer is opaque: ``cover`` is how far a pixel is
removed, 0 to 255. Not a pixel is read here.
"""

import js
from dom import make

GHOST = 0.22  # how much of what is removed still shows
CELL = 10  # CSS pixels, of the squares that stand for nothing


class Sheet:
    """A part of the photo, ``box`` [left, top, width, height], as ``width`` × ``height`` pixels."""

    def __init__(self, box, width, height):
        self.box = box
        self.width = width
        self.height = height
        self.scale = (width / box[2], height / box[3])
        self.node = self._canvas("easel-sheet")
        self._shown = self.node.getContext("2d")
        self._photo = self._layer()
        self.cover = self._layer()  # with the stroke that is being drawn
        self._before = self._layer()  # without it
        self._stroke = self._layer()
        self._room = self._layer()
        self._squares = None
        self._drawn = None  # [left, top, right, bottom] of the stroke so far
        self._new = None  # of its stamps since it was shown last

    def _canvas(self, name):
        return make("canvas", cls=name, width=str(self.width), height=str(self.height))

    def _layer(self):
        pen = self._canvas("").getContext("2d")
        pen.imageSmoothingEnabled = False
        return pen

    def free(self):
        """Give the memory back."""
        self.node.remove()
        for pen in (self._shown, self._photo, self.cover, self._before, self._stroke, self._room):
            pen.canvas.width = pen.canvas.height = 0

    # -- what lies on it ---------------------------------------------------------------------------

    def photo(self, image, cell):
        """Lay the photo down.

        ``image``: an element that shows all of it, or a picture of the sheet's own size.
        ``cell``: of the squares, in pixels of the sheet.
        """
        pen = self._photo
        pen.imageSmoothingEnabled = True
        pen.imageSmoothingQuality = "high"
        left, top, width, height = self.box
        if image.width == self.width and image.height == self.height:
            pen.drawImage(image, 0, 0)
        else:
            pen.drawImage(image, left, top, width, height, 0, 0, self.width, self.height)
        self._squares = self._shown.createPattern(_squares(max(2, round(cell))), "repeat")

    def matte(self, picture, gray):
        """Let this be the matte: by the alpha of a picture of the sheet's size, or its ``gray``."""
        pen = self._before
        pen.globalCompositeOperation = "source-over"
        if gray:
            pen.drawImage(picture, 0, 0)
            self._turn(pen, (0, 0, self.width, self.height))
        else:
            self._fill(pen, "#fff")
            pen.globalCompositeOperation = "destination-out"
            pen.drawImage(picture, 0, 0, self.width, self.height)
            pen.globalCompositeOperation = "destination-over"
            self._fill(pen, "#000")
        pen.globalCompositeOperation = "source-over"
        self._wipe()
        self.cover.drawImage(pen.canvas, 0, 0)
        self._show(0, 0, self.width, self.height)

    def _fill(self, pen, colour):
        pen.fillStyle = colour
        pen.fillRect(0, 0, self.width, self.height)

    # -- a stroke ----------------------------------------------------------------------------------

    def stamp(self, pictures, side, kind, left, top):
        """Press the brush down once: number ``kind`` of the pictures, to be shown by ``draw``."""
        pen = self._stroke
        pen.globalCompositeOperation = "lighten"
        pen.drawImage(pictures, kind * side, 0, side, side, left, top, side, side)
        right, bottom = left + side, top + side
        grown = self._new
        if grown is None:
            self._new = [left, top, right, bottom]
        else:
            grown[0] = min(grown[0], left)
            grown[1] = min(grown[1], top)
            grown[2] = max(grown[2], right)
            grown[3] = max(grown[3], bottom)

    def draw(self, erase, flow):
        """Show the stamps that came since the last time. ``flow``: 0..1."""
        if self._new is None:
            return
        left, top, right, bottom = self._new
        self._new = None
        drawn = self._drawn or [left, top, right, bottom]
        self._drawn = [
            min(drawn[0], left),
            min(drawn[1], top),
            max(drawn[2], right),
            max(drawn[3], bottom),
        ]
        left, top = max(0, left), max(0, top)
        width, height = min(self.width, right) - left, min(self.height, bottom) - top
        if width <= 0 or height <= 0:
            return
        part = (left, top, width, height)
        whole = part + part
        cover, source = self.cover, self._stroke.canvas
        cover.drawImage(self._before.canvas, *whole)
        if flow < 1 or not erase:
            self._pale(source, part, flow)
            source = self._room.canvas
        if not erase:
            self._turn(self._room, part)
        # Whole numbers at each step, one rounding each: so a level at most from the engine's.
        cover.globalCompositeOperation = "screen" if erase else "multiply"
        cover.drawImage(source, *whole)
        cover.globalCompositeOperation = "source-over"
        self._show(*part)

    def keep(self):
        """The stroke is done: the next one goes over it."""
        self._stroke_over(self._before, self.cover.canvas)

    def drop(self):
        """The stroke was not meant: all is as it was before it."""
        box = self._stroke_over(self.cover, self._before.canvas)
        if box:
            self._show(*box)

    def _stroke_over(self, pen, source):
        """Copy the part that the stroke touched, and forget the stroke."""
        box, self._drawn = self._drawn, None
        self._new = None
        if box is None:
            return None
        left, top = max(0, box[0]), max(0, box[1])
        width, height = min(self.width, box[2]) - left, min(self.height, box[3]) - top
        if width <= 0 or height <= 0:
            return None
        pen.drawImage(source, left, top, width, height, left, top, width, height)
        self._black(left, top, width, height)
        return left, top, width, height

    def _wipe(self):
        self._black(0, 0, self.width, self.height)
        self._drawn = self._new = None

    def _black(self, left, top, width, height):
        pen = self._stroke
        pen.globalCompositeOperation = "source-over"
        pen.fillStyle = "#000"
        pen.fillRect(left, top, width, height)

    # -- the screen --------------------------------------------------------------------------------

    def _pale(self, source, part, strength):
        """Put so much of ``source`` into the spare layer."""
        pen = self._room
        pen.globalCompositeOperation = "source-over"
        pen.fillStyle = "#000"
        pen.fillRect(*part)
        pen.globalAlpha = strength
        pen.drawImage(source, *(part + part))
        pen.globalAlpha = 1

    def _turn(self, pen, part):
        """Make 255 less each value of each."""
        pen.globalCompositeOperation = "difference"
        pen.fillStyle = "#fff"
        pen.fillRect(*part)

    def _show(self, left, top, width, height):
        """Photo where it is kept, squares where it is not, a ghost of the photo upon them."""
        part = (left, top, width, height)
        whole = part + part
        pen, room, cover = self._shown, self._room, self.cover.canvas
        pen.drawImage(self._photo.canvas, *whole)
        self._pale(cover, part, 1 - GHOST)
        self._turn(room, part)
        pen.globalCompositeOperation = "multiply"
        pen.drawImage(room.canvas, *whole)
        room.globalCompositeOperation = "source-over"
        room.fillStyle = self._squares
        room.fillRect(*part)
        room.globalCompositeOperation = "multiply"
        room.drawImage(cover, *whole)
        pen.globalCompositeOperation = "lighter"
        pen.globalAlpha = 1 - GHOST
        pen.drawImage(room.canvas, *whole)
        pen.globalAlpha = 1
        pen.globalCompositeOperation = "source-over"


def _squares(cell):
    """Two by two squares, in the page's colours for nothing."""
    style = js.getComputedStyle(js.document.documentElement)
    canvas = make("canvas", width=str(2 * cell), height=str(2 * cell))
    pen = canvas.getContext("2d")
    pen.fillStyle = style.getPropertyValue("--square-a")
    pen.fillRect(0, 0, 2 * cell, 2 * cell)
    pen.fillStyle = style.getPropertyValue("--square-b")
    pen.fillRect(0, 0, cell, cell)
    pen.fillRect(cell, cell, cell, cell)
    return canvas
