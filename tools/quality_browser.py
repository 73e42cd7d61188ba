"""The quality table again, on a subset, by ``offcut.js`` in Chromium: what users get.

python -m tools.quality_browser [--count 6]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import sys

import numpy as np
from PIL import Image

from tools.answers import AnsweringEngine
from tools.measures import measure
from tools.paths import say
from tools.quality import MODELS, Found, table
from tools.rows import AMBIGUOUS, AUTO, items, load, rows
from tools.tab import open_tab


def main() -> int:
    """Print the table; 0 also when there are no photos to score."""
    parser = argparse.ArgumentParser(prog="python -m tools.quality_browser")
    parser.add_argument("--count", type=int, default=6, help="photos, spread over the set")
    count = parser.parse_args().count
    listed = [item for item in items() if AMBIGUOUS not in item["tags"]]
    if not listed:
        say("quality: skipped, the photographs to score are not here (../shared/data/matting)")
        return 0
    samples = [load(item) for item in listed[:: max(1, len(listed) // count)][:count]]
    engine = AnsweringEngine(MODELS)
    (row,) = (row for row in rows(engine) if row.name == AUTO)
    # Before the browser: Playwright keeps an event loop running in this thread.
    references = [asyncio.run(row.matte(sample)) for sample in samples]
    browser, native, gaps = Found(), Found(), []
    with open_tab() as tab:
        backend = tab.probe()["backend"]
        for sample, reference in zip(samples, references, strict=True):
            made = tab.cut(sample.data)
            with Image.open(io.BytesIO(made.data)) as image:
                matte = np.asarray(image)[..., 3].astype(np.float32) / np.float32(255)
            browser.photos.append(measure(matte, sample.truth))
            native.photos.append(measure(reference, sample.truth))
            gaps.append(float(np.abs(matte - reference).mean()))
    found = {f"{AUTO}, Chromium {backend}": browser, f"{AUTO}, native": native}
    say("\n".join(table(f"In the browser ({len(samples)} photos)", found)))
    say(f"\nmean difference of alpha, browser to native: {np.mean(gaps) * 255:.3f} of 255")
    return 0


if __name__ == "__main__":
    sys.exit(main())
