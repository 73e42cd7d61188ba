"""The self-test's decisions: what a host's answers come to, the chain it goes, its report."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from offcut.errors import OffcutError, fail

from .page_modules import FOLDER, page_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://a.example/offcut/"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
REAL = ("text", "health", "health.rows", "health.judged", "health.report", "health.ways")
SUM = "00ff"
THREE = ("webgpu", "wasm-mt", "wasm-st")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The real modules over a browser that is made up."""
    words = json.loads((FOLDER / "messages" / "en.json").read_text("utf-8"))
    navigator = SimpleNamespace(userAgent=AGENT, hardwareConcurrency=8)

    async def fetch(_url: str) -> SimpleNamespace:
        async def blob() -> str:
            return "photo"

        return SimpleNamespace(blob=blob)

    js = {
        "navigator": navigator,
        "Math": SimpleNamespace(random=lambda: 0.25),
        "JSON": SimpleNamespace(stringify=json.dumps),
        "performance": SimpleNamespace(now=lambda: 0),
        "fetch": fetch,
    }
    made_up: dict[str, dict[str, Any]] = {
        "js": js,
        "dom": {"JsException": RuntimeError, "missing": lambda it: it is None},
        "backends": {"MOVES_ON": ("BACKEND_FAILED",)},
        "calibration": {"START_MS": 1},
        "words": {"WORDS": words},
    }
    with page_modules(monkeypatch, REAL, made_up) as real:
        short = {name.split(".")[-1]: module for name, module in real.items()}
        yield SimpleNamespace(**short, navigator=navigator, words=words)


def answer(page: SimpleNamespace, path: str, **told: Any) -> Any:
    """What a good host gives for a file that was read."""
    wanted = {"sum": page.judged.sum_of(SUM), "size": 2}
    good = {"status": 200, "size": 2, "digest": "0,255", "opener": "same-origin"}
    types = {
        "mjs": "text/javascript; charset=utf-8",
        "html": "text/html",
        "wasm": "application/wasm",
    }
    good |= {"embedder": "require-corp", "kind": types.get(path.rsplit(".", 1)[-1], "")}
    return page.judged.Answer(path, wanted, **(good | told))


def keys(found: tuple[str, list[Any]]) -> list[str]:
    return [found[0], *(one.key for one in found[1])]


# -- files -----------------------------------------------------------------------------------------


def test_a_sum_is_written_as_javascript_writes_bytes(page: SimpleNamespace) -> None:
    assert page.judged.sum_of("00ff10") == "0,255,16"


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({}, None),
        ({"status": 0}, "bad.net"),
        ({"status": 404}, "bad.status"),
        ({"digest": "1,255"}, "bad.bytes"),
        ({"digest": "", "size": 3}, "bad.bytes"),
        ({"digest": "", "size": -1}, None),  # packed on its way: there is no telling
    ],
)
def test_what_is_wrong_with_a_file(
    page: SimpleNamespace, told: dict[str, Any], key: str | None
) -> None:
    found = page.judged.fault(answer(page, "a.mjs", **told))
    assert (found and found.key) == key


def test_files_are_judged_together(page: SimpleNamespace) -> None:
    whole = page.judged.whole
    good, seen = answer(page, "a.mjs"), answer(page, "b.mjs", digest="")
    gone = answer(page, "c.mjs", status=404)
    nothing = [answer(page, f"{n}.mjs", status=0) for n in range(9)]
    assert keys(whole([good])) == ["ok", "files.same"]
    assert keys(whole([good, seen])) == ["ok", "files.there"]
    assert keys(whole([good, gone])) == ["fail", "files.wrong", "bad.status", "files.upload"]
    assert keys(whole(nothing)) == ["fail", "files.offline"]
    assert keys(whole([good, *nothing])).count("bad.net") == page.judged.SHOWN
    assert keys(whole([])) == ["fail", "unlisted"]


