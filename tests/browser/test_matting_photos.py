"""`offcut.js` on photos with known mattes, where they are at hand (../shared; not ours to ship)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from .conftest import ROOT
from .visitor import check_cutout

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from .servers import Site

pytestmark = pytest.mark.real
DATA = ROOT.parent / "shared" / "data" / "matting"
COUNT = 10
EMPTY = b"<!doctype html><meta charset=utf-8><title>empty</title><body>"
CUT = """async (text) => {
  const { removeBackground } = await import("./offcut.js");
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  const made = await removeBackground(photo, {model: "u2netp"});
  const bytes = new Uint8Array(await made.arrayBuffer());
  let coded = "";
  for (let i = 0; i < bytes.length; i += 32768)
    coded += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(coded);
}"""


def test_colours_are_the_photos_own(context: BrowserContext, isolated: Site) -> None:
    """RGBA PNGs of the photo's size, every RGB value the decoded original's, a soft alpha."""
    if not (DATA / "manifest.json").exists():
        pytest.skip("the photos to check on are not here (../shared/data/matting)")
    items = json.loads((DATA / "manifest.json").read_text("utf-8"))["items"]
    isolated.overlay["empty.html"] = EMPTY
    page = context.new_page()
    page.goto(isolated.url + "empty.html")
    for item in items[:: len(items) // COUNT][:COUNT]:
        photo = DATA / item["image"]
        text = base64.b64encode(photo.read_bytes()).decode()
        check_cutout(base64.b64decode(page.evaluate(CUT, text)), photo)
