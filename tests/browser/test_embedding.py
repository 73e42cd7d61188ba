"""Each way to embed Offcut, in a page of another origin, in Firefox. In Chromium: test_embed.py for
the ways that have no frame, test_in_a_frame.py for the one that has."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from .conftest import PHOTOS
from .servers import PLAIN, Site
from .test_in_a_frame import host_page, say
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from pathlib import Path

    from .driver import Driver

PHOTO = PHOTOS / "astronaut.jpg"


def test_a_frame(firefox: Driver, isolated: Site, tmp_path: Path) -> None:
    """On one thread: Firefox has no policy that would isolate a frame alone. The host opens a
    photo, then a person does, inside the frame."""
    shrink(isolated)
    with Site(tmp_path, PLAIN) as host:
        host.overlay["index.html"] = host_page(isolated, "?model=fast")
        firefox.open(host.url)
        told = say(
            firefox,
            """
            const frame = (window.one = offcutFrame(iframe()));
            const { blob, name } = await patient(frame.open(photo, {}, { name: "me.jpg" }));
            window.own = next(frame, "result");
            return [name, await coded(blob)];
            """,
        )
        assert told[0] == "me-cutout.png"
        check_cutout(base64.b64decode(told[1]), PHOTO)
        firefox.choose("#file", PHOTOS / "coffee.jpg", frame=0)
        assert say(firefox, "return (await own).name") == "coffee-cutout.png"
        runs = "() => [crossOriginIsolated, document.querySelector('#engine').dataset.backend]"
        assert firefox.evaluate(runs, frame=0) == [False, "wasm-st"]
