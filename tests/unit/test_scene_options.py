"""What may be asked of ground, shadow, outline and frame, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from offcut.errors import OffcutError
from offcut.pipeline.export import ExportOptions
from offcut.pixels.frame import Frame
from offcut.pixels.ground import Blur, Gradient, Picture
from offcut.pixels.outline import Outline
from offcut.pixels.shadow import Shadow

WHITE = [255, 255, 255]


def of(**options: Any) -> ExportOptions:
    return ExportOptions.of(options)


def test_every_kind_of_a_background() -> None:
    assert of(background=[1, 2, 3]).background == (1, 2, 3)
    assert of(background={"kind": "colour", "colour": [1, 2.4, 3]}).background == (1, 2, 3)
    ends = {"from": [1, 2, 3], "to": [4, 5, 6]}
    found = of(background={"kind": "gradient", **ends, "angle": 90}).background
    assert found == Gradient((1, 2, 3), (4, 5, 6), 90)
    assert of(background={"kind": "gradient", **ends}).background == Gradient(
        (1, 2, 3), (4, 5, 6), 180
    ), "as CSS"
    assert of(background={"kind": "blur", "amount": 0.2}).background == Blur(0.2)
    asked = {"kind": "image", "fit": "contain", "x": 0, "y": 1, "image": object()}
    assert of(background=asked).background == Picture("contain", 0, 1)
    assert of(background={"kind": "image"}).background == Picture("cover", 0.5, 0.5)


def test_shadow_outline_and_frame() -> None:
    asked = {"kind": "drop", "x": 0.1, "y": -0.2, "blur": 0, "strength": 1, "colour": [1, 2, 3]}
    assert of(shadow=asked).shadow == Shadow("drop", 0.1, -0.2, 0, 1, (1, 2, 3))
    assert of(shadow={"kind": "contact", "x": None}).shadow == Shadow("contact")
    assert of(outline={"width": 0.02}).outline == Outline(0.02, (255, 255, 255))
    market = {"margin": 0.05, "aspect": [1, 1], "size": [2000, 2000], "centre": True}
    assert of(frame=market).frame == Frame(0.05, (1, 1), (2000, 2000), True)
    assert of(frame={"size": [800.0, 600]}).frame == Frame(size=(800, 600))
    assert of(frame={"aspect": [16, 9], "size": [1000, 563]}).frame is not None, "to whole pixels"
    assert of(frame={}).frame == Frame()


def test_what_has_no_effect_is_none() -> None:
    options = of(shadow={"kind": "drop", "strength": 0}, outline={"width": 0})
    assert options == ExportOptions()
    assert options.is_plain
    assert not of(frame={}).is_plain
    assert not of(background={"kind": "colour", "colour": WHITE}).is_scene, "as three numbers"
    for scene in ({"shadow": {"kind": "drop"}}, {"outline": {"width": 0.01}}, {"frame": {}}):
        assert of(**scene).is_scene
        assert not of(**scene).is_plain


def test_soft_pixels_get_their_own_colours_wherever_something_lies_below() -> None:
    assert of(shadow={"kind": "drop"}).own_colours
    assert of(outline={"width": 0.01}).own_colours
    assert of(background={"kind": "blur"}).own_colours
    assert not of(frame={"margin": 0.1}).own_colours
    assert not of(outline={"width": 0.01}, foreground=False).own_colours


BAD: list[dict[str, Any]] = [
    {"background": {}},
    {"background": {"kind": "plaid"}},
    {"background": {"kind": ["blur"]}},
    {"background": {"kind": "colour"}},
    {"background": {"kind": "colour", "colour": [1, 2, 256]}},
    {"background": {"kind": "gradient", "from": WHITE}},
    {"background": {"kind": "gradient", "from": WHITE, "to": "reddish"}},
    {"background": {"kind": "gradient", "from": WHITE, "to": WHITE, "angle": float("nan")}},
    {"background": {"kind": "gradient", "from": WHITE, "to": WHITE, "angle": 1e300}},
    {"background": {"kind": "gradient", "from": WHITE, "to": WHITE, "angle": "90deg"}},
    {"background": {"kind": "blur", "amount": 1.01}},
    {"background": {"kind": "blur", "amount": True}},
    {"background": {"kind": "blur", "amout": 0.5}},
    {"background": {"kind": "image", "fit": "fill"}},
    {"background": {"kind": "image", "x": -0.1}},
    {"shadow": True},
    {"shadow": {}},
    {"shadow": {"kind": "long"}},
    {"shadow": {"kind": "drop", "strength": 2}},
    {"shadow": {"kind": "drop", "blur": -0.1}},
    {"shadow": {"kind": "drop", "x": float("inf")}},
    {"shadow": {"kind": "drop", "colour": [0, 0]}},
    {"shadow": {"kind": "drop", "color": [0, 0, 0]}},
    {"outline": 0.05},
    {"outline": {}},
    {"outline": {"width": 0.2}},
    {"outline": {"width": -0.1}},
    {"outline": {"width": 0.1, "colour": None, "blur": 1}},
    {"frame": [100, 100]},
    {"frame": {"margin": 0.5}},
    {"frame": {"margin": 0.6}},
    {"frame": {"aspect": [1, 0]}},
    {"frame": {"aspect": [1]}},
    {"frame": {"aspect": "1:1"}},
    {"frame": {"aspect": [1, 1e9]}},
    {"frame": {"aspect": [float("nan"), 1]}},
    {"frame": {"aspect": [10**400, 1]}},
    {"frame": {"size": [100.5, 100]}},
    {"frame": {"size": [0, 100]}},
    {"frame": {"size": [100, -1]}},
    {"frame": {"size": [20000, 20000]}},
    {"frame": {"size": [17000, 100]}, "format": "image/webp"},
    {"frame": {"size": [1, 70000]}, "format": "image/jpeg"},
    {"frame": {"size": [200, 100], "aspect": [1, 1]}},
    {"frame": {"centre": 1}},
    {"frame": {}, "crop": True},
    {"mask": True, "background": {"kind": "blur"}},
    {"mask": True, "shadow": {"kind": "drop"}},
    {"mask": True, "outline": {"width": 0.05}},
]


@pytest.mark.parametrize("options", BAD, ids=str)
def test_the_rest_is_refused_with_a_sentence(options: dict[str, Any]) -> None:
    with pytest.raises(OffcutError) as caught:
        ExportOptions.of(options)
    assert caught.value.code == "BAD_CONFIG"
    said = caught.value.message.removesuffix("A setting is not valid.").strip()
    assert len(said.split()) > 3, "a sentence of its own"
    assert said.endswith(".")


def test_a_mask_may_have_a_frame() -> None:
    assert of(mask=True, frame={"margin": 0.1}).frame == Frame(0.1)


def test_colours_may_be_written_as_css_has_them() -> None:
    assert of(background="white").background == (255, 255, 255)
    assert of(background=" #Fc0 ").background == (255, 204, 0)
    assert of(background="rgb(1, 2, 3)").background == (1, 2, 3)
    assert of(background="#010203ff").background == (1, 2, 3)
    assert of(background="transparent").background is None
    assert of(outline={"width": 0.1, "colour": "navy"}).outline == Outline(0.1, (0, 0, 128))
