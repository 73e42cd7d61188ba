"""The steps of a job, in the order in which they run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.models.process import finish, prepare
from offcut.pipeline.progress import Durations, Report, silent, tell
from offcut.pixels.compose import cutout
from offcut.pixels.compose import preview as compose_preview
from offcut.pixels.encode import WHITE, encode_pillow, encode_png, flatten
from offcut.pixels.resample import resize_mask
from offcut.pixels.verify import verify_lossy, verify_png, verify_webp_lossless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec
    from offcut.pipeline.job import Job
    from offcut.pixels.encode import Deflate
    from offcut.runtime.session import Session

ENDINGS = {"image/png": ".png", "image/webp": ".webp", "image/jpeg": ".jpg"}
EMPTY_SHARE = 0.0005
"""The smallest subject: 22 by 22 pixels of a megapixel."""
durations = Durations()


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


async def cut(job: Job, session: Session, spec: ModelSpec, report: Report = silent) -> None:
    """Run one model on the job's photo; its mask goes into the job.

    ``preview_png`` then gives what the screen shows. Raises what ``Session.run`` raises,
    RUN_FAILED for an answer that is none, CANCELLED.
    """
    job.check()
    tell(report, "run", model=spec.id, eta_s=durations.guess(spec.id))
    began = time.perf_counter()
    x = prepare(job.photo.rgb, spec)
    ready = time.perf_counter()
    out = await session.run(x)
    ran = time.perf_counter()
    durations.add(spec.id, ran - began)
    job.check()
    tell(report, "run", model=spec.id, done=1, total=1)
    job.put(spec, finish(out, spec))
    job.ms[f"prepare.{spec.id}"] = (ready - began) * 1000
    job.ms[f"run.{spec.id}"] = (ran - ready) * 1000


async def refine(job: Job, session: Session, spec: ModelSpec, report: Report = silent) -> None:
    """Run a further model; its mask and the earlier ones are fused. As ``cut`` otherwise.

    Raises JOB_UNKNOWN when there is nothing to refine.
    """
    if not job.models:
        raise fail("JOB_UNKNOWN", reason="nothing to refine")
    await cut(job, session, spec, report)


def preview(job: Job) -> NDArray[np.uint8]:
    """The cut-out at preview size: uint8 (h, w, 4), straight alpha."""
    return compose_preview(job.small, job.mask())


async def preview_png(job: Job, deflate: Deflate | None = None) -> bytes:
    """The cut-out at preview size as a PNG, for the screen only: not checked.

    It carries the photo's profile, so that its colours look like the photo's."""
    began = time.perf_counter()
    data = await encode_png(preview(job), deflate, icc=job.photo.icc)
    job.ms["preview"] = (time.perf_counter() - began) * 1000
    return data


def is_empty(job: Job) -> bool:
    """Whether the models found no subject: under ``EMPTY_SHARE`` of the mask is at least ½."""
    mask = job.mask()
    return int(np.count_nonzero(mask >= 0.5)) < EMPTY_SHARE * mask.size


def alpha(job: Job) -> NDArray[np.float32]:
    """The matte at the photo's own size: float32 (H, W), 0..1."""
    return resize_mask(job.mask(), job.photo.width, job.photo.height)


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
