"""The one ICC profile that files may leave out: Display P3 named by number only (H.273)."""

from __future__ import annotations

import struct

P3_PRIMARIES = 12
SRGB_LIKE = (1, 2, 6, 13)
"""Transfer characteristics that pictures are shown by the sRGB curve for."""

# Display P3's primaries, adapted to D50 by Bradford, as s15Fixed16 wants them.
_XYZ = {
    b"rXYZ": (0.515102, 0.241182, -0.001049),
    b"gXYZ": (0.291965, 0.692236, 0.041882),
    b"bXYZ": (0.157153, 0.066582, 0.784378),
    b"wtpt": (0.964203, 1.0, 0.824905),
}
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _words(text: str) -> bytes:
    body = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">3I4s2I", 0, 1, 12, b"enUS", len(body), 28) + body


def display_p3() -> bytes:
    """A version 4 profile of Display P3 with the sRGB curve."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    tags = {
        b"desc": _words("Display P3"),
        b"cprt": _words("CC0"),
        **{name: b"XYZ " + bytes(4) + _fixed(*xyz) for name, xyz in _XYZ.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body, at = b"", b"", 132 + 12 * len(tags)
    placed: dict[bytes, int] = {}
    for name, data in tags.items():
        if data not in placed:
            placed[data] = at + len(body)
            body += data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", placed[data], len(data))
    head = (
        struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x04000000, b"mntr", b"RGB ", b"XYZ ")
        + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
        + b"acsp"
        + bytes(28)
        + _fixed(0.964203, 1.0, 0.824905)
        + bytes(48)
    )
    return head + struct.pack(">I", len(tags)) + table + body
