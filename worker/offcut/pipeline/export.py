"""A job's result as a file that was written, read again and found right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from offcut.pipeline.options import ENDINGS, RAW, ExportOptions
from offcut.pipeline.progress import Report, silent, tell
from offcut.pipeline.steps import alpha
from offcut.pipeline.steps import matte as pieces
from offcut.pipeline.watch import Watch
from offcut.pixels.avif import PillowAvif, annotate
from offcut.pixels.compose import laid
from offcut.pixels.encode import check_side, encode_pillow, encode_png
from offcut.pixels.exif import upright
from offcut.pixels.proof import PngProof
from offcut.pixels.raw import raw_of
from offcut.pixels.verify import (
    verify_avif,
    verify_exif,
    verify_lossy,
    verify_webp_lossless,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from offcut.pipeline.job import Job
    from offcut.pixels.avif import AvifCodec
    from offcut.pixels.encode import Packers
    from offcut.pixels.photo import Photo

__all__ = ["Export", "ExportOptions", "export", "result_name", "what_of"]


@dataclass(frozen=True)
class Export:
    """A file that was written and found right, its size in pixels, and how long it took.

    ``checks``: sentences that say what was checked; none for raw pixels, which are no file.
    """

    data: bytes
    mime: str
    name: str
    width: int
    height: int
    checks: list[str]
    ms: dict[str, float]


@dataclass(frozen=True)
class _Carried:
    """What a file carries beside its pixels, for all of them that can."""

    icc: bytes | None
    dpi: tuple[float, float] | None
    exif: bytes | None


async def export(
    job: Job,
    options: ExportOptions | Mapping[str, object] | None = None,
    report: Report = silent,
    avif: AvifCodec | None = None,
    packers: Packers | None = None,
    *,
    picture: Photo | None = None,
) -> Export:
    """Write the cut-out as a file, read it again, and give it only if it is right.

    ``options``: also as ``ExportOptions.of`` reads them. ``avif``: what writes AVIF files, Pillow
    when None. ``packers``: see ``encode_png``. ``picture``: the background where that is a
    picture. Raises BAD_CONFIG, ENCODE_FAILED, VERIFY_FAILED, OUT_OF_MEMORY, CANCELLED,
    JOB_UNKNOWN.
    """
    if not isinstance(options, ExportOptions):
        options = ExportOptions.of(options or {})
    options.check()
    # One at a time: the result may lie in the photo's own memory (``compose.laid``).
    async with job.writing:
        return await _write(job, options, report, avif or PillowAvif(), packers, picture=picture)


async def _write(
    job: Job,
    options: ExportOptions,
    report: Report,
    codec: AvifCodec,
    packers: Packers | None,
    *,
    picture: Photo | None,
) -> Export:
    job.check()
    watch = Watch("matte")
    tell(report, "matte")
    pixels, rows = _begun(job, options, picture)
    height, width = pixels.shape[:2]
    exif = upright(job.photo.exif, width, height) if options.exif and job.photo.exif else None
    # A profile for RGB says nothing about a mask.
    carried = _Carried(None if options.is_gray else job.photo.icc, job.photo.dpi, exif)
    if options.format != "image/png":  # of a PNG, rows are drawn while others are packed
        for _ in rows:
            pass
    tell(report, "matte", done=1, total=1)
    job.check()
    name = result_name(job.name, options.format, what_of(options))
    if options.format in RAW:
        watch.now("")
        job.ms.update(watch.ms)
        mime, data = raw_of(options.format, pixels)
        return Export(data, mime, name, width, height, [], watch.ms)
    watch.now("encode")
    tell(report, "encode")
    if options.format == "image/png":
        writer = _PngWriter(job, pixels, rows, report, watch)
        data = await writer.write(carried, packers)
        job.check()
        watch.now("verify")
        tell(report, "verify")
        checks = writer.proof.close(data)
    else:
        data = await _encode(pixels, options, carried, codec)
        job.check()
        watch.now("verify")
        tell(report, "verify")
        checks = await _verify(data, pixels, options, codec)
    checks += verify_exif(data, exif)
    tell(report, "verify", done=1, total=1)
    watch.now("")
    job.ms.update(watch.ms)
    return Export(data, options.format, name, width, height, checks, watch.ms)


class _PngWriter:
    """Rows are drawn, packed and read again side by side; ``watch`` says what took how long."""

    def __init__(
        self, job: Job, pixels: NDArray[Any], rows: Iterator[int], report: Report, watch: Watch
    ) -> None:
        self.proof = PngProof(pixels)
        self._job, self._pixels, self._rows = job, pixels, rows
        self._report, self._watch = report, watch
        self._drawn = 0

    async def write(self, carried: _Carried, packers: Packers | None) -> bytes:
        return await encode_png(
            self._pixels,
            icc=carried.icc,
            dpi=carried.dpi,
            exif=carried.exif,
            on_rows=self._told,
            on_band=self._band,
            ready=self._ready,
            packers=packers,
        )

    def _ready(self, row: int) -> None:
        with self._watch.during("matte"):
            while self._drawn < row:
                self._drawn = next(self._rows)

    def _band(self, top: int, bottom: int, packed: bytes) -> None:
        with self._watch.during("verify"):
            self.proof.band(top, bottom, packed)

    def _told(self, done: int, total: int) -> None:
        tell(self._report, "encode", done=done, total=total)
        self._job.check()


def result_name(name: str, mime: str, what: str = "cutout") -> str:
    """The name of the result: ``photo.jpg`` becomes ``photo-cutout.png``; folders are dropped."""
    stem = PurePath(name.replace("\\", "/")).stem.strip()
    return f"{stem or 'photo'}-{what}{(ENDINGS | RAW)[mime]}"


def what_of(options: ExportOptions) -> str:
    """What a result is called after: "cutout", "mask" or "background"."""
    if options.is_gray or options.type == "mask":
        return "mask"
    return "cutout" if options.type == "foreground" else options.type


def _begun(
    job: Job, options: ExportOptions, picture: Photo | None
) -> tuple[NDArray[Any], Iterator[int]]:
    """What is to be written, gray (H, W), (H, W, 3) or (H, W, 4), uint8 or ``compose.WIDE``, and
    what finishes it from top to bottom, giving the row above which it is finished."""
    if options.is_plain:
        return laid(job.photo, pieces(job, job.photo))
    # All at once, for what needs the whole matte first.
    from offcut.pipeline.scene import draw  # noqa: PLC0415 - docs/performance.md, Start

    pixels = draw(job.photo, alpha(job), options, picture)
    return pixels, iter((pixels.shape[0],))


async def _encode(
    pixels: NDArray[Any], options: ExportOptions, carried: _Carried, codec: AvifCodec
) -> bytes:
    kind, quality = options.format.removeprefix("image/"), max(1, round(options.quality * 100))
    icc, exif = carried.icc, carried.exif
    if kind == "avif":
        check_side(kind, pixels.shape[1], pixels.shape[0])
        return annotate(await codec.encode(pixels, quality), icc, exif)
    lossless = options.quality >= 1
    return encode_pillow(
        pixels, kind, quality=quality, lossless=lossless, icc=icc, dpi=carried.dpi, exif=exif
    )


async def _verify(
    data: bytes, pixels: NDArray[Any], options: ExportOptions, avif: AvifCodec
) -> list[str]:
    if options.format == "image/avif":
        return verify_avif(await avif.decode(data), pixels)
    if options.format == "image/webp" and options.quality >= 1:
        return verify_webp_lossless(data, pixels)
    return verify_lossy(data, options.format.removeprefix("image/"), pixels)
