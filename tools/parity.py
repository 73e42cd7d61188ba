"""Whether a browser and a computer cut the same: ``offcut.js`` in Chromium beside native CPython.

python -m tools.parity                  ten photos, profile auto
python -m tools.parity --profile fast
python -m tools.parity --matting 10     and ten of ../shared/data/matting

Both write a PNG; its alpha may differ by 1/255 on average and by 3/255 at most. Both run the same
Python, so what differs is beside it: ONNX Runtime in WebAssembly and natively, and the decoders.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from offcut.models.plan import DEFAULT
from offcut.native.photos import decode
from offcut.pipeline.engine import Engine
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pixels.icc import display_p3
from tools.paths import DIST, PHOTOS, ROOT, say
from tools.rows import DATA, items
from tools.tab import open_tab

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from playwright.sync_api import Page

MEAN, MOST = 1.0, 3
"""How far alphas may be apart, in levels of 255: on average, and anywhere."""
SIDE = 480
SAMPLES = ROOT / "public" / "samples"
CUT = """async ([text, model]) => {
  const { cut } = await import("./offcut.js");
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  const { blob, notes } = await cut(photo, { model });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let coded = "";
  for (let i = 0; i < bytes.length; i += 32768)
    coded += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return [btoa(coded), notes];
}"""


@dataclass(frozen=True)
class Gap:
    """How far two results are apart, in levels of 255. ``mean``, ``most``: of alpha. ``colour``:
    the greatest of any colour. ``soft``: the share of pixels that are neither 0 nor 255."""

    mean: float
    most: int
    colour: int
    soft: float

    @property
    def is_parity(self) -> bool:
        """Whether they count as the same."""
        return self.mean <= MEAN and self.most <= MOST


def gap(one: bytes, other: bytes) -> Gap:
    """Compare two PNGs with alpha. Raises ValueError where they are not of one size."""
    a, b = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)
        for data in (one, other)
    )
    if a.shape != b.shape:
        msg = f"{a.shape} is not {b.shape}"
        raise ValueError(msg)
    apart = np.abs(a - b)
    soft = float(((b[..., 3] > 0) & (b[..., 3] < 255)).mean())
    return Gap(
        float(apart[..., 3].mean()), int(apart[..., 3].max()), int(apart[..., :3].max()), soft
    )


def photos() -> dict[str, bytes]:
    """Ten small photos, ours or anybody's, of the kinds that people have."""
    own = {path.stem: path.read_bytes() for path in sorted(PHOTOS.glob("*.jpg"))}
    found = {f"{name}.jpg": data for name, data in own.items()}
    pear, mug, chick = (_small(SAMPLES / f"{name}.jpg") for name in ("pear", "mug", "chick"))
    found["pear.png"] = _saved(pear, "PNG")
    found["mug flipped.webp"] = _saved(
        mug.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "WEBP", lossless=True
    )
    found["chick progressive.jpg"] = _saved(chick, "JPEG", quality=88, progressive=True)
    cup, cat, astronaut = (_opened(own[name]) for name in ("coffee", "chelsea", "astronaut"))
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = cup.transpose(Image.Transpose.ROTATE_90)
    found["coffee turned by Exif.jpg"] = _saved(lying, "JPEG", quality=92, exif=exif)
    found["chelsea in Display P3.jpg"] = _saved(cat, "JPEG", quality=92, icc_profile=display_p3())
    portrait = astronaut.crop((100, 0, 400, 360)).convert("RGBA")
    portrait.putalpha(Image.linear_gradient("L").resize(portrait.size))
    found["astronaut with alpha.png"] = _saved(portrait, "PNG")
    return found


def native(data: dict[str, bytes], wanted: str, models: Path) -> dict[str, bytes]:
    """What a computer makes of photos, by name. ``models``: of a built site."""

    async def work() -> dict[str, bytes]:
        engine = Engine(models)
        made = {}
        for name, photo in data.items():
            job = Job(decode(photo), name)
            await engine.look(job, wanted)
            made[name] = (await export(job)).data
        await engine.close()
        return made

    return asyncio.run(work())


def browser(page: Page, photo: bytes, wanted: str) -> tuple[bytes, list[str]]:
    """What ``offcut.js``, beside that page, makes of a photo, and its notes."""
    text = base64.b64encode(photo).decode()
    made: tuple[str, list[str]] = page.evaluate(CUT, [text, wanted])
    return base64.b64decode(made[0]), made[1]


def matting(count: int) -> dict[str, bytes]:
    """So many photos of the set with true mattes, where that is at hand."""
    listed = items()
    chosen = listed[:: max(1, len(listed) // count)][:count] if count else []
    return {item["id"]: (DATA / item["image"]).read_bytes() for item in chosen}


def main() -> int:
    """Print the table; 1 where two results are not the same."""
    parser = argparse.ArgumentParser(prog="python -m tools.parity")
    parser.add_argument("--profile", default=DEFAULT, help="or a model")
    parser.add_argument("--matting", type=int, default=0, metavar="N", help="so many more photos")
    typed = parser.parse_args()
    todo = photos() | matting(typed.matting)
    # Before the browser: Playwright keeps an event loop running in this thread.
    wanted = native(todo, typed.profile, DIST / "models")
    apart = []
    say(f"| photo ({typed.profile}) | alpha, mean | alpha, most | colours, most | soft pixels |")
    say("|---|---:|---:|---:|---:|")
    with open_tab() as tab:
        for name, photo in todo.items():
            made, notes = browser(tab.page, photo, typed.profile)
            found = gap(made, wanted[name])
            apart.append(found)
            soft = f"{found.soft:.1%}"
            say(f"| {name} | {found.mean:.4f} | {found.most} | {found.colour} | {soft} |")
            for note in notes:
                say(f"  {note}")
        backend = tab.probe()["backend"]
    worst = max(found.most for found in apart)
    mean = max(found.mean for found in apart)
    say(f"\n{backend} beside native, of 255: mean at most {mean:.4f}, any pixel at most {worst}.")
    return 0 if all(found.is_parity for found in apart) else 1


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def _small(path: Path) -> Image.Image:
    image = _opened(path.read_bytes())
    image.thumbnail((SIDE, SIDE))
    return image


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
