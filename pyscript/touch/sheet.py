"""What a brush draws on: the photo with its removed parts veiled.

Canvases do all of it, in whole pixels of eight bits, so that a stroke is what the engine will make
of it (docs/strokes.md, On a canvas). Every layer is opaque: ``cover`` is how far a pixel is
removed, 0 to 255. Not a pixel is read here. While a stroke is drawn it lies in small tiles
(``touch.tile``).
"""

import asyncio

import js
from dom import make

from touch.tile import SIDE, Tile, turn

GHOST = 0.22  # how much of what is removed still shows
SMALL = 800000  # pixels
READY = 8  # tiles, of 3 MB each
PREPARE_S = 0.02
CELL = 10  # CSS pixels, of the squares that stand for nothing


def sheet_size(width, height, shown):
    """How large the sheet of a preview is to be that is seen ``shown`` screen pixels wide.

    Not larger than it is seen: making a large canvas smaller for the screen takes longer than a
    frame has. A small preview is drawn as it is: on it a stroke is the file's own, to the level.
    """
    if width * height <= SMALL or shown >= width:
        return width, height
    return max(1, round(shown)), max(1, round(height * shown / width))


class Sheet:
    """A part of the photo, ``box`` [left, top, width, height], as ``width`` × ``height`` pixels."""

    def __init__(self, box, width, height):
        self.box = box
        self.width = width
        self.height = height
        self.scale = (width / box[2], height / box[3])
        self.node = make("canvas", cls="easel-sheet", width=str(width), height=str(height))
        self._shown = self.node.getContext("2d")
        self._photo = self._layer()
        self.cover = self._layer()  # without the stroke that is being drawn
        self._veiled = self._layer()  # the photo as a ghost upon squares
        self._tiles = {}  # Tile by place: those that the stroke has touched
        self._spare = []

    def _layer(self):
        canvas = make("canvas", width=str(self.width), height=str(self.height))
        pen = canvas.getContext("2d")
        pen.imageSmoothingEnabled = False
        return pen

    def free(self):
        """Give the memory back."""
        self.node.remove()
        for pen in (self._shown, self._photo, self.cover, self._veiled):
            pen.canvas.width = pen.canvas.height = 0
        for tile in list(self._tiles.values()) + self._spare:
            tile.free()
        self._tiles, self._spare = {}, []

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
        pen = self._veiled
        pen.fillStyle = pen.createPattern(_squares(max(2, round(cell))), "repeat")
        pen.fillRect(0, 0, self.width, self.height)
        pen.globalAlpha = GHOST
        pen.drawImage(self._photo.canvas, 0, 0)

    def matte(self, picture, gray):
        """Let this be the matte: by the alpha of a picture, or as its ``gray`` values."""
        pen = self.cover
        whole = (0, 0, self.width, self.height)
        pen.globalCompositeOperation = "source-over"
        if gray:
            pen.drawImage(picture, 0, 0)
            turn(pen, whole)
        else:
            pen.fillStyle = "#fff"
            pen.fillRect(*whole)
            pen.globalCompositeOperation = "destination-out"
            pen.imageSmoothingEnabled = True
            pen.imageSmoothingQuality = "high"
            pen.drawImage(picture, *whole)
            pen.imageSmoothingEnabled = False
            pen.globalCompositeOperation = "destination-over"
            pen.fillStyle = "#000"
            pen.fillRect(*whole)
        pen.globalCompositeOperation = "source-over"
        self._forget()
        tile = self._spare.pop() if self._spare else Tile()
        for top in range(0, self.height, SIDE):
            for left in range(0, self.width, SIDE):
                width, height = min(SIDE, self.width - left), min(SIDE, self.height - top)
                self.show(tile, pen.canvas, (left, top, width, height), left, top)
        self._spare.append(tile)

    async def prepare(self):
        """Have tiles at hand: a new one costs milliseconds, and a stroke needs several at once."""
        wanted = min(-(-self.height // SIDE) * -(-self.width // SIDE), READY)
        while self.node.isConnected and len(self._tiles) + len(self._spare) < wanted:
            tile = Tile()
            tile.lay(self.cover.canvas, 0, 0, 1, 1)
            self.show(tile, self.cover.canvas, (0, 0, 1, 1), 0, 0)  # memory comes with its use
            self._spare.append(tile)
            await asyncio.sleep(PREPARE_S)

    # -- a stroke ----------------------------------------------------------------------------------

    def stamp(self, pictures, side, places):
        """Press the brush down, to be shown by ``draw``. ``places``: for each time, which of the
        ``pictures``, and its left and top edge."""
        left = max(0, min([one[1] for one in places]))
        top = max(0, min([one[2] for one in places]))
        right = min(self.width, max([one[1] for one in places]) + side)
        bottom = min(self.height, max([one[2] for one in places]) + side)
        if left >= right or top >= bottom:
            return
        for row in range(top // SIDE, (bottom - 1) // SIDE + 1):
            for column in range(left // SIDE, (right - 1) // SIDE + 1):
                tile = self._tiles.get((column, row)) or self._begin(column, row)
                tile.stamp(pictures, side, places, (left, top, right, bottom))

    def _begin(self, column, row):
        tile = self._tiles[(column, row)] = self._spare.pop() if self._spare else Tile()
        left, top = column * SIDE, row * SIDE
        width, height = min(SIDE, self.width - left), min(SIDE, self.height - top)
        tile.lay(self.cover.canvas, left, top, width, height)
        return tile

    def draw(self, erase, flow):
        """Show the stamps that came since the last time. ``flow``: 0..1."""
        for tile in self._tiles.values():
            part = tile.draw(self.cover.canvas, erase, flow)
            if part:
                self.show(tile, tile.sum.canvas, part, tile.left + part[0], tile.top + part[1])

    def keep(self):
        """The stroke is done: the next one goes over it."""
        for tile in self._tiles.values():
            self.cover.drawImage(tile.sum.canvas, *tile.touched())
        self._forget()

    def drop(self):
        """The stroke was not meant: all is as it was before it."""
        for tile in self._tiles.values():
            _, _, width, height, left, top, _, _ = tile.touched()
            self.show(tile, self.cover.canvas, (left, top, width, height), left, top)
        self._forget()

    def _forget(self):
        for tile in self._tiles.values():
            self._spare.append(tile)
        self._tiles = {}

    # -- the screen --------------------------------------------------------------------------------

    def show(self, tile, cover, part, left, top):
        """Show the photo where it is kept, and where it is not, what stands for nothing.

        ``cover``: a canvas, of which ``part`` (x, y, width, height) lies at ``left``, ``top`` of
        the sheet. ``tile``: lends its room.
        """
        width, height = part[2], part[3]
        here, near = (left, top, width, height), (0, 0, width, height)
        pen, room = self._shown, tile.room
        pen.drawImage(self._photo.canvas, *(here + here))
        room.globalCompositeOperation = "source-over"
        room.drawImage(cover, *(part + near))
        turn(room, near)
        pen.globalCompositeOperation = "multiply"
        pen.drawImage(room.canvas, *(near + here))
        room.globalCompositeOperation = "source-over"
        room.drawImage(self._veiled.canvas, *(here + near))
        room.globalCompositeOperation = "multiply"
        room.drawImage(cover, *(part + near))
        pen.globalCompositeOperation = "lighter"
        pen.drawImage(room.canvas, *(near + here))
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
