"""Shadows: where they lie, how soft and how strong they are."""

from __future__ import annotations

import numpy as np
import pytest

from offcut.pixels.frame import Cut
from offcut.pixels.outline import grown
from offcut.pixels.shadow import FLAT, PART, Shadow, cast
from offcut.pixels.sheet import Sheet, read

BOX = (40, 60, 120, 100)


def cut() -> Cut:
    """A block of 80 × 40 pixels in a picture of 200 × 200."""
    share = np.zeros((200, 200), np.float32)
    share[BOX[0] : BOX[2], BOX[1] : BOX[3]] = 1
    return Cut(np.zeros((200, 200, 3), np.uint8), share)


def whole(sheet: Sheet, side: int = 200) -> np.ndarray:
    out = np.zeros((side, side), np.float32)
    found = read(sheet, 0, side, side)
    assert found is not None
    out[found[0], found[1]] = found[2]
    return out


def test_a_hard_shadow_is_the_matte_moved() -> None:
    made = whole(cast(Shadow("drop", 0.25, 0.1, 0.0, 0.75), cut(), BOX, 80))
    wanted = np.zeros((200, 200), np.float32)
    wanted[48:128, 80:120] = 0.75
    assert np.abs(made - wanted).max() < 1e-6


def test_a_soft_shadow_keeps_its_place_and_its_weight() -> None:
    for blur in (0.02, 0.1, 0.2):
        made = whole(cast(Shadow("drop", 0.1, 0.0, blur, 0.5), cut(), BOX, 80))
        assert made.sum() == pytest.approx(0.5 * 80 * 40, rel=0.01)
        ys, xs = np.mgrid[:200, :200]
        assert (made * ys).sum() / made.sum() == pytest.approx(79.5, abs=0.3)
        assert (made * xs).sum() / made.sum() == pytest.approx(79.5 + 8, abs=0.3)
        # Half of what it is, on the edge.
        assert made[80, 67:69].mean() == pytest.approx(0.25, abs=0.03)
        spread = ((made * (ys - 79.5) ** 2).sum() / made.sum() - 80**2 / 12) ** 0.5
        assert spread == pytest.approx(blur * 80, rel=0.06)


def test_a_thin_subject_casts_its_shadow_to_no_side() -> None:
    share = np.zeros((400, 400), np.float32)
    share[160:240, 200:203] = 1
    thin = Cut(np.zeros((400, 400, 3), np.uint8), share)
    made = whole(cast(Shadow("drop", 0, 0, 0.5, 1), thin, (160, 200, 240, 203), 80), 400)
    xs = np.arange(400)
    assert (made * xs).sum() / made.sum() == pytest.approx(201, abs=1)
    assert made.sum() == pytest.approx(240, rel=0.02)


def test_a_contact_shadow_lies_under_the_lower_edge() -> None:
    made = whole(cast(Shadow("contact", blur=0.02, strength=1), cut(), BOX, 80))
    ys, xs = np.mgrid[:200, :200]
    assert (made * ys).sum() / made.sum() == pytest.approx(BOX[2] - 0.5, abs=1)
    assert (made * xs).sum() / made.sum() == pytest.approx(79.5, abs=0.3)
    assert made[: BOX[2] - 20].max() < 0.01, "flat"
    assert made[BOX[2] + 1, 75:85].min() > 0.4
    assert made.sum() == pytest.approx(np.pi / 4 * FLAT * 40 * 40, rel=0.1)


def test_a_contact_shadow_of_a_block_is_an_ellipse() -> None:
    share = np.zeros((400, 400), np.float32)
    share[100:300, 50:350] = 1
    block = Cut(np.zeros((400, 400, 3), np.uint8), share)
    shadow = Shadow("contact", blur=0, strength=1)
    made = whole(cast(shadow, block, (100, 50, 300, 350), 300), 400)
    row, column = np.mgrid[:400, :400]
    inside = ((column - 199.5) / 150) ** 2 + ((row - 299.5) / (FLAT * 150)) ** 2
    assert made[inside < 0.9].min() > 0.99
    assert made[inside > 1.1].max() < 0.01


def test_a_contact_shadow_is_of_what_touches_the_ground() -> None:
    """Two feet make two shadows, an arm none."""
    share = np.zeros((200, 200), np.float32)
    share[40:80, 20:180] = 1
    share[80:120, 60:70] = share[80:120, 130:140] = 1
    made = whole(
        cast(Shadow("contact", blur=0, strength=1), Cut(share, share), (40, 20, 120, 180), 160)
    )
    assert 80 * PART < 40
    below = made[122]
    assert below[62:68].min() > 0.8
    assert below[132:138].min() > 0.8
    assert below[80:120].max() == 0
    assert below[:50].max() == 0


def test_with_an_outline_the_whole_sticker_casts_it() -> None:
    edge = grown(cut(), BOX, 10)
    around = BOX[0] - 10, BOX[1] - 10, BOX[2] + 10, BOX[3] + 10
    made = whole(cast(Shadow("drop", 0.0, 0.0, 0.0, 1), cut(), around, 80, edge))
    assert np.abs(made - np.clip(whole(edge), 0, 1)).max() < 1e-5
    assert made[31:129, 80].min() > 0.99
    soft = whole(cast(Shadow("drop", 0.0, 0.0, 0.1, 1), cut(), around, 80, edge))
    assert soft.sum() == pytest.approx(made.sum(), rel=0.02)


def test_a_shadow_may_fall_out_of_the_picture() -> None:
    made = cast(Shadow("drop", -1, 1, 0.5, 1), cut(), BOX, 80)
    assert made.left < 0
    assert made.bottom > 200
    far = cast(Shadow("drop", 1, 1, 0, 1), cut(), BOX, 1000)
    assert read(far, 0, 200, 200) is None


@pytest.mark.parametrize("kind", ["drop", "contact"])
def test_of_a_single_pixel(kind: str) -> None:
    one = Cut(np.zeros((1, 1, 3), np.uint8), np.ones((1, 1), np.float32))
    made = cast(Shadow(kind, 0, 0, 0, 1), one, (0, 0, 1, 1), 1)
    found = read(made, 0, 1, 1)
    assert found is not None
    assert found[2].tolist() == [[1.0]]
