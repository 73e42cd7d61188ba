"""The site works at any path of a host: every address in it is relative."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from .servers import ISOLATED, Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from .visitor import Visitor


def test_the_page_comes_alive_below_a_folder(
    enter: Callable[..., Visitor], context: BrowserContext, dist: Path, tmp_path: Path
) -> None:
    shutil.copytree(dist, tmp_path / "tools" / "offcut", copy_function=os.link)
    with Site(tmp_path, ISOLATED) as site:
        visitor = enter(context, site)
        visitor.open("tools/offcut/index.html")
        visitor.wait_engine()
        assert visitor.backend == "wasm-mt"
