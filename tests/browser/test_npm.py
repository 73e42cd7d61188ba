"""The npm package: packed, installed into an empty project, bundled, and a photo cut with it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tools import npm
from tools.paths import NODE_MODULES

from .conftest import PHOTOS
from .servers import Site
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext

PHOTO = PHOTOS / "astronaut.jpg"
APP = """
import removeBackground, { OffcutError } from "offcut";
globalThis.cut = async (config) => {
  try {
    const blob = await removeBackground("./photo.jpg", config);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let made = "";
    for (let i = 0; i < bytes.length; i += 32768)
      made += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(made);
  } catch (error) {
    return [error instanceof OffcutError, error.code, error.message];
  }
};
"""
PAGE = b'<!doctype html><meta charset="utf-8"><title>App</title><script src="./app.js"></script>'


@pytest.fixture
def package(dist: Path, tmp_path: Path) -> Path:
    """The package, packed, of the built site with tiny networks in the place of its own."""
    site = tmp_path / "site"
    shutil.copytree(dist, site, ignore=shutil.ignore_patterns("*.bin", "*.br", "*.gz"))
    for file in (dist / "models" / "selftest").iterdir():
        shutil.copy(file, site / "models" / "selftest")
    for path, body in shrink(Site(dist)).items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(body)
    npm.lay_out(site, tmp_path / "package")
    return npm.pack(tmp_path / "package", tmp_path / "packed")


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_installed_bundled_and_used(context: BrowserContext, package: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "package.json").write_text('{"name": "app", "private": true}', "utf-8")
    quiet = ("--offline", "--no-audit", "--no-fund", "--loglevel=error")
    run(project, "npm", "install", *quiet, str(package))
    inside = project / "node_modules" / "offcut"
    told = json.loads((inside / "package.json").read_text("utf-8"))
    assert "dependencies" not in told
    for file in ("LICENSE", "README.md", "THIRD_PARTY.md", told["types"], told["main"]):
        assert (inside / file).is_file(), file

    (project / "app.js").write_text(APP, "utf-8")
    out = project / "public"
    said = run(project, str(project / "node_modules" / ".bin" / "offcut-site"), "public/offcut")
    assert "public/offcut" in said
    # As a plain script, where a module's own address means nothing.
    esbuild = str(NODE_MODULES / ".bin" / "esbuild")
    run(project, esbuild, "app.js", "--bundle", "--format=iife", f"--outfile={out}/app.js")
    with Site(out) as site:
        site.overlay["index.html"] = PAGE
        site.overlay["photo.jpg"] = PHOTO.read_bytes()
        page = context.new_page()
        page.goto(site.url)
        refused: Any = page.evaluate("cut({ model: 'small' })")
        assert refused[:2] == [True, "BAD_CONFIG"]
        assert "publicPath" in refused[2]
        made = page.evaluate("cut({ model: 'small', publicPath: '/offcut' })")
        check_cutout(base64.b64decode(made), PHOTO)
        assert {entry.path.split("/")[0] for entry in site.seen()} <= {
            "", "app.js", "photo.jpg", "offcut", "favicon.ico",
        }  # fmt: skip
