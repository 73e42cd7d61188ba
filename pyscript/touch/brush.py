"""A brush and the stroke that is being drawn with it, on one sheet."""

from math import sqrt

from touch.stepping import LEVELS, between, place, spot

FINE = 8  # parts of a pixel that a point is kept in: the list goes to the worker as text


class Brush:
    """What is chosen. ``size`` in photo pixels; ``hardness``, ``flow``: 0..1."""

    def __init__(self):
        self.tool = "erase"  # erase, restore, and for clicks: keep, remove
        self.smart = False
        self.size = 40.0
        self.hardness = 0.8
        self.flow = 1.0

    def clicks(self):
        """Whether the tool is one that takes a spot and no stroke."""
        return self.tool in ("keep", "remove")


class Stroke:
    """One that grows; it draws itself on ``sheet`` as it does."""

    def __init__(self, brush, sheet, tips):
        self.brush = brush
        self._sheet = sheet
        self._tips = tips
        self._erase = brush.tool == "erase"
        # What a smart one will spare is not known yet: it shows as half of what it may do.
        self._flow = brush.flow * (0.5 if brush.smart else 1)
        across, down = sheet.scale
        self._scale = (across, down)
        self._size = brush.size * sqrt(across * down)
        self._points = []
        self._last = None  # in the sheet's pixels

    def to(self, x, y, pressure):
        """Go on to a point of the photo; one that lies too near to the last brings nothing."""
        x, y = round(x * FINE) / FINE, round(y * FINE) / FINE
        pressure = round(pressure * LEVELS) / LEVELS
        if self._points:
            before = self._points[-1]
            near = max(0.25, self.brush.size / 32)
            if abs(x - before[0]) < near and abs(y - before[1]) < near and pressure <= before[2]:
                return
        self._points.append([x, y, pressure])
        here = (
            (x - self._sheet.box[0]) * self._scale[0],
            (y - self._sheet.box[1]) * self._scale[1],
            pressure,
        )
        spots = between(self._last, here, self._size) if self._last else []
        spots.append(spot(*here))
        self._last = here
        # A mouse's all have one level, and are handed on together: each costs as it is.
        first = 0
        for at in range(1, len(spots) + 1):
            if at == len(spots) or spots[at][2] != spots[first][2]:
                self._stamp(spots[first:at], spots[first][2])
                first = at

    def _stamp(self, spots, level):
        if level <= 0:
            return
        pictures, side = self._tips.get(self._size, self.brush.hardness, level)
        half = side // 2
        self._sheet.stamp(pictures, side, [place(one, half) for one in spots])

    def draw(self):
        """Show it as far as it is."""
        self._sheet.draw(self._erase, self._flow)

    def entry(self):
        """The stroke for the list (docs/strokes.md); None while it has no point."""
        if not self._points:
            return None
        return {
            "tool": self.brush.tool,
            "smart": self.brush.smart,
            "size": self.brush.size,
            "hardness": self.brush.hardness,
            "flow": self.brush.flow,
            "points": self._points,
        }

    def keep(self):
        """It is done."""
        self.draw()
        self._sheet.keep()

    def drop(self):
        """It was not meant."""
        self._sheet.drop()
