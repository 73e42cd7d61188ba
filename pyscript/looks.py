"""What lies behind and around a cut-out: as the controls have it, and as the engine takes it.

A scene is what the engine takes (docs/backgrounds.md): a setting for each group (background,
shadow, outline, frame) that has one. Controls have a kind and its dials: whole numbers, as sliders
show them, in percent or in tenths of it. Nothing here knows the page or a browser.
"""

from math import atan2, cos, degrees, radians, sin, sqrt

NONE = "none"
WHITE = [255, 255, 255]
PLAIN = {"white": WHITE, "grey": [236, 238, 240], "black": [0, 0, 0]}
GRADIENTS = (  # in the order of their chips: MicroPython's dicts have none
    ("paper", {"from": [250, 250, 251], "to": [203, 209, 217], "angle": 180}),
    ("studio", {"from": [128, 134, 140], "to": [52, 56, 61], "angle": 180}),
    ("sand", {"from": [253, 246, 232], "to": [226, 197, 158], "angle": 160}),
    ("dawn", {"from": [255, 214, 165], "to": [242, 132, 130], "angle": 135}),
    ("lake", {"from": [207, 236, 245], "to": [78, 146, 176], "angle": 180}),
    ("leaf", {"from": [226, 240, 203], "to": [92, 141, 96], "angle": 160}),
    ("plum", {"from": [224, 195, 252], "to": [94, 74, 146], "angle": 135}),
    ("night", {"from": [44, 62, 92], "to": [12, 16, 28], "angle": 180}),
)
ASPECTS = {
    "square": [1, 1],
    "portrait": [4, 5],
    "wide": [16, 9],
    "tall": [9, 16],
}
SHOP = [2000, 2000]
SIDES = (16, 10_000)  # of a frame in pixels, the least and the most
FITS = ("cover", "contain", "stretch")
POINTS = (0, 50, 100)

_SHADOW = {"soft": 30, "strong": 45, "colour": [0, 0, 0]}
_FRAME = {"margin": 6, "centre": True, "size": None}
_DEFAULTS = {
    "background": {
        "colour": {"colour": [255, 202, 58]},
        "gradient": GRADIENTS[0][1],
        "blur": {"amount": 50},
        "picture": {"image": None, "fit": "cover", "x": 50, "y": 50},
    },
    "shadow": {
        "drop": {"angle": 145, "far": 35},
        "contact": {"x": 0, "y": 10, "soft": 25, "strong": 60},
    },
    "outline": {"thin": {"width": 10, "colour": WHITE}, "thick": {"width": 30, "colour": WHITE}},
    "frame": {"subject": {"margin": 4}, "shop": {"margin": 5, "size": SHOP}, "own": {"size": SHOP}},
}
_BASE = {"shadow": _SHADOW, "frame": _FRAME}


def defaults(group, kind):
    """The dials of a kind as they are at first."""
    dials = dict(_BASE.get(group, {}))
    dials.update(_DEFAULTS[group].get(kind, {}))
    return dials


def setting_of(group, kind, dials):
    """What the engine takes; None for none."""
    if kind == NONE:
        return None
    return _WRITE[group](kind, dials)


def dials_of(group, setting):
    """Return (kind, dials) of what the engine takes."""
    if setting is None:
        return NONE, {}
    kind, dials = _READ[group](setting)
    told = defaults(group, kind)
    told.update(dials)
    return kind, told


# -- background ------------------------------------------------------------------------------------


def _write_background(kind, dials):
    if kind in PLAIN:
        return {"kind": "colour", "colour": PLAIN[kind]}
    if kind == "colour":
        return {"kind": "colour", "colour": dials["colour"]}
    if kind == "gradient":
        made = {"kind": "gradient"}
        made.update(dials)
        return made
    if kind == "blur":
        return {"kind": "blur", "amount": dials["amount"] / 100}
    return {
        "kind": "image",
        "image": dials["image"],
        "fit": dials["fit"],
        "x": dials["x"] / 100,
        "y": dials["y"] / 100,
    }