def test_types_are_named_once_each(page: SimpleNamespace) -> None:
    wrong = [answer(page, f"{n}.wasm", kind="application/octet-stream") for n in range(3)]
    found = page.judged.types([answer(page, "a.mjs"), *wrong])
    assert keys(found) == ["fail", "types.wrong", "types.set"]
    assert found[1][0].values["n"] == 3
    assert keys(page.judged.types([answer(page, "a.mjs"), answer(page, "a.bin")])) == [
        "ok",
        "types.right",
    ]


@pytest.mark.parametrize(
    ("index", "code", "isolated", "wanted"),
    [
        ({}, {}, True, ["ok", "isolation.host"]),
        ({}, {}, False, ["warn", "isolation.framed"]),
        ({"opener": ""}, {}, True, ["warn", "isolation.keeper"]),
        ({"embedder": ""}, {}, False, ["warn", "isolation.none"]),
        ({}, {"embedder": ""}, True, ["fail", "isolation.part"]),
    ],
)
def test_isolation(
    page: SimpleNamespace,
    index: dict[str, str],
    code: dict[str, str],
    isolated: bool,
    wanted: list[str],
) -> None:
    answers = [answer(page, "index.html", **index), answer(page, "a.mjs", **code)]
    assert keys(page.judged.isolation(answers, isolated)) == wanted


def test_versions(page: SimpleNamespace) -> None:
    assert keys(page.judged.version("a", "a")) == ["ok", "version.same"]
    assert keys(page.judged.version("a", "b"))[:2] == ["fail", "version.mixed"]
    assert page.judged.version("", "b")[1][0].values["file"] == "version.json"
    assert page.judged.version("a", "")[1][0].values["file"] == "sw.js"


def test_a_sample_that_is_missing_keeps_no_engine_from_starting(page: SimpleNamespace) -> None:
    gone = {"status": 404}
    assert not page.judged.is_vital([answer(page, "samples/a.jpg", **gone)])
    assert page.judged.is_vital([answer(page, "vendor/ort/a.mjs", **gone)])


def test_the_worst_is_the_verdict(page: SimpleNamespace) -> None:
    rows = page.rows.made()
    for row in rows.values():
        row.put("ok")
    assert page.rows.verdict(list(rows.values())) == ("ok", 16)
    rows["webgpu"].put("away")
    rows["room"].put("warn")
    assert page.rows.verdict(list(rows.values())) == ("warn", 1)
    rows["cut"].put("fail")
    rows["page"].put("fail")
    assert page.rows.verdict(list(rows.values())) == ("fail", 2)


# -- the chain -------------------------------------------------------------------------------------


class Link:
    """A worker in which some backends fail."""

    broken: tuple[str, ...] = ()
    usable: tuple[str, ...] = THREE
    cuts: str | bool = False  # what the cut raises, or whether it is empty
    open_links = 0

    def __init__(self, *_: Any) -> None:
        Link.open_links += 1

    async def open(self) -> None:
        if "open" in self.broken:
            raise fail("WORKER_FAILED")

    def close(self, _error: OffcutError) -> None:
        Link.open_links -= 1

    async def call(self, method: str, *arguments: Any, quiet_ms: int = 0) -> Any:
        if method == "start":
            return self._start(arguments[0])
        if method == "load" and isinstance(self.cuts, str):
            raise fail(self.cuts)
        return SimpleNamespace(empty=self.cuts)

    def _start(self, wanted: dict[str, Any]) -> dict[str, Any]:
        left = [one for one in THREE if one in self.usable and one not in wanted["exclude"]]
        if wanted["backend"] != "auto":
            left = [wanted["backend"]]
        if not left:
            raise fail("BACKEND_UNAVAILABLE", backend="auto")
        if left[0] in self.broken:
            raise fail("BACKEND_FAILED", "It gave numbers that are none.", backend=left[0])
        candidates = [{"name": n, "usable": n in self.usable, "reason": f"{n}."} for n in THREE]
        return {
            "version": "1", "backend": left[0], "threads": 2 if left[0] == "wasm-mt" else 1,
            "selftest_ms": 1200, "candidates": candidates, "roles": {"fast": "u2netp"}, "why": "",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({}, "ok ok ok ok"),
        ({"usable": ("wasm-st",)}, "away away ok ok"),
        ({"broken": ("webgpu",)}, "fail ok ok ok"),
        ({"broken": ("wasm-st",)}, "ok ok fail ok"),
        (
            {"broken": ("wasm-mt", "wasm-st"), "usable": ("wasm-mt", "wasm-st")},
            "away fail fail away",
        ),
        ({"broken": ("open",)}, "fail fail fail away"),
        ({"cuts": "MODEL_CORRUPT"}, "ok ok ok fail"),
        ({"cuts": True}, "ok ok ok fail"),
    ],
)
def test_each_way_is_tried_and_every_worker_ended(
    page: SimpleNamespace, told: dict[str, Any], wanted: str
) -> None:
    kind = type("Kind", (Link,), told)
    Link.open_links = 0
    rows = page.rows.made()
    ways = page.ways.Ways(BASE, kind, lambda name, *found: rows[name].put(*found))
    asyncio.run(ways.run())
    assert " ".join(rows[name].status for name in ("webgpu", "wasm-mt", "wasm-st", "cut")) == wanted
    assert Link.open_links == 0


