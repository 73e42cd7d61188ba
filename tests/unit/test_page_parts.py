"""The page's markup, styles and Python fit together; a slip would show only in a browser."""

from __future__ import annotations

import ast
import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import messages

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT / "public"
HTML = (PUBLIC / "index.html").read_text("utf-8")
SELFTEST = (PUBLIC / "selftest.html").read_text("utf-8")
REMOVER = (ROOT / "pyscript/remover/remover.html").read_text("utf-8")
MODULES = sorted((ROOT / "pyscript").rglob("*.py"))
SOURCES = {path: path.read_text("utf-8") for path in MODULES}
PAGE = "\n".join(text for path, text in SOURCES.items() if path.name not in ("api.py", "link.py"))
MARKED = r'\sdata-t(?:-\w+)?="([^"]+)"'
MARKED_KEYS = set(re.findall(MARKED, HTML))
# The page's components that the remover has, too.
SHARED = tuple(
    ROOT / "pyscript/components" / f"{name}.py"
    for name in ("backend_note", "carry", "compare", "error_note", "progress", "stage")
)
# What MicroPython has not, or only as an empty shell.
FOREIGN = {"typing", "dataclasses", "enum", "pathlib", "logging", "functools", "contextlib"}


def text_keys() -> set[str]:
    return set(json.loads((ROOT / "pyscript/messages/en.json").read_text("utf-8")))


def test_every_element_that_python_asks_for_is_in_the_markup() -> None:
    remover = [path for path in MODULES if path.parent.name == "remover"]
    health = [path for path in MODULES if path.parent.name == "health" or path.stem == "selftest"]
    own = set(MODULES) - {*remover, *health}
    for html_, paths, least in ((HTML, own, 20), (REMOVER, [*SHARED, *remover], 20),
                                (SELFTEST, health, 8)):  # fmt: skip
        said = "\n".join(SOURCES[path] for path in paths)
        wanted = set(re.findall(r'\bElement\("([\w-]+)"\)', said))
        assert len(wanted) >= least
        assert wanted <= set(re.findall(r'\bid="([\w-]+)"', html_))


@pytest.mark.parametrize("markup", [HTML, REMOVER, SELFTEST], ids=["page", "remover", "selftest"])
def test_ids_are_unique(markup: str) -> None:
    ids = re.findall(r'\bid="([\w-]+)"', markup)
    assert len(ids) == len(set(ids))


def test_every_icon_in_use_is_in_the_sprite() -> None:
    have = set(re.findall(r'<symbol id="i-([\w-]+)"', HTML))
    wanted = set(re.findall(r'href="#i-([\w-]+)"', HTML + REMOVER))
    wanted |= set(re.findall(r'"([\w-]+)"', " ".join(re.findall(r"icon\((.*?)\),", PAGE))))
    wanted |= set(re.findall(r'icon\("([\w-]+)"\)', PAGE))
    wanted |= {name for name in have if f'"{name}"' in PAGE}  # in a table of names
    assert wanted == have


def test_every_sentence_is_said_and_every_one_said_is_there() -> None:
    """A key is written out, in Python or in the markup, or put together from a start that ends with
    a dot; where it counts, the page adds its form."""
    keys = text_keys()
    counting = messages.counted(keys)
    marked = MARKED_KEYS | set(re.findall(MARKED, REMOVER))
    said = {*re.findall(r'"([\w.-]+)"(?!:)', PAGE), *marked}
    starts = tuple({key for key in said if key.endswith(".")} - {"."})
    unsaid = {key for key in keys if not key.startswith(starts)} - said
    assert {key for key in unsaid if messages.stem(key, counting) not in said} == set()
    asked = {key for key in re.findall(r'\bt\(\s*"([\w.-]+)"', PAGE) if not key.endswith(".")}
    assert asked | marked <= keys
    assert set(re.findall(r'\btn\(\s*"([\w.-]+)"', PAGE)) == counting


def test_what_the_markup_says_is_what_its_keys_say() -> None:
    """English stands in the markup, so that it is there before Python is; the rest is written in
    its place (languages.py), and so must be the whole of an element's text, or of an attribute."""
    words = json.loads((ROOT / "pyscript/messages/en.json").read_text("utf-8"))
    attributes = {"label": "aria-label", "title": "title", "content": "content"}
    seen = set()
    for tag, inside in re.findall(r"(<[^/!][^>]*\sdata-t[^>]*>)([^<]*)", HTML):
        for mark, key in re.findall(r'\sdata-t(-\w+)?="([^"]+)"', tag):
            if mark:
                found = re.search(rf'\s{attributes[mark[1:]]}="([^"]*)"', tag)
                assert found, tag
                said = found[1]
            else:
                said = inside
            assert html.unescape(said) == words[key], key
            seen.add(key)
    assert seen == MARKED_KEYS
    assert len(seen) > 40


