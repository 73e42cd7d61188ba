"""What a photo's Exif needs before it may go with a cut-out (Exif 2.32, TIFF 6.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PIL import Image

from offcut.pixels.headers import EXIF_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORIENTATION = 0x0112
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_WIDTH, _HEIGHT = 0xA002, 0xA003
_THUMB_AT, _THUMB_BYTES = 0x0201, 0x0202
_SHORT, _LONG = 3, 4
# Of a TIFF's own directory only what is about the photo; the rest says how that file is laid out.
_ABOUT = (0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298)


def upright(block: bytes, width: int, height: int) -> bytes | None:
    """The block for a picture that already lies upright, everything else at its place.

    ``block``: from the byte order mark on. ``width``, ``height``: of the picture that it goes
    with. Orientation becomes 1, the size the new one, and the thumbnail, which still shows the
    background, is wiped out. Gives None for what is no Exif.
    """
    order: Literal["little", "big"] | None
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(block[:4])  # type: ignore[assignment]
    if order is None or len(block) < 14:
        return None
    out = bytearray(block)

    def number(at: int, size: int) -> int:
        return int.from_bytes(out[at : at + size], order)

    def entries(start: int) -> Iterator[tuple[int, int]]:
        """(tag, where its entry begins) of a directory, as far as it lies in the block."""
        for at in range(start + 2, start + 2 + 12 * number(start, 2), 12):
            if at + 12 > len(out):
                return
            yield number(at, 2), at

    def put(at: int, value: int) -> None:
        size = {_SHORT: 2, _LONG: 4}.get(number(at + 2, 2), 0)
        if value < 1 << 8 * size:
            out[at + 8 : at + 8 + size] = value.to_bytes(size, order)

    first = number(4, 4)
    for tag, at in entries(first):
        if tag == _ORIENTATION:
            put(at, 1)
        elif tag == _EXIF_IFD:
            for inner, where in entries(number(at + 8, 4)):
                if inner in (_WIDTH, _HEIGHT):
                    put(where, width if inner == _WIDTH else height)
    link = first + 2 + 12 * number(first, 2)
    if link + 4 <= len(out) and number(link, 4):
        told = {tag: number(at + 8, 4) for tag, at in entries(number(link, 4))}
        begin = told.get(_THUMB_AT, 0)
        end = min(begin + told.get(_THUMB_BYTES, 0), len(out))
        if begin:
            out[begin:end] = bytes(max(0, end - begin))
        out[link : link + 4] = bytes(4)
    return bytes(out)


def of_tiff(image: Image.Image) -> bytes | None:
    """What a TIFF tells of the photo, as a block of its own; None when it tells nothing.

    ``image``: opened by Pillow. A TIFF is itself laid out as Exif is, so the block is made of the
    entries that are not about the file.
    """
    found, kept = image.getexif(), Image.Exif()
    for tag in _ABOUT:
        if tag in found:
            kept[tag] = found[tag]
    for directory in (_EXIF_IFD, _GPS_IFD):
        if inside := found.get_ifd(directory):
            kept[directory] = inside
    return kept.tobytes().removeprefix(EXIF_PREFIX) if len(kept) else None