# -- the report ------------------------------------------------------------------------------------


def test_a_report_has_no_address(page: SimpleNamespace) -> None:
    text = (
        f"Failed to fetch {BASE}models/a.bin, then http://10.0.0.7:8000/x?canary=1, "
        "(blob:https://a.example/0a-1b) file:///home/canary/photo.jpg and 'data:a/b;base64,AA'."
    )
    assert page.report.clean(text, BASE) == (
        "Failed to fetch models/a.bin, then (address) ((address)) (address) and '(address)'."
    )


@pytest.mark.parametrize(
    ("agent", "wanted"),
    [
        (AGENT, "Chromium 141"),
        (f"{AGENT} Edg/140.0.1", "Edge 140"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/18.3 Safari/605.1.15", "Safari 18"),
        ("curl/8", "another browser"),
    ],
)
def test_a_browser_is_a_family_and_a_number(page: SimpleNamespace, agent: str, wanted: str) -> None:
    page.navigator.userAgent = agent
    assert page.report.browser() == wanted


def test_a_report_is_english_and_says_of_every_check(page: SimpleNamespace) -> None:
    class German(page.text.Language):  # type: ignore[misc, name-defined]
        code = "de"

        def get(self, key: str) -> str:
            return "Deutsch"

    page.text.speak(German())
    rows = page.rows.made()
    for name, row in rows.items():
        row.put("ok", page.rows.Words("small.ok"))
        assert row.sentences[0].here() == "Deutsch", name
    size = page.rows.Figure(lambda count: f"{count} Deutsch", 3, "3 MB")
    rows["room"].put("ok", page.rows.Words("room.ok", size=size))
    rows["cut"].put("fail", page.rows.Trouble(fail("MODEL_CORRUPT")))
    written = page.report.written(rows, ["version 1", "site abc"], BASE)
    assert "Deutsch" not in written
    assert written.startswith("Offcut self-test, version 1, site abc\nThis browser: Chromium 141\n")
    assert "This device: 8 cores\n" in written
    assert written.count("ok    ") == 15
    assert "This site may keep 3 MB or more." in written
    assert "FAIL  A small cut: MODEL_CORRUPT: The model arrived damaged" in written
    for name, row in rows.items():
        assert page.words[row.title()] in written, name


def test_every_sentence_of_the_code_is_there(page: SimpleNamespace) -> None:
    """What is said by a key that is put together is in English, so in all languages."""
    import re

    said = set()
    for path in (FOLDER / "health").glob("*.py"):
        said |= set(re.findall(r'Words\(\s*"([\w.]+)"', path.read_text("utf-8")))
    said |= {"isolation.keeper", "isolation.none", "room.lasts", "room.loose"}
    assert {f"health.{key}" for key in said} <= set(page.words)
    assert len(said) > 40