def test_python_writes_no_element_that_is_translated_in_the_markup() -> None:
    """It would not notice that the element has other words now (dom.Element)."""
    marked = set(re.findall(r'<[^>]*\bid="([\w-]+)"[^>]*\sdata-t=', HTML))
    marked |= set(re.findall(r'<[^>]*\sdata-t="[^"]+"[^>]*\bid="([\w-]+)"', HTML))
    fields = re.findall(r'self\.(\w+) = Element\("([\w-]+)"\)', PAGE)
    written = {name for field, name in fields if f"self.{field}.text(" in PAGE}
    assert marked & written == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_import_only_what_micropython_has(path: Path) -> None:
    for node in ast.walk(ast.parse(SOURCES[path])):
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {(node.module or "").split(".")[0]}
        else:
            continue
        assert not names & FOREIGN


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_stay_small_and_tell_what_they_are(path: Path) -> None:
    assert len(SOURCES[path].splitlines()) < 300
    assert ast.get_docstring(ast.parse(SOURCES[path]))


def test_micropython_can_read_every_module(tmp_path: Path) -> None:
    """It knows less syntax than CPython: no [*a], no {**a}."""
    package = ROOT / "node_modules" / "@micropython" / "micropython-webassembly-pyscript"
    node = shutil.which("node")
    if node is None or not package.exists():
        pytest.skip("needs node and the npm package of MicroPython (make build)")
    programs = {path.name: text for path, text in SOURCES.items()}
    programs["wrong.py"] = "a = [1]\nb = [*a]\n"
    script = tmp_path / "read.mjs"
    script.write_text(
        f"import {{loadMicroPython}} from {json.dumps(str(package / 'micropython.mjs'))};\n"
        "const mp = await loadMicroPython();\n"
        f"for (const [name, text] of Object.entries({json.dumps(programs)})) {{\n"
        "  mp.globals.set('text', text);\n"
        '  try { mp.runPython(\'compile(text, "module", "exec")\'); }\n'
        "  catch (error) { console.log('cannot read', name, String(error)); }\n"
        "}\n"
    )
    done = subprocess.run([node, script], capture_output=True, text=True, timeout=60, check=False)
    refused = [line for line in done.stdout.split("\n") if line.startswith("cannot read")]
    assert [line.split()[2] for line in refused] == ["wrong.py"], done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_component_touches_pixels(path: Path) -> None:
    """Blobs stay opaque: bytes would cost MicroPython half a second a megabyte. A drawing (SVG) is
    put on a canvas, which no worker could do, and comes off it as a Blob; a card's little picture
    and the brush's layers are put on one and stay there. The self-test has the browser sum the
    site's own files."""
    on_canvas = ("vector.py", "card.py", "sheet.py", "tile.py", "tips.py")
    drawn = {"getContext"} if path.name in on_canvas else set()
    drawn |= {"arrayBuffer", "Uint8"} if path.name == "served.py" else set()
    for word in ("arrayBuffer", "getContext", "ImageData", "to_bytes", "as_bytearray", "Uint8"):
        assert word in drawn or word not in SOURCES[path]


def test_files_that_the_markup_names_exist() -> None:
    made_by_the_build = ("./vendor/", "./pyscript/", "./docs/", "./THIRD_PARTY.md")
    for name in re.findall(r'(?:href|src)="(\./[^"#]+)"', HTML):
        if not name.startswith(made_by_the_build):
            assert (PUBLIC / name).is_file(), name


def test_csp_lets_nothing_out() -> None:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', HTML)
    assert found
    policy = dict(part.strip().split(" ", 1) for part in found[1].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self' blob:"
    assert policy["form-action"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert "http" not in found[1]


def test_nothing_inline_that_the_csp_would_refuse() -> None:
    assert not re.search(r"<[^>]+\son\w+\s*=", HTML)
    assert not re.search(r"<[^>]+\sstyle\s*=", HTML)
    assert "<style" not in HTML
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", HTML))


def test_no_address_outside_the_site_is_loaded() -> None:
    """An address in a comment or as a namespace is no request."""
    markup = re.sub(r"<!--.*?-->", "", HTML, flags=re.DOTALL)
    assert not re.search(r'(?:href|src)="(?:https?:)?//', markup)
    for sheet in [PUBLIC / "app.css", *PUBLIC.glob("css/*.css")]:
        assert not re.search(r"url\(|@import", sheet.read_text("utf-8"))
