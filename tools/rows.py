"""The rows of the quality table: everything that makes a matte of a photo, and the photos."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.models.plan import DEFAULT, PROFILES
from offcut.pipeline.steps import alpha
from offcut.pixels.decode import decode_pillow
from tools import recipes_peers as peers
from tools.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from numpy.typing import NDArray

    from offcut.pixels.photo import Photo
    from tools.answers import AnsweringEngine

DATA = SHARED / "data" / "matting"
AMBIGUOUS = "ambiguous-saliency"
AUTO = DEFAULT
IMGLY = "imgly's recipe (isnet)"


@dataclass(frozen=True)
class Sample:
    """A photo with its true matte, uint8 (H, W). ``group``: the set it comes from."""

    id: str
    group: str
    ambiguous: bool
    data: bytes
    photo: Photo
    truth: NDArray[np.uint8]


@dataclass(frozen=True)
class Row:
    """A way to make a matte. ``kind``: "profile", "model" or "peer".

    ``matte``: gives float32 (H, W), 0..1, of a sample; what it runs, it runs by the sessions of
    the engine it was made for, so that the engine knows what was spent.
    """

    name: str
    kind: str
    matte: Callable[[Sample], Coroutine[Any, Any, NDArray[np.float32]]]


def items(match: str = "", data: Path = DATA) -> list[dict[str, Any]]:
    """What the manifest says of each photo whose id contains ``match``; none without the data."""
    listed = data / "manifest.json"
    if not listed.exists():
        return []
    told: list[dict[str, Any]] = json.loads(listed.read_text("utf-8"))["items"]
    return [item for item in told if match in item["id"]]


def load(item: dict[str, Any], data: Path = DATA) -> Sample:
    """Read a photo and its truth."""
    raw = (data / item["image"]).read_bytes()
    with Image.open(data / item["mask"]) as mask:
        truth = np.array(mask.convert("L"))
    return Sample(
        id=item["id"],
        group=item["id"].split("/")[0],
        ambiguous=AMBIGUOUS in item["tags"],
        data=raw,
        photo=decode_pillow(raw),
        truth=truth,
    )


async def _ours(engine: AnsweringEngine, wanted: str, sample: Sample) -> NDArray[np.float32]:
    return alpha(await engine.run(sample.data, wanted))


async def _peer(
    recipe: Any, engine: AnsweringEngine, name: str, sample: Sample
) -> NDArray[np.float32]:
    session, spec = await engine.session(name), engine.registry.get(name)
    made: NDArray[np.float32] = await recipe(sample.photo.rgb, session, spec)
    return made


def rows(engine: AnsweringEngine) -> list[Row]:
    """The rows that the models at hand allow: our profiles, each model, the peers' recipes."""
    have = engine.registry.models
    found = [Row(name, "profile", partial(_ours, engine, name)) for name in PROFILES]
    found += [Row(f"{name} alone", "model", partial(_ours, engine, name)) for name in have]
    if "isnet" in have:
        found.append(Row(IMGLY, "peer", partial(_peer, peers.imgly, engine, "isnet")))
    for name in peers.REMBG:
        if name in have:
            row = f"rembg's recipe ({name})"
            found.append(Row(row, "peer", partial(_peer, peers.rembg, engine, name)))
    return found
