"""Controls to what the engine takes, and back."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from offcut.pipeline import scene_options

from .page_modules import load

looks, colours, placing = load("looks"), load("colours"), load("placing")
PICTURE = SimpleNamespace(name="beach.jpg")
KINDS = [
    *[("background", kind) for kind in ("white", "grey", "black", "colour", "gradient", "blur")],
    ("shadow", "drop"),
    ("shadow", "contact"),
    ("outline", "thin"),
    ("outline", "thick"),
    *[("frame", kind) for kind in ("subject", "shop", *looks.ASPECTS)],
]


@pytest.mark.parametrize(("group", "kind"), KINDS)
def test_the_engine_takes_every_kind_as_it_is_at_first(group: str, kind: str) -> None:
    setting = looks.setting_of(group, kind, looks.defaults(group, kind))
    assert scene_options.read({group: setting})[group] is not None
    assert looks.dials_of(group, setting) == (kind, looks.defaults(group, kind))


def test_none_is_none() -> None:
    for group in ("background", "shadow", "outline", "frame"):
        assert looks.setting_of(group, "none", {}) is None
        assert looks.dials_of(group, None) == ("none", {})


@pytest.mark.parametrize(
    ("group", "kind", "dials"),
    [
        ("background", "colour", {"colour": [1, 2, 3]}),
        ("background", "gradient", {"from": [1, 2, 3], "to": [4, 5, 6], "angle": 45}),
        ("background", "blur", {"amount": 7}),
        ("background", "picture", {"image": PICTURE, "fit": "contain", "x": 0, "y": 29}),
        *[
            ("shadow", "drop", {"angle": angle, "far": far, "soft": 5, "strong": 99})
            for angle in range(0, 360, 5)
            for far in (15, 35, 200)
        ],
        ("shadow", "contact", {"x": -45, "y": 57, "soft": 115, "strong": 1}),
        ("outline", "thin", {"width": 19, "colour": [200, 0, 0]}),
        ("outline", "thick", {"width": 100, "colour": [0, 0, 9]}),
        ("frame", "wide", {"margin": 29, "centre": False, "size": [1920, 1080]}),
        ("frame", "own", {"margin": 0, "centre": True, "size": [300, 200]}),
    ],
)
def test_there_and_back(group: str, kind: str, dials: dict[str, Any]) -> None:
    dials = looks.defaults(group, kind) | dials
    setting = looks.setting_of(group, kind, dials)
    scene_options.read({group: setting})
    assert looks.dials_of(group, setting) == (kind, dials)
    assert looks.setting_of(group, kind, looks.dials_of(group, setting)[1]) == setting


def test_a_shadow_goes_where_its_angle_says() -> None:
    """As a gradient's: 0 is upwards, 90 to the right, clockwise."""
    for angle, (x, y) in {0: (0, -0.1), 90: (0.1, 0), 180: (0, 0.1), 270: (-0.1, 0)}.items():
        dials = looks.defaults("shadow", "drop") | {"angle": angle, "far": 100}
        made = looks.setting_of("shadow", "drop", dials)
        assert (made["x"], made["y"]) == (pytest.approx(x), pytest.approx(y))


def test_a_gradient_of_the_list_is_one_for_the_engine() -> None:
    for _, preset in looks.GRADIENTS:
        assert scene_options.ground_of(looks.setting_of("background", "gradient", preset))


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#abc", [0xAA, 0xBB, 0xCC]),
        ("abc", [0xAA, 0xBB, 0xCC]),
        (" #A1b2C3 ", [0xA1, 0xB2, 0xC3]),
        ("rgb(1, 2, 255)", [1, 2, 255]),
        ("rgb(1 2 3)", [1, 2, 3]),
        ("RGB(0,0,0)", [0, 0, 0]),
        ("12, 34, 56", [12, 34, 56]),
        ("rgb(1, 2, 256)", None),
        ("rgb(1, 2)", None),
        ("rgb(1%, 2%, 3%)", None),
        ("#ab", None),
        ("#abcd", None),
        ("red", None),
        ("", None),
    ],
)
def test_colours_are_read_as_people_write_them(text: str, colour: list[int] | None) -> None:
    assert colours.colour_of(text) == colour
    if colour:
        assert colours.colour_of(colours.hex_of(colour)) == colour


def test_recent_colours_are_few_and_the_last_is_first() -> None:
    kept: list[list[int]] = []
    for n in [*range(12), 5]:
        kept = colours.recent(kept, [n, n, n])
    assert [one[0] for one in kept] == [5, 11, 10, 9, 8]


@pytest.mark.parametrize(
    ("kind", "typed", "by_width", "size"),
    [
        ("square", (500, 1), True, [500, 500]),
        ("portrait", (1080, 1), True, [1080, 1350]),
        ("portrait", (1, 1350), False, [1080, 1350]),
        ("wide", (1920, 1), True, [1920, 1080]),
        ("own", (300, 200), True, [300, 200]),
        ("own", (0, 99_999), True, [16, 10_000]),
        ("tall", (10_000, 1), True, [5625, 10_000]),
        ("wide", (1, 10_000), False, [10_000, 5625]),
        ("wide", (1, 1), True, [28, 16]),
        ("shop", (1600, 2000), True, [1600, 1600]),
    ],
)
def test_a_frames_size(kind: str, typed: tuple[int, int], by_width: bool, size: list[int]) -> None:
    assert looks.sized(kind, *typed, by_width) == size


def test_every_size_of_a_shape_is_one_the_engine_takes() -> None:
    for kind in looks.ASPECTS:
        for side in range(16, 10_001, 7):
            for by_width in (True, False):
                size = looks.sized(kind, side, side, by_width)
                scene_options.frame_of({"aspect": looks.ASPECTS[kind], "size": size})


def test_a_picture_follows_the_finger() -> None:
    """Twice as wide as the frame: a hundred pixels of two hundred."""
    assert placing.shown("cover", (200, 100), (400, 100)) == (400, 100)
    assert placing.moved(50, 100, 200, 400) == 0
    assert placing.moved(50, -50, 200, 400) == 75
    assert placing.moved(50, -900, 200, 400) == 100
    assert placing.moved(30, 40, 100, 100) == 30, "it fits this way"
    assert placing.shown("contain", (200, 100), (100, 100)) == (100, 100)
    assert placing.moved(50, 25, 200, 100) == 75
    assert placing.shown("stretch", (200, 100), (7, 9)) == (200, 100)


def test_a_kept_look_is_json_and_names_its_picture() -> None:
    setting = looks.setting_of(
        "background", "picture", looks.defaults("background", "picture") | {"image": PICTURE}
    )
    scene = {"background": setting, "outline": {"width": 0.01, "colour": [1, 2, 3]}}
    kept = json.loads(json.dumps(looks.plain(scene)))
    assert looks.picture_name(kept) == "beach.jpg"
    assert kept["outline"] == scene["outline"]
    assert scene["background"]["image"] is PICTURE
    assert looks.picture_name({"outline": {}}) == ""
