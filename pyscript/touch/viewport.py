"""How large a picture is shown and which part of it: zoom and pan, as numbers.

Nothing here knows the page. Lengths on the screen are CSS pixels, from the upper left corner of
the stage; ``scale`` is CSS pixels a picture pixel. At 100 % one pixel of the picture is one of the
screen.
"""

LEAST, MOST = 0.1, 8.0  # of the picture's own size
STEP = 1.25  # a key's or a button's
MARGIN = 48  # how far a corner of the picture may be pulled in, so that a brush reaches its edge


class Viewport:
    """The picture's place on the stage. ``fitted``: whole on the stage, wherever that puts it."""

    def __init__(self):
        self.fitted = True
        self.scale = 1.0
        self.left = self.top = 0.0
        self._picture = (1, 1)
        self._stage = (1, 1)
        self._dots = 1.0
        self._fit = 1.0
        self._corner = (0, 0)

    def measure(self, picture, stage, dots, fit, corner=(0, 0)):
        """Take in sizes, (width, height) each.

        ``dots``: screen pixels a CSS pixel. ``fit``: the scale at which the picture is wholly
        there. ``corner``: the stage's own in the window, which may lie between two pixels.
        """
        self._picture, self._stage, self._dots = picture, stage, dots
        self._fit, self._corner = fit, corner
        if self.fitted:
            self.fit()
        else:
            self._settle()

    def fit(self):
        """Show all of it."""
        self.fitted = True
        self.scale = self._fit
        self.left = (self._stage[0] - self._picture[0] * self.scale) / 2
        self.top = (self._stage[1] - self._picture[1] * self.scale) / 2

    def percent(self):
        """How large, 100: pixel for pixel."""
        return 100 * self.scale * self._dots

    def zoom(self, factor, x, y):
        """Make it larger or smaller; what lies at (x, y) on the stage stays there."""
        self.zoom_to(self.scale * factor, x, y)

    def zoom_to(self, scale, x, y):
        """The same, to a scale."""
        least = min(LEAST / self._dots, self._fit)
        scale = min(MOST / self._dots, max(least, scale))
        self.left = x - (x - self.left) * scale / self.scale
        self.top = y - (y - self.top) * scale / self.scale
        self.scale = scale
        self.fitted = False
        self._settle()

    def whole(self, x, y):
        """Show it at 100 %."""
        self.zoom_to(1 / self._dots, x, y)

    def pan(self, dx, dy):
        """Move the picture."""
        if not self.fitted:
            self.left += dx
            self.top += dy
            self._settle()

    def seen(self):
        """The part of the picture that is on the stage: left, top, width, height in its pixels."""
        left, right = self._seen(0, self.left)
        top, bottom = self._seen(1, self.top)
        return left, top, right - left, bottom - top

    def _seen(self, axis, start):
        first = max(0, int(-start / self.scale))
        last = -int(-(self._stage[axis] - start) // self.scale)
        return first, min(self._picture[axis], max(first + 1, last))

    def _settle(self):
        self.left = self._kept(0, self.left)
        self.top = self._kept(1, self.top)

    def _kept(self, axis, start):
        """``start``, but neither lost from sight nor between two pixels of the screen."""
        room = self._stage[axis]
        size = self._picture[axis] * self.scale
        if size <= room - 2 * MARGIN:
            start = (room - size) / 2
        else:
            start = min(MARGIN, max(room - MARGIN - size, start))
        corner = self._corner[axis]
        return round((start + corner) * self._dots) / self._dots - corner
