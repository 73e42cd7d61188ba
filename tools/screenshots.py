"""Pictures of every state of the page into docs/screens/: ``python -m tools.screenshots``.

With the real networks and a photo of the tests. The states are the tests' own
(tests/browser/states.py); nothing moves, no caret blinks, and figures that differ from run to run
are written as dashes, so that a picture changes only when the page does.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.servers import ISOLATED, Site
from tests.browser.states import STATES, Walk
from tools.paths import DIST, PHOTOS, ROOT, say, stop
from tools.tab import ARGUMENTS, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

OUT = ROOT / "docs" / "screens"
# name -> width, height, what is emulated. Those of docs/ come first.
VIEWS: dict[str, tuple[int, int, dict[str, Any]]] = {
    "phone": (390, 844, {}),
    "desk": (1280, 800, {}),
    "dark": (1280, 800, {"color_scheme": "dark"}),
    "wide": (2560, 1440, {}),
    "forced": (1280, 800, {"forced_colors": "active"}),
    "contrast": (1280, 800, {"contrast": "more"}),
}
KEPT = ("phone", "desk", "dark", "wide")
# What installation dialogs show (public/manifest.webmanifest), by the picture that it is.
SHOWN = {"done-phone": "narrow", "done-desk": "wide"}
QUALITY = 74  # all of them stay under 4 MB
SETTLE = """() => {
  document.activeElement?.blur();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());)
    if (/\\d (ms|s|s left|min left)\\b/.test(node.data))
      node.data = node.data.replace(/[\\d.]+ (ms|s|min)\\b/g, "– $1");
}"""


def shoot(page: Page, file: Path) -> None:
    """Take one picture."""
    page.evaluate(SETTLE)
    shot = page.screenshot(animations="disabled", caret="hide", scale="css")
    with Image.open(io.BytesIO(shot)) as image:
        image.convert("RGB").save(file, quality=QUALITY, method=6)


def gallery(states: list[str]) -> str:
    """The page that shows the pictures of docs/."""
    lines = [
        "# How it looks",
        "",
        "Every state of the page, with the real models: `make screenshots` takes these pictures.",
        "The states are those that the tests judge (`tests/browser/states.py`).",
    ]
    for name in states:
        lines += ["", f"## {name}", ""]
        lines.append(" ".join(f"![{name}, {view}]({name}-{view}.webp)" for view in KEPT))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Take all, or those that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots")
    parser.add_argument("--out", type=Path, default=OUT, help="another folder than docs/screens")
    parser.add_argument("--views", nargs="+", choices=list(VIEWS), default=list(KEPT))
    parser.add_argument("--only", nargs="+", choices=list(STATES), default=list(STATES))
    asked = parser.parse_args()
    if not (DIST / "index.html").exists():
        stop("There is no dist/ yet. Run: make build")
    asked.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Site(DIST, ISOLATED) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        walk = Walk(browser, site, Path(folder), photo=PHOTOS / "chelsea.jpg")
        for name in asked.only:
            walk.to(name)
            for view in asked.views:
                width, height, media = VIEWS[view]
                with walk.seen(width, height, **media) as page:
                    shoot(page, asked.out / f"{name}-{view}.webp")
            say(f"  {name}")
        walk.close()
        browser.close()
    if asked.out == OUT:
        (OUT / "README.md").write_text(gallery(list(STATES)), "utf-8")
        for picture, name in SHOWN.items():
            shutil.copyfile(OUT / f"{picture}.webp", ROOT / "public" / "screens" / f"{name}.webp")
    total = sum(file.stat().st_size for file in asked.out.glob("*.webp"))
    say(f"  {asked.out} has {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
