"""The steps of a job up to its matte, in the order in which they run."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from offcut.models.fusion import Seen
from offcut.models.limit import fit
from offcut.models.plan import looks
from offcut.models.process import finish, input_size, prepare
from offcut.pipeline.progress import Durations, Report, silent, tell
from offcut.pixels.compose import cutout_of, to_uint8
from offcut.pixels.encode import encode_png
from offcut.pixels.refine import drawn
from offcut.pixels.resample import resize_mask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray

    from offcut.models.crop import Box
    from offcut.models.limit import Limit
    from offcut.models.plan import Look
    from offcut.models.registry import ModelSpec
    from offcut.pipeline.job import Job
    from offcut.pipeline.options import ExportOptions
    from offcut.pixels.compose import Piece
    from offcut.pixels.photo import Photo
    from offcut.runtime.session import Session

EMPTY_SHARE = 0.0005
"""The smallest subject: 22 by 22 pixels of a megapixel."""
_LUMA = np.array([0.299, 0.587, 0.114]) / 255
durations = Durations()


async def cut(
    job: Job,
    session: Session,
    spec: ModelSpec,
    profile: str = "",
    report: Report = silent,
    *,
    limit: Limit | None = None,
) -> None:
    """Let one network look at the job's photo as often as ``profile`` wants it.

    What it sees and what earlier ones saw is fused. ``profile``: see ``models.plan``; "" = one
    plain look. ``preview_png`` then gives what the screen shows. ``limit``: the most that this
    device lets the network see; where that is less than a look asks for, ``job.notes`` says so.
    Raises what ``Session.run`` raises, RUN_FAILED for an answer that is none, CANCELLED.
    """
    job.check()
    todo = looks(profile, spec.roles)
    key = f"{spec.id}.{profile}"
    tell(report, "run", model=spec.id, eta_s=durations.guess(key))
    began = time.perf_counter()
    ran = 0.0
    seen: list[Seen] = []
    for n, look in enumerate(todo):
        if look.doubt and not job.is_doubtful(seen):
            continue
        box = job.subject() if look.crop else job.whole
        one, took = await look_at(job, session, spec, look, box, limit=limit)
        seen.append(one)
        ran += took
        job.check()
        tell(report, "run", model=spec.id, done=n + 1, total=len(todo))
        if n == 0:
            job.put(spec.id, seen)  # the box that the next looks crop to is known from here on
    durations.add(key, time.perf_counter() - began)
    job.put(spec.id, seen)
    job.ms[f"run.{spec.id}"] = ran * 1000
    job.ms[f"prepare.{spec.id}"] = (time.perf_counter() - began - ran) * 1000


async def look_at(
    job: Job, session: Session, spec: ModelSpec, look: Look, box: Box, *, limit: Limit | None
) -> tuple[Seen, float]:
    """One run of a network on the part ``box`` of the photo, and the seconds that it took.

    Raises as ``cut`` does; the job does not keep what was seen.
    """
    width, height = input_size(box.width, box.height, spec.input, look.pixels)
    less, usual = fit(limit, spec.input, (width, height), look.pixels)
    if limit and less:
        width, height = input_size(box.width, box.height, spec.input, less)
        job.note(limit.say(usual))
    rgb, part = job.view(box, width * height)
    x = prepare(rgb, spec, (width, height), part, job.colours)
    if look.flip:
        x = np.ascontiguousarray(x[..., ::-1])
    began = time.perf_counter()
    out = await session.run(x)
    took = time.perf_counter() - began
    mask = finish(out, spec)
    return Seen(look, mask[:, ::-1] if look.flip else mask, box), took


def preview(
    job: Job, options: ExportOptions | None = None, picture: Photo | None = None
) -> NDArray[Any]:
    """The result at preview size: uint8 (h, w, 4), straight alpha; (h, w, 3) on a background, and
    (h, w) for a mask.

    ``options``, ``picture``: as for ``export``; the plain cut-out when None. Of a frame no side
    is longer than ``job.side``.
    """
    small = job.small
    if options is not None and not options.is_plain:
        from offcut.pipeline.scene import draw  # noqa: PLC0415 - docs/performance.md, Start

        options = replace(options, depth=8)
        return draw(small, alpha(job, small), options, picture, job.side)
    # A copy: the preview of a small photo must not be the memory that an export writes to.
    return cutout_of(replace(small, rgb=small.rgb.copy()), matte(job, small))


async def preview_png(job: Job, pixels: NDArray[Any] | None = None) -> bytes:
    """A PNG for the screen only: not checked, quickly packed.

    ``pixels``: what ``preview`` gives, the plain cut-out when None. It carries the photo's
    profile, so that its colours look like the photo's."""
    began = time.perf_counter()
    pixels = preview(job) if pixels is None else pixels
    icc = job.photo.icc if pixels.ndim == 3 else None  # one for RGB says nothing about a mask
    data = await encode_png(pixels, icc=icc, level=1)
    job.ms["preview"] = (time.perf_counter() - began) * 1000
    return data


