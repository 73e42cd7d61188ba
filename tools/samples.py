"""Render the sample photos of the start page into public/samples/.

python -m tools.samples            all of them; a minute
python -m tools.samples pear       that one

Made for this by code alone, so they are nobody else's: CC0. They lie in the repository as they are
served: rendering takes too long for every build, and every machine would round a little otherwise.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PIL import Image

from tools.paths import ROOT, say
from tools.still_lifes import SCENES

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "public" / "samples"
QUALITY = 86
THUMB = (160, 120)
CLOSE = 0.8  # of the picture that a thumb shows


def write(name: str, folder: Path) -> None:
    """Render one photo and its thumb into ``folder``."""
    photo = SCENES[name]()
    photo.save(folder / f"{name}.jpg", quality=QUALITY, optimize=True, progressive=True)
    width, height = (round(side * CLOSE) for side in photo.size)
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    # Twice as many pixels as it is shown at: for screens that have them.
    thumb = photo.crop((left, top, left + width, top + height)).resize(
        (2 * THUMB[0], 2 * THUMB[1]), Image.Resampling.LANCZOS
    )
    thumb.save(folder / f"{name}-thumb.jpg", quality=80, optimize=True)
    say(f"  {name}.jpg: {(folder / f'{name}.jpg').stat().st_size // 1000} KB")


def main() -> None:
    """Run the command."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or SCENES:
        write(name, FOLDER)


if __name__ == "__main__":
    main()
