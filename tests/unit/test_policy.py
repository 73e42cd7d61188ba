"""Which network looks where, and what is made of what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.models.crop import Box, subject_box
from offcut.models.fusion import Seen, agreement, combine, fuse, is_doubtful, place, trust
from offcut.models.plan import PROFILES, Look, looks, models_for, roles_of
from offcut.models.process import input_size
from offcut.models.registry import Registry

from .helpers import disc, entry, spec_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRAME = (400, 200)
WHOLE = Box(0, 0, *FRAME)


def registry(**roles: list[str]) -> Registry:
    models = {name: entry(name.encode(), roles=mine) for name, mine in roles.items()}
    return Registry.from_json({"schema": 1, "models": models, "left_out": ["gone"]})


def test_profiles_name_their_models_in_order() -> None:
    three = registry(c=["portrait"], b=["detail"], a=["fast"])
    assert models_for("fast", three) == (["a"], "fast")
    assert models_for("auto", three) == (["a", "b", "c"], "auto")
    assert models_for("b", three) == (["b"], "")
    assert models_for("auto", registry(b=["detail"])) == (["b"], "auto"), "the others are left out"
    assert models_for("best", registry(x=["fast", "detail"])) == (["x"], "best"), "once, not twice"
    for wanted, code in (("fast", "MODEL_UNKNOWN"), ("gone", "MODEL_LEFT_OUT")):
        with pytest.raises(OffcutError) as caught:
            models_for(wanted, registry(b=["detail"]))
        assert caught.value.code == code


def test_looks_of_a_network() -> None:
    assert looks("auto", ["fast"]) == (Look("fast"),)
    assert [look.crop for look in looks("auto", ["detail"])] == [True, False]
    assert looks("", ["detail"]) == (Look("detail"),), "asked for by name: one plain look"
    assert looks("fast", ["portrait"]) == (Look("portrait"),)
    assert roles_of("auto") == ("fast", "detail", "portrait")
    for profile in PROFILES.values():
        assert profile[0] == Look("fast"), "the first look finds the box for the others"


@pytest.mark.parametrize(
    ("photo", "wanted"),
    [
        ((1000, 1000), (512, 512)),
        ((2000, 1000), (704, 384)),
        ((10, 30000), (256, 1024)),
        ((1, 1), (512, 512)),
    ],
)
def test_the_shape_is_kept_where_a_network_takes_any_size(
    photo: tuple[int, int], wanted: tuple[int, int]
) -> None:
    free = spec_of(input=entry(b"x")["input"] | {"multiple": 64}).input
    assert input_size(*photo, free, 512 * 512) == wanted
    assert input_size(*photo, free) == (16, 16)
    assert input_size(*photo, spec_of().input, 512 * 512) == (16, 16), "one size only"


def test_the_box_holds_what_was_found_with_room() -> None:
    mask = np.zeros((100, 100), np.float32)
    mask[40:60, 20:30] = 0.9
    box = subject_box(mask, *FRAME)
    assert box == Box(80 - 5, 80 - 5, 120 + 5, 120 + 5)
    mask[:, :] = 0.29
    assert subject_box(mask, *FRAME) == WHOLE
    mask[0, 0] = mask[-1, -1] = 1
    assert subject_box(mask, *FRAME) == WHOLE, "never over the edge"


def test_a_mask_of_a_part_lies_where_the_part_is() -> None:
    part = Box(100, 50, 200, 150)
    seen = Seen(Look("detail", crop=True), np.ones((64, 64), np.float32), part)
    out = place(seen, WHOLE, (200, 100))
    assert out[25:75, 50:100].min() == 1
    assert out.sum() == 50 * 50
    whole = Seen(Look("fast"), out, WHOLE)
    back = place(whole, part, (30, 30))
    assert back.shape == (30, 30)
    assert back[1:-1, 1:-1].min() == 1


def test_fuse_takes_the_large_one_where_it_is_sure() -> None:
    small, large = np.float32([[0.2, 0.2, 0.2]]), np.float32([[1.0, 0.5, 0.0]])
    assert np.allclose(fuse(small, large), [[1.0, 0.2, 0.0]])
    assert fuse(small, np.float32([[0.75]]))[0, 0] == pytest.approx(0.5 * 0.75 + 0.5 * 0.2)


def test_agreement_is_soft_iou() -> None:
    one = disc(40, 40)
    assert agreement(one, one) == pytest.approx(1)
    assert agreement(one, 0 * one) == 0
    assert agreement(one, one / 2) == pytest.approx(0.5, abs=1e-5)


def test_the_portrait_network_counts_as_far_as_it_agrees() -> None:
    one = disc(64, 64)
    assert trust(one, one, one) == 1
    assert trust(one, one, one * np.float32(0.8)) == pytest.approx(0.5, abs=1e-4)
    assert trust(one, one, 0 * one) == 0, "it sees nothing: this is none of its subjects"
    assert trust(one, one * np.float32(0.5), one) == 1, (
        "when the others are at odds, it may be right"
    )


def seen(role: str, mask: NDArray[np.float32], **more: bool) -> Seen:
    return Seen(Look(role, **more), mask, WHOLE)


def test_looks_of_one_network_are_averaged() -> None:
    mask = disc(200, 400, soft=30)
    half = combine([seen("fast", mask), seen("fast", 0 * mask, flip=True)], FRAME)
    assert np.allclose(half.values, mask / 2, atol=1e-6)
    assert half.box == WHOLE
    assert half.pixels == mask.size


def test_one_look_stays_as_it_is_and_none_is_an_error() -> None:
    mask = disc(50, 50)
    assert combine([seen("portrait", mask)], FRAME).values is mask
    with pytest.raises(OffcutError) as caught:
        combine([], FRAME)
    assert caught.value.code == "JOB_UNKNOWN"


def test_a_doubtful_crop_gives_way_to_the_whole_photo() -> None:
    small = np.zeros((200, 400), np.float32)
    small[:, :100] = 1
    large = np.zeros_like(small)
    large[:, 300:] = 1
    crop = Seen(Look("detail", crop=True), np.zeros((100, 50), np.float32), Box(0, 0, 100, 200))
    first = seen("fast", small)
    assert is_doubtful([first, crop], FRAME)
    assert not is_doubtful([first], FRAME)
    assert combine([first, crop], FRAME).box == crop.box
    both = combine([first, crop, seen("detail", large)], FRAME)
    assert both.box == WHOLE
    assert both.values[:, 310:].min() == 1
    assert both.values[:, :90].max() == 0
    agreeing = Seen(crop.look, np.ones((100, 50), np.float32), crop.box)
    assert not is_doubtful([first, agreeing], FRAME)
