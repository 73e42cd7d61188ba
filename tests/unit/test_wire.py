"""What a host page may say to Offcut in its frame, and that nothing else comes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .page_modules import load

if TYPE_CHECKING:
    from collections.abc import Iterator

wire = load("wire")


class Handle:
    """A Blob, as far as the page sees into it."""


BLOB = Handle()


def read(message: Any) -> Any:
    return wire.read(message, lambda value: isinstance(value, Handle))


def said(kind: str, **rest: Any) -> dict[str, Any]:
    return {"offcut": 1, "type": kind, **rest}


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(BLOB),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*"ab", "format", "quality", "image", "kind", "colour"]), inner
        )
    ),
    max_leaves=8,
)
KEYS = ("model", "profile", "output", "background", "frame", "theme", "parts", "accent", "quality")
options = st.dictionaries(st.sampled_from(KEYS), plain, max_size=4)
messages = st.fixed_dictionaries(
    {},
    optional={
        "offcut": st.just(1) | plain,
        "type": st.sampled_from(wire.TYPES) | plain,
        "id": st.text(max_size=3) | st.integers(-5, 5) | plain,
        "photo": st.just(BLOB) | plain,
        "name": plain,
        "options": options | plain,
        "settings": options | plain,
    },
)


@given(plain | messages)
def test_whatever_is_said_is_understood_or_left_alone(message: Any) -> None:
    request = read(message)
    if request is None:
        return
    assert message["offcut"] == 1
    assert request["type"] in (*wire.TYPES, "wrong")
    assert request.get("id", "") == message.get("id", "")
    if request["type"] == "open":
        assert request["photo"] is BLOB
        assert request["name"] is None or 0 < len(request["name"]) <= wire.LONGEST
        check(request["scene"] | {"output": request["options"]})
    if request["type"] == "set":
        check(request["settings"])


def check(made: dict[str, Any]) -> None:
    """Only settings that there are, of the kinds that they have; no handle in a wrong place."""
    output = made.get("output", {})
    assert set(output) <= {*wire.OUTPUT, "model", "foreground"}
    assert output.get("format", "image/png") in wire.FORMATS.values()
    assert 0 <= output.get("quality", 0) <= 1
    assert set(made) <= {*wire.SCENE, *wire.LOOKS, "model", "language", "output"}
    ground = made.get("background")
    assert ground is None or isinstance(ground, dict)
    assert all(isinstance(made[key], str) for key in (*wire.LOOKS, "language") if key in made)
    assert BLOB not in [value for key, value in flat("", made) if key != "image"]


def flat(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from flat("", inner)
    else:
        yield key, value


def test_a_photo_with_all_that_can_be_said_of_it() -> None:
    request = read(
        said(
            "open",
            id="7",
            photo=BLOB,
            name="me.jpg",
            options={
                "profile": "best",
                "output": {"format": "webp", "quality": 0.9, "crop": True, "evil": 1},
                "background": "#f80",
                "shadow": {"kind": "drop"},
                "foreground": False,
                "evil": 1,
            },
        )
    )
    assert request == {
        "type": "open",
        "id": "7",
        "photo": BLOB,
        "name": "me.jpg",
        "options": {
            "format": "image/webp",
            "quality": 0.9,
            "crop": True,
            "model": "best",
            "foreground": False,
        },
        "scene": {
            "background": {"kind": "colour", "colour": [255, 136, 0]},
            "shadow": {"kind": "drop"},
        },
    }


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (said("open", id=1), "NOT_AN_IMAGE"),
        (said("open", id=1, photo="data:"), "NOT_AN_IMAGE"),
        (said("open", id=1, photo=BLOB, options=[]), "BAD_CONFIG"),
        (said("open", id=1, photo=BLOB, options={"output": {"format": BLOB}}), "BAD_CONFIG"),
        (said("open", id=1, photo=BLOB, options={"frame": {"size": [BLOB]}}), "BAD_CONFIG"),
    ],
)
def test_what_is_understood_and_cannot_be_done_is_answered(message: Any, code: str) -> None:
    assert read(message) == {"type": "wrong", "id": 1, "code": code}


def test_a_picture_may_lie_behind() -> None:
    ground = {"kind": "image", "image": BLOB, "fit": "cover"}
    assert read(said("open", photo=BLOB, options={"background": ground}))["scene"] == {
        "background": ground
    }


@pytest.mark.parametrize(
    "message",
    [
        *(None, 1, "ping", [], {}),
        {"offcut": 2, "type": "ping"},
        {"offcut": True, "type": "ping"},
        said("ready"),
        said("__init__"),
        said("ping", id=-1),
        said("ping", id=2**40),
        said("ping", id=1.5),
        said("ping", id=True),
        said("ping", id="x" * 1000),
    ],
)
def test_what_is_not_of_the_protocol_is_left_alone(message: Any) -> None:
    assert read(message) is None


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("white", {"kind": "colour", "colour": [255, 255, 255]}),
        ("01Ff10", {"kind": "colour", "colour": [1, 255, 16]}),
        ([1, 2, 3], {"kind": "colour", "colour": [1, 2, 3]}),
        ("none", None),
        (None, None),
        ({"kind": "blur"}, {"kind": "blur"}),
    ],
)
def test_backgrounds(given: Any, made: Any) -> None:
    assert wire.settings({"background": given}, lambda _: False) == {"background": made}


@pytest.mark.parametrize("given", ["#12345g", "red; }", "#12", 7, [1, 2], [1, 2, "3"], True])
def test_what_is_no_background_changes_nothing(given: Any) -> None:
    assert wire.settings({"background": given}, lambda _: False) == {}


@given(st.dictionaries(st.sampled_from([*KEYS, "origin", "shadow"]), st.text(max_size=12)))
def test_an_address_sets_how_files_look_and_nothing_else(asked: dict[str, str]) -> None:
    made = wire.from_address(asked)
    assert set(made) <= {"model", "output", "background"}
    check(made)


def test_an_address() -> None:
    asked = {"output": "jpeg", "quality": "0.5", "background": "none", "theme": "dark", "x": "y"}
    output = {"format": "image/jpeg", "quality": 0.5}
    assert wire.from_address(asked) == {"output": output, "background": None}
    assert wire.from_address({"profile": "best"}) == {"model": "best"}
    assert wire.from_address({"profile": "best", "model": "isnet"}) == {}
    assert wire.from_address({"quality": "high", "output": "exe"}) == {}


def test_who_speaks_first_is_the_host() -> None:
    trust = wire.Trust("")
    assert (trust.known, trust.target()) == (False, "*")
    assert trust.hears("https://host.example")
    assert (trust.known, trust.target()) == (True, "https://host.example")
    assert not trust.hears("https://other.example")
    assert trust.target() == "https://host.example"


def test_who_is_named_is_the_only_one() -> None:
    trust = wire.Trust("https://host.example")
    assert (trust.known, trust.target()) == (True, "https://host.example")
    assert not trust.hears("https://other.example")
    assert trust.hears("https://host.example")


def test_a_host_without_an_origin_is_still_the_parent() -> None:
    trust = wire.Trust("")
    assert trust.hears("null")
    assert trust.target() == "*"
    assert not trust.hears("https://other.example")
