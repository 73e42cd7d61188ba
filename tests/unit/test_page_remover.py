"""The remover's rules: what a page may wish for, and whose turn it is."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import OffcutError, fail

from .page_modules import page_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

COLOURS = {"#7a1fa2": [122, 31, 162], "teal": [0, 128, 128]}


class Tag:
    """An element: attributes, nothing else."""

    def __init__(self, **attributes: str) -> None:
        self.attributes = {name.replace("_", "-"): text for name, text in attributes.items()}

    def getAttribute(self, name: str) -> str | None:  # noqa: N802 - JavaScript's
        return self.attributes.get(name)


class Promise:
    """As JavaScript's ``Promise.withResolvers()``, in an event loop."""

    @staticmethod
    def withResolvers() -> Any:  # noqa: N802 - JavaScript's
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def resolve(value: Any) -> None:
            if not future.done():
                future.set_result(value)

        return SimpleNamespace(promise=future, resolve=resolve)


@pytest.fixture
def remover(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    names = ("text", "remover.paint", "remover.wishes", "remover.lane")
    navigator = SimpleNamespace(languages=[])
    made_up = {
        "words": {"WORDS": {}},
        "js": {"Promise": Promise, "navigator": navigator, "CSS": None},
        "dom": {"missing": lambda value: value is None},
        "engine": {"Engine": None},
    }
    with page_modules(monkeypatch, names, made_up) as modules:
        monkeypatch.setattr(modules["remover.wishes"], "colour_of", COLOURS.get)
        yield modules


def test_without_a_word_the_defaults_count(remover: dict[str, Any]) -> None:
    values, wrong = remover["remover.wishes"].read(Tag(), {})
    assert wrong == []
    assert (values["profile"], values["output"], values["multiple"]) == ("auto", "png", False)
    assert "profile" not in values["parts"]
    options = remover["remover.wishes"].options_of(values)
    assert options == {"model": "auto", "format": "image/png"}


def test_the_tag_goes_before_the_configuration(remover: dict[str, Any]) -> None:
    wishes = {"output": "webp", "profile": "fast", "parts": ["copy", "note"], "multiple": True}
    values, wrong = remover["remover.wishes"].read(Tag(output="avif", quality="0.9"), wishes)
    assert wrong == []
    assert (values["output"], values["profile"], values["multiple"]) == ("avif", "fast", True)
    assert values["parts"] == ["copy", "note"]
    options = remover["remover.wishes"].options_of(values)
    assert options == {"model": "fast", "format": "image/avif", "quality": 0.9}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("profile", "fastest"),
        ("output", "tiff"),
        ("quality", "7"),
        ("quality", "good"),
        ("accent", "yellowish"),
        ("background", "photo"),
        ("parts", "compare, zoom"),
        ("language", "tlh"),
        ("multiple", "perhaps"),
        ("max-size", "0"),
        ("max-size", "-3"),
        ("model", ""),
    ],
)
def test_a_value_that_is_none_is_told_of_and_the_default_counts(
    remover: dict[str, Any], key: str, value: str
) -> None:
    wishes = remover["remover.wishes"]
    values, wrong = wishes.read(Tag(**{key: value}), {})
    assert [one[:2] for one in wrong] == [(key, value)]
    assert wrong[0][2]
    assert values == wishes.read(Tag(), {})[0]


def test_a_key_of_the_configuration_that_nobody_knows_is_told_of(remover: dict[str, Any]) -> None:
    _, wrong = remover["remover.wishes"].read(Tag(), {"colour": "red"})
    assert [one[:2] for one in wrong] == [("colour", "red")]


@pytest.mark.parametrize(
    ("wish", "ground"),
    [
        ("none", {}),
        ("blur", {"background": {"kind": "blur", "amount": 0.5}}),
        ("teal", {"background": {"kind": "colour", "colour": [0, 128, 128]}}),
    ],
)
def test_a_background_is_the_engines(remover: dict[str, Any], wish: str, ground: Any) -> None:
    assert remover["remover.wishes"].ground_of(wish) == ground


