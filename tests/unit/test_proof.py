"""A PNG is given out only when every band of it, and the whole, are what was meant."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from offcut.errors import OffcutError
from offcut.pixels import filters
from offcut.pixels.compose import WIDE
from offcut.pixels.deflate import pack_block
from offcut.pixels.encode import encode_png
from offcut.pixels.proof import PngProof

from .helpers import noise, photo_rgba, proven, rgb_profile, saved

if TYPE_CHECKING:
    from collections.abc import Callable


def large(height: int = 700, width: int = 800) -> np.ndarray:
    """Of several bands."""
    return noise(height, width, 4)


async def proof_of(pixels: np.ndarray, written: np.ndarray) -> list[str]:
    proof = PngProof(pixels)
    return proof.close(await encode_png(written, on_band=proof.band))


@pytest.mark.parametrize("change", [(0, 0, 3), (699, 799, 0), (327, 5, 1), (328, 5, 1)])
async def test_one_wrong_bit_anywhere_is_found(change: tuple[int, int, int]) -> None:
    pixels = large()
    other = pixels.copy()
    other[change] ^= 1
    with pytest.raises(OffcutError) as caught:
        await proof_of(pixels, other)
    assert caught.value.code == "VERIFY_FAILED"
    assert caught.value.detail["reason"] == f"row {change[0]} differs"


async def test_colour_lost_under_full_transparency_is_found() -> None:
    pixels = photo_rgba()
    hidden = pixels.copy()
    hidden[pixels[..., 3] == 0] = 0  # what a canvas does to a cut-out
    with pytest.raises(OffcutError, match="did not match"):
        await proof_of(pixels, hidden)


@pytest.mark.parametrize("depth", [1, 3, 4])
@pytest.mark.parametrize("kind", [np.uint16, WIDE])
async def test_all_16_bits_are_compared(depth: int, kind: np.dtype) -> None:
    rng = np.random.default_rng(depth)
    pixels = rng.integers(0, 1 << 16, (1300, 341, depth)).astype(kind)
    pixels = pixels[..., 0] if depth == 1 else pixels
    _, checks = await proven(pixels)
    assert any("at 16 bits" in check for check in checks)
    for bit in (1, 1 << 8):
        other = pixels.copy()
        other[1233, 7] ^= bit
        with pytest.raises(OffcutError) as caught:
            await proof_of(pixels, other)
        assert caught.value.detail["reason"] == "row 1233 differs"


def swapped(data: bytes) -> bytes:
    """Two pieces of the compressed rows in each other's place, with a sum that fits."""
    at = data.index(b"IDAT") + 4
    end = at + struct.unpack(">I", data[at - 8 : at - 4])[0]
    body = data[at + 1000 : at + 2000] + data[at : at + 1000] + data[at + 2000 : end]
    return data[:at] + body + struct.pack(">I", zlib.crc32(b"IDAT" + body)) + data[end + 4 :]


async def other_size(pixels: np.ndarray) -> bytes:
    return await encode_png(pixels[:-1])


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-3000],
        lambda data: data[:60],
        lambda data: data[:-14],
        lambda data: b"",
        lambda data: data[::-1],
        swapped,
        lambda data: data.replace(b"IDAT", b"iDAT"),
        lambda data: data[:-20] + bytes([data[-20] ^ 1]) + data[-19:],
        lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
        lambda data: saved(large()[..., :3], "PNG"),
        lambda data: saved(large(699, 800), "PNG"),
    ],
)
async def test_a_file_that_is_not_its_bands_is_found(damage: Callable[[bytes], bytes]) -> None:
    proof = PngProof(large())
    data = await encode_png(large(), on_band=proof.band)
    assert proof.close(data)
    with pytest.raises(OffcutError) as caught:
        proof.close(damage(data))
    assert caught.value.code == "VERIFY_FAILED"


async def test_a_band_that_nobody_read_counts_as_wrong() -> None:
    proof = PngProof(large())

    def all_but_the_second(top: int, bottom: int, packed: bytes) -> None:
        if not 0 < top < 500:
            proof.band(top, bottom, packed)

    data = await encode_png(large(), on_band=all_but_the_second)
    with pytest.raises(OffcutError, match="did not match"):
        proof.close(data)


async def test_16_bits_are_not_taken_for_8() -> None:
    eight = noise(20, 30, 4)
    wide = eight.astype(WIDE) * 257
    for meant, written in ((wide, eight), (eight, wide)):
        with pytest.raises(OffcutError) as caught:
            await proof_of(meant, written)
        assert caught.value.code == "VERIFY_FAILED"


async def test_the_proof_tells_what_it_checked() -> None:
    _, checks = await proven(photo_rgba(), icc=rgb_profile(), dpi=(300, 300))
    assert checks[0] == "451 × 300 pixels"
    assert "under full transparency" in checks[1]
    assert "levels (soft edges kept)" in checks[2]
    hard = photo_rgba()
    hard[..., 3] = (hard[..., 3] > 127) * 255
    assert "soft" not in (await proven(hard))[1][2]


async def test_a_filter_that_is_not_the_specifications_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Writing and proof share the filters' code: Pillow does not."""
    monkeypatch.setattr(filters, "_residual", lambda _number, now, above, _depth: now + above)
    with pytest.raises(OffcutError) as caught:
        await proven(large(90, 80))
    assert caught.value.code == "VERIFY_FAILED"


async def test_a_filter_with_no_such_number_is_found() -> None:
    def other(top: int, bottom: int, packed: bytes) -> None:
        raw = zlib.decompressobj(wbits=-15).decompress(packed)
        proof.band(top, bottom, pack_block(b"\x07" + raw[1:], 1))

    proof = PngProof(large())
    with pytest.raises(OffcutError) as caught:
        await encode_png(large(), on_band=other)
    assert caught.value.code == "VERIFY_FAILED"
