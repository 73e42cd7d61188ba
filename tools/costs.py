"""What a look at a photo costs: passes, where one pass is isnet at 1024 × 1024 pixels.

Milliseconds depend on the machine and on what else it does; how the networks compare does much
less. So plans, tables and pictures count in passes.
"""

from __future__ import annotations

# model: (passes, pixels at which they were measured). `python -m tools.bench --networks` measures
# them in Chromium, WASM on two threads. All three are convolutional: proportional to the pixels.
PASSES = {
    "isnet": (1.0, 1024 * 1024),
    "u2netp": (0.14, 320 * 320),
    "modnet": (0.25, 512 * 512),
}


def passes(model: str, width: int, height: int) -> float:
    """The cost of one run of ``model`` at that size; NaN for a model that nobody has measured."""
    if model not in PASSES:
        return float("nan")
    cost, pixels = PASSES[model]
    return cost * width * height / pixels
