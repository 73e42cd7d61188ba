"""The site works at any path of a host: every address in it is relative."""

from __future__ import annotations

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
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "offcut").symlink_to(dist)
    with Site(tmp_path, ISOLATED) as site:
        visitor = enter(context, site)
        visitor.open("tools/offcut/")
        visitor.wait_engine()
        assert visitor.backend == "wasm-mt"
