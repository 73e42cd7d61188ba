"""What is done to good bytes and to good settings; all of it follows from the random numbers."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

LONG = 100_000
NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def damaged(data: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    """``data`` after one to four deeds; ``others``: files that parts are taken from."""
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        data = rng.choice(DEEDS)(data, others, rng)
    return sealed(data) if rng.random() < 0.6 else data


def sealed(data: bytes) -> bytes:
    """A PNG with the checksums of its chunks right again, so that damage in them is read."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return data
    out, at = bytearray(data), 8
    while at + 12 <= len(out):
        end = at + 8 + int.from_bytes(out[at : at + 4], "big")
        if end + 4 > len(out):
            break
        out[end : end + 4] = zlib.crc32(out[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(out)


def _flip(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    """Bits here and there."""
    if not data:
        return data
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 32))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _lie(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    """A number where a length or a size may stand, most often near the beginning."""
    size = rng.choice((1, 2, 2, 4, 4, 8))
    if len(data) < size:
        return data
    last = len(data) - size
    at = rng.randint(0, min(last, 128) if rng.random() < 0.7 else last)
    order = rng.choice("<>")
    value = rng.choice(NUMBERS) if rng.random() < 0.7 else rng.getrandbits(8 * size)
    number = struct.pack(order + "Q", value & (1 << 8 * size) - 1)
    lie = number[:size] if order == "<" else number[-size:]
    return data[:at] + lie + data[at + size :]


def _cut(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    """Ends too early, maybe after the header alone."""
    most = len(data) if rng.random() < 0.6 else min(len(data), 80)
    return data[: rng.randint(0, most)]


def _lose(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    """A part in the middle is gone."""
    at = rng.randint(0, len(data))
    return data[:at] + data[at + rng.randint(1, 64) :]


def _splice(data: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    """A part of another file, put in or in the place of what was there."""
    other = rng.choice(others)
    start = rng.randint(0, len(other))
    part = other[start : start + rng.randint(1, 400)]
    at = rng.randint(0, len(data))
    return data[:at] + part + data[at + rng.choice((0, len(part))) :]


def _repeat(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    """A part of it again and again."""
    at = rng.randint(0, len(data))
    part = data[at : at + rng.randint(1, 64)]
    return data[:at] + part * rng.choice((2, 16, 256)) + data[at:]


def _join(data: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    """Two files in one."""
    other = rng.choice(others)
    return data + other if rng.random() < 0.7 else other[: rng.randint(0, 40)] + data


def _noise(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    """Its first bytes and then nonsense."""
    return data[: rng.randint(0, 40)] + rng.randbytes(rng.choice((0, 8, 100, 3000)))


_OFTEN = (_flip, _flip, _flip, _lie, _lie, _lie, _cut, _cut, _splice, _splice)
DEEDS = (*_OFTEN, _lose, _repeat, _join, _noise)

WORDS = (
    *("", " ", "auto", "fast", "white", "#fff", "#12345", "rgb(300, 0, 0)", "rgb(-1,0,0)"),
    *("hsl(400, 100%, 50%)", "rgba(1,2,3,0.5)", "transparent", "image/png", "image/jpeg", "png"),
    *("__proto__", "constructor", "toString", "<script>alert(1)</script>", "null", "NaN", "1e999"),
    *("\0", "\ud800", "\u202e", "é" * 300, "0", "-1", "true", "tiny", "isnet", "u2netp", "drop"),
)
WHOLE = (0, 1, -1, 2, 3, 8, 16, 255, 256, 1000, 2**15, 2**31 - 1, 2**31, 2**53, 2**63, 10**400)
BROKEN = (0.5, 1.5, -0.5, -0.0, 1e-320, 1e308, float("nan"), float("inf"), float("-inf"))


def value(rng: Random, deep: int = 0) -> Any:
    """Something that JSON can hold, or JavaScript: also NaN, huge numbers, lone surrogates."""
    kind = rng.random()
    if deep < 4 and kind < 0.15:
        return [value(rng, deep + 1) for _ in range(rng.choice((0, 1, 2, 3, 3, 5)))]
    if deep < 4 and kind < 0.3:
        return {rng.choice(WORDS): value(rng, deep + 1) for _ in range(rng.choice((0, 1, 2, 4)))}
    if kind < 0.5:
        return rng.choice(WHOLE)
    if kind < 0.65:
        return rng.choice(BROKEN)
    if kind < 0.9:
        return "x" * LONG if rng.random() < 0.01 else rng.choice(WORDS)
    return rng.choice((None, True, False))


def changed(good: Any, rng: Random, odd: Any = value) -> Any:
    """A copy of a good setting with one or two places that are not; ``odd`` makes what is there."""
    for _ in range(rng.choice((1, 1, 1, 2))):
        good = _changed(good, rng, odd)
    return good


def _changed(good: Any, rng: Random, odd: Any) -> Any:
    if not isinstance(good, (dict, list)) or not good or rng.random() < 0.1:
        return odd(rng)
    if isinstance(good, list):
        at = rng.randrange(len(good))
        copy = list(good)
        deed = rng.random()
        if deed < 0.1:
            del copy[at]
        elif deed < 0.2:
            copy.insert(at, odd(rng))
        else:
            copy[at] = _changed(good[at], rng, odd)
        return copy
    key = rng.choice(list(good))
    rest = dict(good)
    deed = rng.random()
    if deed < 0.1:
        del rest[key]
    elif deed < 0.2:
        rest[rng.choice(WORDS)] = odd(rng)
    else:
        rest[key] = _changed(good[key], rng, odd)
    return rest
