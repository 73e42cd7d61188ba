"""A PNG held against its picture while it is being written, band by band, and as a whole after.

Every band is unpacked again and compared, byte by byte, with what the filters that it names make of
its pixels. A filter can be undone, so every value is then the one that was meant. That the filters
are the specification's is seen at the first band and every eighth: those are read by Pillow, which
had no part in writing them. All this goes on while another core packs the next band, and no second
picture is ever held.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from offcut.errors import fail
from offcut.pixels.deflate import HEAD
from offcut.pixels.encode import COLOUR, SIGNATURE, chunk, wide_bytes
from offcut.pixels.filters import filter_as
from offcut.pixels.verify import said_exact, wrong

if TYPE_CHECKING:
    from numpy.typing import NDArray

_IHDR = struct.Struct(">II5B")
READ_EVERY = 8
_IHDR_AT = len(SIGNATURE) + 8  # behind the chunk's own length and name


class PngProof:
    """The proof of one file: ``band`` for every band, in any order, then ``close``.

    ``pixels``: uint8 or uint16 (H, W), (H, W, 3) or (H, W, 4): what is meant to be written, and
    what it holds when a band comes. All raise VERIFY_FAILED or OUT_OF_MEMORY.
    """

    def __init__(self, pixels: NDArray[Any]) -> None:
        self._pixels = pixels
        self._bits = 8 * pixels.dtype.itemsize
        self._rows = pixels if self._bits == 8 else wide_bytes(pixels)
        self._colour = COLOUR[1 if pixels.ndim == 2 else pixels.shape[2]]
        self._seen: dict[int, tuple[int, bytes]] = {}
        self._levels = np.zeros(256, np.int64)  # how often the alpha has each of its values

    def band(self, top: int, bottom: int, packed: bytes) -> None:
        """Unpack the rows ``top`` to ``bottom`` and compare every value."""
        try:
            raw = zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(packed)
            got = np.frombuffer(raw, np.uint8).reshape(bottom - top, -1)
            wanted = filter_as(self._rows, top, bottom, got[:, 0])
        except (zlib.error, ValueError) as error:
            raise wrong(why=f"the rows up to {bottom} do not unpack: {error}") from error
        _compare(got, wanted, top)
        if len(self._seen) % READ_EVERY == 0:
            self._read(top, bottom, packed)
        if self._bits == 8 and self._colour == COLOUR[4]:
            rows = np.ascontiguousarray(self._pixels[top:bottom])
            size = (self._pixels.shape[1], bottom - top)
            image = Image.frombuffer("RGBA", size, rows, "raw", "RGBA", 0, 1)
            self._levels += image.getchannel("A").histogram()
        self._seen[top] = bottom, packed

    def _read(self, top: int, bottom: int, packed: bytes) -> None:
        """Have Pillow decode the rows, and compare every value."""
        wanted = self._lines(top, bottom)
        stream = packed
        if top:  # what the first row's filter refers to goes before it, as a row without a filter
            above = zlib.compressobj(0, wbits=-zlib.MAX_WBITS)
            stream = above.compress(b"\0" + self._lines(top - 1, top).tobytes())
            stream += above.flush(zlib.Z_SYNC_FLUSH) + packed
        extra = 1 if top else 0
        # 16 bits are filtered against the row above only, byte by byte: the same bytes are also a
        # picture of 8 bits and twice the width, of which Pillow gives every one.
        width = self._pixels.shape[1] * (self._bits // 8)
        head = _IHDR.pack(width, bottom - top + extra, 8, self._colour, 0, 0, 0)
        with _opened(head, stream) as image:
            _compare(np.asarray(image)[extra:].reshape(wanted.shape), wanted, top)

    def close(self, data: bytes) -> list[str]:
        """Whether ``data`` is a file of just those bands, in order, whole.

        Gives sentences that tell a person what was found right.
        """
        height, width = self._pixels.shape[:2]
        try:
            with Image.open(BytesIO(data), formats=("PNG",)) as image:  # the chunks before IDAT
                start = int(image.tile[0][2])
            told = _IHDR.unpack_from(data, _IHDR_AT)
        except (OSError, SyntaxError, ValueError, IndexError, struct.error) as error:
            raise wrong(why=f"it does not open: {error}") from error
        if told != (width, height, self._bits, self._colour, 0, 0, 0):
            raise wrong(why=f"it is another picture than was meant {told}")
        row, at, whole = 0, start + len(HEAD), memoryview(data)
        while row < height and row in self._seen:
            row, packed = self._seen[row]
            if whole[at : at + len(packed)] != packed:
                raise wrong(why=f"the rows up to {row} are not where they belong")
            at += len(packed)
        end = int.from_bytes(data[start - 8 : start - 4], "big") + start
        if row != height or not at < end <= len(data) - 16:
            raise wrong(why="it is cut off")
        if zlib.crc32(whole[start - 4 : end]).to_bytes(4, "big") != data[end : end + 4]:
            raise wrong(why="the sum of its bytes is wrong")
        return said_exact(self._pixels, int(np.count_nonzero(self._levels)))

    def _lines(self, top: int, bottom: int) -> NDArray[np.uint8]:
        return np.ascontiguousarray(self._rows[top:bottom]).reshape(bottom - top, -1)


def _compare(got: NDArray[np.uint8], wanted: NDArray[np.uint8], top: int) -> None:
    if got.shape != wanted.shape:
        raise wrong(why=f"the rows from {top} on are of another length")
    if not np.array_equal(got, wanted):
        row = top + int(np.argmax((got != wanted).any(axis=1)))
        raise wrong(why=f"row {row} differs")


def _opened(head: bytes, stream: bytes) -> Image.Image:
    """A small PNG of ``stream``. It has no end, and sums that nobody asks for are left out."""
    size = struct.pack(">I", len(HEAD) + len(stream))
    body = (size, b"IDAT", HEAD, stream, bytes(4), *chunk(b"IEND"))
    data = b"".join((SIGNATURE, *chunk(b"IHDR", head), *body))
    try:
        image = Image.open(BytesIO(data), formats=("PNG",))
        image.load()
    except MemoryError as error:
        raise fail("OUT_OF_MEMORY", reason="verify") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise wrong(why=f"it does not open: {error}") from error
    return image
