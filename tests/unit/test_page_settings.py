"""What the settings decide by themselves: advice, counts, keys, what a device is likely to hold."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import OffcutError

from .page_modules import FOLDER, page_modules
from .storage import Storage, entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("advice", "files", "keymap", "parts", "question", "traffic")
REAL = ("text", "kept", "idle", "caution", "settings", *(f"settings.{name}" for name in NAMES))
BASE = "https://a.example/offcut/"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The page's own modules over a browser that is a memory and nothing else."""
    words = json.loads((FOLDER / "messages" / "en.json").read_text("utf-8"))
    storage = Storage()
    store = storage.items
    js = entries_of(storage, platform="Linux")
    navigator = js["navigator"]
    nothing = dict.fromkeys(("icon", "listen", "make"))
    made_up = {
        "js": js,
        "dom": {"JsException": RuntimeError, "missing": lambda it: it is None, **nothing},
        "words": {"WORDS": words},
    }
    with page_modules(monkeypatch, REAL, made_up) as real:
        short = {name.split(".")[-1]: module for name, module in real.items()}
        yield SimpleNamespace(**short, words=words, navigator=navigator, store=store)


# -- what would make it faster -----------------------------------------------------------------


def report(**changes: Any) -> dict[str, Any]:
    usable = changes.pop("usable", ("webgpu", "wasm-mt", "wasm-st"))
    names = ("webgpu", "wasm-mt", "wasm-st")
    candidates = [{"name": name, "usable": name in usable} for name in names]
    return {"candidates": candidates, "isolated": True, "cores": 8, "limits": [], **changes}


@pytest.mark.parametrize(
    ("told", "wanted", "keys"),
    [
        (report(), "auto", ["none"]),
        (report(usable=("wasm-mt", "wasm-st")), "auto", ["webgpu"]),
        (report(usable=("wasm-st",), isolated=False), "auto", ["webgpu", "isolated"]),
        (report(usable=("wasm-st",)), "wasm-st", ["wanted"]),
        (report(cores=1), "auto", ["core"]),
    ],
)
def test_advice_says_what_is_in_the_way(
    page: SimpleNamespace, told: dict[str, Any], wanted: str, keys: list[str]
) -> None:
    said = page.advice.advice(told, wanted)
    assert said == [page.words["settings.help." + key] for key in keys]


def test_advice_says_what_a_weak_device_gets(page: SimpleNamespace) -> None:
    told = report(limits=[{"why": "Little memory."}])
    assert page.advice.advice(told, "auto") == ["Little memory."]


# -- what was asked for ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "page"),
        ("?model=fast", "page"),
        ("css/tokens.css", "page"),
        ("pyscript/later.json", "page"),
        ("vendor/pyscript/core.js", "page"),
        ("vendor/micropython/micropython.wasm", "page"),
        ("vendor/pyodide/pyodide.asm.wasm", "engine"),
        ("vendor/ort/ort.wasm", "engine"),
        ("worker/main.py", "engine"),
        ("models/registry.json", "models"),
        ("models/isnet/1.bin", "models"),
    ],
)
def test_requests_are_told_apart(page: SimpleNamespace, path: str, kind: str) -> None:
    assert page.traffic.kind_of(BASE + path, BASE) == kind


def test_requests_are_counted_and_what_never_left_is_not(page: SimpleNamespace) -> None:
    paths = ("", "models/a.bin", "models/b.bin", "worker/main.py")
    requests = [{"name": BASE + path, "bytes": 1000} for path in paths]
    requests.append({"name": "blob:https://a.example/1", "bytes": 7})
    requests.append({"name": "https://b.example/models/x", "bytes": 5})
    told = page.traffic.tally(requests, BASE)
    assert told["kinds"] == {"page": [2, 1005], "engine": [1, 1000], "models": [2, 2000]}
    assert told["hosts"] == {"a.example": 4, "b.example": 1}
    assert told["bytes"] == 4005
    assert len(page.traffic.real(requests)) == 5


# -- the map of the keys -----------------------------------------------------------------------


def test_keys_that_do_the_same_share_a_line(page: SimpleNamespace) -> None:
    entries = [(",", "settings", "all"), ("b", "brush", "strokes"), ("Ctrl+,", "settings", "all")]
    table = [SimpleNamespace(combo=key, says=says, group=group) for key, says, group in entries]
    assert page.keymap.by_group(table) == [
        ("all", [("settings", [",", "Ctrl+,"])]),
        ("strokes", [("brush", ["b"])]),
    ]


