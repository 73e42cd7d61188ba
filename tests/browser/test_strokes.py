"""Strokes and hints through the worker's door, as the page's Python calls it."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from .conftest import PHOTOS
from .tiny import shrink
from .visitor import BYTES

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from .servers import Site

PHOTO = PHOTOS / "coffee.jpg"  # 600 × 400
# A page with nothing but a program of the page's own modules.
PAGE = """<!doctype html><meta charset="utf-8"><title>strokes</title><body>
<script type="module" src="./vendor/pyscript/core.js"></script>
<script type="mpy" config="./pyscript/page.json">
import asyncio, json
import js
from engine import Engine
from errors import OffcutError

async def told(link, method, *arguments):
    try:
        made = await link.call(method, *arguments)
    except OffcutError as error:
        return {"code": error.code, "detail": error.detail}
    found = {}
    for name in ("width", "height", "empty", "side", "id", "note"):
        value = getattr(made, name, None)
        if isinstance(value, (int, str, bool)):
            found[name] = value
    for name in ("preview", "sheet", "blob"):
        if hasattr(made, name):
            found[name] = js.URL.createObjectURL(getattr(made, name))
    return found

async def main():
    photo = await (await js.fetch("./photo.jpg")).blob()
    engine = Engine(js.URL.new("./", js.location.href).href)
    plain = await engine.remove(photo, {"model": "auto", "hold": 1})
    link = engine._held._link
    out = [{"blob": js.URL.createObjectURL(plain["blob"])}]
    for method, rest in json.loads(CALLS):
        out.append(await told(link, method, *rest))
    js.document.body.setAttribute("data-told", json.dumps(out))

asyncio.create_task(main())
</script>"""
PNG: dict[str, Any] = {"format": "image/png"}


def answers(
    context: BrowserContext, site: Site, calls: list[tuple[str, list[Any]]]
) -> list[dict[str, Any]]:
    """What the worker answers to these calls after a photo was cut; first, its plain file."""
    shrink(site)
    site.overlay["photo.jpg"] = PHOTO.read_bytes()
    page = context.new_page()
    site.overlay["strokes.html"] = PAGE.replace("CALLS", repr(json.dumps(calls))).encode()
    page.goto(site.url + "strokes.html")
    body = page.locator("body[data-told]")
    body.wait_for(state="attached", timeout=120_000)
    told: list[dict[str, Any]] = json.loads(body.get_attribute("data-told") or "")
    for one in told:
        for name in ("preview", "sheet", "blob"):
            if name in one:
                one[name] = base64.b64decode(page.evaluate(BYTES, one[name]))
    return told


def alpha(data: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(data)))[..., 3].astype(int)


def test_strokes_are_played_back_and_undone(context: BrowserContext, isolated: Site) -> None:
    erase = {"tool": "erase", "size": 100, "points": [[100, 100, 1], [200, 100, 1]]}
    restore = {"tool": "restore", "size": 60, "hardness": 0, "flow": 0.5, "points": [[500, 300, 1]]}
    plain, shown, file, bad, again, undone, back = answers(
        context,
        isolated,
        [
            ("edit", ["job-1", [erase, restore]]),
            ("export", ["job-1", PNG]),
            ("edit", ["job-1", [{"tool": "erase", "size": -1, "points": [[1, 1, 1]]}]]),
            ("export", ["job-1", PNG]),
            ("edit", ["job-1", []]),
            ("export", ["job-1", PNG]),
        ],
    )
    assert (shown["width"], shown["height"], shown["empty"]) == (600, 400, False)
    before, after = alpha(plain["blob"]), alpha(file["blob"])
    assert before[60:140, 110:190].max() > 0
    assert after[60:140, 110:190].max() == 0
    assert after[300, 500] == round((before[300, 500] / 255 * 0.5 + 0.5) * 255)
    away = np.ones_like(before, bool)
    away[48:152, 48:252] = away[268:332, 468:532] = False
    assert np.array_equal(after[away], before[away])
    # Small photos are shown at their own size: the preview is the file's very matte.
    assert np.array_equal(alpha(shown["preview"]), after)
    # What is refused changes nothing; an empty list is the plain export to the byte.
    assert bad["code"] == "BAD_CONFIG"
    assert bad["detail"]["edit"] == 0
    assert again["blob"] == file["blob"]
    assert undone["empty"] is False
    assert back["blob"] == plain["blob"]


def test_brush_and_hint(context: BrowserContext, isolated: Site) -> None:
    _, stamp, found, gone, far = answers(
        context,
        isolated,
        [
            ("stamp", [{"size": 20, "hardness": 1}]),
            ("hint", ["job-1", {"x": 300, "y": 200, "keep": True, "model": "isnet"}]),
            ("hint", ["job-7", {"x": 300, "y": 200, "keep": True, "model": "isnet"}]),
            ("hint", ["job-1", {"x": 9000, "y": 200, "keep": True, "model": "isnet"}]),
        ],
    )
    sheet = Image.open(io.BytesIO(stamp["sheet"]))
    assert sheet.size == (4 * stamp["side"], stamp["side"])
    assert sheet.getextrema() == (0, 255)
    assert found["id"] == 0 or found["note"]
    assert gone["code"] == "JOB_UNKNOWN"
    assert far["code"] == "BAD_CONFIG"
