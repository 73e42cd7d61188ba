"""What was typed, read: settings behind options, and the arguments of rembg."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offcut.cli import main, settings
from offcut.cli.arguments import read
from offcut.cli.order import CutOrder, ModelsOrder
from offcut.errors import OffcutError
from offcut.pipeline.options import ExportOptions

ROOT = Path(__file__).parents[2]


def cut(*typed: str) -> CutOrder:
    order = read(typed)
    assert isinstance(order, CutOrder)
    return order


def refused(*typed: str) -> str:
    with pytest.raises(OffcutError) as caught:
        read(typed)
    assert caught.value.code == "BAD_CONFIG"
    return caught.value.message


def test_what_nothing_is_said_about_has_the_engines_defaults() -> None:
    order = cut("photo.jpg")
    assert ExportOptions.of(order.look) == ExportOptions()
    assert (order.photos, order.output, order.existing) == (("photo.jpg",), None, "refuse")
    assert (order.wanted, order.jobs, order.threads, order.watch) == ("auto", 1, 0, False)


def test_every_setting_of_the_result() -> None:
    order = cut(
        *("a.jpg", "b.jpg", "-o", "out/", "-r", "--format", "WebP", "--quality", "80"),
        *("--crop", "--exif", "--no-foreground", "--background", "rgb(1, 2, 3)"),
        *("--max-size", "700"),
        *("--shadow", "contact,y=1%,strength=0.6,color=#102030", "--outline", "1.5%,white"),
        *("--profile", "best", "--jobs", "3", "--threads", "2", "--rename", "--suffix", ""),
    )
    options = ExportOptions.of(order.look)
    assert (options.format, options.quality) == ("image/webp", 0.8)
    assert (options.crop, options.exif, options.foreground) == (True, True, False)
    assert (options.background, options.max_size) == ((1, 2, 3), 700)
    assert options.shadow is not None
    assert (options.shadow.kind, options.shadow.y) == ("contact", 0.01)
    assert (options.shadow.strength, options.shadow.colour) == (0.6, (16, 32, 48))
    assert options.outline is not None
    assert (options.outline.width, options.outline.colour) == (0.015, (255, 255, 255))
    assert (order.wanted, order.jobs, order.threads) == ("best", 3, 2)
    assert (order.existing, order.suffix, order.recursive) == ("rename", "", True)


def test_what_is_around_the_subject() -> None:
    assert ExportOptions.of(cut("a.jpg", "--invert").look).type == "background"
    assert ExportOptions.of(cut("a.jpg").look).type == "foreground"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1:1", {"aspect": [1, 1]}),
        ("2000x1000", {"size": [2000, 1000]}),
        ("5%", {"margin": 0.05}),
        ("4:5,0.1,off-centre", {"aspect": [4, 5], "margin": 0.1, "centre": False}),
        ("size=10x10,center=yes", {"size": [10, 10], "centre": True}),
    ],
)
def test_frames(text: str, wanted: dict[str, Any]) -> None:
    assert settings.frame(text) == wanted
    frame = ExportOptions.of({"frame": wanted}).frame
    assert frame is not None


def test_backgrounds(tmp_path: Path) -> None:
    of = settings.background
    assert of("none") == (None, None)
    assert of("white") == ({"kind": "colour", "colour": [255, 255, 255]}, None)
    assert of("#f00") == ({"kind": "colour", "colour": [255, 0, 0]}, None)
    assert of("blur") == ({"kind": "blur"}, None)
    assert of("blur:30%") == ({"kind": "blur", "amount": 0.3}, None)
    gradient = {"kind": "gradient", "from": [255, 255, 255], "to": [1, 2, 3], "angle": 90.0}
    assert of("gradient:white,rgb(1,2,3),90") == (gradient, None)
    picture = tmp_path / "beach.jpg"
    picture.write_bytes(b"any")
    assert of(str(picture), "contain") == ({"kind": "image", "fit": "contain"}, picture)
    for made in (of("blur")[0], gradient, of(str(picture))[0]):
        ExportOptions.of({"background": made})


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("--background", "whitish"), "no colour, no file"),
        (("--background", "#ffffff80"), "half transparent"),
        (("--background", "gradient:white"), "gradient:FROM,TO"),
        (("--quality", "0.8"), "write 80"),
        (("--quality", "good"), "no number"),
        (("--frame", "1:2:3"), "width and a height"),
        (("--shadow", "drop,0.1"), "name=0.1"),
        (("--outline", "thick"), "no number"),
    ],
)
def test_what_cannot_be_read_is_told(typed: tuple[str, ...], says: str) -> None:
    assert says in refused("photo.jpg", *typed)


def test_rembg_one_photo() -> None:
    order = cut("i", "-m", "isnet-general-use", "-om", "-a", "-ppm", "in.jpg", "out.png")
    assert (order.photos, order.output, order.wanted) == (
        ("in.jpg",),
        "out.png",
        "isnet-general-use",
    )
    assert order.look["mask"] is True
    (said,) = order.said
    assert "--alpha-matting and --post-process-mask" in said
    assert (cut("i").photos, cut("i").output) == (("-",), "-")
    order = cut("i", "-bgc", "255", "0", "0", "255", "-dc", "a", "b")
    options = ExportOptions.of(order.look)
    assert (options.background, options.foreground, order.said) == ((255, 0, 0), True, ())
    assert "background" not in cut("i", "-bgc", "9", "9", "9", "0", "a", "b").look


def test_rembg_a_folder() -> None:
    order = cut("p", "-m", "u2netp", "-w", "photos", "results")
    assert (order.photos, order.output, order.wanted) == (("photos",), "results/", "u2netp")
    assert (order.recursive, order.watch, order.suffix, order.existing) == (True, True, "", "skip")
    assert cut("p", "--overwrite", "photos", "results").existing == "overwrite"


def test_rembg_models() -> None:
    order = read(["d", "u2netp", "isnet-general-use"])
    assert order == ModelsOrder(names=("u2netp", "isnet"), fetch=True)
    assert read(["m"]) == ModelsOrder()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("s", "--port", "7000"), "no HTTP server"),
        (("b", "100", "100"), "no raw frames"),
        (("p", "-d", "photos", "results"), "deletes no photos"),
        (("i", "-x", "{}", "a", "b"), "not offered"),
        (("i", "-bgc", "0", "0", "0", "128", "a", "b"), "opaque"),
    ],
)
def test_what_rembg_has_and_offcut_has_not(typed: tuple[str, ...], says: str) -> None:
    assert says in refused(*typed)


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for typed in ([], ["--nonsense"], ["photo.jpg", "--jobs", "0"], ["a", "--overwrite", "--skip"]):
        with pytest.raises(SystemExit) as caught:
            main(typed)
        assert caught.value.code == 2
    assert main(["photo.jpg", "--background", "whitish"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("offcut: The background 'whitish'")


def test_help_needs_nothing_heavy() -> None:
    code = (
        "import sys; from offcut.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print({'numpy', 'PIL', 'asyncio', 'onnxruntime'} & sys.modules.keys(), file=sys.stderr)"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT / "worker")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True
    )
    assert done.stderr.strip() == "set()"
    assert "offcut models" in done.stdout
