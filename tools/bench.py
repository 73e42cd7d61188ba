"""Print where the time of a cut goes, in Chromium, warm: ``python -m tools.bench``.

A benchmark prints figures and judges nothing. Photos of the wanted sizes are made by enlarging one
of the tests' photos with a little grain, so that they pack like photos.
"""

from __future__ import annotations

import argparse
import io
import statistics

import numpy as np
from PIL import Image

from tools.paths import PHOTOS, say
from tools.tab import open_tab

GRAIN = 4.0


def photo(megapixels: float) -> bytes:
    """Return a JPEG of 4:3 with about so many megapixels."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(width * 3 / 4)
    with Image.open(PHOTOS / "astronaut.jpg") as image:
        large = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    random = np.random.default_rng(1)
    pixels = np.asarray(large).astype(np.float32)
    pixels += random.normal(scale=GRAIN, size=(*pixels.shape[:2], 1)).astype(np.float32)
    out = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=92)
    return out.getvalue()


def main() -> None:
    """Print one table a size."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench")
    parser.add_argument("--megapixels", type=float, nargs="+", default=[1, 12])
    parser.add_argument("--model", default="u2netp")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with open_tab() as tab:
        say(f"backend {tab.probe()['backend']}, model {options.model}, median of {options.repeat}")
        for megapixels in options.megapixels:
            data = photo(megapixels)
            tab.cut(data, model=options.model)
            cuts = [tab.cut(data, model=options.model) for _ in range(options.repeat)]
            size = f"{len(data) / 1e6:.1f} → {len(cuts[0].data) / 1e6:.1f} MB"
            say(f"\n{megapixels:g} megapixels, {size}")
            steps = {
                step: statistics.median(cut.split[step] for cut in cuts) for step in cuts[0].split
            }
            for step, ms in steps.items():
                say(f"  {step:<18}{ms:8.0f} ms")
            total = statistics.median(cut.ms for cut in cuts)
            runs = sum(ms for step, ms in steps.items() if step.startswith("run."))
            say(f"  {'whole call':<18}{total:8.0f} ms, without the network {total - runs:.0f} ms")


if __name__ == "__main__":
    main()