@pytest.mark.parametrize(
    ("combo", "mac", "caps"),
    [
        ("b", False, ["B"]),
        ("?", False, ["?"]),
        ("+", False, ["+"]),
        ("Ctrl++", False, ["Ctrl", "+"]),
        ("Ctrl+Shift+z", True, ["⌘", "Shift", "Z"]),
        (" ", False, ["Space"]),
        ("Escape", False, ["Esc"]),
        ("ArrowLeft", False, ["←"]),
        ("F2", False, ["F2"]),
    ],
)
def test_what_stands_on_the_keys(
    page: SimpleNamespace, combo: str, mac: bool, caps: list[str]
) -> None:
    assert page.keymap.caps(combo, mac) == caps


# -- large photos ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("megapixels", "memory", "large"),
    [
        (12, 2, False),
        (15, 2, True),
        (100, 4, False),
        (100, 0, False),
        (120, 1, True),
        (120, 8, False),
    ],
)
def test_a_photo_may_be_too_large(
    page: SimpleNamespace, megapixels: float, memory: float, large: bool
) -> None:
    assert page.caution.too_large(megapixels, memory) is large


async def test_the_person_decides_once_a_photo(page: SimpleNamespace) -> None:
    page.navigator.deviceMemory = 2
    answers, asked = [False, True], []

    async def ask(_title: str, words: str, _yes: str) -> bool:
        asked.append(words)
        return answers.pop(0)

    photo = SimpleNamespace(width=0, height=0, unseen=False)

    async def seen(_seconds: float) -> None:
        photo.width, photo.height = 6000, 4000

    state = SimpleNamespace(photo=photo)
    caution = page.caution.Caution(state, ask, seen)
    with pytest.raises(OffcutError, match="CANCELLED") as stopped:
        await caution.consider(photo)
    assert stopped.value.code == "CANCELLED"
    await caution.consider(photo)
    await caution.consider(photo)  # another background: the same photo, no second question
    assert [("24" in words) for words in asked] == [True, True]
    await caution.consider(SimpleNamespace(width=0, height=0, unseen=True))
    await caution.consider(SimpleNamespace(width=100, height=100, unseen=False))
    assert len(asked) == 2
    with pytest.raises(OffcutError, match="CANCELLED"):  # another one came before it was seen
        await caution.consider(SimpleNamespace(width=0, height=0, unseen=False))


# -- files -------------------------------------------------------------------------------------


def test_what_files_are_like_is_kept_and_goes_together(page: SimpleNamespace) -> None:
    done: list[str] = []
    app = SimpleNamespace(
        output={},
        dressing=SimpleNamespace(follow=lambda: done.append("drawn")),
        changed=lambda: done.append("changed"),
    )
    files = page.files.Files(app)
    files._set("depth", 16)
    assert app.output == {"depth": 16}
    files._set("format", "image/webp")  # only a PNG has 16 bits
    files._set("quality", 0.5)
    files._set("exif", True)
    assert app.output == {"format": "image/webp", "quality": 0.5, "exif": True}
    assert page.kept.read("output", {}) == app.output
    files._set("exif", None)
    assert "exif" not in app.output
    assert done[:2] == ["drawn", "changed"]


def test_a_model_of_ones_own_may_be_remembered(page: SimpleNamespace) -> None:
    for value, wanted in (("best", "best"), ("own-1f", "own-1f"), ("gpt", "auto"), (5, "auto")):
        page.kept.write("model", value)
        assert page.kept.chosen("model", ("auto", "best"), "auto", "own-") == wanted
    page.kept.write("model", "own-1f")
    assert page.kept.chosen("model", ("auto", "best"), "auto") == "auto"


# -- connections -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("connection", "metered"),
    [
        (None, False),
        ({"saveData": True}, True),
        ({"type": "cellular"}, True),
        ({"type": "wifi", "effectiveType": "4g"}, False),
        ({"effectiveType": "3g"}, True),
    ],
)
def test_a_connection_may_be_metered(
    page: SimpleNamespace, connection: dict[str, Any] | None, metered: bool
) -> None:
    page.navigator.connection = connection and SimpleNamespace(**connection)
    assert page.idle.metered() is metered


@pytest.mark.parametrize(("memory", "short"), [(None, False), (2, True), (0.5, True), (4, False)])
def test_a_device_may_be_short_of_memory(
    page: SimpleNamespace, memory: float | None, short: bool
) -> None:
    page.navigator.deviceMemory = memory
    assert page.idle.short_of_memory() is short
