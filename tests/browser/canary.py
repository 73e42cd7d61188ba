"""Photos that can be recognised: whatever becomes of their name, their words, their bytes or their
size on the way, a piece of them is found again.

A word that is nowhere else stands in the file's name and in all that a photo says of itself; a rare
run of pixels is in the picture. Both are looked for as they are and as somebody would write them
who wants to send or to keep them: base64, hexadecimal, percent signs, UTF-16, packed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, PngImagePlugin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

WINDOWS = 24  # pieces of a file that are looked for
PIECE = 12  # bytes of each: by chance nothing is like them
LARGEST = 1 << 26
TAKEN = 1_234_567_891  # when the file was changed last, in seconds
HASHES = ("md5", "sha1", "sha256", "sha384", "sha512")
# What pictures begin with.
MAGIC = re.compile(
    rb"\x89PNG\r\n|\xff\xd8\xff|RIFF....WEBP|....ftyp(avif|heic|mif1)|GIF8", re.DOTALL
)


class Canary:
    """Photos of one person, with all that is known of them. ``word``: what recognises them."""

    def __init__(self, seed: str) -> None:
        digest = hashlib.sha256(seed.encode()).digest()
        self.word = "Qz" + "".join(chr(97 + byte % 26) for byte in digest[:14])
        self._rng = np.random.default_rng(list(digest))
        self._needles: dict[bytes, str] = {}
        self._search: Search | None = None
        self._numbers: list[str] = [rf"(?<!\d){TAKEN}(?!\d)", rf"(?<!\d){TAKEN}000(?!\d)"]
        self._know("the name", self.word.encode())

    # -- the photos --------------------------------------------------------------------------------

    def photo(self, folder: Path, number: int, kind: str = "png") -> Path:
        """A photo with a bright subject, of a size of its own. ``kind``: png, jpg or webp."""
        width, height = 331 + 2 * number, 253 + 6 * number
        rgb = self._rng.integers(0, 90, (height, width, 3), dtype=np.uint8)
        rgb[60:180, 90:220] = rgb[60:180, 90:220] // 3 + 190
        file = folder / f"{self.word}-{number}.{kind}"
        image = Image.fromarray(rgb)
        image.save(file, **self._words(kind))
        os.utime(file, (TAKEN, TAKEN))
        with Image.open(file) as seen:  # as a decoder has it: JPEG changes pixels
            self._pixels(np.asarray(seen.convert("RGB")))
        self._numbers.append(_pair(width, height))
        self.add(f"photo {number}", file.read_bytes())
        return file

    def _words(self, kind: str) -> dict[str, Any]:
        exif = Image.Exif()
        exif[0x010E] = exif[0x010F] = f"{self.word} of the description"
        exif[0x8825] = {1: "N", 0x1B: f"{self.word} of the place".encode()}
        if kind == "png":
            texts = PngImagePlugin.PngInfo()
            texts.add_text("Comment", f"{self.word} of the comment")
            return {"pnginfo": texts, "exif": exif}
        xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{self.word}</x:xmpmeta>".encode()
        more = {"comment": f"{self.word} of the comment".encode()} if kind == "jpg" else {}
        return {"exif": exif, "xmp": xmp, "quality": 90, **more}

    def _pixels(self, rgb: NDArray[np.uint8]) -> None:
        """A run of the photo's pixels, with and without alpha: what a canvas would give."""
        for row in (7, len(rgb) // 2):
            run = rgb[row, 5:21]
            opaque = np.column_stack([run, np.full(len(run), 255, np.uint8)])
            self._know("pixels", run.tobytes())
            self._know("pixels with alpha", opaque.tobytes())

    def add(self, label: str, data: bytes) -> None:
        """A file to be recognised: a photo, or a result that was made of one."""
        for name in HASHES:
            self._know(f"{name} of {label}", hashlib.new(name, data).digest())
        self._numbers.append(rf"(?<!\d){len(data)}(?!\d)")
        for packed in (data, zlib.compress(data), zlib.compress(data, 9)):
            for at in range(WINDOWS):
                start = (len(packed) - PIECE) * (at + 1) // (WINDOWS + 1)
                self._know(f"bytes of {label}", packed[start : start + PIECE])

    def _know(self, label: str, data: bytes) -> None:
        if len(set(data)) < PIECE // 2:
            return  # a run of one colour is in many files
        for form, written in forms(data):
            self._needles.setdefault(written, f"{label} ({form})" if form else label)
        self._search = None

    # -- looking for them --------------------------------------------------------------------------

    def found(self, data: bytes, *, numbers: bool = False) -> list[str]:
        """What of the photos is in there, also where it is packed. ``numbers``: their sizes and
        their age, too; for texts, where six digits are no accident."""
        if self._search is None:
            self._search = Search(self._needles)
        hits = set()
        for layer in layers(data):
            hits |= self._search.found(layer)
            if numbers:
                text = layer.decode("latin-1")
                hits |= {f"a number, {one}" for one in self._numbers if re.search(one, text)}
        return sorted(hits)


class Search:
    """Many pieces of bytes, looked for at once: a hundred megabytes in seconds."""

    def __init__(self, needles: Mapping[bytes, str]) -> None:
        """``needles``: each with what it is; four bytes at least."""
        self._by_start: dict[bytes, list[bytes]] = {}
        for needle in needles:
            self._by_start.setdefault(needle[:4], []).append(needle)
        self._needles = needles
        starts = np.frombuffer(b"".join(self._by_start), "<u4")
        self._starts = np.sort(starts)
        self._first = np.zeros(1 << 16, bool)  # whether two bytes are the first of any
        self._first[starts & 0xFFFF] = True

    def found(self, data: bytes) -> set[str]:
        """What is in there."""
        if len(data) < 4:
            return set()
        one = np.frombuffer(data, np.uint8).astype(np.uint16)
        two = one[:-1] | one[1:] << 8
        at = np.flatnonzero(self._first[two[:-2]])
        four = two[at] | two[at + 2].astype(np.uint32) << 16
        place = np.searchsorted(self._starts, four).clip(max=len(self._starts) - 1)
        return {
            self._needles[needle]
            for start in at[self._starts[place] == four].tolist()
            for needle in self._by_start[data[start : start + 4]]
            if data.startswith(needle, start)
        }


def _pair(width: int, height: int) -> str:
    """Width and height, one soon after the other."""
    one, other = rf"(?<!\d){width}(?!\d)", rf"(?<!\d){height}(?!\d)"
    return rf"{one}.{{1,16}}{other}|{other}.{{1,16}}{one}"


def forms(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The ways in which bytes are written, each with its name; "" for as they are."""
    yield "", data
    yield "hex", data.hex().encode()
    yield "HEX", data.hex().upper().encode()
    yield "percent", "".join(f"%{byte:02X}" for byte in data).encode()
    yield "utf-16", data.decode("latin-1").encode("utf-16-le")
    yield "utf-8 of bytes", data.decode("latin-1").encode()
    for shift in range(3):
        # What is before and behind decides the first and the last characters.
        text = base64.b64encode(b"\0" * shift + data)
        whole = text[4 if shift else 0 : len(text) - 4]
        yield f"base64 {shift}", whole
        yield f"base64url {shift}", whole.replace(b"+", b"-").replace(b"/", b"_")


def layers(data: bytes) -> list[bytes]:
    """The bytes, and what they are when they are unpacked or read as base64."""
    found = [data]
    text = re.sub(rb"[\s\"']", b"", data) if len(data) < 1 << 20 else b""
    if len(text) >= 24 and re.fullmatch(rb"[A-Za-z0-9+/_-]+=*", text):
        plain = text.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        found.append(base64.b64decode(plain[: len(plain) // 4 * 4]))
    for layer in list(found):
        for bits in (47, -15):  # zlib and gzip; bare
            unpacked = _inflated(layer, bits)
            if len(unpacked) > PIECE:
                found.append(unpacked)
    return found


def _inflated(data: bytes, bits: int) -> bytes:
    machine = zlib.decompressobj(bits)
    made = io.BytesIO()
    try:
        made.write(machine.decompress(data, LARGEST))
    except zlib.error:
        return b""
    return made.getvalue()
