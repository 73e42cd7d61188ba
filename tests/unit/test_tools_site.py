"""Laying out the site: the engine's zip, the service worker's lists, other people's files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tools import alone, build, frame, health, notices, page, site, vendor, whole
from tools.paths import ROOT, sha256, sha256_file

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


ENGINE = {"b.py": "B = 1\n", "a/__init__.py": "", "a/c.py": "C = 2\n" * 50}


def test_the_engines_zip_has_the_same_bytes_for_the_same_code(tmp_path: Path) -> None:
    one = write(tmp_path / "one", ENGINE)
    other = write(tmp_path / "other", dict(reversed(ENGINE.items())))
    write(other, {"a/__pycache__/c.cpython-311.pyc": "compiled", "notes.txt": "no code"})
    os.utime(other / "b.py", (1_000_000_000, 1_000_000_000))
    (other / "b.py").chmod(0o600)
    for folder in (one, other):
        site.zip_folder(folder, "offcut", folder.with_suffix(".zip"))
    assert sha256_file(tmp_path / "one.zip") == sha256_file(tmp_path / "other.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["offcut/a/__init__.py", "offcut/a/c.py", "offcut/b.py"]


MODULES = {
    "main.py": "import app\n",
    "api.py": "import engine\n",
    "engine.py": "",
    "app.py": "import engine\nfrom words import WORDS\n"
    "try:\n    from parts import stage\nexcept ImportError:\n    pass\n"
    "def more():\n    import queue\n    return t('stage.run'), t(\"stage.\" + name)\n",
    "parts/__init__.py": "",
    "parts/stage.py": 'said = t("go")\n',
    "parts/queue.py": 'said = t("queue.go")\n',
    "queue.py": "from parts import queue\n",
    "messages/en.json": '{"go": "Go", "stage.run": "Run", "queue.go": "{n} go"}',
}


def test_what_the_page_can_be_alive_without_comes_later(tmp_path: Path) -> None:
    """By what is imported at the top; with each part come the sentences it says."""
    write(tmp_path, MODULES)
    page.write_words(tmp_path)
    early = ["app", "engine", "main", "parts/__init__", "parts/stage", "words"]
    assert page.files(tmp_path, "main") == {f"./{name}.py": f"./{name}.py" for name in early}
    assert list(page.files(tmp_path, "api")) == ["./api.py", "./engine.py"]
    said: dict[str, Any] = {}
    exec((tmp_path / "words.py").read_text(), said)
    assert said["WORDS"] == {"go": "Go", "stage.run": "Run"}
    assert json.loads((tmp_path / "later.json").read_text()) == {
        "files": {name: MODULES[name] for name in ("parts/queue.py", "queue.py")},
        "words": {"queue.go": "{n} go"},
    }


MICROPYTHON = """export async function loadMicroPython(options) {
  const Module = options; globalThis.Module = Module; globalThis.proxy_js_map = new Map();
  globalThis.proxy_js_ref = [globalThis, Module]; return () => proxy_js_ref[1];
}
globalThis.loadMicroPython = loadMicroPython; export default 1;
"""
TWO = """
const [one, other] = await Promise.all([import("./one.mjs"), import("./other.mjs")]);
const first = await one.loadMicroPython({ name: "first" });
const second = await other.loadMicroPython({ name: "second" });
const leaks = Object.keys(globalThis).filter((name) => /Module|MicroPython|proxy/.test(name));
console.log(JSON.stringify([first().name, second().name, first().url, leaks]));
"""


def test_two_micropythons_keep_to_themselves(tmp_path: Path) -> None:
    made = alone.alone(MICROPYTHON)
    write(tmp_path, {"one.mjs": made, "other.mjs": made, "two.mjs": TWO})
    command = ["node", str(tmp_path / "two.mjs")]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert json.loads(said) == ["first", "second", f"file://{tmp_path}/micropython.wasm", []]


def test_a_micropython_that_is_another_stops_the_build() -> None:
    for slip in (("proxy_js_map", "map"), ("async function", "const")):
        with pytest.raises(SystemExit):
            alone.alone(MICROPYTHON.replace(*slip))


def test_the_service_worker_keeps_what_it_should(tmp_path: Path) -> None:
    shell = ["index.html", "models/registry.json", "vendor/pyscript/core.js", "worker/engine.zip"]
    lazy = ["models/selftest/1.bin", "vendor/avif/a.wasm", "vendor/ort/o.wasm"]
    lazy += ["vendor/pyodide/p.wasm"]
    neither = ["models/isnet/2.bin", "sw.js", "_headers", "THIRD_PARTY.md", "licences/a.txt"]
    neither += ["docs/a.html"]
    write(tmp_path, {name: name for name in (*shell, *lazy, *neither)})
    listed = site.manifest(tmp_path)
    assert [entry["url"] for entry in listed["shell"]] == shell
    assert [entry["url"] for entry in listed["lazy"]] == lazy
    for entry in (*listed["shell"], *listed["lazy"]):
        assert entry["revision"] == sha256(entry["url"].encode())


def made_up_part(folder: Path, size: int = 50) -> vendor.Part:
    """A part of one file, so large that it is split where PIECE is 20."""
    source = folder / "big.wasm"
    source.write_bytes(bytes(range(size)))
    return vendor.Part(
        name="Something",
        version="1.2.3",
        licence="MIT",
        source="npm something",
        folder="vendor/ort",
        files=((source, "vendor/ort/big.wasm"),),
        notices=(("LICENSE", "Permission is hereby granted"),),
    )


def test_large_files_go_in_pieces_that_join_to_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor, "SPLIT_OVER", 40)
    monkeypatch.setattr(vendor, "PIECE", 20)
    part = made_up_part(tmp_path)
    written = vendor.copy(part, tmp_path / "site")
    folder = tmp_path / "site" / "vendor" / "ort"
    told = json.loads((folder / "parts.json").read_text("utf-8"))["big.wasm"]
    pieces = [(folder / piece["file"]).read_bytes() for piece in told["parts"]]
    whole = part.files[0][0].read_bytes()
    assert [len(piece) for piece in pieces] == [20, 20, 10]
    assert b"".join(pieces) == whole
    assert (told["bytes"], told["sha256"]) == (len(whole), sha256(whole))
    assert [sha256(piece) for piece in pieces] == [piece["sha256"] for piece in told["parts"]]
    assert not (folder / "big.wasm").exists()
    assert {f"vendor/ort/{path.name}" for path in folder.iterdir()} == set(written)


def test_a_missing_file_of_others_stops_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = made_up_part(tmp_path)
    part.files[0][0].unlink()
    with pytest.raises(SystemExit):
        vendor.copy(part, tmp_path / "site")
    assert "big.wasm is missing" in capsys.readouterr().err


def test_only_chunks_of_pyscript_that_are_reached_are_taken(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core.js": 'export{a}from"./core-1.js";',
            "core-1.js": 'import"./plain-2.js";import("./lazy-3.js");import("./codemirror-4.js")',
            "plain-2.js": "",
            "lazy-3.js": 'import{b}from"./core-1.js"',
            "codemirror-4.js": 'import"./more-5.js"',
            "more-5.js": "",
            "stray-6.js": "",
        },
    )
    wanted = ["core-1.js", "core.js", "lazy-3.js", "plain-2.js"]
    assert vendor.pyscript_chunks(tmp_path) == wanted


def test_notices_name_every_part_for_people_and_for_machines(tmp_path: Path) -> None:
    part = made_up_part(tmp_path)
    files = vendor.copy(part, tmp_path)
    entry = {
        "licence": "Apache-2.0",
        "licence_url": "https://example.org",
        "card": "models/cards/u2netp.md",
        "sha256": "ab" * 32,
        "bytes": 3,
        "parts": [{"file": "u2netp/1.bin", "bytes": 3, "sha256": "cd" * 32}],
    }
    notices.write(tmp_path, [(part, files)], {"u2netp": entry})
    text = (tmp_path / "THIRD_PARTY.md").read_text("utf-8")
    assert "| Something | 1.2.3 | MIT | npm something |" in text
    assert "Permission is hereby granted" in text
    assert (ROOT / entry["card"]).read_text("utf-8").splitlines()[2] in text
    listed = {
        row["name"]: row
        for row in json.loads((tmp_path / "parts.json").read_text("utf-8"))["parts"]
    }
    for row in listed.values():
        assert all(row[key] for key in ("name", "version", "licence", "source"))
    told = listed["Something"]["files"][0]
    assert told["sha256"] == sha256_file(tmp_path / told["file"])
    assert listed["model u2netp"]["files"][0]["file"] == "models/u2netp/1.bin"


CONFIG = """interpreter = "../vendor/py.mjs"
[files]
"./engine.zip" = "./*"
[js_modules.worker]
"../vendor/ort.mjs" = "ort"
"""
PAGE = """<link href="./app.css?v=1"><a href="#top"><script src="./pyscript/main.py"></script>"""
PAGE_CONFIG = json.dumps({"interpreter": "./vendor/mpy.mjs", "files": {"./main.py": "./main.py"}})


def whole_site(folder: Path) -> Path:
    write(folder, dict.fromkeys(whole.NEEDED, "x"))
    write(folder, {name: "x" for name in ("app.css", "vendor/py.mjs", "vendor/ort.mjs")})
    write(folder, {"vendor/mpy.mjs": "x", "pyscript/main.py": "x", "worker/pyscript.toml": CONFIG})
    write(folder, dict.fromkeys(whole.CONFIGS[1:], PAGE_CONFIG))
    return write(folder, dict.fromkeys(whole.PAGES, PAGE))


def test_a_whole_site_passes(tmp_path: Path) -> None:
    whole.check(whole_site(tmp_path))


@pytest.mark.parametrize(
    "address",
    [
        "sw.js",
        "index.html",
        "embed.html",
        "app.css",
        "vendor/py.mjs",
        "vendor/ort.mjs",
        "vendor/mpy.mjs",
        "worker/engine.zip",
        "pyscript/main.py",
        "pyscript/page.json",
        "worker/pyscript.toml",
    ],
)
def test_whatever_is_missing_stops_the_build(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (whole_site(tmp_path) / address).unlink()
    with pytest.raises(SystemExit):
        whole.check(tmp_path)
    assert f"  {address} (named by " in capsys.readouterr().err


def test_a_file_over_the_hosts_limit_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(whole, "LARGEST", 1000)
    write(whole_site(tmp_path), {"deep/large": "x" * 1001})
    with pytest.raises(SystemExit):
        whole.check(tmp_path)
    assert "large is over 24 MiB" in capsys.readouterr().err


def test_an_altered_site_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1", "b/c": "2"})
    before = build.contents(tmp_path)
    assert build.contents(tmp_path) == before
    for change in ({"a": "3"}, {"a": "1", "d": ""}):
        write(tmp_path, change)
        assert build.contents(tmp_path) != before


def test_the_page_for_a_frame_is_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    """With all that the page's Python looks for, and its policy; without what only a site has."""
    html = (ROOT / "public" / "index.html").read_text("utf-8")
    made = frame.framed(html)
    ids = re.compile(r'\bid="([^"]+)"')
    assert ids.findall(made) == ids.findall(html)
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    assert policy.findall(made) == policy.findall(html)
    assert '<html lang="en" dir="ltr" data-embed ' in made
    assert not re.search(r'rel="manifest"|href="\./"|class="brand"', made)
    with pytest.raises(SystemExit):
        frame.framed(html.replace('class="brand"', 'class="home"'))
    assert "tools/frame.py" in capsys.readouterr().err