@pytest.mark.parametrize(
    ("colour", "text"),
    [([255, 202, 58], "#17211d"), ([122, 31, 162], "#fff"), ([0, 0, 0], "#fff")],
)
def test_text_on_a_colour_can_be_read(remover: dict[str, Any], colour: Any, text: str) -> None:
    assert remover["remover.paint"].text_on(colour) == text


def test_computed_colours_are_read_in_every_space(remover: dict[str, Any]) -> None:
    read = remover["remover.paint"]._numbers
    assert read("color(srgb 1 0.8 0.2)") == [255, 204, 51]
    assert read("color(srgb 1.2 -0.1 0.5 / 0.5)") == [255, 0, 128]
    assert read("rgb(255, 204, 51)") == [255, 204, 51]
    assert read("oklch(none none none)") is None


class MadeUpEngine:
    """Does a job until it is told to end."""

    def __init__(self, base: str, backend: str, on_status: Any) -> None:
        self.on_status = on_status
        self.running: list[tuple[str, asyncio.Future[str]]] = []
        self.ended = 0

    async def remove(self, photo: str) -> str:
        job: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.running.append((photo, job))
        return await job

    def cancel(self) -> None:
        self.running.pop()[1].set_exception(fail("CANCELLED"))

    def dispose(self) -> None:
        self.ended += 1


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def outcome(task: asyncio.Task[str]) -> str:
    try:
        return await task
    except OffcutError as error:
        return error.code


async def test_photos_of_several_removers_are_done_one_after_the_other(
    remover: dict[str, Any],
) -> None:
    lane = remover["remover.lane"].Lane("https://a.example/", MadeUpEngine)
    jobs = [asyncio.create_task(lane.do(owner, "remove", owner + "'s")) for owner in "abc"]
    for owner in "abc":
        await settle()
        ((photo, job),) = lane._engine.running
        assert photo == owner + "'s"
        lane._engine.running.clear()
        job.set_result(owner)
    assert [await job for job in jobs] == ["a", "b", "c"]


async def test_a_cancel_takes_back_ones_own_and_nobody_elses(remover: dict[str, Any]) -> None:
    lane = remover["remover.lane"].Lane("https://a.example/", MadeUpEngine)
    owners = {name: object() for name in "abc"}
    jobs = {
        name: asyncio.create_task(lane.do(owner, "remove", name)) for name, owner in owners.items()
    }
    await settle()
    lane.cancel(owners["b"])  # waits
    assert await outcome(jobs["b"]) == "CANCELLED"
    assert [photo for photo, _ in lane._engine.running] == ["a"]
    lane.cancel(owners["a"])  # runs
    again = asyncio.create_task(lane.do(owners["a"], "remove", "a again"))
    assert await outcome(jobs["a"]) == "CANCELLED"
    await settle()
    assert [photo for photo, _ in lane._engine.running] == ["c"]
    lane._engine.running.pop()[1].set_result("c")
    await settle()
    assert [photo for photo, _ in lane._engine.running] == ["a again"]
    lane._engine.running.pop()[1].set_result("done")
    assert (await jobs["c"], await again) == ("c", "done")


async def test_the_last_one_to_leave_ends_the_engine(remover: dict[str, Any]) -> None:
    lane = remover["remover.lane"].Lane("https://a.example/", MadeUpEngine)
    heard: list[str] = []
    one, other = (SimpleNamespace(engine_said=lambda kind, _: heard.append(kind)) for _ in "ab")
    lane.join(one)
    lane.join(other)
    lane._engine.on_status("ready", {})
    lane.leave(one)
    assert (heard, lane._engine.ended) == (["ready", "ready"], 0)
    lane._engine.on_status("asleep", None)
    lane.leave(other)
    assert (heard[2:], lane._engine.ended) == (["asleep"], 1)
    assert lane.status == remover["remover.lane"].NOTHING  # whoever comes next finds no engine
