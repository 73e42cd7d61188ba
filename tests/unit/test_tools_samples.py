"""The sample photos are what the code in tools/ renders."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from offcut.pipeline.engine import Engine
from offcut.pipeline.export import export
from tools.paths import DIST
from tools.samples import FOLDER, SCENES, THUMB

SMALL = (160, 120)


@pytest.mark.parametrize("name", SCENES)
def test_a_photo_is_what_its_scene_renders(name: str) -> None:
    """At an eighth of its size: that takes a second, and tells one scene from an older one."""
    made = np.asarray(SCENES[name](SMALL), np.float32)
    with Image.open(FOLDER / f"{name}.jpg") as photo:
        assert photo.size == (1200, 900)
        shipped = np.asarray(photo.convert("RGB").resize(SMALL, Image.Resampling.BOX), np.float32)
    gap = np.abs(made - shipped).mean(2)
    # The down is drawn in lines that have a width of at least a pixel, at any size.
    assert gap.mean() < (6 if name == "chick" else 2)
    assert np.median(gap) < 2.5


@pytest.mark.parametrize("name", SCENES)
def test_a_thumb_is_small(name: str) -> None:
    with Image.open(FOLDER / f"{name}-thumb.jpg") as thumb:
        assert thumb.size == (2 * THUMB[0], 2 * THUMB[1])
    assert (FOLDER / f"{name}-thumb.jpg").stat().st_size < 15_000
    assert (FOLDER / f"{name}.jpg").stat().st_size < 150_000


@pytest.mark.skipif(
    not (DIST / "models" / "registry.json").exists(), reason="no models here (make build)"
)
@pytest.mark.parametrize("name", SCENES)
async def test_quick_and_detailed_networks_agree_on_it(name: str) -> None:
    """Nothing else than the thing is taken for it: somebody's first try is to come out well."""
    engine = Engine(DIST / "models")
    masks = []
    for profile in ("fast", "auto"):
        made = await export(await engine.run((FOLDER / f"{name}.jpg").read_bytes(), profile))
        masks.append(np.asarray(Image.open(BytesIO(made.data)))[..., 3] > 127)
    one, other = masks
    assert 0.1 < one.mean() < 0.2
    assert (one & other).sum() / (one | other).sum() > 0.96
