"""The same engine under CPython with native ONNX Runtime: what the browser is held against."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from offcut.pipeline.engine import Engine
from offcut.pipeline.steps import alpha

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def reference_alpha(folder: Path, photo: Path, wanted: str) -> NDArray[np.uint8]:
    """The alpha of `photo` by a profile or model of `folder` (a site's models/): (H, W) uint8."""

    async def work() -> NDArray[np.uint8]:
        engine = Engine(folder)
        try:
            job = await engine.run(photo.read_bytes(), wanted, photo.name)
        finally:
            await engine.close()
        return np.rint(alpha(job) * 255).astype(np.uint8)

    # A thread of its own: Playwright's event loop runs in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work()).result()
