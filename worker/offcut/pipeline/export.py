"""A job's result as a file that was written, read again and found right."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from offcut.pipeline.options import ENDINGS, ExportOptions
from offcut.pipeline.progress import Report, silent, tell
from offcut.pipeline.steps import alpha
from offcut.pipeline.steps import matte as pieces
from offcut.pixels import compose
from offcut.pixels.avif import PillowAvif, annotate
from offcut.pixels.encode import check_side, encode_pillow, encode_png
from offcut.pixels.exif import upright
from offcut.pixels.foreground import foreground
from offcut.pixels.verify import (
    verify_avif,
    verify_exif,
    verify_lossy,
    verify_png,
    verify_webp_lossless,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from offcut.pipeline.job import Job
    from offcut.pixels.avif import AvifCodec
    from offcut.pixels.encode import Packers

__all__ = ["Export", "ExportOptions", "export", "result_name"]


@dataclass(frozen=True)
class Export:
    """A file that was written and found right, its size in pixels, and how long it took.

    ``checks``: sentences that say what was checked.
    """

    data: bytes
    mime: str
    name: str
    width: int
    height: int
    checks: list[str]
    ms: dict[str, float]


async def export(
    job: Job,
    options: ExportOptions | Mapping[str, object] | None = None,
    report: Report = silent,
    avif: AvifCodec | None = None,
    packers: Packers | None = None,
) -> Export:
    """Write the cut-out as a file, read it again, and give it only if it is right.

    ``options``: also as ``ExportOptions.of`` reads them. ``avif``: what writes AVIF files, Pillow
    when None. ``packers``: see ``encode_png``. Raises BAD_CONFIG, ENCODE_FAILED,
    VERIFY_FAILED, OUT_OF_MEMORY, CANCELLED, JOB_UNKNOWN.
    """
    if not isinstance(options, ExportOptions):
        options = ExportOptions.of(options or {})
    options.check()
    # One at a time: the result may lie in the photo's own memory (``compose.cutout_of``).
    async with job.writing:
        return await _write(job, options, report, avif or PillowAvif(), packers)


async def _write(
    job: Job,
    options: ExportOptions,
    report: Report,
    codec: AvifCodec,
    packers: Packers | None,
) -> Export:
    job.check()
    times = [time.perf_counter()]
    tell(report, "matte")
    pixels = _pixels(job, options)
    tell(report, "matte", done=1, total=1)
    times.append(time.perf_counter())
    job.check()
    tell(report, "encode")
    height, width = pixels.shape[:2]
    exif = upright(job.photo.exif, width, height) if options.exif and job.photo.exif else None
    data = await _encode(
        job, pixels, options, exif=exif, avif=codec, packers=packers, report=report
    )
    times.append(time.perf_counter())
    job.check()
    tell(report, "verify")
    checks = await _verify(data, pixels, options, codec)
    checks += verify_exif(data, exif)
    tell(report, "verify", done=1, total=1)
    times.append(time.perf_counter())
    steps = ("matte", "encode", "verify")
    ms = {step: (times[n + 1] - times[n]) * 1000 for n, step in enumerate(steps)}
    job.ms.update(ms)
    name = result_name(job.name, options.format, "mask" if options.mask else "cutout")
    return Export(data, options.format, name, width, height, checks, ms)


def result_name(name: str, mime: str, what: str = "cutout") -> str:
    """The name of the result: ``photo.jpg`` becomes ``photo-cutout.png``; folders are dropped."""
    stem = PurePath(name.replace("\\", "/")).stem.strip()
    return f"{stem or 'photo'}-{what}{ENDINGS[mime]}"


def _pixels(job: Job, options: ExportOptions) -> NDArray[Any]:
    """What is to be written: gray (H, W), (H, W, 3) or (H, W, 4), uint8 or ``compose.WIDE``."""
    if options.is_plain:
        return compose.cutout_of(job.photo, pieces(job, job.photo))
    photo, matte = job.photo, alpha(job)
    if options.own_colours:
        # By the matte alone: where the photo brought an alpha, its colours are the subject's own.
        photo = replace(photo, rgb=foreground(photo.rgb, matte))
    box = compose.visible_box(matte, photo.alpha) if options.crop else None
    if box is not None:  # without any subject there is nothing to crop to
        top, left, bottom, right = box
        rows, columns = slice(top, bottom), slice(left, right)
        own = None if photo.alpha is None else photo.alpha[rows, columns]
        photo = replace(photo, rgb=photo.rgb[rows, columns], alpha=own)
        matte = matte[rows, columns]
    if options.mask:
        levels = compose.to_uint8 if options.depth == 8 else compose.to_uint16
        return levels(matte, photo.alpha)
    if options.ground is not None:
        return compose.place(photo, matte, options.ground, options.depth)
    return compose.cutout(photo, matte, options.depth)


async def _encode(
    job: Job,
    pixels: NDArray[Any],
    options: ExportOptions,
    *,
    exif: bytes | None,
    avif: AvifCodec,
    packers: Packers | None,
    report: Report,
) -> bytes:
    def rows(done: int, total: int) -> None:
        tell(report, "encode", done=done, total=total)
        job.check()

    # A profile for RGB says nothing about a mask.
    icc, dpi = None if options.mask else job.photo.icc, job.photo.dpi
    kind, quality = options.format.removeprefix("image/"), max(1, round(options.quality * 100))
    if kind == "png":
        return await encode_png(pixels, icc=icc, dpi=dpi, exif=exif, on_rows=rows, packers=packers)
    if kind == "avif":
        check_side(kind, pixels.shape[1], pixels.shape[0])
        return annotate(await avif.encode(pixels, quality), icc, exif)
    lossless = options.quality >= 1
    return encode_pillow(
        pixels, kind, quality=quality, lossless=lossless, icc=icc, dpi=dpi, exif=exif
    )


async def _verify(
    data: bytes, pixels: NDArray[Any], options: ExportOptions, avif: AvifCodec
) -> list[str]:
    if options.format == "image/png":
        return verify_png(data, pixels)
    if options.format == "image/avif":
        return verify_avif(await avif.decode(data), pixels)
    if options.format == "image/webp" and options.quality >= 1:
        return verify_webp_lossless(data, pixels)
    return verify_lossy(data, options.format.removeprefix("image/"), pixels)
