"""Photos to arrays by Pillow: upright, numbers untouched, 8 bits a channel.

In a browser this comes after the browser's own decoders, for what they cannot give (a PNG's
straight alpha, TIFF, CMYK); under CPython it is the decoder.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from offcut.errors import OffcutError, fail
from offcut.pixels.exif import of_tiff
from offcut.pixels.photo import Photo
from offcut.pixels.sniff import sniff

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from offcut.pixels.sniff import Kind

MAX_PIXELS = 120_000_000
"""More does not fit beside the networks in the 4 GB that WebAssembly can address."""

# Pillow warns at 89 megapixels; the limit is ours, and what we wrote ourselves is read again too.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# Only the plugin that belongs to what the bytes say is ever asked: Pillow knows sixty formats,
# and each is a way in for a file that was made to break it.
_PLUGINS = {
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "gif": ("GIF",),
    "bmp": ("BMP",),
    "ico": ("ICO",),
    "tiff": ("TIFF",),
    "webp": ("WEBP",),
    "avif": ("AVIF",),
}
_ORIENTATION = 0x0112
_TRUSTED = ("webp", "avif")
_BROKEN = (
    OSError,
    SyntaxError,  # what Pillow's PNG and TIFF readers raise for a broken file
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    NotImplementedError,
    RuntimeError,  # its AVIF reader
    struct.error,
    zlib.error,
)


def decode_pillow(data: bytes, *, trusted: bool = False) -> Photo:
    """Decode a picture; of an animation, the first frame.

    ``data``: the whole file. ``trusted``: also read WebP and AVIF, for files that we wrote and
    where Pillow's codecs are known to be recent: the libwebp in Pyodide's Pillow is older than
    the fix of CVE-2023-4863, and a browser has decoders of its own for both.

    Raises EMPTY_FILE, NOT_AN_IMAGE, UNSUPPORTED_FORMAT, IMAGE_TOO_LARGE (over ``MAX_PIXELS``,
    told before anything is unpacked), DECODE_FAILED or OUT_OF_MEMORY.
    """
    if not data:
        raise fail("EMPTY_FILE")
    kind = sniff(data)
    if kind.format == "unknown":
        raise fail("NOT_AN_IMAGE")
    if kind.format not in _PLUGINS or (kind.format in _TRUSTED and not trusted):
        say = f"{kind.format.upper()} files cannot be read here."
        raise fail("UNSUPPORTED_FORMAT", say, format=kind.format)
    check(kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # every limit below is an error, not a warning
        return _decode(data, kind)


def check(kind: Kind) -> None:
    """Raise IMAGE_TOO_LARGE or UNSUPPORTED_FORMAT for what the header tells already."""
    check_size(kind.width, kind.height)
    if kind.format == "jpeg" and kind.bits > 8:
        say = f"This JPEG has {kind.bits} bits a channel; only those with 8 can be read here."
        raise fail("UNSUPPORTED_FORMAT", say, format="jpeg", bits=kind.bits)


def check_size(width: int, height: int) -> None:
    """Raise IMAGE_TOO_LARGE, with both numbers in the sentence, for over ``MAX_PIXELS``."""
    if width * height > MAX_PIXELS:
        say = (
            f"This picture has {width} × {height} pixels, {width * height / 1e6:.0f} million; "
            f"at most {MAX_PIXELS // 1_000_000} million can be worked on."
        )
        raise fail("IMAGE_TOO_LARGE", say, width=width, height=height, limit=MAX_PIXELS)


def _decode(data: bytes, kind: Kind) -> Photo:
    name = kind.format
    # By the file's own Exif alone, as browsers do: Pillow would also ask XMP. Its TIFF reader
    # turns the picture itself, and the header of a TIFF is not read here.
    orientation = kind.orientation
    try:
        with Image.open(BytesIO(data), formats=_PLUGINS[name]) as image:
            check_size(*image.size)
            image.load()
            if name == "png":
                _scale_key(image, kind.bits)
            rgb, alpha = _split(image)
            icc = _rgb_profile(image)
            if name == "avif":
                # Its boxes say how it lies, which Pillow writes into the Exif; they may also name
                # a profile by number only.
                orientation = image.getexif().get(_ORIENTATION, 1)
                icc = icc or kind.icc
            dpi = _dpi(image)
            exif = _exif(image, kind)
    except Image.DecompressionBombError as error:
        raise fail("IMAGE_TOO_LARGE", reason=str(error)) from error
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="decode") from error
    except UnidentifiedImageError as error:
        raise fail("DECODE_FAILED", reason="Pillow cannot identify it", format=name) from error
    except OffcutError:
        raise
    except _BROKEN as error:
        raise fail("DECODE_FAILED", reason=f"{type(error).__name__}: {error}") from error
    if dpi and orientation >= 5:
        dpi = (dpi[1], dpi[0])
    return Photo(
        rgb=orient(rgb, orientation),
        alpha=None if alpha is None else orient(alpha, orientation),
        format=name,
        icc=icc,
        dpi=dpi,
        exif=exif,
    )


def photo_of(image: Image.Image) -> Photo:
    """The same of a picture that somebody has opened by Pillow: upright, as its own Exif has it.

    Raises UNSUPPORTED_FORMAT, IMAGE_TOO_LARGE, DECODE_FAILED, OUT_OF_MEMORY.
    """
    check_size(*image.size)
    try:
        upright = ImageOps.exif_transpose(image)
        rgb, alpha = _split(upright)
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="decode") from error
    except OffcutError:
        raise
    except _BROKEN as error:  # Pillow reads a file's pixels only now
        raise fail("DECODE_FAILED", reason=f"{type(error).__name__}: {error}") from error
    name = (image.format or "").lower()
    return Photo(rgb, alpha, name, icc=_rgb_profile(image), dpi=_dpi(upright))


def orient(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn an array (H, W) or (H, W, n) as EXIF ``orientation`` 1..8 says; gives it contiguous.

    Values as in Exif 2.32, tag 0x0112: 2 mirrored, 3 half a turn, 4 flipped, 5 transposed,
    6 a quarter right, 7 transposed the other way, 8 a quarter left.
    """
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def straight(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colours (H, W, 3) that were stored times ``alpha`` (H, W), without it."""
    over = np.maximum(alpha, 1)[..., np.newaxis].astype(np.uint16)
    wide: NDArray[np.uint16] = np.minimum((rgb.astype(np.uint16) * 255 + over // 2) // over, 255)
    return wide.astype(np.uint8)


def _scale_key(image: Image.Image, bits: int) -> None:
    """Bring a PNG's transparent colour to 8 bits, as Pillow does with the pixels but not with it.

    Of 16 bits of colour Pillow keeps the high byte; colours that differ only below become
    transparent with the one that was meant.
    """
    key = image.info.get("transparency")
    if image.mode == "L" and isinstance(key, int) and bits in (2, 4):
        image.info["transparency"] = key * 255 // (2**bits - 1)
    elif image.mode == "RGB" and isinstance(key, tuple) and bits == 16:
        image.info["transparency"] = tuple(value >> 8 for value in key)


def _split(image: Image.Image) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """(H, W, 3) and (H, W) or None, from any mode that Pillow reads."""
    mode = image.mode
    if mode.startswith("I"):
        return _split_wide(image)
    if mode == "F":
        say = "Pictures with floating-point numbers cannot be read here."
        raise fail("UNSUPPORTED_FORMAT", say, mode=mode)
    if mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = np.asarray(image.convert("RGBA"))
        return np.ascontiguousarray(rgba[..., :3]), np.ascontiguousarray(rgba[..., 3])
    if mode == "RGB":
        return np.array(image), None
    return np.array(image.convert("RGB")), None


def _split_wide(image: Image.Image) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Gray of 16 bits, reduced by the nearest of v / 257: 0 stays 0, 65535 becomes 255."""
    wide = np.asarray(image)
    if wide.dtype.itemsize > 2:
        if int(wide.min()) < 0 or int(wide.max()) > 65535:
            say = "Pictures with more than 16 bits a channel cannot be read here."
            raise fail("UNSUPPORTED_FORMAT", say, mode=image.mode)
        wide = wide.astype(np.uint16)
    gray = ((wide.astype(np.uint32) * 255 + 32895) >> 16).astype(np.uint8)
    key = image.info.get("transparency")
    alpha = np.where(wide == key, 0, 255).astype(np.uint8) if isinstance(key, int) else None
    return np.repeat(gray[..., np.newaxis], 3, axis=2), alpha


def _rgb_profile(image: Image.Image) -> bytes | None:
    """The ICC profile, if it speaks of RGB: one for CMYK or gray no longer fits what we hold."""
    icc = image.info.get("icc_profile")
    if isinstance(icc, bytes) and len(icc) >= 128 and icc[16:20] == b"RGB ":
        return icc
    return None


def _exif(image: Image.Image, kind: Kind) -> bytes | None:
    """The photo's Exif; one that is broken is no reason to refuse the photo."""
    if kind.format != "tiff":
        return kind.exif
    try:
        return of_tiff(image)
    except (*_BROKEN, AttributeError):
        return None


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    value = image.info.get("dpi")
    try:
        x, y = (float(number) for number in value)  # type: ignore[union-attr]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (x, y) if 0 < x < 1e6 and 0 < y < 1e6 else None
