"""What a program gets of a cut-out: the matte and the photo as arrays, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from offcut.errors import fail
from offcut.pipeline.options import ENDINGS
from offcut.pipeline.steps import alpha
from offcut.pixels import foreground as estimate
from offcut.pixels.compose import WHITE
from offcut.pixels.encode import encode_pillow
from offcut.pixels.names import colour

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from offcut.pipeline.job import Job

FORMATS = {mime.removeprefix("image/"): mime for mime in ENDINGS} | {"jpg": "image/jpeg"}
"""What a program may call a kind of file, beside its MIME type."""

SHOWN = 800
"""The longer side of what a notebook shows, at most: it keeps every picture in its own file."""

_BAND = 256  # rows at a time: the float copies stay small beside the picture


def mime_of(name: object) -> str:
    """The MIME type of ``name``, which may be one already. BAD_CONFIG."""
    low = name.lower() if isinstance(name, str) else ""
    mime = FORMATS.get(low, low)
    if mime not in ENDINGS:
        say = f"The format {name!r} is none of {', '.join(FORMATS)}."
        raise fail("BAD_CONFIG", say, format=name)
    return mime


@dataclass(frozen=True, eq=False, repr=False)
class Matte:
    """A photo and how much of each pixel is the subject.

    ``alpha``: float32 (H, W), 0..1; where the photo came with an alpha, times that. ``photo``:
    uint8 (H, W, 3), upright, the numbers as they stood in the file. ``models``: the ids of the
    networks that have looked, in order. ``notes``: sentences about the result that a person should
    know. ``icc``: the profile that ``photo`` is to be read by, None for sRGB; files carry it.
    """

    alpha: NDArray[np.float32]
    photo: NDArray[np.uint8]
    models: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    icc: bytes | None = None

    def __repr__(self) -> str:
        return f"<Matte {self.width} × {self.height} by {', '.join(self.models) or 'nobody'}>"

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.alpha.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.alpha.shape[0])

    def cutout(self, *, foreground: bool = False) -> NDArray[np.uint8]:
        """The cut-out: uint8 (H, W, 4), straight alpha, the photo's own colours also under alpha 0.

        ``foreground``: with the colours of ``foreground`` instead.
        """
        out = np.empty((self.height, self.width, 4), np.uint8)
        out[..., :3] = self.foreground() if foreground else self.photo
        out[..., 3] = self.levels()
        return out

    def levels(self) -> NDArray[np.uint8]:
        """``alpha`` as the 8 bits of a file, to the nearest: uint8 (H, W)."""
        return (np.clip(self.alpha, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)

    def foreground(self) -> NDArray[np.uint8]:
        """``photo`` with the subject's own colours where alpha is between 0 and 1: uint8 (H, W, 3).

        What lay behind soft hair no longer shines through it. For laying it on something else.
        """
        return estimate.foreground(self.photo, self.alpha)

    def over(self, background: object) -> NDArray[np.uint8]:
        """The subject, in its own colours, on something else: uint8 (H, W, 3).

        ``background``: a colour ("white", "#fff", three numbers from 0 to 255), an array uint8
        (h, w, 3), or a Pillow image; a picture of another size is scaled to fill and cut. Raises
        BAD_CONFIG.
        """
        under = self._under(background)
        fore = self.foreground()
        out = np.empty_like(fore)
        for top in range(0, self.height, _BAND):
            rows = slice(top, top + _BAND)
            share = np.clip(self.alpha[rows, :, np.newaxis], 0, 1)
            below = under[rows].astype(np.float32)
            out[rows] = below + (fore[rows] - below) * share + np.float32(0.5)
        return out

    def image(self) -> Image.Image:
        """The cut-out as a Pillow image of mode "RGBA"."""
        made = Image.fromarray(self.cutout())
        if self.icc is not None:
            made.info["icc_profile"] = self.icc
        return made

    def save(
        self,
        to: str | os.PathLike[str] = "png",
        *,
        quality: float = 0.9,
        background: object = None,
    ) -> bytes:
        """Write the cut-out as a file and return its bytes.

        ``to``: a kind of file ("png", "webp", "jpeg"), or the path to write to, whose ending says
        the kind. ``quality``: 0..1, of lossy files; 1 makes WebP lossless. ``background``: as
        ``over`` takes it; without one the file is transparent, a JPEG white. AVIF is written by
        ``offcut.remove`` alone, where libavif is at hand. Raises BAD_CONFIG, ENCODE_FAILED,
        OUT_OF_MEMORY, and OSError for a path that cannot be written to.
        """
        is_kind = isinstance(to, str) and (to.lower() in FORMATS or to.lower() in ENDINGS)
        mime = mime_of(str(to) if is_kind else Path(to).suffix.removeprefix("."))
        if mime == "image/jpeg" and background is None:
            background = WHITE
        pixels = self.cutout() if background is None else self.over(background)
        data = self._encoded(pixels, mime, quality)
        if not is_kind:
            Path(to).write_bytes(data)
        return data

    def _repr_png_(self) -> bytes:
        """What a notebook shows: the cut-out, no side over ``SHOWN`` pixels."""
        small = self.image()
        small.thumbnail((SHOWN, SHOWN))
        return _png(small, self.icc)

    def _under(self, background: object) -> NDArray[np.uint8]:
        """The background at the photo's size, uint8 (H, W, 3); one colour takes no memory."""
        shape = self.photo.shape
        if isinstance(background, np.ndarray) and background.ndim > 1:
            if background.dtype != np.uint8 or background.shape[2:] != (3,):
                say = "A background of numbers is an array uint8 (height, width, 3)."
                got = f"{background.dtype} {background.shape}"
                raise fail("BAD_CONFIG", say, got=got)
            if background.shape == shape:
                return background
            background = Image.fromarray(np.ascontiguousarray(background))
        if isinstance(background, Image.Image):
            filled = ImageOps.fit(background.convert("RGB"), (self.width, self.height))
            return np.asarray(filled)
        if isinstance(background, np.ndarray):
            background = background.tolist()
        return np.broadcast_to(np.array(colour(background), np.uint8), shape)

    def _encoded(self, pixels: NDArray[np.uint8], mime: str, quality: float) -> bytes:
        if not 0 <= quality <= 1:
            raise fail("BAD_CONFIG", "The quality goes from 0 to 1.", quality=quality)
        if mime == "image/png":
            return _png(Image.fromarray(pixels), self.icc)
        if mime == "image/avif":
            say = "AVIF is written by offcut.remove(photo, format='avif')."
            raise fail("BAD_CONFIG", say)
        name, level = mime.removeprefix("image/"), max(1, round(quality * 100))
        return encode_pillow(pixels, name, quality=level, lossless=quality == 1, icc=self.icc)


def matte_of(job: Job) -> Matte:
    """The matte that a job's networks have given, at the photo's own size."""
    photo, found = job.photo, alpha(job)
    if photo.alpha is not None:
        found *= photo.alpha * np.float32(1 / 255)
    rgb = np.ascontiguousarray(photo.rgb)
    return Matte(found, rgb, tuple(job.models), tuple(job.notes), photo.icc)


def _png(image: Image.Image, icc: bytes | None) -> bytes:
    out = BytesIO()
    try:
        image.save(out, "PNG", icc_profile=icc)
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="encode") from error
    return out.getvalue()
