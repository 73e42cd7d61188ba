"""What lies behind and around the cut-out, chosen: background, shadow, edge, frame."""

from dom import Element
from state import DONE, IMPROVING

# Settings of the engine (docs/backgrounds.md), by the values of the inputs in index.html.
GROUNDS = {
    "white": {"kind": "colour", "colour": [255, 255, 255]},
    "grey": {"kind": "colour", "colour": [236, 238, 240]},
    "black": {"kind": "colour", "colour": [0, 0, 0]},
    "gradient": {"kind": "gradient", "from": [250, 250, 251], "to": [203, 209, 217], "angle": 180},
}
SHADOWS = {
    "drop": {"kind": "drop", "x": 0.02, "y": 0.03, "blur": 0.03, "strength": 0.45},
    "contact": {"kind": "contact", "y": 0.01, "blur": 0.025, "strength": 0.6},
}
OUTLINES = {"thin": {"width": 0.01}, "thick": {"width": 0.03}}
FRAMES = {
    "subject": {"margin": 0.04},
    "square": {"margin": 0.06, "aspect": [1, 1]},
    "portrait": {"margin": 0.06, "aspect": [4, 5]},
    "shop": {"margin": 0.05, "size": [2000, 2000]},
}


class Wardrobe:
    """Binds the inputs below "Background and frame"."""

    def __init__(self, app):
        self.app = app
        self.box = Element("wardrobe")
        self.grounds = Element("grounds")
        self.colour = Element("ground-colour")
        self.amount = Element("ground-amount")
        self.amount_row = Element("ground-amount-row")
        self.picture = Element("ground-picture")
        self.all = Element("wardrobe-all")
        self.choices = {
            "shadow": (Element("shadow"), SHADOWS),
            "outline": (Element("outline"), OUTLINES),
            "frame": (Element("frame-kind"), FRAMES),
        }
        self._ground = "none"
        self._blob = None
        self.grounds.on("change", self._chosen)
        self.colour.on("input", lambda _: self._choose("colour"))
        # Opening the colours is choosing them, also where the one that is there is right.
        self.colour.on("click", lambda _: self._choose("colour"))
        self.amount.on("input", lambda _: self._wear())
        self.picture.on("change", lambda _: self._pictured())
        self.picture.on("cancel", lambda _: self._choose(self._ground))
        for select, _ in self.choices.values():
            select.on("change", lambda _: self._wear())
        self.all.on("click", lambda _: app.table.dress_all())

    def render(self, state):
        """Offer it where there is a cut-out."""
        self.box.show(state.phase in (IMPROVING, DONE))
        self.all.show(state.batch is not None and state.item is not None)

    def _chosen(self, event):
        name = event.target.value
        if event.target.name != "ground":
            return
        if name == "picture" and self._blob is None:
            self.picture.node.click()
        else:
            self._choose(name)

    def _choose(self, name):
        self._ground = name
        Element("ground-" + name + "-on").node.checked = True
        self.amount_row.show(name == "blur")
        self._wear()

    def _pictured(self):
        files = self.picture.node.files
        if files.length:
            self._blob = files.item(0)
            self._choose("picture")
        self.picture.node.value = ""

    def _wear(self):
        scene = {"background": self._background()}
        for name, (select, known) in self.choices.items():
            scene[name] = known.get(select.node.value)
        # A shop's frame is white all round, where nothing else was chosen.
        if self.choices["frame"][0].node.value == "shop" and scene["background"] is None:
            scene["background"] = GROUNDS["white"]
        self.app.dressing.wear(scene)

    def _background(self):
        name = self._ground
        if name == "colour":
            text = self.colour.node.value  # "#rrggbb"
            numbers = [int(text[at : at + 2], 16) for at in (1, 3, 5)]
            return {"kind": "colour", "colour": numbers}
        if name == "blur":
            return {"kind": "blur", "amount": int(self.amount.node.value) / 100}
        if name == "picture":
            return {"kind": "image", "image": self._blob, "fit": "cover"}
        return GROUNDS.get(name)
