"""offcut.js in pages that are not Offcut's own: what comes out, and what is asked of whom."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PHOTOS
from .reference import reference_alpha
from .servers import CORS, PLAIN, Site
from .tiny import shrink, spread
from .visitor import BYTES, alpha_gap, check_cutout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from .visitor import Visitor

EMPTY = b"<!doctype html><html lang=en><title>A page of somebody else's</title><body>"
PHOTO, OTHER = PHOTOS / "chelsea.jpg", PHOTOS / "rocket.jpg"

CALL = """async ([address, photos, config]) => {
  const offcut = await import(address);
  const told = [];
  const progress = (key, done, total) => told.push([key, done, total]);
  const blobs = photos.map((text) =>
    new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]));
  // At once, though the engine does one at a time: they wait for each other.
  const made = await Promise.all(
    blobs.map((blob) => offcut.removeBackground(blob, {...config, progress})));
  const report = await offcut.probe(config);
  return {report, told, types: made.map((blob) => blob.type),
          hrefs: made.map((blob) => URL.createObjectURL(blob))};
}"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Site]:
    """Somebody else's site: an empty page, no headers."""
    (tmp_path / "index.html").write_bytes(EMPTY)
    with Site(tmp_path, PLAIN) as site:
        yield site


def call(page: Page, site: str, *photos: Path, **config: Any) -> dict[str, Any]:
    texts = [base64.b64encode(photo.read_bytes()).decode() for photo in photos]
    answer: dict[str, Any] = page.evaluate(CALL, [f"{site}offcut.js", texts, config])
    answer["files"] = [base64.b64decode(page.evaluate(BYTES, href)) for href in answer["hrefs"]]
    return answer


def test_from_an_empty_page_of_the_same_site(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site, dist: Path
) -> None:
    """Real small model; the outputs are what the native engine gives."""
    isolated.overlay["theirs.html"] = EMPTY
    visitor = enter(context, isolated)
    visitor.page.goto(isolated.url + "theirs.html")
    answer = call(visitor.page, isolated.url, PHOTO, OTHER, model="small")
    assert answer["report"]["backend"] == "wasm-mt"
    assert answer["report"]["isolated"] is True
    assert answer["types"] == ["image/png", "image/png"]
    for photo, file in zip((PHOTO, OTHER), answer["files"], strict=True):
        rgba = check_cutout(file, photo)
        expected = reference_alpha(dist / "models", photo, "u2netp")
        assert alpha_gap(rgba[..., 3], expected) <= 1 / 255
    keys = {key.split(":")[0] for key, _, _ in answer["told"]}
    assert keys == {"fetch", "compute"}
    fetched = [(done, total) for key, done, total in answer["told"] if key == "fetch:u2netp"]
    assert fetched[-1][0] == fetched[-1][1] > 2_000_000


def test_from_a_page_of_another_site(
    enter: Callable[..., Visitor], context: BrowserContext, host: Site, dist: Path, tmp_path: Path
) -> None:
    """Another origin, not isolated: CORS is all that our host needs; one thread does it."""
    with Site(dist, CORS) as ours:
        served = shrink(ours)
        visitor = enter(context, host)
        visitor.expected.append("favicon|status of 404")
        visitor.page.goto(host.url)
        answer = call(visitor.page, ours.other_host, PHOTO)
        assert answer["report"]["backend"] == "wasm-st"
        assert answer["report"]["isolated"] is False
        rgba = check_cutout(answer["files"][0], PHOTO)
        expected = reference_alpha(spread(served, tmp_path / "m"), PHOTO, "auto")
        assert alpha_gap(rgba[..., 3], expected) <= 1 / 255
        # Nothing of ours was asked of the host's server, and the photo went nowhere.
        assert {entry.path for entry in host.seen()} <= {"", "favicon.ico"}
        assert all(entry.method in ("GET", "OPTIONS") for entry in ours.seen())
        assert not any(entry.body for entry in ours.seen())


def test_what_the_host_of_the_page_may_get_wrong(
    enter: Callable[..., Visitor], context: BrowserContext, isolated: Site
) -> None:
    shrink(isolated)
    isolated.overlay["theirs.html"] = EMPTY
    visitor = enter(context, isolated)
    visitor.expected.append("status of 404")
    visitor.page.goto(isolated.url + "theirs.html")
    codes = visitor.page.evaluate(
        """async (address) => {
          const offcut = await import(address);
          const codes = [];
          for (const [image, config] of [
            [new URL("gone.jpg", address), {}], [new Blob(["x"]), {device: "webgpu"}],
            [new Blob(["x"]), {device: "abacus"}],
          ]) await offcut.removeBackground(image, config).then(() => codes.push("none"), (error) =>
            codes.push(error instanceof offcut.OffcutError ? error.code : `${error}`));
          codes.push((await offcut.probe()).backend);
          return codes;
        }""",
        isolated.url + "offcut.js",
    )
    assert codes == ["PHOTO_GONE", "BACKEND_UNAVAILABLE", "BAD_CONFIG", "wasm-mt"]
