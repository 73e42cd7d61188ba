"""A page's picture, small enough to keep and blurred enough for another machine's letters."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from playwright.sync_api import Page

REDUCE = 4
CELL = 8  # of the reduced picture: 32 pixels of the page
# A cell counts as another one from this many steps of 255 on; letters of another font make fewer.
STEPS = 22
SHARE = 0.008  # of all cells: half of what the Download button has
MEAN = 4.0


@dataclass(frozen=True)
class Gap:
    """How far a picture is from what it should be. ``shown``: found, wanted, where they differ."""

    mean: float
    share: float
    shown: Image.Image

    @property
    def alike(self) -> bool:
        """Whether the two count as the same."""
        return self.mean <= MEAN and self.share <= SHARE


def look(page: Page) -> Image.Image:
    """The page's window, reduced."""
    page.evaluate("document.activeElement?.blur()")
    shot = page.screenshot(animations="disabled", caret="hide", scale="css")
    with Image.open(io.BytesIO(shot)) as image:
        return image.convert("RGB").reduce(REDUCE).filter(ImageFilter.GaussianBlur(1))


def compare(found: Image.Image, wanted: Image.Image) -> Gap:
    """How far one look is from another."""
    if found.size != wanted.size:
        return Gap(255.0, 1.0, found)
    one, other = (np.asarray(image).astype(np.float32) for image in (found, wanted))
    gap = np.abs(one - other).mean(axis=2)
    height, width = (side // CELL * CELL for side in gap.shape)
    cells = gap[:height, :width].reshape(height // CELL, CELL, width // CELL, CELL)
    apart = cells.mean(axis=(1, 3)) > STEPS
    marked = np.zeros_like(one)
    marked[..., 0] = np.clip(gap * 3, 0, 255)
    shown = np.concatenate([one, other, marked], axis=1).astype(np.uint8)
    return Gap(float(gap.mean()), float(apart.mean()), Image.fromarray(shown))