def _read_background(setting):
    kind = setting["kind"]
    if kind == "colour":
        for name, colour in PLAIN.items():
            if list(setting["colour"]) == colour:
                return name, {}
        return "colour", {"colour": setting["colour"]}
    if kind == "gradient":
        return kind, {name: setting[name] for name in ("from", "to", "angle")}
    if kind == "blur":
        return kind, {"amount": round(100 * setting["amount"])}
    at = {name: round(100 * setting[name]) for name in ("x", "y")}
    at["image"], at["fit"] = setting["image"], setting["fit"]
    return "picture", at


# -- shadow and outline ----------------------------------------------------------------------------


def _write_shadow(kind, dials):
    if kind == "drop":
        turn, far = radians(dials["angle"]), dials["far"] / 1000
        x, y = round(far * sin(turn), 4), round(-far * cos(turn), 4)
    else:
        x, y = dials["x"] / 1000, dials["y"] / 1000
    return {
        "kind": kind,
        "x": x,
        "y": y,
        "blur": dials["soft"] / 1000,
        "strength": dials["strong"] / 100,
        "colour": dials["colour"],
    }


def _read_shadow(setting):
    x, y = setting["x"], setting["y"]
    dials = {
        "soft": round(1000 * setting["blur"]),
        "strong": round(100 * setting["strength"]),
        "colour": setting["colour"],
    }
    if setting["kind"] == "drop":
        dials["far"] = round(1000 * sqrt(x * x + y * y))
        if dials["far"]:  # else it has no direction, and keeps the usual one
            dials["angle"] = round(degrees(atan2(x, -y))) % 360
    else:
        dials["x"], dials["y"] = round(1000 * x), round(1000 * y)
    return setting["kind"], dials


def _write_outline(_kind, dials):
    return {"width": dials["width"] / 1000, "colour": dials["colour"]}


def _read_outline(setting):
    width = round(1000 * setting["width"])
    return "thin" if width < 20 else "thick", {"width": width, "colour": setting["colour"]}


# -- frame -----------------------------------------------------------------------------------------


def _write_frame(kind, dials):
    made = {"margin": dials["margin"] / 100, "centre": dials["centre"]}
    if kind in ASPECTS:
        made["aspect"] = ASPECTS[kind]
    if dials["size"]:
        made["size"] = dials["size"]
    return made


def _read_frame(setting):
    size, aspect = setting.get("size"), setting.get("aspect")
    dials = {"margin": round(100 * setting["margin"]), "centre": setting["centre"], "size": size}
    for kind, shape in ASPECTS.items():
        if aspect and list(aspect) == shape:
            return kind, dials
    if not size:
        return "subject", dials
    return "shop" if list(size) == SHOP else "own", dials


def sized(kind, width, height, by_width):
    """The frame's size for what was typed; the other side follows where the shape is given.

    ``by_width``: which of the two was typed. Both are brought within limits.
    """
    width, height = _within(width), _within(height)
    aspect = [1, 1] if kind == "shop" else ASPECTS.get(kind)
    if aspect is None:
        return [width, height]
    across, down = aspect
    if not by_width:
        width = round(height * across / down)
    if width > SIDES[1] or width * down / across > SIDES[1]:
        width = round(SIDES[1] * min(1, across / down))
    if width < SIDES[0] or width * down / across < SIDES[0]:
        width = round(SIDES[0] * max(1, across / down))
    return [width, round(width * down / across)]


def _within(side):
    return min(max(side, SIDES[0]), SIDES[1])


_WRITE = {
    "background": _write_background,
    "shadow": _write_shadow,
    "outline": _write_outline,
    "frame": _write_frame,
}
_READ = {
    "background": _read_background,
    "shadow": _read_shadow,
    "outline": _read_outline,
    "frame": _read_frame,
}


# -- kept ------------------------------------------------------------------------------------------


def plain(scene):
    """A scene as JSON can hold it: of a picture, its name alone."""
    made = dict(scene)
    ground = made.get("background")
    if ground and ground["kind"] == "image":
        ground = dict(ground)
        ground["image"] = getattr(ground["image"], "name", "")
        made["background"] = ground
    return made


def picture_name(look):
    """The name of the picture that a kept look is about, "" for none."""
    ground = look.get("background")
    return ground["image"] if ground and ground["kind"] == "image" else ""
