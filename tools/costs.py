"""What a look at a photo costs: passes, where one pass is isnet at 1024 × 1024 pixels.

Milliseconds depend on the machine and on what else it does; how the networks compare does much
less. So plans, tables and pictures count in passes.
"""

from __future__ import annotations

# model: (passes, pixels at which they were measured), from `python -m tools.bench --networks` in
# Chromium 156, WASM on two threads, each run beside one of isnet at 1024. The machine had other
# work, so a quarter up or down is open: u2netp 0.114, 0.137, 0.140; modnet 0.106, 0.114, 0.124, and
# by the pixels within 5 % at 384 × 384 and 768 × 512; isnet 0.60 at 768 × 768 (by the pixels 0.56)
# and 0.22 at 512 × 512 (0.25).
PASSES = {
    "isnet": (1.0, 1024 * 1024),
    "u2netp": (0.14, 320 * 320),
    "modnet": (0.11, 512 * 512),
}


def passes(model: str, width: int, height: int) -> float:
    """The cost of one run of ``model`` at that size; NaN for a model that nobody has measured."""
    if model not in PASSES:
        return float("nan")
    cost, pixels = PASSES[model]
    return cost * width * height / pixels