def test_the_selftest_has_the_pages_policy_and_only_its_icons() -> None:
    index = (ROOT / "public" / "index.html").read_text("utf-8")
    html = health.filled((ROOT / "public" / health.PAGE).read_text("utf-8"), index)
    policy = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>', index)
    assert policy is not None
    assert policy[0] in html.split("<script")[0]
    assert set(re.findall(r'id="i-([\w-]+)"', html)) >= set(re.findall(r'href="#i-([\w-]+)"', html))
    assert not re.search(r"<[^>]+\s(?:on\w+|style)\s*=|<style|<script>", html)
    with pytest.raises(SystemExit):
        health.filled(html, "no policy")


def test_the_selftests_python_is_one_file_and_nobody_elses(tmp_path: Path) -> None:
    site.copy(tmp_path)
    folder = tmp_path / "pyscript"
    told = json.loads((folder / health.BUNDLE).read_text("utf-8"))
    assert set(told["files"]) >= {"health/__init__.py", "health/page.py", "health/judged.py"}
    assert {key.split(".")[0] for key in told["words"]} == {"health"}
    assert not (folder / "health").exists()
    later = json.loads((folder / "later.json").read_text("utf-8"))
    assert not [name for name in later["files"] if name.startswith("health")]
    assert not [key for key in later["words"] if key.startswith("health.")]
    # What it imports is in the page's start, in what comes later, or in its own file.
    there = set(json.loads((folder / "selftest.json").read_text("utf-8"))["files"])
    there |= {f"./{name}" for name in (*told["files"], *later["files"])}
    for text in told["files"].values():
        for name in re.findall(r"(?m)^from ([\w.]+) import", text):
            path = f"./{name.replace('.', '/')}"
            assert {f"{path}.py", f"{path}/__init__.py"} & there or name.startswith("pyscript")
