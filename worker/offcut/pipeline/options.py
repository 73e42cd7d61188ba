"""What a caller may ask of a result, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDINGS = {"image/png": ".png", "image/webp": ".webp", "image/avif": ".avif", "image/jpeg": ".jpg"}
WHITE = (255, 255, 255)


@dataclass(frozen=True)
class ExportOptions:
    """What to write.

    ``format``: a key of ``ENDINGS``. ``quality``: 0..1 for lossy files; 1 makes WebP lossless.
    ``background``: (R, G, B) that the cut-out is laid on, None for none; a JPEG then has white.
    ``depth``: 8, or 16 for a PNG. ``mask``: the matte alone, a gray PNG. ``crop``: no more than
    the subject's box. ``exif``: carry the photo's Exif. ``foreground``: give soft pixels the
    subject's own colours; None where there is a background, and only there.
    """

    format: str = "image/png"
    quality: float = 0.9
    background: tuple[int, int, int] | None = None
    depth: int = 8
    mask: bool = False
    crop: bool = False
    exif: bool = False
    foreground: bool | None = None

    @property
    def ground(self) -> tuple[int, int, int] | None:
        """The colour under the cut-out; None where it stays transparent."""
        return self.background or (WHITE if self.format == "image/jpeg" else None)

    @property
    def own_colours(self) -> bool:
        """Whether soft pixels get the subject's own colours."""
        wanted = self.ground is not None if self.foreground is None else self.foreground
        return wanted and not self.mask

    @property
    def is_plain(self) -> bool:
        """Whether the photo with the matte as its alpha is all that is wanted."""
        changed = self.own_colours or self.ground is not None or self.mask or self.crop
        return self.depth == 8 and not changed

    @classmethod
    def of(cls, options: Mapping[str, object]) -> ExportOptions:
        """Read and check what a caller sent; absent and None mean the default. BAD_CONFIG."""
        name = options.get("format") or cls.format
        if name not in ENDINGS:
            say = f"The format {name!r} is none of {', '.join(ENDINGS)}."
            raise fail("BAD_CONFIG", say, format=name)
        quality = options.get("quality")
        quality = cls.quality if quality is None else quality
        if isinstance(quality, bool) or not isinstance(quality, (int, float)):
            raise fail("BAD_CONFIG", "The quality is a number from 0 to 1.", quality=quality)
        if not 0 <= quality <= 1:
            raise fail("BAD_CONFIG", "The quality goes from 0 to 1.", quality=quality)
        depth = options.get("depth")
        depth = cls.depth if depth is None else depth
        if isinstance(depth, bool) or depth not in (8, 16):
            raise fail("BAD_CONFIG", "The depth is 8 or 16 bits a channel.", depth=depth)
        made = cls(
            format=str(name),
            quality=float(quality),
            background=_colour(options.get("background")),
            depth=16 if depth == 16 else 8,
            mask=bool(_switch(options, "mask")),
            crop=bool(_switch(options, "crop")),
            exif=bool(_switch(options, "exif")),
            foreground=_switch(options, "foreground"),
        )
        made.check()
        return made

    def check(self) -> None:
        """Raise BAD_CONFIG for what does not go together."""
        if self.format != "image/png" and self.depth == 16:
            say = "Only a PNG has 16 bits a channel here."
            raise fail("BAD_CONFIG", say, format=self.format)
        if self.format != "image/png" and self.mask:
            raise fail("BAD_CONFIG", "A mask is written as a PNG.", format=self.format)
        if self.background is not None and self.mask:
            raise fail("BAD_CONFIG", "A mask has no background.", background=str(self.background))


def _switch(options: Mapping[str, object], name: str) -> bool | None:
    value = options.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise fail("BAD_CONFIG", f"The setting {name!r} is true or false.", value=value)


def _colour(value: object) -> tuple[int, int, int] | None:
    if value is None:
        return None
    numbers = [
        number
        for number in (value if isinstance(value, (list, tuple)) else ())
        if isinstance(number, (int, float)) and not isinstance(number, bool) and 0 <= number <= 255
    ]
    if len(numbers) != 3 or len(value) != 3:  # type: ignore[arg-type]
        raise fail("BAD_CONFIG", "A background is three numbers from 0 to 255.", background=value)
    red, green, blue = (round(number) for number in numbers)
    return red, green, blue
