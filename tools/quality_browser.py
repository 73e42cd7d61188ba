"""The quality table again, on a subset, by ``offcut.js`` in Chromium: what users get.

python -m tools.quality_browser [--count 6]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys

import numpy as np
from PIL import Image

from offcut.pipeline.engine import AUTO, Engine
from offcut.pipeline.steps import alpha
from tools.measures import Measures
from tools.paths import say
from tools.quality import AMBIGUOUS, DATA, MODELS, Runner, load, table
from tools.tab import open_tab


def main() -> int:
    """Print the table; 0 also when there are no photos to score."""
    parser = argparse.ArgumentParser(prog="python -m tools.quality_browser")
    parser.add_argument("--count", type=int, default=6, help="photos, spread over the set")
    count = parser.parse_args().count
    if not (DATA / "manifest.json").exists():
        say("quality: skipped, the photographs to score are not here (../shared/data/matting)")
        return 0
    items = json.loads((DATA / "manifest.json").read_text("utf-8"))["items"]
    items = [item for item in items if AMBIGUOUS not in item["tags"]]
    items = items[:: max(1, len(items) // count)][:count]
    engine = Engine(MODELS)
    runner = Runner(engine)
    specs = [engine.registry.get(name) for name in AUTO]
    browser, native, gaps = Measures(), Measures(), []
    photos = [load(item) for item in items]
    # Before the browser: Playwright keeps an event loop running in this thread.
    references = [alpha(asyncio.run(runner.job(photo, specs))) for photo, _ in photos]
    with open_tab() as tab:
        backend = tab.probe()["backend"]
        for item, (_, truth), reference in zip(items, photos, references, strict=True):
            made = tab.cut((DATA / item["image"]).read_bytes())
            with Image.open(io.BytesIO(made.data)) as image:
                matte = np.asarray(image)[..., 3].astype(np.float32) / np.float32(255)
            browser.add(matte, truth)
            native.add(reference, truth)
            gaps.append(float(np.abs(matte - reference).mean()))
    rows = {f"auto, Chromium {backend}": browser.scores(), "auto, native": native.scores()}
    say("\n".join(table(f"In the browser ({len(items)} photos)", rows)))
    say(f"\nmean difference of alpha, browser to native: {np.mean(gaps) * 255:.3f} of 255")
    return 0


if __name__ == "__main__":
    sys.exit(main())
