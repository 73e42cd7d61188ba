"""Another language than English: chosen, fetched, spoken; and what of the engine it knows."""

from __future__ import annotations

import ast
import asyncio
import itertools
import json
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from offcut.errors import ERRORS, OffcutError, fail
from offcut.models.limit import NAMES, Power, limit
from offcut.pipeline import hints
from offcut.pixels import decode, encode, verify
from offcut.pixels.frame import check_pixels
from offcut.runtime import chain, selftest
from offcut.storage import download, failures

from .helpers import entry, spec_of
from .page_modules import FOLDER, page_modules
from .storage import Storage, entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = ("text", "kept", "phrases", "languages")
ENGLISH: dict[str, str] = json.loads((FOLDER / "messages" / "en.json").read_text("utf-8"))
ARABIC: dict[str, str] = json.loads((FOLDER / "messages" / "ar.json").read_text("utf-8"))


class Numbers:
    """Intl.NumberFormat, with a comma."""

    @staticmethod
    def new(code: str, wanted: dict[str, Any]) -> SimpleNamespace:
        digits = wanted["maximumFractionDigits"]
        return SimpleNamespace(format=lambda value: f"{value:.{digits}f}".replace(".", ","))


class Node:
    """An element with attributes."""

    def __init__(self, **attributes: str) -> None:
        self.attributes = {name.replace("_", "-"): text for name, text in attributes.items()}
        self.textContent = ""

    def getAttribute(self, name: str) -> str:  # noqa: N802 - as the browser has it
        return self.attributes[name]

    def setAttribute(self, name: str, value: str) -> None:  # noqa: N802
        self.attributes[name] = value


class Browser:
    """Files to fetch, a localStorage, and a page of a few elements."""

    def __init__(self) -> None:
        self.files = {"de": {"page.before": "Vorher"}, "ar": ARABIC}
        self.storage = Storage()
        self.store = self.storage.items
        self.gates: dict[str, asyncio.Event] = {}
        self.drawn = 0
        self.nodes = [Node(data_t="page.before"), Node(data_t_label="page.home")]
        self.root = Node(lang="en")
        document = SimpleNamespace(documentElement=self.root, querySelectorAll=self._all)
        self.js = {
            "fetch": self._fetch,
            "document": document,
            "Intl": SimpleNamespace(NumberFormat=Numbers, PluralRules=SimpleNamespace(new=_rules)),
            **entries_of(self.storage),
        }
        self.app = SimpleNamespace(base="/", changed=self._changed)

    def _changed(self) -> None:
        self.drawn += 1

    def _all(self, selector: str) -> SimpleNamespace:
        found = [one for one in self.nodes if selector.strip("[]") in one.attributes]
        return SimpleNamespace(length=len(found), item=lambda at: found[at])

    async def _fetch(self, url: str) -> SimpleNamespace:
        code = url.removeprefix("/pyscript/messages/").removesuffix(".json")
        if code in self.gates:
            await self.gates[code].wait()
        if code not in self.files:
            raise RuntimeError("Failed to fetch")

        body = json.dumps(self.files[code])

        async def text() -> str:
            return body

        return SimpleNamespace(ok=True, status=200, text=text)


def _rules(code: str) -> SimpleNamespace:
    """Intl.PluralRules: Arabic for what the test needs of it."""
    forms = {0: "zero", 1: "one", 2: "two", 5: "few"}
    return SimpleNamespace(select=lambda n: forms.get(n, "other"))


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser()


