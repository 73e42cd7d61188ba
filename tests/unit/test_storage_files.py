"""The folder that stands in for a browser's database, and the smoothed rate."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from offcut.errors import OffcutError
from offcut.storage.download import load_model
from offcut.storage.files import BytesBoxes, FileStore, LocalFetcher
from offcut.storage.parts import FetchFailed, QuotaFull, StoreUnavailable
from offcut.storage.rate import Rate

from .helpers import spec_of


async def test_keeps_gives_lists_and_forgets(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "kept")
    assert await store.get("a/1") is None
    assert await store.keys() == []
    await store.put("a/1", b"one")
    await store.put("a/2", b"two")
    await store.put("b/1", b"three")
    await store.put("a/1", b"ONE")
    assert await store.get("a/1") == b"ONE"
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 3, "no halves are left"
    assert await store.keys("a/") == ["a/1", "a/2"]
    assert await store.keys() == ["a/1", "a/2", "b/1"]
    await store.delete("a/1")
    await store.delete("a/1")
    assert await store.get("a/1") is None


async def test_a_half_written_part_is_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(tmp_path)

    def breaks(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", breaks)
    with pytest.raises(QuotaFull):
        await store.put("a", b"whole part")
    assert await store.get("a") is None
    assert await store.keys() == []
    assert list(tmp_path.iterdir()) == []


async def test_other_trouble_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    store = FileStore(tmp_path)
    with pytest.raises(StoreUnavailable):
        await store.put("file/below", b"y")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreUnavailable):
        await store.get("folder")


async def test_keys_stay_in_the_folder(tmp_path: Path) -> None:
    with pytest.raises(OffcutError):
        await FileStore(tmp_path / "kept").put("../outside", b"x")


async def test_a_model_from_a_built_site_kept_in_a_folder(tmp_path: Path) -> None:
    model = bytes(range(250)) * 9
    spec = spec_of(model, parts=3)
    site = tmp_path / "models"
    for n, part in enumerate(spec.parts):
        (site / part.file).parent.mkdir(parents=True, exist_ok=True)
        (site / part.file).write_bytes(model[n * 750 : (n + 1) * 750])
    store = FileStore(tmp_path / "kept")
    for fetched in (len(model), 0):
        loaded = await load_model(
            spec,
            store=store,
            fetcher=LocalFetcher(),
            boxes=BytesBoxes(),
            base_url=f"{site.as_posix()}/",
        )
        assert (loaded.box, loaded.kept, loaded.fetched) == (model, True, fetched)


async def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed) as caught:
        await LocalFetcher().fetch(str(tmp_path / "no"))
    assert caught.value.status == 404
    with pytest.raises(FetchFailed) as caught:
        await LocalFetcher().fetch(str(tmp_path))
    assert caught.value.status is None


def steady(rate: Rate, per_s: float, start: float, seconds: float, step: float = 0.1) -> float:
    for _ in range(round(seconds / step)):
        start += step
        rate.add(per_s * step, start)
    return start


def test_no_estimate_before_anything_is_known() -> None:
    rate = Rate(0.0)
    assert rate.eta_s(1000) is None
    steady(rate, 100, 0.0, 0.5)
    assert rate.eta_s(1000) is None
    steady(rate, 100, 0.5, 1.0)
    assert rate.eta_s(1000) == pytest.approx(10, rel=0.01)


def test_the_rate_follows_a_change_within_seconds() -> None:
    rate = Rate(0.0)
    now = steady(rate, 1000, 0.0, 20)
    now = steady(rate, 100, now, 2)
    middle = rate.per_second()
    assert middle is not None
    assert 100 < middle < 1000
    steady(rate, 100, now, 20)
    assert rate.per_second() == pytest.approx(100, rel=0.1)


def test_bursts_do_not_shake_it() -> None:
    rate, now, seen = Rate(0.0), 0.0, []
    for n in range(200):
        now += 0.1
        rate.add(500 if n % 5 == 0 else 0, now)  # 1000 a second on average
        if now > 5:
            seen.append(rate.per_second() or 0)
    assert min(seen) > 700
    assert max(seen) < 1300


def test_a_standstill_is_no_division_by_zero() -> None:
    rate = Rate(0.0)
    steady(rate, 0, 0.0, 5)
    assert rate.eta_s(10) is None
