"""Ground, shadow, outline, subject and frame together, in the file and on the screen."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from offcut.errors import OffcutError
from offcut.models.fusion import Seen
from offcut.models.plan import Look
from offcut.pipeline import steps
from offcut.pipeline.export import ExportOptions, export
from offcut.pipeline.job import Job
from offcut.pixels.compose import PREVIEW_SIDE
from offcut.pixels.photo import Photo

from .helpers import disc, noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT, WIDTH = 120, 160
SUBJECT = (200, 30, 20)
MARKET = {"margin": 0.05, "aspect": [1, 1], "size": [200, 200], "centre": True}
DROP = {"kind": "drop", "x": 0.1, "y": 0.1, "blur": 0.02, "strength": 0.6}


def photo_of(height: int = HEIGHT, width: int = WIDTH) -> Photo:
    """A subject of one colour on another, a little soft where they meet."""
    share = disc(height, width)[..., np.newaxis]
    rgb = np.float32(SUBJECT) * share + np.float32((20, 120, 90)) * (1 - share)
    return Photo((rgb + 0.5).astype(np.uint8), None, "png")


def job_of(
    photo: Photo | None = None,
    mask: NDArray[np.float32] | None = None,
    side: int = PREVIEW_SIDE,
) -> Job:
    photo = photo or photo_of()
    job = Job(photo, "photo.jpg", side)
    seen = disc(photo.height, photo.width) if mask is None else mask
    job.put("small", [Seen(Look("fast"), seen, job.whole)])
    return job


async def made(job: Job, picture: Photo | None = None, **options: Any) -> NDArray[Any]:
    """The pixels of the file."""
    file = await export(job, options, picture=picture)
    image = Image.open(BytesIO(file.data))
    assert image.size == (file.width, file.height)
    return np.asarray(image)


def over(top: NDArray[Any], share: Any, below: Any) -> NDArray[np.float64]:
    share = np.asarray(share, np.float64)[..., np.newaxis]
    return np.asarray(np.float64(top) * share + np.float64(below) * (1 - share))


# -- one after another ----------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [8, 16])
async def test_on_a_gradient(depth: int) -> None:
    job = job_of()
    ground = {"kind": "gradient", "from": [0, 0, 0], "to": [255, 0, 0], "angle": 90}
    found = await made(job, background=ground, foreground=False, depth=depth)
    ramp = np.zeros((HEIGHT, WIDTH, 3))
    ramp[..., 0] = 255 * (np.arange(WIDTH) + 0.5) / WIDTH
    wanted = over(job.photo.rgb, steps.alpha(job), ramp)
    assert found.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(found - wanted).max() <= (0.51 if depth == 8 else 1.01)


async def test_on_a_picture() -> None:
    job = job_of()
    picture = Photo(noise(HEIGHT, WIDTH, seed=9), None, "png")
    found = await made(job, picture, background={"kind": "image"}, foreground=False)
    wanted = over(job.photo.rgb, steps.alpha(job), picture.rgb)
    assert np.abs(found - wanted).max() <= 0.51
    with pytest.raises(OffcutError, match="needs an image") as caught:
        await made(job, background={"kind": "image"})
    assert caught.value.code == "BAD_CONFIG"


async def test_on_itself_out_of_focus() -> None:
    """The ground has one colour, so its blur has it, too: no red beside the subject."""
    job = job_of()
    found = await made(job, background={"kind": "blur", "amount": 1})
    outside = steps.alpha(job) == 0
    assert np.abs(found[outside].astype(int) - (20, 120, 90)).max() <= 2
    inside = steps.alpha(job) == 1
    assert np.array_equal(found[inside], job.photo.rgb[inside])


async def test_an_outline_lies_between() -> None:
    job = job_of()
    found = await made(job, outline={"width": 0.1, "colour": [0, 0, 255]})
    assert found.shape == (HEIGHT, WIDTH, 4)
    row, column = np.mgrid[:HEIGHT, :WIDTH]
    far = np.hypot(row - 59.5, column - 79.5)
    radius, reach = 40, 0.1 * 84
    ring = (far > radius + 4) & (far < radius + reach - 1.5)
    assert (found[ring] == (0, 0, 255, 255)).all()
    assert found[..., 3][far > radius + reach + 1.5].max() == 0
    assert found[..., 3][far < radius + reach - 1.5].min() == 255
    beyond = found[..., 3] == 0
    assert np.array_equal(found[..., :3][beyond], job.photo.rgb[beyond]), "kept under alpha 0"
    inside = far < radius - 4
    assert np.array_equal(found[..., :3][inside], job.photo.rgb[inside])
    assert found[..., 1][(far > radius - 2) & (far < radius + 4)].max() < 60, "no old ground"


async def test_a_shadow_on_nothing_is_straight_alpha() -> None:
    job = job_of()
    shadow = {"kind": "drop", "x": 0.25, "y": 0.0, "blur": 0, "strength": 0.5, "colour": [9, 8, 7]}
    found = await made(job, shadow=shadow, foreground=False)
    share = steps.alpha(job).astype(np.float64)
    move = round(0.25 * 84)
    cast = np.zeros_like(share)
    cast[:, move:] = 0.5 * share[:, :-move]
    alpha = share + cast * (1 - share)
    assert np.abs(found[..., 3] - 255 * alpha).max() <= 0.51
    shown = alpha > 0.05
    # What is premultiplied before "over" and divided after.
    wanted = (
        job.photo.rgb * share[..., np.newaxis]
        + np.float64((9, 8, 7)) * (cast * (1 - share))[..., np.newaxis]
    ) / np.maximum(alpha, 1e-9)[..., np.newaxis]
    assert np.abs(found[..., :3] - wanted)[shown].max() <= 0.6
    only = (share == 0) & (cast == 0.5)
    assert only.any()
    assert (found[only] == (9, 8, 7, 128)).all()


async def test_everything_goes_together_in_order() -> None:
    job = job_of()
    options = {
        "background": [0, 255, 0],
        "shadow": {"kind": "drop", "x": 0.3, "y": 0, "blur": 0, "strength": 1, "colour": [1, 1, 1]},
        "outline": {"width": 0.05, "colour": [0, 0, 255]},
        "frame": {"margin": 0.2, "aspect": [2, 1], "size": [400, 200]},
    }
    found = await made(job, **options)
    assert found.shape == (200, 400, 3)
    line = found[100]
    colours = []
    for pixel in map(tuple, line.tolist()):
        if not colours or colours[-1] != pixel:
            colours.append(pixel)
    at = [
        [i for i, pixel in enumerate(map(tuple, line.tolist())) if pixel == wanted]
        for wanted in ((0, 255, 0), (0, 0, 255), SUBJECT, (1, 1, 1))
    ]
    ground, edge, subject, shadow = at
    assert min(ground) == 0
    assert max(ground) == 399
    assert min(edge) < min(subject) < max(subject) < max(edge) < min(shadow) < max(shadow)
    assert 199 <= (min(edge) + max(edge)) / 2 <= 200, "the sticker is in the middle"


@pytest.mark.parametrize("kind", ["image/png", "image/webp", "image/avif", "image/jpeg"])
@pytest.mark.parametrize("ground", [None, "blur", "image"])
async def test_every_format_takes_it(kind: str, ground: str | None) -> None:
    options: dict[str, Any] = {"shadow": DROP, "outline": {"width": 0.03}, "frame": MARKET}
    options |= {"format": kind, "quality": 1}
    if ground:
        options["background"] = {"kind": ground}
    found = await made(job_of(), Photo(noise(40, 30), None, "png"), **options)
    opaque = ground is not None or kind == "image/jpeg"
    assert found.shape == (200, 200, 3 if opaque else 4)
    if kind == "image/jpeg" and ground is None:
        assert found[0, 0].min() > 250
    assert np.abs(found[100, 100, :3].astype(int) - SUBJECT).max() < 12


# -- frames ---------------------------------------------------------------------------------------


async def test_a_marketplace_square() -> None:
    found = await made(job_of(), frame=MARKET, background=[255, 255, 255])
    assert found.shape == (200, 200, 3)
    there = (found.min(axis=2) < 250).nonzero()
    for axis in (0, 1):
        assert there[axis].min() == pytest.approx(10, abs=1)
        assert there[axis].max() == pytest.approx(189, abs=1)


async def test_a_frame_keeps_the_photos_own_pixels() -> None:
    job = job_of()
    whole = await made(job)
    cropped = await made(job, crop=True)
    framed = await made(job, frame={})
    assert np.array_equal(framed, cropped)
    wide = await made(job, frame={"margin": 0.3})
    edge = (wide.shape[0] - framed.shape[0]) // 2
    assert edge > 40
    top, left = 60 - wide.shape[0] // 2, 80 - wide.shape[1] // 2
    assert top < 0, "out of the photo"
    assert np.array_equal(wide[-top : HEIGHT - top, -left : WIDTH - left], whole)
    assert wide[:-top].max() == 0
    assert wide[HEIGHT - top :].max() == 0


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("given", [False, True])
async def test_a_mask_may_be_framed(depth: int, given: bool) -> None:
    photo = photo_of()
    if given:
        own = np.full((HEIGHT, WIDTH), 255, np.uint8)
        own[:, :60] = 100
        photo = Photo(photo.rgb, own, "png")
    job = job_of(photo)
    own_pixels = await made(job, mask=True, frame={}, depth=depth)
    assert np.array_equal(own_pixels, await made(job, mask=True, crop=True, depth=depth))
    found = await made(job, mask=True, frame=MARKET, depth=depth)
    assert found.shape == (200, 200)
    most = 255 if depth == 8 else 65535
    assert found[100, 100] == most
    assert found[0, 0] == 0
    assert found[100, 20] == pytest.approx(most * (100 / 255 if given else 1), rel=0.01)


@pytest.mark.parametrize("kind", ["image/webp", "image/jpeg", "image/avif"])
async def test_a_frame_that_a_format_cannot_hold_is_a_bad_setting(kind: str) -> None:
    thin = np.zeros((1, 30000, 3), np.uint8)
    job = job_of(Photo(thin, None, "png"), np.ones((1, 64), np.float32))
    with pytest.raises(OffcutError) as caught:
        await export(job, {"format": kind, "frame": {"aspect": [1000, 1], "margin": 0.495}})
    assert caught.value.code == "BAD_CONFIG"


async def test_the_ground_fills_what_lies_beyond_the_photo() -> None:
    frame = {"margin": 0.3, "aspect": [3, 1], "size": [600, 200]}
    blurred = await made(job_of(), background={"kind": "blur", "amount": 0.5}, frame=frame)
    assert np.abs(blurred[100, [0, 599]].astype(int) - (20, 120, 90)).max() <= 2
    ramp = {"kind": "gradient", "from": [0, 0, 0], "to": [250, 250, 250], "angle": 90}
    shaded = await made(job_of(), background=ramp, frame=frame)
    assert shaded[0, 0].max() <= 1
    assert shaded[0, -1].min() >= 249
    picture = Photo(np.full((9, 9, 3), 77, np.uint8), None, "png")
    on = await made(job_of(), picture, background={"kind": "image"}, frame=frame)
    assert (on[:, :100] == 77).all()


async def test_a_crop_keeps_outline_and_shadow() -> None:
    job = job_of()
    plain = await made(job, crop=True)
    found = await made(
        job, crop=True, outline={"width": 0.05}, shadow={**DROP, "x": 0.2, "y": 0, "blur": 0}
    )
    assert found.shape[0] == pytest.approx(plain.shape[0] + 2 * 4, abs=2)
    assert found.shape[1] == pytest.approx(plain.shape[1] + 2 * 4 + 17, abs=2)
    for side in (found[0], found[-1], found[:, 0], found[:, -1]):
        assert side[..., 3].max() > 0, "and no more"
    whole = await made(job, outline={"width": 0.05}, shadow={**DROP, "x": 0.2, "y": 0, "blur": 0})
    ys, xs = np.nonzero(whole[..., 3])
    part = whole[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    assert np.array_equal(part, found)


# -- what there may be ----------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {"shadow": DROP, "outline": {"width": 0.05}, "frame": MARKET}


@pytest.mark.parametrize("ground", [None, [1, 2, 3], {"kind": "blur"}, {"kind": "image"}])
async def test_without_a_subject_there_is_only_the_ground(ground: Any) -> None:
    job = job_of(mask=np.zeros((40, 40), np.float32))
    picture = Photo(np.full((2, 2, 3), 50, np.uint8), None, "png")
    found = await made(job, picture, **EVERYTHING, background=ground)
    assert found.shape == (200, 200, 3 if ground else 4)
    if ground is None:
        assert found[..., 3].max() == 0
    whole = await made(job, picture, shadow=DROP, outline={"width": 0.05}, background=ground)
    assert whole.shape[:2] == (HEIGHT, WIDTH)
    if ground == [1, 2, 3]:
        assert (whole == (1, 2, 3)).all()
    if ground == {"kind": "blur"}:
        assert np.abs(whole[60, 80].astype(int) - SUBJECT).max() < 30, "it is all background"
    framed = await made(job, picture, frame={"margin": 0.3}, background=ground)
    assert framed.shape[:2] == (HEIGHT, WIDTH), "the frame is the whole photo"


@pytest.mark.parametrize("ground", [None, {"kind": "blur"}])
@pytest.mark.parametrize("size", [(60, 90), (1, 1), (1, 300), (300, 1)])
async def test_a_photo_that_is_subject_throughout(size: tuple[int, int], ground: Any) -> None:
    rgb = np.full((*size, 3), 90, np.uint8)
    job = job_of(Photo(rgb, None, "png"), np.ones((8, 8), np.float32))
    for shadow in ("drop", "contact"):
        options = {"shadow": {"kind": shadow}, "outline": {"width": 0.1}, "background": ground}
        found = await made(job, **options)
        assert found.shape[:2] == size
        assert (found[..., :3] == 90).all()
        around = await made(job, **options, frame={"margin": 0.25, "aspect": [1, 1]})
        assert around.shape[0] == around.shape[1] >= max(size)
        small = await made(job, **options, frame={"size": [7, 5]})
        assert small.shape[:2] == (5, 7)


async def test_a_photo_with_an_alpha_of_its_own() -> None:
    """Half of it is there by half: so is what is laid on the ground."""
    own = np.full((HEIGHT, WIDTH), 255, np.uint8)
    own[:, 80:] = 128
    own[:60, :70] = 0
    job = job_of(Photo(photo_of().rgb, own, "png"))
    ground = {"kind": "gradient", "from": [0, 0, 0], "to": [0, 0, 0]}
    found = await made(job, background=ground, foreground=False)
    wanted = job.photo.rgb * (steps.alpha(job) * own / 255)[..., np.newaxis]
    assert np.abs(found - wanted).max() <= 0.51
    outlined = await made(job, outline={"width": 0.02, "colour": [255, 255, 255]})
    assert outlined[30, 62, 3] == 0, "nothing around what the photo says is not there"
    framed = await made(job, frame=MARKET)
    assert framed[150, 40, 3] == 255
    assert framed[150, 150, 3] == 128


async def test_16_bits_have_more_than_256_levels() -> None:
    job = job_of(photo_of(400, 400))
    found = await made(job, depth=16, shadow={**DROP, "blur": 0.1}, mask=False)
    file = await export(job, {"depth": 16, "shadow": {**DROP, "blur": 0.1}})
    assert file.data[24] == 16
    assert found.shape == (400, 400, 4)
    low = steps.preview(job, ExportOptions.of({"shadow": {**DROP, "blur": 0.1}}))
    assert np.abs(low.astype(int) - found).max() <= 1, "Pillow gives the high bytes"
    assert any("at 16 bits" in check for check in file.checks)


@pytest.mark.parametrize(
    "options",
    [{}, {"background": [9, 9, 9]}, {"crop": True}, {"mask": True}, {"format": "image/jpeg"}],
    ids=str,
)
async def test_settings_that_do_nothing_change_no_byte(options: dict[str, Any]) -> None:
    nothing = {"shadow": {"kind": "drop", "strength": 0}, "outline": {"width": 0}, "frame": None}
    job = job_of(Photo(noise(HEIGHT, WIDTH), noise(HEIGHT, WIDTH, 1)[..., 0], "png"))
    plain = await export(job, options)
    assert (await export(job, {**options, **nothing})).data == plain.data


async def test_a_photo_is_not_changed_by_what_is_drawn() -> None:
    memory = np.empty(HEIGHT * WIDTH * 4, np.uint8)
    pixels = memory.reshape(HEIGHT, WIDTH, 4)
    pixels[..., :3] = photo_of().rgb
    pixels[..., 3] = 17
    job = job_of(Photo(pixels[..., :3], None, "jpeg"))
    before = job.photo.rgb.copy()
    plain = await export(job, {})
    for ground in (None, {"kind": "blur"}):
        await export(job, {**EVERYTHING, "background": ground})
        await export(job, {"shadow": DROP, "outline": {"width": 0.1}, "background": ground})
    assert np.array_equal(job.photo.rgb, before)
    assert (await export(job, {})).data == plain.data


# -- on the screen --------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", [None, [1, 2, 3], "gradient", "blur", "image"])
@pytest.mark.parametrize("framed", [False, True])
async def test_the_screen_shows_what_the_file_has(ground: Any, framed: bool) -> None:
    """At a quarter of the size, within a few levels where the picture is flat."""
    picture = Photo(noise(90, 70), None, "png")
    kinds: dict[str, Any] = {
        "gradient": {"kind": "gradient", "from": [9, 99, 200], "to": [250, 30, 0], "angle": 30},
        "blur": {"kind": "blur", "amount": 0.6},
        "image": {"kind": "image", "fit": "cover", "x": 0.2, "y": 0.9},
    }
    options: dict[str, Any] = {
        "background": kinds.get(ground, ground) if isinstance(ground, str) else ground,
        "shadow": {"kind": "contact", "y": 0.02, "blur": 0.03, "strength": 0.8},
        "outline": {"width": 0.04, "colour": [255, 255, 0]},
    }
    if framed:
        options["frame"] = {"margin": 0.12, "aspect": [4, 3], "size": [1000, 750]}
    job = job_of(photo_of(800, 1000), side=250)
    file = (await made(job, picture, **options)).astype(np.float64)
    screen = steps.preview(job, ExportOptions.of(options), picture).astype(np.float64)
    if framed:
        assert screen.shape[:2] == (188, 250)
    else:
        assert screen.shape[:2] == (200, 250)
    if screen.shape[2] == 4:  # what is seen of it
        file[..., :3] *= file[..., 3:] / 255
        screen[..., :3] *= screen[..., 3:] / 255
    size = screen.shape[1], screen.shape[0]
    planes = [Image.fromarray(np.float32(plane)) for plane in np.moveaxis(file, 2, 0)]
    box = Image.Resampling.BOX
    down = np.dstack([np.asarray(plane.resize(size, box)) for plane in planes])
    spread = [
        np.asarray(Image.fromarray(np.float32(plane) ** 2).resize(size, box))
        for plane in np.moveaxis(file, 2, 0)
    ]
    rough = np.sqrt(np.maximum(0, np.dstack(spread) - down**2)).max(axis=2)
    # Flat: so is what lies within two pixels of it.
    edge = np.pad(rough > 1, 2)
    near = sum(edge[y : y + size[1], x : x + size[0]] for y in range(5) for x in range(5))
    flat = near == 0
    assert flat.mean() > (0.2 if ground == "image" else 0.5)
    gap = np.abs(down - screen)[flat]
    assert gap.max() < 5
    assert gap.mean() < 1


async def test_a_preview_without_options_is_the_cut_out() -> None:
    job = job_of(side=80)
    plain = steps.preview(job)
    assert np.array_equal(plain, steps.preview(job, ExportOptions()))
    assert steps.preview(job, ExportOptions(format="image/jpeg")).shape == (60, 80, 3)
    assert steps.preview(job, ExportOptions(mask=True)).shape == (60, 80)
    assert steps.preview(job, ExportOptions(depth=16)).dtype == np.uint8
    gray = Image.open(
        BytesIO(await steps.preview_png(job, steps.preview(job, ExportOptions(mask=True))))
    )
    assert gray.mode == "L"
    assert np.array_equal(Image.open(BytesIO(await steps.preview_png(job))), plain)


async def test_a_job_that_nobody_has_looked_at_has_nothing_to_show() -> None:
    with pytest.raises(OffcutError) as caught:
        steps.preview(Job(photo_of()), ExportOptions.of({"shadow": DROP}))
    assert caught.value.code == "JOB_UNKNOWN"
