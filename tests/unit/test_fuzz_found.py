"""What the fuzz found, and what must not come back: errors without a code, from all rooms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import offcut
from offcut.api.options import NAMES, known
from offcut.cli import main
from offcut.errors import OffcutError
from offcut.models.adding import register_from
from offcut.models.registry import Registry
from offcut.native import home
from offcut.native.photos import decode
from offcut.native.typed import typed
from offcut.pipeline.engine import Engine
from offcut.pipeline.matte import mime_of
from offcut.pixels.encode import encode_pillow
from offcut.pixels.names import colour
from tools.fuzzing import seeds

from .helpers import saved, tiny_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEEP = "[" * 100_000
ARRAY = np.array([1, 2, 3])
LONG = "é" * 200  # 400 bytes, and a name may have 255


def refused(work: Callable[[], object]) -> OffcutError:
    with pytest.raises(OffcutError) as caught:
        work()
    assert caught.value.message.count(" ") > 2
    return caught.value


@pytest.mark.parametrize("listed", [[], "models", 7, None, True, [{"schema": 1}]])
def test_a_list_of_models_that_is_no_table(listed: object) -> None:
    assert refused(lambda: Registry.from_json(listed)).code == "BAD_CONFIG"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("input_shape", [1, 3, {}, 64]),
        ("input_shape", [1, 3, "auto", 64]),
        ("input_shape", [1, 3, float("nan"), 64]),
        ("output_shape", [1, float("inf"), 1, 1]),
        ("output_shape", [1, 1, None, 1]),
        ("tolerance", 10**400),
        ("tolerance", float("nan")),
        ("tolerance", True),
    ],
)
def test_numbers_of_a_self_test(key: str, value: object) -> None:
    listed = seeds.registry()
    listed["selftest"][key] = value
    error = refused(lambda: Registry.from_json(listed))
    assert error.code == "BAD_CONFIG"
    assert key in error.message


@pytest.mark.parametrize("value", [10**400, float("nan"), float("inf"), True, "1"])
def test_numbers_of_a_network(value: object) -> None:
    listed = seeds.registry()
    listed["models"]["tiny"]["input"]["mean"] = [0, value, 0]
    assert refused(lambda: Registry.from_json(listed)).code == "BAD_CONFIG"


def test_json_that_is_too_deep(tmp_path: Path) -> None:
    """Python's reader ends with a RecursionError, which is no ValueError."""
    (tmp_path / "registry.json").write_text(DEEP)
    assert refused(lambda: Engine(tmp_path)).code == "BAD_CONFIG"
    assert refused(lambda: register_from(tmp_path / "registry.json")).code == "BAD_CONFIG"


@pytest.mark.parametrize("name", sorted(NAMES - {"background"}))
@pytest.mark.parametrize("value", [ARRAY, np.zeros(0), object(), {1, 2}, b"bytes"])
def test_settings_of_kinds_that_no_setting_has(name: str, value: object) -> None:
    error = refused(lambda: known({name: value}, NAMES))
    assert error.code == "BAD_CONFIG"
    assert repr(name) in error.message


@pytest.mark.parametrize("name", [0.5, None, ["png"], ARRAY, {}, "exe"])
def test_formats_that_are_none(name: object) -> None:
    assert refused(lambda: mime_of(name)).code == "BAD_CONFIG"


def test_a_kind_that_is_an_array(tmp_path: Path) -> None:
    offcut.configure(models=tiny_models(tmp_path / "models"))
    picture = np.zeros((8, 8, 3), np.uint8)
    try:
        for settings in ({"background": {"kind": ARRAY}}, {"format": ARRAY}):
            given: Any = settings
            assert refused(lambda given=given: offcut.remove_sync(picture, **given)).code == (
                "BAD_CONFIG"
            )
        assert refused(lambda: offcut.remove_sync("a\0b")).code == "PHOTO_GONE"
    finally:
        offcut.configure()


@pytest.mark.parametrize("value", ["rgb(300, 0, 0)", "rgb(0, 0, -1)", "hsl(0, 300%, 200%)"])
def test_colours_that_pillow_gives_beyond_255(value: str) -> None:
    with pytest.raises(OffcutError) as caught:
        colour(value)
    assert caught.value.code == "BAD_CONFIG"


@pytest.mark.parametrize("part", [b"mdat", b"iloc"])
def test_an_avif_that_its_reader_gives_up_on(part: bytes) -> None:
    """Pillow's raises RuntimeError then."""
    data = seeds.pictures()["avif"]
    at = data.index(part) + 4
    broken = data[:at] + bytes(12) + data[at + 12 :]
    assert refused(lambda: decode(broken)).code == "DECODE_FAILED"


def test_a_jpeg_of_nothing_but_grain_at_its_best() -> None:
    """It takes more than two bytes a pixel, and Pillow gives libjpeg no more to optimise in."""
    pixels = np.random.default_rng(3).integers(0, 256, (300, 300, 3), np.uint8)
    assert len(encode_pillow(pixels, "jpeg", quality=100)) > 2 * 300 * 300


@pytest.mark.parametrize("name", [LONG, "a\0b", "~nobody-is-called-so/x"])
def test_names_that_no_file_has(name: str) -> None:
    error = refused(lambda: typed(name))
    assert error.code == "BAD_CONFIG"
    assert len(error.message) < 300


@pytest.mark.parametrize(
    "line",
    [
        ["photo.png", LONG],
        ["photo.png", "~nobody-is-called-so/x"],
        ["photo.png", "**x"],
        ["photo.png", "-o", f"{LONG}.png"],
        ["photo.png", "-o", f"{LONG}/"],
        ["photo.png", "--background", LONG],
        ["photo.png", "--edits", LONG],
        ["photo.png", "--edits", "deep.json"],
        ["photo.png", "--suffix", LONG],
        ["--watch", LONG, "-o", "out/"],
    ],
)
def test_the_command_says_what_is_wrong(
    line: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(home.MODELS, str(tiny_models(tmp_path / "models")))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.png").write_bytes(saved(np.zeros((20, 30, 3), np.uint8), "PNG"))
    (tmp_path / "deep.json").write_text(json.dumps([]).replace("[]", DEEP))
    assert main(line) in (1, 2)
    said = capsys.readouterr().err
    assert said.strip()
    assert "Traceback" not in said
    assert "should not have" not in said
