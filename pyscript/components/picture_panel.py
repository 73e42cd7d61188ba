"""A picture of one's own as the background: which, how large, and where it lies."""

from buttons import SMALL, button
from dom import icon, listen, make
from looks import FITS, POINTS
from placing import moved, shown
from text import t

from components.controls import Chips, Sheet, Slide, percent
from components.overlay import Mover

PLACES = ("start", "middle", "end")  # of POINTS


class PicturePanel:
    """Belongs to the group of backgrounds."""

    def __init__(self, group):
        self._group = group
        self._begun = (50, 50)
        self._file = make("input", type="file", accept="image/*", tabindex="-1")
        self._file.setAttribute("aria-label", t("look.picture.choose"))
        self._file.hidden = True
        self._choose = button(t("look.picture.choose"), self.ask, icon("image-plus"), cls=SMALL)
        self._name = make("p", cls="quiet small")
        self._fits = Chips(t("look.fit"), lambda fit: group.put("fit", fit), "chips chips-row")
        for fit in FITS:
            self._fits.add(fit, t("look.fit." + fit))
        self._points = Chips(t("look.place"), self._pointed, "points")
        for y in POINTS:
            for x in POINTS:
                row, column = (PLACES[POINTS.index(one)] for one in (y, x))
                label = t("look.place." + row + "." + column)
                self._points.add(str(x) + " " + str(y), label, make("span", cls="point"))
        self._sheet = Sheet(
            Slide("x", t("look.place.x"), (0, 100, 1), percent, self._put),
            Slide("y", t("look.place.y"), (0, 100, 1), percent, self._put),
        )
        self._mover = Mover(t("look.mover"), self._press, self._move, self._step, self._closed)
        self._drag = button(t("look.drag"), self._open, icon("move"), cls=SMALL)
        self._where = make("div", cls="where")
        self._where.append(self._points.node, self._sheet.node)
        self._rest = make("div", cls="sheet")
        self._rest.append(self._fits.node, self._where, self._drag)
        self.node = make("div", cls="sheet")
        self.node.append(self._choose, self._name, self._file, self._rest)
        listen(self._file, "change", lambda _: self._chosen())
        listen(self._file, "cancel", lambda _: group.put_picture(None))

    def show(self, dials):
        """Show the dials; before there is a picture there is nothing to place."""
        image = dials["image"]
        self._rest.hidden = not image
        self._name.textContent = t("look.picture.is", name=image.name) if image else ""
        self._fits.show(dials["fit"])
        self._sheet.show(dials)
        self._point(dials)

    # -- which -------------------------------------------------------------------------------------

    def ask(self):
        """Open the browser's dialog for a picture."""
        self._group.node.append(self._file)  # a part of the page, also while this is not
        self._file.click()

    def _chosen(self):
        if self._file.files.length:
            self._group.put_picture(self._file.files.item(0))
        self._file.value = ""

    # -- where -------------------------------------------------------------------------------------

    def _point(self, dials):
        self._points.show(str(dials["x"]) + " " + str(dials["y"]))

    def _pointed(self, value):
        x, y = value.split()
        self._group.put_all({"x": int(x), "y": int(y)}, True)

    def _put(self, name, value):
        self._group.put(name, value)
        self._point(self._group.dials)

    def _open(self):
        self._drag.setAttribute("aria-pressed", "true")
        self._mover.open()

    def _closed(self, back):
        self._drag.setAttribute("aria-pressed", "false")
        if back:
            self._drag.focus()

    def _press(self):
        self._begun = (self._group.dials["x"], self._group.dials["y"])

    def _move(self, x, y):
        room = self._mover.room()
        small = self._group.small
        picture = small.naturalWidth, small.naturalHeight
        # One that the browser cannot show is as large as the frame: it goes a frame's width.
        size = shown(self._group.dials["fit"], room, picture) if all(picture) else (0, 0)
        at = {
            "x": moved(self._begun[0], x, room[0], size[0]),
            "y": moved(self._begun[1], y, room[1], size[1]),
        }
        if at["x"] != self._group.dials["x"] or at["y"] != self._group.dials["y"]:
            self._group.put_all(at, True)

    def _step(self, x, y):
        dials = self._group.dials
        at = {name: min(100, max(0, dials[name] + by)) for name, by in (("x", x), ("y", y))}
        self._group.put_all(at, True)
