"""Print how good the cut-outs are: ``python -m tools.quality`` (or ``make quality``).

Runs our pipeline natively on the photographs with known mattes in ``../shared/data/matting`` and
prints a table: the default, each model alone, and the recipe of @imgly/background-removal on the
same weights. Photos tagged ambiguous-saliency, which have more than one defensible answer, are
scored apart. What the networks answered is kept in ``.cache/quality``, by the hash of the model
and of its input, so a second run computes only what has changed.

Ends with 1 when the default falls under the target, with 0 when there are no photos to score.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "worker"))

from offcut.errors import OffcutError  # noqa: E402 - the engine lives beside, not installed
from offcut.models.process import finish, prepare  # noqa: E402
from offcut.pipeline.engine import AUTO, Engine  # noqa: E402
from offcut.pipeline.job import Job  # noqa: E402
from offcut.pipeline.steps import alpha  # noqa: E402
from offcut.pixels.photo import Photo  # noqa: E402
from tools.measures import Measures, Scores  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec
    from offcut.runtime.session import Session

DATA = ROOT.parent / "shared" / "data" / "matting"
MODELS = ROOT / "dist" / "models"
CACHE = ROOT / ".cache" / "quality"
AMBIGUOUS = "ambiguous-saliency"
TARGET_IOU = 0.86
IMGLY = "imgly's recipe"
COLUMNS = (
    ("IoU@0.5", "iou", "{:.4f}"),
    ("MAE", "mae", "{:.4f}"),
    ("weighted F", "weighted_f", "{:.4f}"),
    ("max F", "max_f", "{:.4f}"),
    ("S", "s", "{:.4f}"),
    ("SAD", "sad", "{:.2f}"),
    ("gradient ×10³", "gradient", "{:.2f}"),
)


class Runner:
    """Runs models on photos, or remembers what they answered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sessions: dict[str, Session] = {}
        self.ran = 0

    async def answer(self, spec: ModelSpec, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """What ``spec`` gives for ``x``: float32 (1, 1, h, w)."""
        digest = hashlib.sha256(x.tobytes()).hexdigest()[:20]
        kept = CACHE / f"{spec.id}-{spec.sha256[:16]}" / f"{digest}.npy"
        if kept.exists():
            return np.asarray(np.load(kept), dtype=np.float32)
        session = await self._engine.session(spec.id)
        out = await session.run(x)
        self.ran += 1
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = kept.with_suffix(".half.npy")
        np.save(half, out)
        half.replace(kept)
        return out

    async def job(self, photo: Photo, specs: list[ModelSpec]) -> Job:
        """The photo's job after ``specs`` have answered, as the engine makes it."""
        job = Job(photo)
        for spec in specs:
            job.put(spec, finish(await self.answer(spec, prepare(photo.rgb, spec)), spec))
        return job

    async def imgly(self, photo: Photo, spec: ModelSpec) -> NDArray[np.float32]:
        """The matte as @imgly/background-removal makes it: bilinear samples without antialiasing,
        from the pixels' corners, x / 256 − ½, one network, no fusion."""
        size = spec.input.width
        x = (_corner_bilinear(photo.rgb.astype(np.float32), size, size) - 128) / 256
        out = await self.answer(spec, np.ascontiguousarray(x.transpose(2, 0, 1)[np.newaxis]))
        mask = finish(out, spec)[..., np.newaxis]
        return _corner_bilinear(mask, photo.width, photo.height)[..., 0]


def _corner_bilinear(pixels: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """Sample (h, w, n) at i · h / height, j · w / width, weights between the four neighbours."""

    def axis(old: int, new: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
        at = np.arange(new) * (old / new)
        low = np.floor(at).astype(np.intp)
        return low, np.minimum(low + 1, old - 1), (at - low).astype(np.float32)

    top, bottom, down = axis(pixels.shape[0], height)
    left, right, across = axis(pixels.shape[1], width)
    rows = pixels[top] + (pixels[bottom] - pixels[top]) * down[:, np.newaxis, np.newaxis]
    out = rows[:, left] + (rows[:, right] - rows[:, left]) * across[np.newaxis, :, np.newaxis]
    return np.asarray(out, dtype=np.float32)


def load(item: dict[str, Any]) -> tuple[Photo, NDArray[np.uint8]]:
    """A photo and its true matte, uint8 (H, W)."""
    with Image.open(DATA / item["image"]) as image:
        rgb = np.array(image.convert("RGB"))
    with Image.open(DATA / item["mask"]) as mask:
        truth = np.array(mask.convert("L"))
    return Photo(rgb, None, "png"), truth


async def mattes(
    runner: Runner, engine: Engine, photo: Photo, rows: list[str]
) -> dict[str, NDArray[np.float32]]:
    """The matte of one photo by each row of the table: float32 (H, W)."""
    out = {}
    for row in rows:
        if row == IMGLY:
            out[row] = await runner.imgly(photo, engine.registry.get("isnet"))
            continue
        names = AUTO if row.startswith("auto") else (row,)
        specs = [engine.registry.get(name) for name in names]
        out[row] = alpha(await runner.job(photo, specs))
    return out


def rows_for(engine: Engine) -> list[str]:
    """The rows that the models at hand allow."""
    have = engine.registry.models
    rows = [f"auto ({' + '.join(AUTO)})"] if all(name in have for name in AUTO) else []
    return [*rows, *have, *([IMGLY] if "isnet" in have else [])]


def table(title: str, scores: dict[str, Scores]) -> Iterator[str]:
    """The lines of a Markdown table."""
    yield f"\n{title}\n"
    yield "| what runs | " + " | ".join(head for head, _, _ in COLUMNS) + " |"
    yield "|---" * (len(COLUMNS) + 1) + "|"
    for row, found in scores.items():
        values = asdict(found)
        cells = (form.format(values[key]) for _, key, form in COLUMNS)
        yield f"| {row} | " + " | ".join(cells) + " |"


async def score(
    engine: Engine, items: list[dict[str, Any]], *, quiet: bool = False
) -> tuple[dict[str, dict[str, Scores]], int]:
    """Scores by group ("untagged", "ambiguous") and row, and how many networks had to run."""
    runner = Runner(engine)
    rows = rows_for(engine)
    gathered: dict[str, dict[str, Measures]] = {}
    for n, item in enumerate(items):
        if not quiet:
            print(f"\r{n + 1}/{len(items)} {item['id']:<50.50}", end="", file=sys.stderr)
        group = "ambiguous" if AMBIGUOUS in item["tags"] else "untagged"
        photo, truth = load(item)
        for row, matte in (await mattes(runner, engine, photo, rows)).items():
            gathered.setdefault(group, {}).setdefault(row, Measures()).add(matte, truth)
    if not quiet:
        print(file=sys.stderr)
    scores = {
        group: {row: found.scores() for row, found in by_row.items()}
        for group, by_row in gathered.items()
    }
    return scores, runner.ran


def main(argv: list[str] | None = None) -> int:
    """Print the tables; see the module's own text for the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.quality", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with registry.json")
    parser.add_argument("--limit", type=int, default=0, help="score only so many photos")
    parser.add_argument("--match", default="", help="score only photos whose id contains this")
    options = parser.parse_args(argv)
    if not (DATA / "manifest.json").exists():
        print("quality: skipped, the photographs to score are not here (../shared/data/matting)")
        return 0
    items = json.loads((DATA / "manifest.json").read_text("utf-8"))["items"]
    items = [item for item in items if options.match in item["id"]]
    items = items[: options.limit or None]
    if not items:
        print(f"quality: no photo matches {options.match!r}")
        return 2
    try:
        engine = Engine(options.models)
    except OffcutError as error:
        print(f"quality: {error.message} (make build)")
        return 2
    began = time.perf_counter()
    scores, ran = asyncio.run(score(engine, items, quiet=not sys.stderr.isatty()))
    for group, title in (("untagged", "Photos with one subject"), ("ambiguous", "Ambiguous")):
        if group in scores:
            count = next(iter(scores[group].values())).count
            print("\n".join(table(f"{title} ({count}), native ONNX Runtime", scores[group])))
    print(f"\n{ran} network runs, {time.perf_counter() - began:.0f} s in all")
    CACHE.mkdir(parents=True, exist_ok=True)
    plain = {g: {row: asdict(s) for row, s in rows.items()} for g, rows in scores.items()}
    (CACHE / "scores.json").write_text(json.dumps(plain, indent=1), "utf-8")
    auto = next(iter(scores.get("untagged", {}).items()), None)
    if auto and not options.match and auto[0].startswith("auto") and auto[1].iou < TARGET_IOU:
        print(f"quality: the default has IoU {auto[1].iou:.4f}, the target is {TARGET_IOU}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
