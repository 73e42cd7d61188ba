"""A person's edits: what is let in, and what they make of previews and files."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from offcut.errors import OffcutError
from offcut.models.crop import Box
from offcut.models.fusion import Seen
from offcut.models.plan import Look
from offcut.pipeline import edits as module
from offcut.pipeline import replay, steps
from offcut.pipeline.edits import Edits, Patch, tip
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pipeline.replay import covering
from offcut.pixels.compose import small_photo, to_uint8
from offcut.pixels.photo import Photo
from offcut.pixels.refine import draw, fit
from offcut.pixels.strokes import brush, coverage, trail

from .helpers import disc, noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT, WIDTH = 300, 420
DOT: dict[str, Any] = {"tool": "restore", "size": 40, "points": [[60, 50, 1]]}
LINE: dict[str, Any] = {
    "tool": "erase",
    "smart": False,
    "size": 70.0,
    "hardness": 0.4,
    "flow": 0.6,
    "points": [[100, 20, 1], [200, 150, 0.5], [330.5, 200.25, 1]],
}


def job_of(
    mask: NDArray[np.float32] | None = None, photo: Photo | None = None, box: Box | None = None
) -> Job:
    job = Job(photo or Photo(noise(HEIGHT, WIDTH), None, "jpeg"), "photo.jpg", side=200)
    mask = disc(60, 84) if mask is None else mask
    job.put("small", [Seen(Look("fast"), mask, box or job.whole)])
    return job


def edit(job: Job, *entries: dict[str, Any]) -> Job:
    job.edits = Edits.of(list(entries), job.patches)
    return job


def in_one(job: Job, before: NDArray[np.float32]) -> NDArray[np.float32]:
    """The strokes of a job on a whole matte at once."""
    alpha = before.copy()
    for item in job.edits.items:
        assert not isinstance(item, Patch)
        found = trail(item, job.photo.width, job.photo.height)
        cover = found and coverage(found, 0, 0, job.photo.width, job.photo.height)
        if found is not None and cover is not None:
            brush(alpha, before, job.photo.rgb, found, cover)
    return alpha


# -- what is let in --------------------------------------------------------------------------------


def test_a_list_is_read() -> None:
    dot, line = Edits.of([DOT, LINE]).items
    assert not isinstance(dot, Patch)
    assert not isinstance(line, Patch)
    assert (dot.restore, dot.smart, dot.size, dot.hardness, dot.flow) == (True, False, 40, 1, 1)
    assert (line.restore, line.size, line.hardness, line.flow) == (False, 70, 0.4, 0.6)
    assert line.points.dtype == np.float64
    assert line.points.tolist() == LINE["points"]
    assert Edits.of([]) == Edits() == Edits.of(())
    nones = Edits.of([DOT | {"smart": None, "hardness": None, "flow": None}]).items[0]
    assert repr(nones) == repr(dot), "None is as good as absent"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "a list"),
        ({"tool": "erase"}, "a list"),
        (["erase"], "table"),
        ([{}], "one of erase, restore, patch"),
        ([DOT | {"tool": ["erase"]}], "one of"),
        ([DOT | {"colour": 3}], "no key 'colour'"),
        ([DOT | {"id": 0}], "no key 'id'"),
        ([DOT | {"smart": 1}], "true or false"),
        ([DOT | {"size": 0}], "over 0"),
        ([DOT | {"size": -4}], "from 0 to 1024"),
        ([DOT | {"size": 1025}], "from 0 to 1024"),
        ([DOT | {"size": True}], "number"),
        ([DOT | {"size": "40"}], "number"),
        ([DOT | {"size": None}], "number"),
        ([{"tool": "erase", "points": [[1, 1, 1]]}], "'size'"),
        ([DOT | {"hardness": 1.01}], "'hardness'"),
        ([DOT | {"flow": float("nan")}], "'flow'"),
        ([DOT | {"flow": 10**400}], "'flow'"),
        ([DOT | {"points": []}], "points"),
        ([DOT | {"points": 7}], "points"),
        ([DOT | {"points": [[1, 2]]}], "three numbers"),
        ([DOT | {"points": [[1, 2, 1], [1, 2]]}], "three numbers"),
        ([DOT | {"points": [1, 2, 1]}], "three numbers"),
        ([DOT | {"points": [["1", "2", "1"]]}], "three numbers"),
        ([DOT | {"points": [[10**30, 0, 1]]}], "three numbers"),
        ([DOT | {"points": [[1, None, 1]]}], "three numbers"),
        ([DOT | {"points": [[float("nan"), 0, 1]]}], "within"),
        ([DOT | {"points": [[0, float("inf"), 1]]}], "within"),
        ([DOT | {"points": [[0, -100_001, 1]]}], "within"),
        ([DOT | {"points": [[0, 0, 1.1]]}], "pressure"),
        ([DOT | {"points": [[0, 0, float("nan")]]}], "pressure"),
        ([{"tool": "patch"}], "whole number"),
        ([{"tool": "patch", "id": True}], "whole number"),
        ([{"tool": "patch", "id": 0}], "no patch"),
        ([{"tool": "patch", "id": 0, "size": 3}], "no key 'size'"),
    ],
)
def test_what_is_wrong_is_refused_and_named(given: object, says: str) -> None:
    with pytest.raises(OffcutError, match=says) as caught:
        Edits.of(given)
    assert caught.value.code == "BAD_CONFIG"


def test_a_brush_has_a_size_and_a_hardness() -> None:
    assert tip({"size": 9}) == (9, 1)
    assert tip({"size": 0.5, "hardness": 0}) == (0.5, 0)
    for given in ({}, {"size": 0}, {"size": 9, "hardness": 2}, {"size": 9, "flow": 1}):
        with pytest.raises(OffcutError) as caught:
            tip(given)
        assert caught.value.code == "BAD_CONFIG"


def test_there_is_an_end_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    long = DOT | {"size": 1, "points": [[-90_000, 0, 1], [90_000, 0, 1]] * 4}
    with pytest.raises(OffcutError, match="stamps"):
        Edits.of([long, long])
    monkeypatch.setattr(module, "EDITS", 3)
    assert len(Edits.of([DOT] * 3).items) == 3
    with pytest.raises(OffcutError, match="over 3 edits"):
        Edits.of([DOT] * 4)
    monkeypatch.setattr(module, "POINTS", 7)
    assert len(Edits.of([LINE, LINE, DOT]).items) == 3
    with pytest.raises(OffcutError, match="over 7 points") as caught:
        Edits.of([LINE, LINE, DOT | {"points": [[0, 0, 1]] * 2}])
    assert caught.value.detail["edit"] == 2


def test_a_refused_list_leaves_the_job_as_it_was() -> None:
    job = edit(job_of(), DOT)
    before = job.edits
    with pytest.raises(OffcutError):
        edit(job, DOT, {"tool": "smudge"})
    assert job.edits is before


# -- what it makes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{}, {"background": [9, 9, 9], "crop": True}, {"depth": 16}, {"mask": True}], ids=str
)
async def test_without_edits_it_is_the_plain_export(options: Any) -> None:
    wanted = (await export(job_of(), options)).data
    job = edit(job_of(), DOT, LINE)
    assert (await export(job, options)).data != wanted
    assert (await export(edit(job), options)).data == wanted


async def test_undo_is_a_shorter_list() -> None:
    job = edit(job_of(), DOT)
    wanted = (await export(job)).data
    edit(job, DOT, LINE)
    assert (await export(job)).data != wanted
    assert (await export(edit(job, DOT))).data == wanted


@pytest.mark.parametrize("room", [0, 20_000, replay.ROOM])
def test_pieces_give_what_the_whole_matte_gives(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "ROOM", room)
    job = job_of()
    before = steps.alpha(job)
    edit(job, DOT, LINE, DOT | {"size": 300, "flow": 0.2, "hardness": 0})
    alpha = steps.alpha(job)
    assert alpha.dtype == np.float32
    assert np.array_equal(alpha, in_one(job, before))
    assert alpha[50, 60] == 1
    assert before[150, 200] == 1
    assert alpha[150, 200] < 0.6


def test_a_line_from_far_outside_crosses_the_photo() -> None:
    far = DOT | {"points": [[-90_000, 150, 1], [90_000, 150, 1]]}
    alpha = steps.alpha(edit(job_of(np.zeros((9, 9), np.float32)), far))
    assert (alpha[132:168] == 1).all()
    assert not alpha[:128].any()
    assert not alpha[172:].any()


def test_a_photo_as_small_as_its_preview_is_previewed_exactly() -> None:
    job = job_of()
    job.side = max(HEIGHT, WIDTH)
    edit(job, DOT, LINE, LINE | {"smart": True, "tool": "restore"})
    assert job.small is job.photo
    assert np.array_equal(steps.preview(job)[..., 3], to_uint8(steps.alpha(job)))


@pytest.mark.parametrize("box", [(0, 0, WIDTH, HEIGHT), (130, 77, 131, 78), (90, 110, 333, 290)])
def test_a_part_of_the_matte_is_that_part_of_the_file(box: tuple[int, int, int, int]) -> None:
    over = np.full((HEIGHT, WIDTH), 255, np.uint8)
    over[:, 200:] = 90
    for brought in (None, over):
        job = edit(job_of(photo=Photo(noise(HEIGHT, WIDTH), brought, "png")), LINE, DOT)
        whole = to_uint8(steps.alpha(job), brought)
        left, top, right, bottom = box
        part = steps.matte_part(job, Box(*box))
        assert np.array_equal(part, whole[top:bottom, left:right])
        assert 0 < whole.mean() < 255


def test_the_order_counts() -> None:
    both = [DOT, DOT | {"tool": "erase"}]
    assert steps.alpha(edit(job_of(), *both))[50, 60] == 0
    assert steps.alpha(edit(job_of(), *both[::-1]))[50, 60] == 1


def test_what_no_stroke_touches_passes_as_it_is() -> None:
    large = Photo(noise(600, 800), None, "jpeg")
    plain = list(steps.matte(job_of(photo=large), large))
    edited = list(steps.matte(edit(job_of(photo=large), DOT), large))
    changed = 0
    for (rows, columns, one), (other_rows, other_columns, other) in zip(plain, edited, strict=True):
        assert (rows, columns) == (other_rows, other_columns)
        if type(one) is not type(other) or not np.array_equal(one, other):
            changed += 1
            assert rows.start == columns.start == 0, "the dot lies in the first tile"
    assert changed == 1


@pytest.mark.parametrize("empty", [False, True])
def test_a_stroke_reaches_where_the_networks_did_not_look(empty: bool) -> None:
    mask = np.zeros((40, 40), np.float32) if empty else disc(40, 40)
    job = job_of(mask, box=Box(150, 100, 290, 240))
    before = steps.alpha(job)
    assert steps.is_empty(job) is empty
    corners = [(5, 5), (415, 5), (5, 295), (415, 295), (220, 110)]
    edit(job, *(DOT | {"size": 20, "points": [[x, y, 1]]} for x, y in corners))
    alpha = steps.alpha(job)
    assert np.array_equal(alpha, in_one(job, before))
    assert all(alpha[y, x] == 1 for x, y in corners)
    assert not alpha[140:160, 10:140].any()
    rows = [rows.start for rows, _, _ in steps.matte(job, job.photo)]
    assert rows == sorted(rows), "a file is written from top to bottom"


def test_tiles_cover_everything_once() -> None:
    inner = np.full((30, 40), 0.5, np.float32)
    pieces: list[Any] = [
        (slice(top, top + 30), slice(left, left + 40), inner)
        for top in (140, 170)
        for left in (200, 240)
    ]
    for given in (pieces, []):
        count = np.zeros((HEIGHT, WIDTH), int)
        for rows, columns, piece in covering(given, WIDTH, HEIGHT):
            count[rows, columns] += 1 if piece is inner else 10
        assert set(np.unique(count).tolist()) == ({1, 10} if given else {10})


def test_all_subject_can_be_erased_and_brought_back() -> None:
    job = job_of(np.ones((8, 8), np.float32))
    wipe = {"tool": "erase", "size": 1000, "points": [[200, 150, 1]]}
    assert not steps.alpha(edit(job, wipe)).any()
    assert (steps.alpha(edit(job, wipe, wipe | {"tool": "restore"})) == 1).all()
    assert (steps.alpha(edit(job, wipe | {"tool": "restore"})) == 1).all()


def test_a_photo_of_one_pixel() -> None:
    job = job_of(np.ones((1, 1), np.float32), Photo(noise(1, 1), None, "png"))
    assert steps.alpha(edit(job, {"tool": "erase", "size": 9, "points": [[0.5, 0.5, 1]]})) == 0
    job = job_of(np.zeros((1, 1), np.float32), Photo(noise(1, 1), None, "png"))
    assert steps.alpha(edit(job, {"tool": "restore", "size": 9, "points": [[0.5, 0.5, 1]]})) == 1


@pytest.mark.parametrize("depth", [8, 16])
async def test_a_file_has_the_edits_and_the_photos_own_colours(depth: int) -> None:
    own = noise(HEIGHT, WIDTH, 1, seed=5)[..., 0]
    job = edit(job_of(photo=Photo(noise(HEIGHT, WIDTH), own, "png")), DOT, LINE)
    made = await export(job, {"depth": depth})
    pixels = np.asarray(Image.open(BytesIO(made.data)))
    # Pillow gives the upper eight of sixteen bits.
    assert np.array_equal(pixels[..., :3], job.photo.rgb)
    assert np.abs(pixels[..., 3] - own * steps.alpha(job)).max() <= 1
    assert pixels[50, 60, 3] == own[50, 60], "as solid as the photo was itself, no more"


async def test_the_subjects_box_and_colours_are_those_of_the_edited_matte() -> None:
    rgb = np.full((HEIGHT, WIDTH, 3), (20, 40, 200), np.uint8)
    rgb[disc(HEIGHT, WIDTH) > 0.5] = (200, 30, 30)
    job = job_of(photo=Photo(rgb, None, "png"))
    plain = await export(job, {"crop": True})
    edit(job, DOT | {"points": [[400, 280, 1]]})
    wide = await export(job, {"crop": True})
    assert (wide.width, wide.height) > (plain.width, plain.height)
    place = np.asarray(Image.open(BytesIO((await export(job, {"background": [0, 255, 0]})).data)))
    assert place[280, 400].tolist() == [20, 40, 200]
    assert place[280, 20].tolist() == [0, 255, 0]


async def test_a_preview_shows_the_edits() -> None:
    job = job_of()
    data, empty = await steps.edited_png(edit(job, DOT, LINE))
    shown = np.asarray(Image.open(BytesIO(data)))[..., 3]
    full = Photo(np.dstack([(steps.alpha(job) * 255).astype(np.uint8)] * 3), None, "png")
    wanted = small_photo(full, 200).rgb[..., 0]
    assert shown.shape == wanted.shape
    assert np.abs(shown.astype(int) - wanted).mean() < 3
    assert not empty
    wipe = {"tool": "erase", "size": 1000, "points": [[200, 150, 1]]}
    assert (await steps.edited_png(edit(job, wipe)))[1]
    nothing = job_of(np.zeros((9, 9), np.float32))
    assert (await steps.edited_png(nothing))[1]
    assert not (await steps.edited_png(edit(nothing, DOT)))[1]


# -- smart strokes ---------------------------------------------------------------------------------

EDGE = 200
RED, BLUE = (200, 40, 40), (30, 60, 180)


def two_halves(missed: tuple[slice, slice] | None = None, soft: bool = False) -> Job:
    """Red on the left is the subject, blue on the right is not, an edge at column ``EDGE``."""
    rgb = np.full((HEIGHT, WIDTH, 3), BLUE, np.uint8)
    rgb[:, :EDGE] = RED
    if missed:
        rgb[missed] = (240, 220, 30)
    grain = np.random.default_rng(2).normal(0, 3, rgb.shape)
    rgb = np.clip(rgb + grain, 0, 255).astype(np.uint8)
    mask = np.zeros((60, 84), np.float32)
    mask[:, :40] = 1
    if soft:  # as networks draw it, and half a cell off
        mask[:, 38:43] = (0.95, 0.8, 0.6, 0.3, 0.1)
    return job_of(mask, Photo(rgb, None, "jpeg"))


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("middle", [180, 190, 200, 210])
@pytest.mark.parametrize("restore", [True, False])
def test_a_smart_stroke_stops_at_an_edge_that_a_plain_one_crosses(
    restore: bool, middle: int, soft: bool
) -> None:
    ours = slice(0, EDGE - 2) if restore else slice(EDGE + 2, None)
    theirs = slice(EDGE + 2, None) if restore else slice(0, EDGE - 2)
    column = middle if restore else 2 * EDGE - middle
    stroke = {
        "tool": "restore" if restore else "erase",
        "size": 80,
        "points": [[column, 60, 1], [column, 240, 1]],
    }
    job = two_halves(soft=soft)
    before = steps.alpha(job)
    # What a plain stroke of the other tool spoiled on both sides is to be mended on one.
    spoil = stroke | {"tool": "erase" if restore else "restore"}
    spoiled = steps.alpha(edit(job, spoil))
    plain = np.abs(steps.alpha(edit(job, spoil, stroke)) - spoiled)
    smart = np.abs(steps.alpha(edit(job, spoil, stroke | {"smart": True})) - spoiled)
    assert plain[:, ours].sum() > 1000
    assert smart[:, ours].sum() > (0.9 if soft else 0.99) * plain[:, ours].sum()
    over = np.abs(steps.alpha(edit(job, stroke)) - before)[:, theirs].sum()
    assert over > 3000
    stays = np.abs(steps.alpha(edit(job, stroke | {"smart": True})) - before)[:, theirs].sum()
    assert stays < (0.1 if soft else 0.001) * over


def test_a_smart_stroke_finds_what_the_networks_missed_by_its_colours() -> None:
    missed = slice(100, 200), slice(300, 340)
    job = two_halves(missed)
    assert not steps.alpha(job)[missed].any()
    stroke = {
        "tool": "restore",
        "smart": True,
        "size": 90,
        "points": [[320, 110, 1], [320, 190, 1]],
    }
    alpha = steps.alpha(edit(job, stroke))
    assert alpha[110:190, 302:338].min() > 0.95
    assert alpha[110:190, 343:].max() < 0.02
    assert alpha[110:190, 210:297].max() < 0.02
    preview = steps.preview(job)[..., 3]
    assert preview[75, 152] > 240
    assert preview[75, 170] < 6


def test_what_is_half_known_counts_half() -> None:
    gray = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    ramp = np.linspace(0.2, 0.8, 84, dtype=np.float32)[np.newaxis].repeat(60, axis=0)
    job = job_of(ramp, Photo(gray, None, "png"))
    before = steps.alpha(job)
    # No colour is sure of a side here, so there is the mask alone to go by.
    wipe = {"tool": "erase", "smart": True, "size": 1000, "points": [[200, 150, 1]]}
    alpha = steps.alpha(edit(job, wipe))
    assert np.abs(alpha - before**2).max() < 1e-6
    alpha = steps.alpha(edit(job, wipe | {"tool": "restore", "flow": 0.5}))
    assert np.abs(alpha - (before + 0.5 * before * (1 - before))).max() < 1e-6


def test_a_smart_stroke_off_the_photo_means_nothing() -> None:
    job = two_halves()
    before = steps.alpha(job)
    beside = {"tool": "restore", "smart": True, "size": 60, "points": [[445, 150, 1]]}
    assert np.array_equal(steps.alpha(edit(job, beside)), before)
    assert not np.array_equal(steps.alpha(edit(job, beside | {"smart": False})), before)


# -- patches ---------------------------------------------------------------------------------------


def patch(job: Job, keep: bool, box: Box) -> Patch:
    values = disc(48, 48)
    rgb = job.photo.rgb[box.top : box.bottom, box.left : box.right]
    return Patch(values, box, fit(rgb, values, values.size), keep)


def meant(job: Job, one: Patch) -> NDArray[np.float32]:
    """The patch at the photo's size."""
    out = np.zeros((HEIGHT, WIDTH), np.float32)
    part = slice(one.box.top, one.box.bottom), slice(one.box.left, one.box.right)
    draw(job.photo.rgb[part], one.values, one.edges, out[part])
    return out


