"""``import offcut`` on a computer: pictures in, kinds of results out, and what is refused."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import offcut
from offcut.errors import OffcutError
from offcut.native import home
from offcut.pipeline.engine import Engine
from offcut.pipeline.steps import alpha

from .helpers import disc, entry, noise, rgb_profile, saved, tiny_onnx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from numpy.typing import NDArray

HEIGHT, WIDTH = 60, 80


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A site's models: one tiny network that finds what is bright."""
    data = tiny_onnx(weight=2, bias=0.3)
    listed = entry(data)
    part = listed["parts"][0]
    part["file"] = "tiny.bin"
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "tiny.bin").write_bytes(data)
    (folder / "registry.json").write_text(json.dumps({"schema": 1, "models": {"tiny": listed}}))
    return folder


@pytest.fixture(autouse=True)
async def configured(models: Path) -> AsyncIterator[None]:
    offcut.configure(models=models)
    yield
    await offcut.close()
    offcut.configure()


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    return noise(HEIGHT, WIDTH)


def opened(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(data)))


async def code_of(work: Any) -> tuple[str, str]:
    with pytest.raises(OffcutError) as caught:
        await work
    return caught.value.code, caught.value.message


async def test_a_file_in_a_file_out(photo: NDArray[np.uint8], models: Path, tmp_path: Path) -> None:
    data = saved(photo, "PNG")
    png = await offcut.remove(data)
    engine = Engine(models)
    assert png == await engine.remove(data)  # the engine's own, to the byte
    await engine.close()
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    for same in (bytearray(data), memoryview(data), path, str(path)):
        assert await offcut.remove(same) == png
    rgba = opened(png)
    assert np.array_equal(rgba[..., :3], photo)
    assert rgba[..., 3].min() < rgba[..., 3].max()


async def test_arrays_in_and_out(photo: NDArray[np.uint8]) -> None:
    expected = opened(await offcut.remove(saved(photo, "PNG")))
    before = photo.copy()
    out = await offcut.remove(photo)
    assert (out.shape, out.dtype) == ((HEIGHT, WIDTH, 4), np.uint8)
    assert np.array_equal(out, expected)
    assert np.array_equal(photo, before)
    gray = photo[..., 0]
    assert np.array_equal((await offcut.remove(gray))[..., :3], np.dstack([gray] * 3))
    turned = photo[::-1, ::-1]  # no memory of its own
    assert np.array_equal((await offcut.remove(turned))[..., :3], turned)
    assert opened(await offcut.remove(photo, format="png")).shape == out.shape


async def test_an_array_with_alpha_keeps_it(photo: NDArray[np.uint8]) -> None:
    own = (disc(HEIGHT, WIDTH) * 255).astype(np.uint8)
    both = np.dstack([photo, own])
    out = await offcut.remove(both)
    assert np.array_equal(both, np.dstack([photo, own]))
    matte = await offcut.matte(photo)
    wanted = matte.alpha * (own / 255)
    assert np.abs(out[..., 3] - wanted * 255).max() <= 0.51
    assert np.array_equal(out[..., :3], photo)


async def test_pillow_in_and_out(photo: NDArray[np.uint8]) -> None:
    icc = rgb_profile()
    image = Image.open(BytesIO(saved(photo, "PNG", icc_profile=icc)))
    out = await offcut.remove(image)
    assert (out.mode, out.size) == ("RGBA", (WIDTH, HEIGHT))
    assert out.info["icc_profile"] == icc
    assert np.array_equal(np.asarray(out), await offcut.remove(photo))
    gray = await offcut.remove(Image.fromarray(photo[..., 1]))
    assert np.array_equal(np.asarray(gray)[..., 0], photo[..., 1])
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side: a quarter to the right
    lying = Image.open(BytesIO(saved(photo, "PNG", exif=exif)))
    upright = await offcut.remove(lying)
    assert upright.size == (HEIGHT, WIDTH)
    assert np.array_equal(np.asarray(upright)[..., :3], np.rot90(photo, -1))


async def test_the_matte(photo: NDArray[np.uint8], models: Path) -> None:
    matte = await offcut.matte(photo, model="tiny")
    engine = Engine(models)
    job = await engine.run(saved(photo, "PNG"), "tiny")
    await engine.close()
    assert np.array_equal(matte.alpha, alpha(job))
    assert matte.alpha.dtype == np.float32
    assert np.array_equal(matte.photo, photo)
    assert not np.shares_memory(matte.photo, photo)
    assert matte.models == ("tiny",)