async def edited_png(job: Job) -> tuple[bytes, bool]:
    """As ``preview_png``, and whether nothing at all is to be seen on it: edits may find what
    networks did not, or take everything away."""
    pixels = preview(job)
    return await preview_png(job, pixels), not pixels[..., 3].any()


def is_empty(job: Job) -> bool:
    """Whether the networks found no subject: under ``EMPTY_SHARE`` of the mask is at least ½."""
    mask = job.mask()
    share = mask.box.width * mask.box.height / (job.photo.width * job.photo.height)
    return int(np.count_nonzero(mask.values >= 0.5)) * share < EMPTY_SHARE * mask.values.size


def given(mask: Photo) -> NDArray[np.float32]:
    """A picture as a matte: its alpha, or where it is opaque its brightness. float32, 0..1."""
    if mask.alpha is not None:
        return mask.alpha.astype(np.float32) / np.float32(255)
    return (mask.rgb @ _LUMA).astype(np.float32)


def alpha(job: Job, photo: Photo | None = None) -> NDArray[np.float32]:
    """The matte at the size of ``photo``, the job's own when None: float32 (H, W), 0..1. Nothing
    but 0 for no subject."""
    photo = photo or job.photo
    out = np.zeros((photo.height, photo.width), np.float32)
    for rows, columns, piece in matte(job, photo):
        out[rows, columns] = piece
    return out


def matte(job: Job, photo: Photo) -> Iterator[Piece]:
    """The same piece by piece, at the size of ``photo``, the job's own or a smaller one of it.

    Rows, columns, and alpha of 0..1, float32 (h, w) or one number. What no piece covers is 0. The
    job's edits are in it; on a smaller photo strokes are near to what they are on the job's own.
    """
    pieces = _found(job, photo)
    if job.edits is None or not job.edits.items:
        return pieces
    from offcut.pipeline.replay import replayed  # noqa: PLC0415 - docs/performance.md, Start

    return replayed(pieces, job, photo)


def matte_part(job: Job, box: Box) -> NDArray[np.uint8]:
    """The part ``box`` of the matte as a file of 8 bits has it, edits and all: uint8 (h, w)."""
    out = np.zeros((box.height, box.width), np.float32)
    for rows, columns, piece in matte(job, job.photo):
        if rows.start >= box.bottom:
            break
        top, bottom = max(rows.start, box.top), min(rows.stop, box.bottom)
        left, right = max(columns.start, box.left), min(columns.stop, box.right)
        if top >= bottom or left >= right:
            continue
        inside = slice(top - rows.start, bottom - rows.start)
        across = slice(left - columns.start, right - columns.start)
        part = piece if isinstance(piece, float) else piece[inside, across]
        out[top - box.top : bottom - box.top, left - box.left : right - box.left] = part
    over = job.photo.alpha
    return to_uint8(out, None if over is None else over[box.top : box.bottom, box.left : box.right])


def _found(job: Job, photo: Photo) -> Iterator[Piece]:
    """The matte as the networks and the photo's edges give it, or as it came with the photo."""
    if job.given is not None:
        whole = resize_mask(job.given, photo.width, photo.height)
        yield slice(0, photo.height), slice(0, photo.width), whole
        return
    if is_empty(job):
        return
    mask = job.mask()
    across, down = photo.width / job.photo.width, photo.height / job.photo.height
    left, top, right, bottom = mask.box.scaled(across, down)
    part = photo.rgb[top:bottom, left:right]
    for rows, columns, piece in drawn(part, mask.values, job.edges()):
        yield (
            slice(top + rows.start, top + rows.stop),
            slice(left + columns.start, left + columns.stop),
            piece,
        )