@pytest.mark.parametrize("keep", [True, False])
def test_a_patch_adds_or_takes_away(keep: bool) -> None:
    job = job_of(disc(60, 84, soft=20))
    before = steps.alpha(job)
    job.patches.append(patch(job, keep, Box(90, 20, 250, 180)))
    alpha = steps.alpha(edit(job, {"tool": "patch", "id": 0}))
    found = meant(job, job.patches[0])
    wanted = np.maximum(before, found) if keep else before * (1 - found)
    assert np.abs(wanted - before).sum() > 1000
    assert np.abs(alpha - wanted).max() < 1e-4
    assert np.array_equal(steps.alpha(edit(job)), before), "undone by the list"


def test_patches_and_strokes_in_their_order() -> None:
    job = job_of(np.zeros((9, 9), np.float32))
    job.patches += [
        patch(job, True, Box(90, 60, 250, 220)),
        patch(job, False, Box(90, 60, 250, 220)),
    ]
    keep, remove = ({"tool": "patch", "id": n} for n in (0, 1))
    dot = DOT | {"points": [[170, 140, 1]]}
    for entries, wanted in (
        ([keep], 1),
        ([keep, remove], 0),
        ([remove, keep], 1),
        ([keep, dot | {"tool": "erase"}], 0),
        ([remove, dot], 1),
        ([dot, remove], 0),
    ):
        assert steps.alpha(edit(job, *entries))[140, 170] == wanted
        assert round(steps.preview(job)[67, 81, 3] / 255) == wanted
