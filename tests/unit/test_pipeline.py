"""A job from bytes to result, natively, with tiny networks."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from offcut.errors import OffcutError, fail
from offcut.models.fusion import Seen, fuse
from offcut.models.plan import Look
from offcut.models.process import finish, prepare
from offcut.pipeline import steps
from offcut.pipeline.engine import Engine
from offcut.pipeline.export import export, result_name
from offcut.pipeline.job import Job
from offcut.pipeline.progress import STAGES, Durations, tell
from offcut.pixels.islands import tidy
from offcut.pixels.photo import Photo
from offcut.pixels.refine import CONTRAST
from offcut.pixels.resample import resize_mask
from offcut.runtime.ort_native import NativeFactory

from .helpers import (
    PHOTOS,
    disc,
    entry,
    noise,
    rgb_profile,
    saved,
    spec_of,
    tiny_models,
    tiny_onnx,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from offcut.runtime.session import Session

SMALL = spec_of(tiny_onnx(1.0), "small")
LARGE = spec_of(
    tiny_onnx(2.0),
    "large",
    roles=["detail"],
    input=entry(b"x")["input"] | {"width": 64, "height": 64},
)
PORTRAIT = spec_of(tiny_onnx(-1.0), "portrait", roles=["portrait"])
WEIGHT = {"small": 1.0, "large": 2.0, "portrait": -1.0}


async def session_of(spec: Any) -> Session:
    return await NativeFactory(threads=1).create(tiny_onnx(WEIGHT[spec.id]), spec)


def photo_of(height: int = 120, width: int = 160, **extra: Any) -> Photo:
    return Photo(noise(height, width), extra.pop("alpha", None), "png", **extra)


async def mask_of(photo: Photo, spec: Any) -> NDArray[np.float32]:
    return finish(await (await session_of(spec)).run(prepare(photo.rgb, spec)), spec)


async def cut(job: Job, *specs: Any) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    for spec in specs:
        await steps.cut(job, await session_of(spec), spec, report=told.append)
    return told


def put(job: Job, mask: NDArray[np.float32]) -> None:
    job.put("small", [Seen(Look("fast"), mask, job.whole)])


async def test_one_model_alone_is_its_mask() -> None:
    job = Job(photo_of())
    await cut(job, SMALL)
    assert job.models == ["small"]
    wanted = await mask_of(job.photo, SMALL)
    assert np.array_equal(job.mask().values, wanted)
    assert job.mask().box == job.whole
    alpha = steps.alpha(job)
    assert alpha.shape == (120, 160)
    assert alpha.dtype == np.float32
    plain = np.clip((resize_mask(wanted, 160, 120) - 0.5) * CONTRAST + 0.5, 0, 1)
    assert np.abs(alpha - plain).mean() < 0.06, "refined, not another picture"


async def test_two_models_are_fused_whatever_came_first() -> None:
    photo = photo_of()
    both = [resize_mask(await mask_of(photo, spec), 160, 120) for spec in (SMALL, LARGE)]
    wanted = tidy(fuse(*both))
    for order in ((SMALL, LARGE), (LARGE, SMALL)):
        job = Job(photo)
        await cut(job, *order)
        assert np.array_equal(job.mask().values, wanted)


async def test_a_portrait_model_that_sees_something_else_changes_nothing() -> None:
    job = Job(photo_of())
    await cut(job, SMALL, PORTRAIT)
    assert job.models == ["small", "portrait"]
    wanted = tidy(resize_mask(await mask_of(job.photo, SMALL), 160, 120))
    assert np.array_equal(job.mask().values, wanted)


async def test_a_profile_looks_at_the_box_that_the_first_network_found() -> None:
    rgb = np.zeros((400, 800, 3), np.uint8)
    rgb[150:250, 100:200] = 255
    job = Job(Photo(rgb, None, "png"))
    asked: list[tuple[int, ...]] = []

    class Noting:
        def __init__(self, inner: Session) -> None:
            self.inner = inner

        async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
            asked.append(x.shape)
            return await self.inner.run(x)

        async def close(self) -> None:
            pass

    free = entry(b"x")["input"] | {"width": 64, "height": 64, "multiple": 64}
    detail = spec_of(tiny_onnx(2.0), "large", roles=["detail"], input=free)
    small = spec_of(tiny_onnx(1.0), "small", input=free | {"multiple": 0})
    await steps.cut(job, Noting(await session_of(small)), small, "auto")
    await steps.cut(job, Noting(await session_of(detail)), detail, "auto")
    box = job.subject()
    assert 50 < box.left < 100
    assert 200 < box.right < 300
    assert asked == [(1, 3, 64, 64), (1, 3, 512, 512)], "a square box, and no second look"
    assert job.mask().box == box
    alpha = steps.alpha(job)
    assert alpha[160:240, 110:190].min() == 1
    assert alpha[:, 300:].max() == 0, "nothing outside the box"
    assert np.abs(steps.preview(job)[..., 3] / 255 - alpha).max() < 0.01


async def test_networks_at_odds_make_the_detailed_one_look_at_the_whole() -> None:
    job = Job(photo_of(200, 200))
    job.put("small", [Seen(Look("fast"), np.pad(disc(40, 40), ((0, 24), (0, 24))), job.whole)])
    free = entry(b"x")["input"] | {"width": 64, "height": 64, "multiple": 64}
    detail = spec_of(tiny_onnx(0.0, bias=0.0), "large", roles=["detail"], input=free)
    session = await NativeFactory(threads=1).create(tiny_onnx(0.0, bias=0.0), detail)
    told: list[dict[str, object]] = []
    await steps.cut(job, session, detail, "auto", told.append)
    assert [message["done"] for message in told] == [0, 1, 2]
    assert job.mask().box == job.whole
    assert steps.is_empty(job), "it is sure that there is nothing"


async def test_the_same_model_again_replaces_its_answer() -> None:
    job = Job(photo_of())
    await cut(job, SMALL, LARGE, LARGE)
    assert sorted(job.models) == ["large", "small"]


async def test_a_job_that_no_network_has_seen_has_no_mask() -> None:
    with pytest.raises(OffcutError) as caught:
        Job(photo_of()).mask()
    assert caught.value.code == "JOB_UNKNOWN"


async def test_preview_is_a_small_png_with_alpha() -> None:
    job = Job(photo_of(300, 400), side=100)
    await cut(job, SMALL)
    image = Image.open(BytesIO(await steps.preview_png(job)))
    assert image.size == (100, 75)
    assert image.mode == "RGBA"
    rgba = steps.preview(job)
    assert np.array_equal(np.asarray(image), rgba)
    assert job.small is job.small, "made once"


@pytest.mark.parametrize(
    ("mask", "empty"),
    [
        (np.zeros((64, 64), np.float32), True),
        (np.full((64, 64), 0.3, np.float32), True),
        (disc(64, 64), False),
    ],
)
def test_no_subject_is_noticed(mask: NDArray[np.float32], empty: bool) -> None:
    job = Job(photo_of())
    put(job, mask)
    assert steps.is_empty(job) is empty
    assert bool(steps.alpha(job).any()) is not empty, "nothing found is nothing left, not noise"


async def test_export_writes_a_checked_png() -> None:
    alpha_in = noise(120, 160, 1, seed=3)[..., 0]
    job = Job(
        photo_of(alpha=alpha_in, icc=rgb_profile(), dpi=(300, 300)), name="holiday/My photo.JPG"
    )
    put(job, disc(40, 40))
    told: list[dict[str, Any]] = []
    made = await export(job, report=told.append)
    image = Image.open(BytesIO(made.data))
    pixels = np.asarray(image)
    assert made.mime == "image/png"
    assert made.name == "My photo-cutout.png"
    assert np.array_equal(pixels[..., :3], job.photo.rgb)
    wanted = np.floor(alpha_in * steps.alpha(job) + 0.5)
    assert np.abs(pixels[..., 3] - wanted).max() <= 1
    assert image.info["icc_profile"] == rgb_profile()
    assert len(made.checks) == 3
    assert set(made.ms) == {"matte", "encode", "verify"}
    assert [m["stage"] for m in told if m["done"] == m["total"] != 0] == [
        "matte",
        "encode",
        "verify",
    ]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("photo.jpg", "photo-cutout.png"),
        ("C:\\pictures\\me.jpeg", "me-cutout.png"),
        ("a.b.c.webp", "a.b.c-cutout.png"),
        ("", "photo-cutout.png"),
        ("  .jpg", "photo-cutout.png"),
        ("no ending", "no ending-cutout.png"),
        ("фото.heic", "фото-cutout.png"),
    ],
)
def test_names(name: str, wanted: str) -> None:
    assert result_name(name, "image/png") == wanted


async def test_cancel_ends_the_job_at_the_next_step() -> None:
    job = Job(photo_of())
    await cut(job, SMALL)
    job.cancel()
    for work in (
        steps.cut(job, await session_of(SMALL), SMALL),
        export(job),
    ):
        with pytest.raises(OffcutError) as caught:
            await work
        assert caught.value.code == "CANCELLED"


async def test_cancel_while_a_network_runs() -> None:
    job = Job(photo_of())
    inner = await session_of(SMALL)

    class Slow:
        async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
            job.cancel()
            return await inner.run(x)

        async def close(self) -> None:
            pass

    with pytest.raises(OffcutError) as caught:
        await steps.cut(job, Slow(), SMALL)
    assert caught.value.code == "CANCELLED"
    assert job.models == []


async def test_cancel_while_writing() -> None:
    job = Job(photo_of(2000, 400))
    put(job, disc(40, 40))

    def report(message: dict[str, object]) -> None:
        if message["stage"] == "encode" and message["done"]:
            job.cancel()

    with pytest.raises(OffcutError) as caught:
        await export(job, report=report)
    assert caught.value.code == "CANCELLED"


async def test_a_failing_session_leaves_the_job_whole() -> None:
    class Lost:
        async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
            raise fail("BACKEND_LOST")

        async def close(self) -> None:
            pass

    job = Job(photo_of())
    await cut(job, SMALL)
    before = job.mask()
    with pytest.raises(OffcutError):
        await steps.cut(job, Lost(), LARGE)
    assert job.models == ["small"]
    assert job.mask() is before


async def test_progress_tells_stages_in_order() -> None:
    job = Job(photo_of())
    told = await cut(job, SMALL, LARGE)
    assert [(m["stage"], m["model"], m["done"]) for m in told] == [
        ("run", "small", 0),
        ("run", "small", 1),
        ("run", "large", 0),
        ("run", "large", 1),
    ]
    await export(job, report=told.append)
    assert all(set(m) == {"stage", "model", "done", "total", "eta_s"} for m in told)
    order = [STAGES.index(str(m["stage"])) for m in told]
    assert order == sorted(order)
    assert {"prepare.small", "run.small", "run.large", "matte", "encode"} <= set(job.ms)


def test_durations_learn() -> None:
    durations = Durations()
    assert durations.guess("isnet") is None
    durations.add("isnet", 8)
    assert durations.guess("isnet") == 8
    durations.add("isnet", 4)
    assert durations.guess("isnet") == 6
    told: list[dict[str, object]] = []
    tell(told.append, "run", eta_s=durations.guess("isnet"))
    assert told[0]["eta_s"] == 6


# -- the native engine -----------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of models as the build lays it out, with the names of the real ones."""
    return tiny_models(tmp_path)


