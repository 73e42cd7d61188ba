"""What a caller may ask of a result, read and checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.pixels.compose import BLACK, WHITE
from offcut.pixels.encode import MAX_SIDE
from offcut.pixels.raw import ALPHA, RGBA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offcut.pixels.frame import Frame
    from offcut.pixels.ground import Ground
    from offcut.pixels.outline import Outline
    from offcut.pixels.shadow import Shadow

SCENE = ("background", "shadow", "outline", "frame")
ENDINGS = {"image/png": ".png", "image/webp": ".webp", "image/avif": ".avif", "image/jpeg": ".jpg"}
RAW = {RGBA: ".rgba", ALPHA: ".alpha"}
TYPES = ("foreground", "background", "mask")


@dataclass(frozen=True)
class ExportOptions:
    """What to write.

    ``format``: a key of ``ENDINGS``, or of ``RAW``: pixels without a file around them, see
    ``pixels.raw``. ``type``: what is kept, "foreground", or "background" for all but the subject;
    "mask" for the subject's shape, white with the matte as its alpha. ``max_size``: the longest
    side that the result may have in pixels, 0 for any; a larger one is made smaller.
    ``quality``: 0..1 for lossy files; 1 makes WebP lossless.
    ``background``: what the cut-out is laid on, (R, G, B) or another ``Ground``, None for none; a
    JPEG then has white. ``shadow``, ``outline``: between it and the subject, None for none.
    ``frame``: where the picture ends, None for the photo's edges. ``depth``: 8, or 16 for a PNG.
    ``mask``: the matte alone, a gray PNG. ``crop``: no more than the box of subject, outline and
    shadow. ``exif``: carry the photo's Exif. ``foreground``: give soft pixels the subject's own
    colours; None where anything is laid below them, and only there.
    """

    format: str = "image/png"
    type: str = "foreground"
    max_size: int = 0
    quality: float = 0.9
    background: Ground | None = None
    depth: int = 8
    mask: bool = False
    crop: bool = False
    exif: bool = False
    foreground: bool | None = None
    shadow: Shadow | None = None
    outline: Outline | None = None
    frame: Frame | None = None

    @property
    def ground(self) -> Ground | None:
        """What lies under the cut-out; None where it stays transparent."""
        blank = BLACK if self.type == "mask" else WHITE
        return self.background or (blank if self.format == "image/jpeg" else None)

    @property
    def is_gray(self) -> bool:
        """Whether the matte alone is wanted, one value a pixel."""
        return self.mask or self.format == ALPHA

    @property
    def own_colours(self) -> bool:
        """Whether soft pixels get the subject's own colours."""
        below = self.ground is not None or self.shadow is not None or self.outline is not None
        wanted = below if self.foreground is None else self.foreground
        return wanted and not self.is_gray and self.type == "foreground"

    @property
    def is_plain(self) -> bool:
        """Whether the photo with the matte as its alpha is all that is wanted."""
        changed = self.own_colours or self.ground is not None or self.is_gray or self.crop
        changed = changed or self.type != "foreground" or self.max_size > 0
        return self.depth == 8 and not changed and not self.is_scene

    @property
    def is_scene(self) -> bool:
        """Whether there is more to draw than the cut-out, or the cut-out on one colour."""
        layers = self.shadow is not None or self.outline is not None or self.frame is not None
        return layers or not (self.background is None or isinstance(self.background, tuple))

    @classmethod
    def of(cls, options: Mapping[str, object]) -> ExportOptions:
        """Read and check what a caller sent; absent and None mean the default. BAD_CONFIG."""
        name = options.get("format") or cls.format
        if name not in (*ENDINGS, *RAW):
            say = f"The format {name!r} is none of {', '.join((*ENDINGS, *RAW))}."
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
        kind = options.get("type") or cls.type
        if kind not in TYPES:
            raise fail("BAD_CONFIG", f"The type is one of {', '.join(TYPES)}.", type=kind)
        made = cls(
            format=str(name),
            type=str(kind),
            max_size=_pixels(options, "max_size"),
            quality=float(quality),
            depth=16 if depth == 16 else 8,
            mask=bool(_switch(options, "mask")),
            crop=bool(_switch(options, "crop")),
            exif=bool(_switch(options, "exif")),
            foreground=_switch(options, "foreground"),
        )
        wanted = {name: options[name] for name in SCENE if options.get(name) is not None}
        if wanted:
            from offcut.pipeline.scene_options import read  # noqa: PLC0415 - docs/performance.md, Start

            made = replace(made, **read(wanted))
        made.check()
        return made

    def check(self) -> None:
        """Raise BAD_CONFIG for what does not go together."""
        if self.format != "image/png" and self.depth == 16:
            say = "Only a PNG has 16 bits a channel here."
            raise fail("BAD_CONFIG", say, format=self.format)
        if self.format not in ("image/png", *RAW) and self.mask:
            raise fail("BAD_CONFIG", "A mask is written as a PNG.", format=self.format)
        if self.mask and self.type == "mask":
            say = "The type 'mask' and the setting 'mask' are two things: take one of them."
            raise fail("BAD_CONFIG", say)
        for name in ("background", "shadow", "outline"):
            if self.is_gray and getattr(self, name) is not None:
                raise fail("BAD_CONFIG", f"A mask has no {name}.", name=str(getattr(self, name)))
        if self.frame is not None and self.crop:
            say = "A frame says by itself where the picture ends; leave crop out."
            raise fail("BAD_CONFIG", say)
        if self.frame is not None and self.frame.size is not None:
            self.check_size(*self.frame.size)

    def check_size(self, width: int, height: int) -> None:
        """Raise BAD_CONFIG for a size that the format cannot hold."""
        name = self.format.removeprefix("image/")
        if max(width, height) > MAX_SIDE.get(name, max(width, height)):
            say = (
                f"{name.upper()} files can have at most {MAX_SIDE[name]} pixels a side; "
                "give the frame a smaller size."
            )
            raise fail("BAD_CONFIG", say, width=width, height=height)


def _switch(options: Mapping[str, object], name: str) -> bool | None:
    value = options.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise fail("BAD_CONFIG", f"The setting {name!r} is true or false.", value=value)


def _pixels(options: Mapping[str, object], name: str) -> int:
    value = options.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 1 <= value < 2**31:
        say = f"The setting {name!r} is a number of pixels, 1 or more."
        raise fail("BAD_CONFIG", say, value=value)
    return int(value)
