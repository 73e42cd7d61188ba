"""The JavaScript door, call by call: `offcut.js` in an otherwise empty page."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PHOTOS
from .tiny import shrink
from .visitor import CODED, check_cutout

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from .servers import Site

PHOTO = PHOTOS / "astronaut.jpg"
EMPTY = b"<!doctype html><meta charset=utf-8><title>empty</title><body>"
TOOLS = (
    """
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
"""
    + CODED
)


@pytest.fixture
def empty(context: BrowserContext, isolated: Site) -> Page:
    """An empty page beside offcut.js; the networks are tiny."""
    shrink(isolated)
    isolated.overlay["empty.html"] = EMPTY
    page = context.new_page()
    page.goto(isolated.url + "empty.html")
    return page


def call(page: Page, script: str, address: str = "./offcut.js") -> Any:
    """Run the body of an async function that has offcut's exports as `o`, `photo` and `coded`."""
    text = base64.b64encode(PHOTO.read_bytes()).decode()
    return page.evaluate(
        "async ([text, address]) => { const o = await import(address);" + TOOLS + script + "}",
        [text, address],
    )


def test_an_empty_page(empty: Page) -> None:
    told = call(
        empty,
        """
        const seen = [];
        const progress = (key, done, total) => seen.push([key, done, total]);
        const blob = await o.default(photo, { model: "u2netp", progress });
        return { type: blob.type, made: await coded(blob), seen, probe: await o.probe() };
        """,
    )
    assert told["type"] == "image/png"
    check_cutout(base64.b64decode(told["made"]), PHOTO)
    assert told["probe"]["backend"] == "wasm-mt"
    assert {one["name"] for one in told["probe"]["candidates"]} == {"webgpu", "wasm-mt", "wasm-st"}
    keys = {key for key, _, _ in told["seen"]}
    assert {"fetch:u2netp", "compute:run", "compute:encode"} <= keys
    last = [seen for seen in told["seen"] if seen[0] == "fetch:u2netp"][-1]
    assert last[1] == last[2] > 0


def test_every_kind_of_image_and_format(empty: Page) -> None:
    told = call(
        empty,
        """
        const bytes = new Uint8Array(await photo.arrayBuffer());
        const local = URL.createObjectURL(photo);
        const kinds = [photo, new File([photo], "a.jpg"), bytes.buffer, bytes, local,
          new URL(local)];
        const model = "u2netp";
        const sizes = [];
        for (const kind of kinds) sizes.push((await o.removeBackground(kind, { model })).size);
        const types = [];
        for (const format of ["image/png", "image/webp", "image/jpeg"])
          types.push((await o.removeBackground(photo, { model, output: { format } })).type);
        return { sizes, types };
        """,
    )
    assert len(set(told["sizes"])) == 1
    assert told["types"] == ["image/png", "image/webp", "image/jpeg"]


def test_the_default_uses_both_models(empty: Page) -> None:
    told = call(
        empty,
        """
        await o.preload({ progress: () => {} });
        const { models, checks, name, width, height } = await o.cut(photo);
        return { models, checks, name, width, height };
        """,
    )
    assert told["models"] == ["u2netp", "isnet", "modnet"]
    assert (told["width"], told["height"]) == (512, 512)
    assert told["name"].endswith("-cutout.png")
    assert len(told["checks"]) == 3


def test_errors_have_a_code_and_the_rest_goes_on(empty: Page) -> None:
    told = call(
        empty,
        """
        const model = "u2netp";
        const failed = [];
        for (const [image, config] of [
          [new Blob(["this is no picture"]), { model }],
          [new Blob([]), { model }],
          [photo, { model: "no-such-model" }],
          [photo, { model, output: { format: "image/tiff" } }],
          [42, { model }],
        ])
          try { await o.removeBackground(image, config); failed.push("none"); }
          catch (error) { failed.push(error instanceof o.OffcutError && error.code); }
        const after = await o.removeBackground(photo, { model });
        await o.dispose();
        const again = await o.removeBackground(photo, { model });
        return { failed, sizes: [after.size, again.size] };
        """,
    )
    codes = ["NOT_AN_IMAGE", "EMPTY_FILE", "MODEL_UNKNOWN", "BAD_CONFIG", "NOT_AN_IMAGE"]
    assert told["failed"] == codes
    assert told["sizes"][0] == told["sizes"][1] > 0


def test_two_at_once_wait_for_each_other(empty: Page) -> None:
    sizes = call(
        empty,
        """
        const three = [1, 2, 3].map(() => o.removeBackground(photo, { model: "u2netp" }));
        return (await Promise.all(three)).map((blob) => blob.size);
        """,
    )
    assert len(set(sizes)) == 1
