"""Every snippet of the documentation says how it is tested; what nothing runs can be read."""

from __future__ import annotations

import json
import subprocess
import tomllib
from typing import TYPE_CHECKING

import pytest

from tools import snippets
from tools.paths import NODE_MODULES, ROOT
from tools.snippets import in_file, in_text, pages, wrong

if TYPE_CHECKING:
    from pathlib import Path

    from tools.snippets import Snippet

ALL = [one for path in pages() for one in in_file(path)]
MOST_NOT_RUN = 8
TSC = NODE_MODULES / ".bin" / "tsc"
# Where a program finds what the snippets import: by the site's address, or from npm.
PATHS = {"offcut": ["offcut.d.ts"], "https://your.site/*": ["*"]}

PLANTED = """
```js test=page
one();
```

- In a list:
  ```js test=page continues
  two();
  ```

````text
```js
not a block of its own
```
````

```sh test=none why="it never ends"
serve
```
"""


def test_every_block_says_how_it_is_tested() -> None:
    assert [said for one in ALL if (said := wrong(one))] == []


def test_few_are_not_run() -> None:
    assert len([one for one in ALL if one.how == "none"]) <= MOST_NOT_RUN


@pytest.mark.parametrize("one", [one for one in ALL if one.language in {"json", "toml"}], ids=str)
def test_data_can_be_read(one: Snippet) -> None:
    assert {"json": json.loads, "toml": tomllib.loads}[one.language](one.code)


def type_errors(one: Snippet, folder: Path) -> str:
    """What TypeScript says of a snippet, at its strictest."""
    types = (folder / "public").absolute()
    if not types.exists():
        types.symlink_to(ROOT / "public")
    (folder / "snippet.ts").write_text(one.code)
    options = {
        "strict": True,
        "noEmit": True,
        "target": "esnext",
        "module": "esnext",
        "moduleResolution": "bundler",
        "types": [],
        "paths": {name: [f"./public/{to}" for to in where] for name, where in PATHS.items()},
    }
    told = {"compilerOptions": options, "files": ["snippet.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(told))
    done = subprocess.run([TSC, "-p", folder], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.skipif(not TSC.exists(), reason="TypeScript is not among the npm packages")
@pytest.mark.parametrize("page", snippets.to_run("types"), ids=lambda page: page[0].file)
def test_typescript_has_the_right_types(page: list[Snippet], tmp_path: Path) -> None:
    for one in page:
        assert type_errors(one, tmp_path) == "", one


def test_blocks_are_found_as_they_stand() -> None:
    first, second, shown, last = in_text(PLANTED, "a.md")
    assert (first.language, first.how, first.continues, first.code) == (
        "js", "page", False, "one();\n"
    )  # fmt: skip
    assert (second.how, second.continues, second.code) == ("page", True, "two();\n")
    assert shown.language == "text"
    assert "not a block of its own" in shown.code
    assert (last.how, last.why) == ("none", "it never ends")
    assert [wrong(one) for one in (first, second, shown, last)] == [""] * 4


def test_a_block_goes_on_from_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snippets, "in_file", lambda path: in_text(PLANTED, "a.md"))
    monkeypatch.setattr(snippets, "pages", lambda: ["a.md"])
    ((first, second),) = snippets.to_run("page")
    assert first.code == "one();\n"
    assert second.code == "one();\ntwo();\n"
    assert snippets.to_run("shell") == []


@pytest.mark.parametrize(
    "block",
    [
        "```js\nhm();\n```",
        "```js test=shell\nhm();\n```",
        "```python test=page\nhm()\n```",
        "```sh test=none\nhm\n```",
        "```json test=page\n{}\n```",
        "```\nwhat is this\n```",
        "```cobol\nwhat is this\n```",
    ],
)
def test_a_block_that_is_not_marked_is_noticed(block: str) -> None:
    (one,) = in_text(block, "a.md")
    assert "a.md:1" in wrong(one)


def test_examples_name_the_site_as_agreed() -> None:
    (one,) = in_text('```js test=page\nimport "https://your.site/offcut.js";\n```', "a.md")
    assert one.at("http://127.0.0.1:1/") == 'import "http://127.0.0.1:1/offcut.js";\n'
