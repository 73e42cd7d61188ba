"""The steps of a job up to its matte, in the order in which they run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from offcut.errors import fail
from offcut.models.process import finish, prepare
from offcut.pipeline.progress import Durations, Report, silent, tell
from offcut.pixels.compose import preview as compose_preview
from offcut.pixels.encode import encode_png
from offcut.pixels.resample import resize_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec
    from offcut.pipeline.job import Job
    from offcut.pixels.encode import Deflate
    from offcut.runtime.session import Session

EMPTY_SHARE = 0.0005
"""The smallest subject: 22 by 22 pixels of a megapixel."""
durations = Durations()


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
