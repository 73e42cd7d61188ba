"""Bytes that stay in JavaScript: model parts go from the network to ONNX Runtime as ArrayBuffers.

Copying 44 MB of weights through Python's own heap would double the peak and never be given back,
for a WebAssembly memory does not shrink.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, TypeAlias

import js

ArrayBuffer: TypeAlias = Any  # a JsProxy


def size(box: ArrayBuffer) -> int:
    """Return the length of ``box`` in bytes."""
    return int(box.byteLength)


class JsBoxes:
    """``storage.parts.Boxes`` over ArrayBuffers."""

    def length(self, box: ArrayBuffer) -> int:
        """Return the length of ``box`` in bytes."""
        return size(box)

    async def sha256(self, box: ArrayBuffer) -> str:
        """Return the SHA-256 of ``box`` in hexadecimal.

        ``crypto.subtle`` exists in secure contexts only; over plain http on a local network
        Python hashes instead (slower, one copy of a part).
        """
        subtle: Any = getattr(js.crypto, "subtle", None)
        if subtle is None:
            return sha256(js.Uint8Array.new(box).to_bytes()).hexdigest()
        digest = await subtle.digest("SHA-256", box)
        return bytes(js.Uint8Array.new(digest).to_bytes()).hex()

    def concat(self, boxes: list[ArrayBuffer]) -> ArrayBuffer:
        """Return one ArrayBuffer that holds ``boxes`` one after another."""
        if len(boxes) == 1:
            return boxes[0]
        whole = js.Uint8Array.new(sum(size(box) for box in boxes))
        at = 0
        for box in boxes:
            whole.set(js.Uint8Array.new(box), at)
            at += size(box)
        return whole.buffer
