"""Each way to embed Offcut, in a page of another origin, in Firefox and WebKitGTK. In Chromium:
test_embed.py for the ways that have no frame, test_in_a_frame.py for the one that has."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from . import hosts
from .conftest import PHOTOS
from .servers import PLAIN, Site
from .test_in_a_frame import host_page, say
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from pathlib import Path

    from .driver import Driver

PHOTO = PHOTOS / "astronaut.jpg"
RESULT = """async () => {
  for (let i = 0; i < 1200 && !told.some(({ kind }) => kind !== "progress"); i++)
    await new Promise((go) => setTimeout(go, 50));
  const { kind, name, tag, blob, message } = told.find(({ kind }) => kind !== "progress") ?? {};
  let text = "";
  if (blob) for (const byte of new Uint8Array(await blob.arrayBuffer()))
    text += String.fromCharCode(byte);
  const where = { tag: tag?.localName, alone: !crossOriginIsolated };
  return { kind, name, message, file: btoa(text), ...where };
}"""
WAYS = {
    "py-script": hosts.py_script,
    "mpy-script": hosts.mpy_script,
    "offcut-remover": hosts.component,
}
ENGINES = pytest.mark.parametrize("engine", ["firefox", "webkit"], indirect=True)


@ENGINES
@pytest.mark.parametrize("tag", list(WAYS))
def test_a_tag(engine: Driver, isolated: Site, tmp_path: Path, tag: str) -> None:
    """A person opens a photo in the remover where the tag stands; the host hears of the result."""
    shrink(isolated)
    with hosts.host(tmp_path, {"index.html": hosts.page(WAYS[tag](isolated.other_host))}) as host:
        engine.open(host.url)
        engine.choose("#file", PHOTO)
        told = engine.evaluate(RESULT)
        assert (told["kind"], told["tag"]) == ("result", tag), told["message"]
        assert (told["name"], told["alone"]) == ("astronaut-cutout.png", True)
        check_cutout(base64.b64decode(told["file"]), PHOTO)


@ENGINES
def test_a_frame(engine: Driver, isolated: Site, tmp_path: Path) -> None:
    """On one thread: neither has a policy that would isolate a frame alone. The host opens a
    photo, then a person does, inside the frame."""
    shrink(isolated)
    with Site(tmp_path, PLAIN) as host:
        host.overlay["index.html"] = host_page(isolated, "?model=fast")
        engine.open(host.url)
        told = say(
            engine,
            """
            const frame = (window.one = offcutFrame(iframe()));
            const { blob, name } = await patient(frame.open(photo, {}, { name: "me.jpg" }));
            window.own = next(frame, "result");
            return [name, await coded(blob)];
            """,
        )
        assert told[0] == "me-cutout.png"
        check_cutout(base64.b64decode(told[1]), PHOTO)
        engine.choose("#file", PHOTOS / "coffee.jpg", frame=0)
        assert say(engine, "return (await own).name") == "coffee-cutout.png"
        runs = "() => [crossOriginIsolated, document.querySelector('#engine').dataset.backend]"
        assert engine.evaluate(runs, frame=0) == [False, "wasm-st"]