async def test_settings_and_what_is_given_back(photo: NDArray[np.uint8]) -> None:
    matte = await offcut.matte(photo)
    white = await offcut.remove(photo, background="white")
    assert white.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(white.astype(int) - matte.over("white")).max() <= 1
    under = noise(HEIGHT, WIDTH, seed=3)
    laid = await offcut.remove(photo, background=under)
    assert np.abs(laid.astype(int) - matte.over(under)).max() <= 1
    same = {"kind": "image", "image": saved(under, "PNG"), "fit": "stretch"}
    assert np.array_equal(await offcut.remove(photo, background=same), laid)
    mask = await offcut.remove(photo, mask=True)
    assert np.array_equal(mask, matte.levels())
    small = await offcut.remove(photo, max_size=40)
    assert small.shape == (30, 40, 4)
    rest = await offcut.remove(photo, type="background")
    assert np.abs(rest[..., 3].astype(int) + matte.levels() - 255).max() <= 1
    image = await offcut.remove(Image.fromarray(photo), outline={"width": 0.05, "colour": "red"})
    assert (image.mode, image.size) == ("RGBA", (WIDTH, HEIGHT))
    gradient = {"kind": "gradient", "from": "#fff", "to": (0, 0, 0)}
    jpeg = await offcut.remove(photo, format="jpg", background=gradient, quality=None)
    assert jpeg[:2] == b"\xff\xd8"
    wide = Image.open(BytesIO(await offcut.remove(photo, format="image/png", depth=16, mask=True)))
    assert wide.mode == "I;16"


async def test_progress_is_told(photo: NDArray[np.uint8]) -> None:
    told: list[dict[str, object]] = []
    await offcut.remove(saved(photo, "PNG"), progress=told.append)
    assert {"download", "compile", "run", "encode", "verify"} <= {one["stage"] for one in told}


def test_without_await(photo: NDArray[np.uint8]) -> None:
    out = offcut.remove_sync(photo)
    assert out.shape == (HEIGHT, WIDTH, 4)
    assert offcut.matte_sync(photo, model="tiny").models == ("tiny",)


async def test_without_await_in_somebody_elses_event_loop(photo: NDArray[np.uint8]) -> None:
    assert np.array_equal(offcut.remove_sync(photo), await offcut.remove(photo))


async def test_probe_and_preload() -> None:
    told = await offcut.probe()
    assert (told["version"], told["backend"]) == (offcut.__version__, "native")
    assert [model["id"] for model in told["models"]] == ["tiny"]
    stages: list[dict[str, object]] = []
    await offcut.preload(progress=stages.append)
    assert {one["model"] for one in stages} == {"tiny"}
    await offcut.preload(progress=stages.clear)  # is there: nothing to tell


@pytest.mark.parametrize(
    ("image", "code", "said"),
    [
        (b"", "EMPTY_FILE", ""),
        (b"no picture", "NOT_AN_IMAGE", ""),
        (42, "NOT_AN_IMAGE", "Give bytes"),
        (None, "NOT_AN_IMAGE", "Give bytes"),
        ("gone.jpg", "PHOTO_GONE", "gone.jpg"),
        (Path("gone.jpg"), "PHOTO_GONE", "gone.jpg"),
        ("https://example.org/a.jpg", "NOT_AN_IMAGE", "Only a browser"),
        (np.zeros((4, 4, 3)), "NOT_AN_IMAGE", "float64 (4, 4, 3)"),
        (np.zeros((4, 4, 2), np.uint8), "NOT_AN_IMAGE", "(4, 4, 2)"),
        (np.zeros((0, 4, 3), np.uint8), "NOT_AN_IMAGE", "(0, 4, 3)"),
        (Image.new("F", (4, 4)), "UNSUPPORTED_FORMAT", "floating-point"),
    ],
)
async def test_what_is_no_picture_is_told_why(image: Any, code: str, said: str) -> None:
    found, message = await code_of(offcut.remove(image))
    assert found == code
    assert said in message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bakground": "white"}, "no setting 'bakground'"),
        ({"format": "gif"}, "'gif' is none of png"),
        ({"background": "whyte"}, "'whyte' is no colour"),
        ({"background": {"kind": "image"}}, "needs an image"),
        ({"background": {"kind": "plaid"}}, "kind of a background"),
        ({"shadow": {"kind": "drop", "colour": "blak"}}, "'blak' is no colour"),
        ({"depth": 16}, "8 bits here"),
        ({"mask": True, "background": "white"}, "A mask has no background"),
        ({"mask": 1}, "true or false"),
    ],
)
async def test_settings_that_are_refused(
    photo: NDArray[np.uint8], options: dict[str, Any], said: str
) -> None:
    code, message = await code_of(offcut.remove(photo, **options))
    assert code == "BAD_CONFIG"
    assert said in message


async def test_a_model_that_is_not_there(photo: NDArray[np.uint8]) -> None:
    assert (await code_of(offcut.remove(photo, model="none")))[0] == "MODEL_UNKNOWN"


async def test_nothing_says_where_the_models_are(
    photo: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(home.MODELS, raising=False)
    monkeypatch.setattr(home, "installed_from", lambda: "")
    offcut.configure()
    assert (await code_of(offcut.remove(photo)))[0] == "BAD_CONFIG"
    with pytest.raises(OffcutError, match="backend is one of"):
        offcut.configure(backend="abacus")


def test_names_that_are_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'removed'"):
        offcut.removed  # noqa: B018
