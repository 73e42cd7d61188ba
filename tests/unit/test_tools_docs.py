"""The documentation: what is taken out of its pages, and the pages that code writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markdown.extensions.toc import slugify

from offcut.errors import ERRORS
from tools import docs, docs_pages
from tools.paths import REGISTRY, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = '<html><head></head><script>first()</script><script src="a.js"></script><p>text</p></html>'


def test_scripts_of_a_page_get_files_of_their_own(tmp_path: Path) -> None:
    for name, up in (("a.html", ""), ("reference/b.html", "../")):
        html = docs.clean(PAGE, tmp_path / name, tmp_path)
        (script,) = (tmp_path / "assets" / "inline").iterdir()
        assert script.read_text() == "first()"
        assert f'<script src="{up}assets/inline/{script.name}"></script><script src="a' in html
        assert docs.POLICY in html.split("<script")[0]


@pytest.mark.parametrize(
    "wrong",
    [
        '<td style="text-align: right">',
        '<a href="#" onclick="go()">',
        '<script src="https://elsewhere.example/a.js"></script>',
        '<img alt="" src="//elsewhere.example/a.png">',
    ],
)
def test_what_the_policy_refuses_ends_the_build(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        docs.clean(PAGE.replace("text", wrong), tmp_path / "a.html", tmp_path)


def test_links_to_other_sites_are_allowed(tmp_path: Path) -> None:
    link = '<a href="https://elsewhere.example/">there</a>'
    assert link in docs.clean(PAGE.replace("text", link), tmp_path / "a.html", tmp_path)


def test_every_error_is_in_the_table() -> None:
    table = docs_pages.errors()
    for code, (message, _) in ERRORS.items():
        assert f"| `{code}` | {message} |" in table


def test_the_registrys_example_is_an_entry_of_it() -> None:
    text = REGISTRY.read_text("utf-8")
    page = docs_pages.registry(text)
    example = page.split("```toml\n")[1].split("\n```")[0]
    assert example in text
    assert "[models." in example
    assert "[[" not in example


DECLARATIONS = """
/** An error. */
export class OffcutError extends Error {
    code: string;
}
/**
 * Cut it out.
 * @param {Blob} image what to cut,
 *   whatever it is
 * @param {{id: string,
 *   given?: number}} options as they are
 * @param {Config} [config]
 * @returns {Promise<Blob>} the cut-out
 */
export function removeBackground(image: Blob, config?: Config): Promise<Blob>;
/** @returns {Promise<void>} */
export function dispose(): Promise<void>;
export default removeBackground;
export { OffcutError };
export type Config = {
    /**
     * one of {these}
     */
    model?: string;
} | {
    profile: string;
};
declare const hidden: string;
"""


def test_declarations_become_a_page() -> None:
    page = docs_pages.javascript(DECLARATIONS)
    _, *sections = page.split("\n## ")
    titles = [section.split("\n")[0] for section in sections]
    assert titles == ["`OffcutError`", "`removeBackground`", "`dispose`", "`Config`"]
    error, cut, dispose, config = sections
    assert "An error.\n\n```ts\nexport class OffcutError extends Error {\n    code" in error
    listed = (
        "- `image`: what to cut, whatever it is\n- `options`: as they are\n- gives the cut-out\n"
    )
    assert f"Cut it out.\n\n{listed}\n```ts\nexport function removeBackground(" in cut
    assert dispose == "`dispose`\n\n```ts\nexport function dispose(): Promise<void>;\n```\n"
    assert config.endswith("    profile: string;\n};\n```\n")


def test_public_names_of_the_package_are_in_its_reference(tmp_path: Path) -> None:
    """What most come for first; what is no name of a thing, not at all."""
    package = tmp_path / "__init__.py"
    package.write_text('__all__ = ["OffcutError", "__version__", "close", "remove"]\n')
    page = docs_pages.python(package)
    named = [line.removeprefix("::: offcut.") for line in page.splitlines() if ":::" in line]
    assert named == ["remove", "OffcutError", "close", *docs_pages.BEHIND]


def test_what_the_pages_come_from_changes_their_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = docs.key()
    monkeypatch.setattr(docs, "sha256_file", lambda path: "other")
    assert docs.key() != before
    listed = {path.relative_to(ROOT).as_posix() for path in docs.sources()}
    wanted = {"mkdocs.yml", "docs/index.md", "tools/docs_pages.py", "worker/offcut/errors.py"}
    assert wanted <= listed


def test_links_of_the_readme_lead_somewhere() -> None:
    """MkDocs looks after those of its pages; the README is none of them."""
    readme = (ROOT / "README.md").read_text("utf-8")
    named = {link for link in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in link}
    assert len(named) > 10
    for link in named:
        path, _, anchor = link.partition("#")
        text = (ROOT / path).read_text("utf-8") if path.endswith(".md") else ""
        headings = {slugify(title, "-") for title in re.findall(r"(?m)^#+ (.+)$", text)}
        assert (ROOT / path).is_file(), link
        assert not anchor or anchor in headings, link
