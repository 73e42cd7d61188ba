"""A ring where the brush is, as large as it is."""

from dom import make


class Ring:
    """Lies over the stage and takes no press."""

    def __init__(self, stage):
        self._stage = stage
        self._node = make("div", cls="brush-ring", aria_hidden="true")
        self._node.hidden = True
        self._size = None
        stage.append(self._node)

    def show(self, x, y, size):
        """Be at a point of the window, so many CSS pixels wide; 0: of a tool that only points."""
        if self._node.hidden:
            self._node.hidden = False
        if size != self._size:
            self._size = size
            self._node.style.setProperty("--size", str(size))
        stage = self._stage.getBoundingClientRect()
        place = str(x - stage.left) + "px " + str(y - stage.top) + "px"
        self._node.style.setProperty("translate", place)

    def hide(self):
        """Be nowhere."""
        if not self._node.hidden:
            self._node.hidden = True
