"""Packed copies beside the files, made once."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import brotli
import pytest

from tools import packed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(packed, "KEPT", tmp_path / "kept")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "large.wasm").write_bytes(b"words " * 5000)
    (folder / "large.wasm.part0").write_bytes(b"parts " * 5000)
    (folder / "noise.js").write_bytes(os.urandom(5000))
    (folder / "photo.png").write_bytes(b"words " * 5000)
    return folder


def test_what_gains_gets_copies(site: Path) -> None:
    total = packed.pack_all(site)
    copies = sorted(path.name for path in site.iterdir() if path.suffix in (".br", ".gz"))
    names = ["large.wasm", "large.wasm.part0"]
    assert copies == sorted(f"{name}{end}" for name in names for end in (".br", ".gz"))
    assert total == sum((site / name).stat().st_size for name in copies)
    for name in names:
        data = (site / name).read_bytes()
        assert brotli.decompress((site / f"{name}.br").read_bytes()) == data
        assert gzip.decompress((site / f"{name}.gz").read_bytes()) == data


def test_nothing_is_packed_twice_and_nothing_old_is_kept(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    inner = packed._packed

    def counted(data: bytes, name: str) -> bytes:
        asked.append(data)
        return inner(data, name)

    monkeypatch.setattr(packed, "_packed", counted)
    packed.pack_all(site)
    assert len(asked) == 6
    (site / "noise.js").write_bytes(b"other")
    for path in site.glob("*.*[bg][rz]"):
        path.unlink()
    packed.pack_all(site)
    assert asked[6:] == [b"other", b"other"]
    assert len(list(packed.KEPT.iterdir())) == 6
