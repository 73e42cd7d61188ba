"""Every Python and shell snippet for a computer, with the wheel installed from the site."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tools.snippets import to_run

from .conftest import PHOTOS
from .servers import Site
from .static_hosts import tiny_folder
from .wheelhouse import Native, native

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.snippets import Snippet

PAGES = [*to_run("cpython"), *to_run("shell")]


@pytest.fixture(scope="module")
def site(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with tiny networks, served."""
    with Site(tiny_folder(dist, tmp_path_factory.mktemp("native") / "site")) as running:
        yield running


@pytest.fixture(scope="module")
def computer(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Native:
    (wheel,) = (site.root / "wheels").glob("*.whl")
    return native(tmp_path_factory.mktemp("computer"), site.url, f"wheels/{wheel.name}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with photos, as the snippets speak of them."""
    (tmp_path / "photos").mkdir()
    for name in ("photo.jpg", "photos/one.jpg", "photos/two.jpg"):
        shutil.copy(PHOTOS / "astronaut.jpg", tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page[0].file} {page[0].how}")
def test_on_a_computer(page: list[Snippet], computer: Native, site: Site, folder: Path) -> None:
    for one in page:
        if one.how == "cpython":
            command = [str(computer.python), "-c", one.at(site.url)]
        else:
            command = ["bash", "-euo", "pipefail", "-c", one.at(site.url)]
        done = computer.run(command, folder)
        assert done.returncode == 0, f"{one}:\n{done.stdout}{done.stderr}"
