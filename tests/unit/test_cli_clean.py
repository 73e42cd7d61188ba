"""The wheel in a clean environment: pip installs it from a site's file, and its command works."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import struct
import subprocess
import sys
import venv
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tools.wheel import build

from .helpers import disc, noise, rgb_profile, saved, tiny_models

GOOD, BROKEN = 14, 6


@pytest.fixture(scope="module")
def offcut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed by pip from a site's wheels/, with nothing that says where models are.

    What the wheel depends on comes from this environment's packages: no network is needed, and pip
    still checks that they are what the wheel asks for.
    """
    site, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    tiny_models(site / "models")
    wheel = build(site)
    venv.create(home, with_pip=False, symlinks=True)
    inside = next(home.glob("lib/python*/site-packages"))
    (inside / "packages.pth").write_text(f"{Path(np.__file__).parents[1]}\n")
    python = home / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index"]
    done = run([*command, f"offcut[native] @ {wheel.as_uri()}"])
    assert done.returncode == 0, done.stdout + done.stderr
    return python.with_name("offcut")


def run(command: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, env=clean(), timeout=300, check=False, **more
    )


def clean() -> dict[str, str]:
    """The environment without what tells Python or Offcut where things are."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OFFCUT_", "PYTHON", "VIRTUAL_ENV"))
    }


def bomb() -> bytes:
    """A PNG of 30 000 × 30 000 pixels, black, in half a kilobyte of rows that never end."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(500_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def files() -> dict[str, tuple[bytes, str]]:
    """Twenty files by name, with what is to become of each."""
    rgb = noise(60, 90)
    image = Image.fromarray(rgb)
    rgba = np.dstack([rgb, (disc(60, 90) * 255).astype(np.uint8)])
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.fromarray((np.arange(5400, dtype=np.uint16) * 12).reshape(60, 90))
    png, jpeg = saved(rgb, "PNG"), saved(rgb, "JPEG")
    frames = {"save_all": True, "append_images": [Image.fromarray(rgb[::-1].copy())]}
    return {
        "alpha.png": (saved(rgba, "PNG"), "ok"),
        "cmyk.jpg": (saved(image.convert("CMYK"), "JPEG"), "ok"),
        "deep.png": (saved(wide, "PNG"), "ok"),
        "film.gif": (saved(image, "GIF", **frames), "ok"),
        "gray.jpg": (saved(image.convert("L"), "JPEG"), "ok"),
        "modern.avif": (saved(rgb, "AVIF"), "ok"),
        "no ending": (png, "ok"),
        "palette.png": (saved(image.quantize(16), "PNG"), "ok"),
        "plain.bmp": (saved(rgb, "BMP"), "ok"),
        "profile.jpg": (saved(rgb, "JPEG", icc_profile=rgb_profile(), progressive=True), "ok"),
        "scan.tif": (saved(rgb, "TIFF", compression="tiff_lzw"), "ok"),
        "turned.jpg": (saved(rgb, "JPEG", exif=exif), "ok"),
        "ünïcödé 照片.jpg": (jpeg, "ok"),
        "web.webp": (saved(rgba, "WEBP", lossless=True, exact=True), "ok"),
        "bomb.png": (bomb(), "IMAGE_TOO_LARGE"),
        "cut off.jpg": (jpeg[: len(jpeg) // 2], "DECODE_FAILED"),
        "cut off.png": (png[: len(png) // 2], "DECODE_FAILED"),
        "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "UNSUPPORTED_FORMAT"),
        "empty.jpg": (b"", "EMPTY_FILE"),
        "text.jpg": (b"This is no photo.", "NOT_AN_IMAGE"),
    }


def test_a_folder_of_all_kinds(offcut: Path, tmp_path: Path) -> None:
    listed = files()
    assert len(listed) == GOOD + BROKEN == 20
    photos = tmp_path / "photos"
    photos.mkdir()
    for name, (data, _) in listed.items():
        (photos / name).write_bytes(data)
    (photos / "notes.txt").write_text("no photo, and none is expected")
    before = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in photos.iterdir()}

    done = run([str(offcut), "photos", "-o", "out/", "--json"], cwd=tmp_path)

    assert done.returncode == 1, done.stderr
    told = {Path(line["file"]).name: line for line in map(json.loads, done.stdout.splitlines())}
    assert {name: line["code"] for name, line in told.items()} == {
        name: code for name, (_, code) in listed.items()
    }
    said = done.stderr.splitlines()
    assert f"{GOOD} photos cut out, {BROKEN} failed" in said[-2]
    assert said[-1] == "1 other file is no photos."
    for name, line in told.items():
        sentences = [text for text in said if text.startswith(f"photos/{name}: ")]
        if line["code"] != "ok":
            assert line["out"] is None
            assert sentences == [f"photos/{name}: {line['message']}"], "said once, in words"
            continue
        with Image.open(tmp_path / line["out"]) as made:
            assert (made.format, made.mode) == ("PNG", "RGBA")
            assert made.size == ((60, 90) if name == "turned.jpg" else (90, 60))
            assert np.asarray(made)[..., 3].any()
    results = {path.name for path in (tmp_path / "out").iterdir()}
    assert results == {Path(line["out"]).name for line in told.values() if line["out"]}
    assert len(results) == GOOD, "nothing lost, nothing half"
    after = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in photos.iterdir()}
    assert after == before, "the photos are as they were"

    again = run([str(offcut), "photos", "-o", "out/", "--skip", "-q"], cwd=tmp_path)
    assert again.returncode == 1
    assert len(again.stderr.splitlines()) == BROKEN


def test_ctrl_c_ends_between_photos(offcut: Path, tmp_path: Path) -> None:
    data = saved(noise(400, 600), "PNG")
    for number in range(40):
        (tmp_path / f"{number}.png").write_bytes(data)
    command = [str(offcut), ".", "-o", "out", "--json"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, env=clean(), **pipes) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        running.send_signal(signal.SIGINT)
        rest, said = running.communicate(timeout=120)
    assert running.returncode == 130, said
    told = [json.loads(line) for line in (first + rest).splitlines()]
    assert len(told) < 40
    assert {line["code"] for line in told} == {"ok"}
    assert f"{len(told)} photo" in said
    assert f"{40 - len(told)} not begun" in said
    results = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert results == sorted(Path(line["out"]).name for line in told)


def test_as_a_module_and_through_pipes(offcut: Path, tmp_path: Path) -> None:
    python = str(offcut.with_name("python"))
    photo = saved(noise(30, 40), "PNG")
    done = subprocess.run(
        [python, "-m", "offcut", "-", "-f", "webp"],
        input=photo,
        capture_output=True,
        env=clean(),
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout[8:12] == b"WEBP"
    assert run([str(offcut), "--version"]).stdout.startswith("offcut 0.")