async def test_bytes_in_png_out(site: Path) -> None:
    engine = Engine(site, threads=1)
    data = (PHOTOS / "astronaut.jpg").read_bytes()
    stages: list[object] = []
    job = await engine.run(data, name="astronaut.jpg", report=lambda m: stages.append(m["stage"]))
    assert job.models == ["u2netp", "isnet"]
    assert list(dict.fromkeys(stages))[:3] == ["decode", "download", "compile"]
    out = np.asarray(Image.open(BytesIO(await engine.remove(data))))
    original = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
    assert np.array_equal(out[..., :3], original)
    assert len(np.unique(out[..., 3])) > 50
    single = np.asarray(Image.open(BytesIO(await engine.remove(data, "u2netp"))))
    assert not np.array_equal(single[..., 3], out[..., 3])
    await engine.close()


async def test_engine_refuses_a_model_that_was_tampered_with(site: Path) -> None:
    path = next((site / "u2netp").iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(OffcutError) as caught:
        await Engine(site).session("u2netp")
    assert caught.value.code == "MODEL_CORRUPT"


def test_engine_says_what_to_do_without_models(tmp_path: Path) -> None:
    with pytest.raises(OffcutError, match="build the site first"):
        Engine(tmp_path)


async def test_engine_knows_its_models(site: Path) -> None:
    engine = Engine(site)
    with pytest.raises(OffcutError) as caught:
        await engine.remove(saved(noise(20, 20), "PNG"), "modnet")
    assert caught.value.code == "MODEL_LEFT_OUT"
    with pytest.raises(OffcutError) as caught:
        await engine.remove(b"text")
    assert caught.value.code == "NOT_AN_IMAGE"
