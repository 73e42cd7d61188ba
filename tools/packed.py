"""Packed copies beside the site's files, for hosts that send them as they lie: ``.br`` and ``.gz``.

A CDN packs by itself; nginx (``gzip_static``, ``brotli_static``), Caddy (``precompressed``) and
``make serve`` send these. What is packed already (zips, the models) gains nothing and gets none.
"""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import brotli

from tools.paths import CACHE, sha256

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = {"br": ".br", "gzip": ".gz"}
"""By the name that browsers call a way of packing; the better one first."""

KINDS = {
    ".css", ".html", ".ico", ".js", ".json", ".md", ".mjs", ".py", ".svg", ".toml", ".txt",
    ".wasm", ".webmanifest",
}  # fmt: skip
PARTS = ("part0", "part1")  # of files that are over the hosts' limits
LEAST = 0.95  # of the size; above it the copy is not worth its place
QUALITY = 9
"""Brotli's. 11, its best, takes ten times as long (two minutes of a core for the two large .wasm)
and makes them 12 and 14 % smaller."""

KEPT = CACHE / "packed"


def pack_all(site: Path) -> int:
    """Write the copies; gives their bytes in all. What the last build packed is not packed anew."""
    KEPT.mkdir(parents=True, exist_ok=True)
    files = [path for path in sorted(site.rglob("*")) if path.is_file() and _is_kind(path)]
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(_pack, files))
    used = {kept for all_kept, _ in made for kept in all_kept}
    for old in set(KEPT.iterdir()) - used:
        old.unlink()
    return sum(size for _, size in made)


def _is_kind(path: Path) -> bool:
    return path.suffix in KINDS or path.name.endswith(PARTS)


def _pack(path: Path) -> tuple[list[Path], int]:
    """Where the copies of a file are kept, and the bytes of those that were written beside it."""
    data = path.read_bytes()
    all_kept, total = [], 0
    for name, ending in ENDINGS.items():
        kept = KEPT / f"{sha256(data)}.{QUALITY}{ending}"
        if not kept.exists():
            kept.write_bytes(_packed(data, name))
        all_kept.append(kept)
        if kept.stat().st_size < LEAST * len(data):
            total += path.with_name(path.name + ending).write_bytes(kept.read_bytes())
    return all_kept, total


def _packed(data: bytes, name: str) -> bytes:
    if name == "br":
        return bytes(brotli.compress(data, quality=QUALITY))
    return gzip.compress(data, 9, mtime=0)