@pytest.fixture
def page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The real modules over a browser that is made up."""
    made_up: dict[str, dict[str, Any]] = {
        "js": browser.js,
        "dom": {"JsException": RuntimeError, "missing": lambda value: value is None},
        "pyscript": {},
        "pyscript.ffi": {"to_js": dict},
        "words": {"WORDS": ENGLISH},
    }
    with page_modules(monkeypatch, REAL, made_up) as real:
        yield SimpleNamespace(**real)


def use(page: SimpleNamespace, browser: Browser, code: str) -> bool:
    return bool(asyncio.run(page.languages.use(browser.app, code)))


# -- which language ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([], "en"),
        (["de-AT", "en"], "de"),
        (["nl-NL", "fr-FR", "en"], "fr"),
        (["zh-Hant-TW"], "en"),
        (["EN-gb", "ja"], "en"),
        (["ar"], "ar"),
    ],
)
def test_the_first_that_offcut_speaks(page: SimpleNamespace, tags: list[str], code: str) -> None:
    assert page.text.choose(tags) == code


def test_each_language_is_named_in_itself(page: SimpleNamespace) -> None:
    files = {path.stem for path in (FOLDER / "messages").glob("*.json")}
    assert set(page.languages.LANGUAGES) == files
    assert page.languages.LANGUAGES["ja"] == "日本語"


# -- speaking it --------------------------------------------------------------------------------


def test_the_page_is_written_anew_and_back(page: SimpleNamespace, browser: Browser) -> None:
    text = page.text
    before = text.epoch()
    assert use(page, browser, "de")
    assert text.epoch() != before
    assert page.languages.current() == "de"
    assert browser.root.attributes == {"lang": "de", "dir": "ltr"}
    assert [node.textContent for node in browser.nodes] == ["Vorher", ""]
    # What the file lacks is said in English, and not left out.
    assert browser.nodes[1].attributes["aria-label"] == ENGLISH["page.home"]
    assert browser.store == {"offcut.language": '"de"'}
    assert use(page, browser, "ar")
    assert browser.root.attributes == {"lang": "ar", "dir": "rtl"}
    assert use(page, browser, "en")
    assert browser.nodes[0].textContent == ENGLISH["page.before"]
    assert browser.root.attributes == {"lang": "en", "dir": "ltr"}
    assert browser.drawn == 3


def test_a_file_that_cannot_be_had_changes_nothing(page: SimpleNamespace, browser: Browser) -> None:
    assert not use(page, browser, "fr")
    assert page.languages.current() == "en"
    assert browser.store == {}
    assert browser.drawn == 0


def test_the_last_choice_counts(page: SimpleNamespace, browser: Browser) -> None:
    async def both() -> list[bool]:
        browser.gates["de"] = asyncio.Event()
        slow = asyncio.ensure_future(page.languages.use(browser.app, "de"))
        await asyncio.sleep(0)
        quick = await page.languages.use(browser.app, "ar")
        browser.gates["de"].set()
        return [quick, await slow]

    assert asyncio.run(both()) == [True, False]
    assert page.languages.current() == "ar"
    assert browser.store == {"offcut.language": '"ar"'}


def test_what_was_fetched_beside_the_start_is_not_fetched_again(
    page: SimpleNamespace, browser: Browser
) -> None:
    async def start() -> bool:
        answer = await browser.js["fetch"]("/pyscript/messages/de.json")
        browser.files.clear()
        settled = SimpleNamespace(status="fulfilled", value=answer)
        return bool(await page.languages.turn_to(browser.app, "de", settled))

    assert asyncio.run(start())
    assert page.text.t("page.before") == "Vorher"
    assert browser.store == {}  # nobody chose it


# -- numbers, plurals, names ---------------------------------------------------------------------


def test_numbers_are_written_as_the_language_does(page: SimpleNamespace, browser: Browser) -> None:
    text = page.text
    assert (text.size(2_310_000), text.seconds(3400)) == ("2.3 MB", "3.4")
    assert use(page, browser, "de")
    assert (text.size(2_310_000), text.seconds(3400)) == ("2,3 MB", "3,4")
    assert text.amount(600_000, 2_310_000, None) == "0,6 of 2,3 MB"


def test_a_sentence_that_counts_has_its_forms(page: SimpleNamespace, browser: Browser) -> None:
    text = page.text
    assert text.tn("queue.written", 1, folder="out") == "1 cut-out is in out."
    assert text.tn("queue.written", 3, folder="out") == "3 cut-outs are in out."
    assert use(page, browser, "ar")
    said = [text.tn("queue.failed", n) for n in (0, 1, 2, 5, 100)]
    assert said == [
        ARABIC[f"queue.failed.{form}"].format(n=n)
        for n, form in ((0, "zero"), (1, "one"), (2, "two"), (5, "few"), (100, "other"))
    ]


def test_a_name_keeps_its_direction(page: SimpleNamespace, browser: Browser) -> None:
    """Isolated where the sentence or the name goes from right to left, and nowhere else."""
    text = page.text
    assert text.t("item.open", name="a.jpg") == "Look at a.jpg"
    assert text.t("item.open", name="صورة.jpg") == "Look at \u2068صورة.jpg\u2069"
    assert use(page, browser, "ar")
    assert "\u2068a.jpg\u2069" in text.t("item.open", name="a.jpg")


# -- what the engine says -------------------------------------------------------------------------


@pytest.fixture
def phrases(page: SimpleNamespace) -> Any:
    """A language that says everything in brackets."""
    words = {key: f"[{text}]" for key, text in ENGLISH.items()}
    words |= {f"error.{code}": f"[{code}]" for code in ERRORS}
    return page.phrases.Phrases(words, lambda value, digits: f"{value:.{digits}f}")


def backends() -> Iterator[str]:
    """Every reason that the chain of backends gives."""
    flags = itertools.product((False, True), repeat=5)
    for gpu, adapter, device, fallback, isolated in flags:
        for cores, name, simd in ((1, "", True), (8, "acme x", True), (8, "acme", False)):
            facts = chain.Facts(gpu, adapter, name, fallback, device, isolated, cores, True, simd)
            for forced, out, first in (
                (None, (), "wasm-mt"),
                ("webgpu", (), "webgpu"),
                (None, ("webgpu", "wasm-mt"), ""),
            ):
                yield from (one.reason for one in chain.candidates(facts, forced, out, first))


def limits() -> Iterator[str]:
    size = {"width": 1024, "height": 1024, "multiple": 64, "sides": [768, 640]}
    small = entry(b"x")["input"] | size
    for role in NAMES:
        spec = spec_of(input=small, roles=[role])
        for power in (Power(memory_gb=1), Power(run_ms=9000), Power(one_thread=True)):
            found = limit(spec, power)
            assert found
            yield found.say(1024.0)


def proofs() -> Iterator[str]:
    expected = np.linspace(0, 1, 4096, dtype=np.float32).reshape(1, 1, 64, 64) ** 2
    wave = selftest.fixed_input((1, 1, 64, 64))
    wrong = (
        (expected[..., :9], expected),
        (expected * np.nan, expected),
        (expected * 0, expected),
        (np.roll(wave, 2, axis=3), wave),
        (1 - expected, expected),
    )
    for got, wanted in wrong:
        said = selftest.judge(got.astype(np.float32), wanted, 0.01)
        assert said
        yield said
    yield "It gave no answer in 30 s."


def checks() -> Iterator[str]:
    """As the page says them (components/result.py)."""
    rng = np.random.default_rng(1)
    for kind in (np.uint8, np.uint16):
        for shape in ((8, 8), (8, 8, 3), (8, 8, 4)):
            yield from verify.said_exact(rng.integers(0, 200, shape).astype(kind))
    yield from verify.said_exact(np.full((2, 2, 4), 255, np.uint8))
    yield "the colours differ by 1.4 of 255 levels on average"
    yield "the photo's Exif is in it, without the thumbnail"


def test_every_reason_note_and_check_is_known(phrases: Any) -> None:
    """By the code that makes them, so that none changes unnoticed."""
    found = {*backends(), *limits(), *proofs()}
    found |= {one[:1].upper() + one[1:] + "." for one in checks()}
    found |= {download.NOT_KEPT_FULL, download.NOT_KEPT_NO_STORE}
    found |= {failures.INSTEAD, failures.ENGINE_FILE}
    assert f'"{failures.ENGINE_FILE}"' in (FOLDER / "link.py").read_text(), "the page says it, too"
    assert len(found) > 45
    for sentence in found:
        assert phrases.said(sentence), sentence
    both = [one for one in found if one.count(". ") == 1 and one.endswith("timed.")]
    assert both
    assert all("] [It was the fastest" in phrases.said(one) for one in both)


def special() -> Iterator[OffcutError]:
    """Errors with a sentence of their own that a photo can meet."""
    calls: list[tuple[Any, tuple[Any, ...]]] = [
        (decode.check_size, (20000, 20000)),
        (decode.decode_pillow, (b"\x00\x00\x00\x18ftypheic" + bytes(64),)),
        (encode.check_side, ("webp", 20000, 9)),
        (check_pixels, (30000, 30000)),
    ]
    for call, arguments in calls:
        with pytest.raises(OffcutError) as caught:
            call(*arguments)
        yield caught.value


def test_an_error_is_told_by_its_code(page: SimpleNamespace, browser: Browser) -> None:
    assert page.text.trouble(fail("EMPTY_FILE")) == ERRORS["EMPTY_FILE"][0]
    assert use(page, browser, "ar")
    for code in ERRORS:
        assert page.text.trouble(fail(code)) == ARABIC[f"error.{code}"]
    # A sentence that is not known is left out: no English among the rest.
    assert page.text.trouble(fail("RUN_FAILED", "Strange.")) == ARABIC["error.RUN_FAILED"]
    for error in special():
        said = page.text.trouble(error)
        assert said.endswith(ARABIC[f"error.{error.code}"])
        assert len(said) > len(ARABIC[f"error.{error.code}"])


def test_what_a_drawing_or_a_hint_is_refused_for_is_known(phrases: Any) -> None:
    starts = ("This drawing holds", "This drawing defines", "Parts of", "The model finds")
    said = [
        node.value
        for file in (FOLDER / "vector.py", Path(hints.__file__))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(starts)
    ]
    assert len(said) == 4
    said += ["This drawing is over 16 MB.", "This drawing asks for 9 × 9 pixels."]
    assert [one for one in said if phrases.said(one) is None] == []


def test_sentences_in_sentences(phrases: Any) -> None:
    """A backend that failed, with what it failed of; several sentences after one another."""
    failed = fail("BACKEND_FAILED", "It gave the same value everywhere.").message
    said = phrases.said(f"wasm-mt failed ({failed}); trying the next way.")
    inner = "[It gave the same value everywhere.] [BACKEND_FAILED]"
    assert said == f"[[Processor, several threads] failed ({inner}); trying the next way.]"
    assert phrases.said("Nobody knows this. Another one was asked for.") is None
    assert phrases.said("The colours differ by 1.4 of 255 levels on average.").startswith("[The")


def test_the_models_titles_are_known(phrases: Any) -> None:
    registry = tomllib.loads((FOLDER.parent / "models" / "registry.toml").read_text("utf-8"))
    titles = [one["title"] for one in registry["models"].values()]
    assert len(titles) == 3
    assert [title for title in titles if phrases.said(title) is None] == []
