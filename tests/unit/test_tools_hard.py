"""What ``make hard`` calls an expected outcome."""

from __future__ import annotations

import numpy as np
import pytest

from tools import hard

PICTURE = np.zeros((4, 6, 4), np.uint8)
SENTENCE = "This file is not a picture. Choose a photo."
CAME = hard.Answer(100.0, rgba=PICTURE)
REFUSED = hard.Answer(100.0, code="NOT_AN_IMAGE", message=SENTENCE)


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        ("decodes", CAME, True),
        ("decodes", REFUSED, False),
        ("clear-error", REFUSED, True),
        ("clear-error", CAME, False),
        ("either", CAME, True),
        ("either", REFUSED, True),
        # A fault of the engine is no clear error, nor is one without a sentence.
        ("either", hard.Answer(1.0, code="INTERNAL", message=SENTENCE), False),
        ("clear-error", hard.Answer(1.0, code="DECODE_FAILED", message="bad"), False),
        ("clear-error", hard.Answer(1.0, code="none", message=SENTENCE), False),
        ("decodes", hard.Answer(5001.0, rgba=PICTURE), False),
    ],
)
def test_fault(expected: str, answer: hard.Answer, right: bool) -> None:
    assert (hard.fault(expected, answer) == "") is right


def test_photos_that_must_be_alike() -> None:
    rng = np.random.default_rng(1)
    scene = rng.integers(0, 256, (40, 60, 4), dtype=np.uint8)
    close = np.clip(scene.astype(int) + 1, 0, 255).astype(np.uint8)

    def answers(other: np.ndarray) -> dict[str, hard.Answer]:
        return {
            "exif/Landscape_1.jpg": hard.Answer(1.0, rgba=scene),
            "exif/Landscape_6.jpg": hard.Answer(1.0, rgba=other),
            "exif/Landscape_9.jpg": hard.Answer(1.0, rgba=scene[:10, :10]),  # another photo
        }

    assert hard.apart(answers(close)) == []
    assert len(hard.apart(answers(scene[:, ::-1]))) == 1  # mirrored
    assert len(hard.apart(answers(scene.swapaxes(0, 1)))) == 1  # lying
