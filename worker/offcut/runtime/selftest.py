"""Proof that a backend computes right: a tiny network, a fixed input, a stored answer.

Graphics drivers fail silently: zeros, constants, pictures moved by a pixel (field notes, P11). So
no backend is trusted before it has given the right answer once. Natively stored, 64 × 64.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import OffcutError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.registry import SelfTestSpec
    from offcut.runtime.session import Session
    from offcut.storage.parts import Clock

LIMIT_S = 20.0
"""A software GPU needs about a second; a driver that hangs would need for ever."""


@dataclass(frozen=True)
class Proof:
    """Whether a backend passed, a sentence that says why not (empty when it did), and the time."""

    ok: bool
    reason: str
    ms: float


def fixed_input(shape: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """The picture that every backend is shown: float32 of ``shape`` (1, c, h, w), 0..1.

    x[0, c, i, j] = ½ + ½ · sin(0.1 · i · (c + 1)) · cos(0.07 · j + c): smooth, different in every
    channel, row and column, so that anything mixed up, moved or transposed shows.
    """
    _, channels, height, width = shape
    c = np.arange(channels, dtype=np.float32)[:, None, None]
    i = np.arange(height, dtype=np.float32)[:, None]
    j = np.arange(width, dtype=np.float32)
    wave = np.sin(np.float32(0.1) * i * (c + 1)) * np.cos(np.float32(0.07) * j + c)
    return np.ascontiguousarray(np.float32(0.5) + np.float32(0.5) * wave)[np.newaxis]


def judge(got: NDArray[np.float32], expected: NDArray[np.float32], tolerance: float) -> str:
    """Compare an answer with the stored one; "" when right, else a sentence that says what is not.

    Both float32 of one shape (1, 1, h, w). ``tolerance``: the largest difference allowed at any
    pixel; half-precision arithmetic stays under 0.01 here.
    """
    if got.shape != expected.shape:
        return f"It gave a picture of the wrong size ({got.shape} instead of {expected.shape})."
    if not np.isfinite(got).all():
        return "It gave numbers that are none."
    gap = float(np.abs(got - expected).max())
    if gap <= tolerance:
        return ""
    if float(np.ptp(got)) < 0.05 * float(np.ptp(expected)):
        return "It gave the same value everywhere."
    moved = _shift(got, expected, tolerance)
    if moved:
        return f"It gave the right picture in the wrong place (moved by {moved[0]}, {moved[1]})."
    return f"It computed wrongly (off by {gap:.2f} where {tolerance:.2f} is allowed)."


async def prove(
    session: Session,
    spec: SelfTestSpec,
    expected: NDArray[np.float32],
    *,
    clock: Clock = time.monotonic,
    limit_s: float = LIMIT_S,
) -> Proof:
    """Run the tiny network once and judge the answer; never raises for a backend that fails.

    ``expected``: float32, as many values as ``spec.output_shape`` has.
    """
    began = clock()
    try:
        got = await asyncio.wait_for(session.run(fixed_input(spec.input_shape)), limit_s)
    except TimeoutError:
        return Proof(ok=False, reason=f"It gave no answer in {limit_s:.0f} s.", ms=limit_s * 1000)
    except OffcutError as error:
        why = error.detail.get("reason", error.message)
        reason = f"It failed on a small test ({why})."
        return Proof(ok=False, reason=reason, ms=(clock() - began) * 1000)
    ms = (clock() - began) * 1000
    reason = judge(got, expected.reshape(spec.output_shape), spec.tolerance)
    return Proof(ok=not reason, reason=reason, ms=ms)


def _shift(
    got: NDArray[np.float32], expected: NDArray[np.float32], tolerance: float, reach: int = 3
) -> tuple[int, int] | None:
    """(right, down) by which ``got`` is ``expected`` moved, up to ``reach`` pixels, or None."""
    inner = (..., slice(reach, -reach), slice(reach, -reach))
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            moved = np.roll(expected, (down, right), axis=(-2, -1))
            if float(np.abs(got[inner] - moved[inner]).max()) <= tolerance:
                return right, down
    return None
