"""A job's result as a file that was written, read again and found right."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.pipeline.progress import Report, silent, tell
from offcut.pipeline.steps import alpha
from offcut.pixels.compose import cutout
from offcut.pixels.encode import WHITE, encode_pillow, encode_png, flatten
from offcut.pixels.verify import verify_lossy, verify_png, verify_webp_lossless

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from offcut.pipeline.job import Job
    from offcut.pixels.encode import Deflate

ENDINGS = {"image/png": ".png", "image/webp": ".webp", "image/jpeg": ".jpg"}


@dataclass(frozen=True)
class ExportOptions:
    """``format``: "image/png", "image/webp" or "image/jpeg". ``quality``: 0..1 for lossy files;
    1 makes WebP lossless. ``background``: (R, G, B) under a JPEG."""

    format: str = "image/png"
    quality: float = 0.9
    background: tuple[int, int, int] = WHITE

    @classmethod
    def of(cls, options: Mapping[str, object]) -> ExportOptions:
        """Read and check what a caller sent; absent and None mean the default. BAD_CONFIG."""
        name = options.get("format") or cls.format
        quality = options.get("quality")
        quality = cls.quality if quality is None else quality
        if name not in ENDINGS:
            say = f"The format {name!r} is none of {', '.join(ENDINGS)}."
            raise fail("BAD_CONFIG", say, format=name)
        if not isinstance(quality, (int, float)) or not 0 <= quality <= 1:
            raise fail("BAD_CONFIG", "The quality goes from 0 to 1.", quality=quality)
        ground = options.get("background")
        if ground is None:
            ground = WHITE
        if not isinstance(ground, (list, tuple)) or len(ground) != 3:
            raise fail("BAD_CONFIG", "A background colour is three numbers.", background=ground)
        red, green, blue = (max(0, min(255, int(value))) for value in ground)
        return cls(str(name), float(quality), (red, green, blue))


@dataclass(frozen=True)
class Export:
    """A file that was written and found right. ``checks``: sentences that say what was checked."""

    data: bytes
    mime: str
    name: str
    checks: list[str]
    ms: dict[str, float]


async def export(
    job: Job,
    options: ExportOptions | Mapping[str, object] | None = None,
    deflate: Deflate | None = None,
    report: Report = silent,
) -> Export:
    """Write the cut-out as a file, read it again, and give it only if it is right.

    ``options``: also as ``ExportOptions.of`` reads them. ``deflate``: see ``encode_png``. Raises
    BAD_CONFIG, ENCODE_FAILED, VERIFY_FAILED, OUT_OF_MEMORY,
    CANCELLED, JOB_UNKNOWN.
    """
    if not isinstance(options, ExportOptions):
        options = ExportOptions.of(options or {})
    job.check()
    times = [time.perf_counter()]
    tell(report, "matte")
    rgba = cutout(job.photo, alpha(job))
    tell(report, "matte", done=1, total=1)
    times.append(time.perf_counter())
    job.check()
    tell(report, "encode")
    data = await _encode(job, rgba, options, deflate, report)
    times.append(time.perf_counter())
    job.check()
    tell(report, "verify")
    checks = _verify(data, rgba, options)
    tell(report, "verify", done=1, total=1)
    times.append(time.perf_counter())
    steps = ("matte", "encode", "verify")
    ms = {step: (times[n + 1] - times[n]) * 1000 for n, step in enumerate(steps)}
    job.ms.update(ms)
    return Export(data, options.format, result_name(job.name, options.format), checks, ms)


def result_name(name: str, mime: str) -> str:
    """The name of the result: ``photo.jpg`` becomes ``photo-cutout.png``; folders are dropped."""
    stem = PurePath(name.replace("\\", "/")).stem.strip()
    return f"{stem or 'photo'}-cutout{ENDINGS[mime]}"


async def _encode(
    job: Job,
    rgba: NDArray[np.uint8],
    options: ExportOptions,
    deflate: Deflate | None,
    report: Report,
) -> bytes:
    def rows(done: int, total: int) -> None:
        tell(report, "encode", done=done, total=total)
        job.check()

    icc, dpi = job.photo.icc, job.photo.dpi
    if options.format == "image/png":
        return await encode_png(rgba, deflate, icc=icc, dpi=dpi, on_rows=rows)
    return encode_pillow(
        rgba,
        options.format.removeprefix("image/"),
        quality=max(1, round(options.quality * 100)),
        lossless=options.quality >= 1,
        background=options.background,
        icc=icc,
        dpi=dpi,
    )


def _verify(data: bytes, rgba: NDArray[np.uint8], options: ExportOptions) -> list[str]:
    if options.format == "image/png":
        return verify_png(data, rgba)
    if options.format == "image/jpeg":
        return verify_lossy(data, "jpeg", flatten(rgba, options.background))
    if options.quality >= 1:
        return verify_webp_lossless(data, rgba)
    return verify_lossy(data, "webp", rgba)
