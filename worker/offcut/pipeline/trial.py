"""A model of one's own put to the test: one run on a small picture tells whether it computes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import OffcutError
from offcut.models.own import refused
from offcut.models.process import are_logits, input_size, prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec
    from offcut.runtime.session import Session

SIDE = 96


def picture() -> NDArray[np.uint8]:
    """What it is shown, uint8 (96, 96, 3): a bright disc on a dark ground, as different in every
    row, column and channel as a photo."""
    down, across = np.mgrid[:SIDE, :SIDE].astype(np.float32) / SIDE
    disc = np.hypot(down - 0.5, across - 0.5) < 0.3
    ground = np.stack([40 + 60 * down, 50 + 50 * across, 90 - 40 * down], axis=-1)
    subject = np.stack([240 - 50 * down, 200 + 40 * across, 150 + 60 * down], axis=-1)
    return np.where(disc[..., None], subject, ground).astype(np.uint8)


async def try_out(session: Session, spec: ModelSpec) -> ModelSpec:
    """Run the model once; returns its entry, with the activation that its answer shows it needs.

    Raises MODEL_FILE and says what is wrong; OUT_OF_MEMORY and BACKEND_LOST as they are, for they
    are the device's.
    """
    size = input_size(SIDE, SIDE, spec.input)
    x = prepare(picture(), spec, size)
    try:
        out = await session.run(x)
    except OffcutError as error:
        if error.code != "RUN_FAILED":
            raise
        reason = str(error.detail.get("reason", ""))
        raise refused("run", "It stopped in the middle of a trial run.", reason=reason) from error
    if out.ndim != 4 or out.shape[:2] != (1, 1) or min(out.shape[2:]) < 2:
        shape = "×".join(str(side) for side in out.shape)
        raise refused(
            "mask-shape", f"A trial run gave {shape} numbers where 1×1×height×width is a mask."
        )
    if not np.isfinite(out).all():
        raise refused("mask-values", "A trial run gave numbers that are none.")
    if spec.output.activation != "auto":
        return spec
    activation = "sigmoid" if are_logits(out) else ""
    return replace(spec, output=replace(spec.output, activation=activation))
