"""Build the documentation into dist/docs/: ``python -m tools.docs``.

MkDocs Material makes the pages. What they may not have under the site's content security policy
(scripts within a page) is taken out of them behind it, and each page gets a stricter policy of its
own. The pages are kept in the cache and made anew when something that they come from has changed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from importlib.metadata import distribution
from typing import TYPE_CHECKING

from tools.paths import CACHE, DIST, REGISTRY, ROOT, say, sha256, sha256_file, stop
from tools.vendor import Part

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = ROOT / "docs"
CONFIG = ROOT / "mkdocs.yml"
TYPES = ROOT / "public" / "offcut.d.ts"
SITE = CACHE / "docs" / "site"
STAMP = CACHE / "docs" / "stamp"
# Of no use, or wrong, in a folder that may lie at any address.
DROPPED = ("404.html", "sitemap.xml", "sitemap.xml.gz")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_REFUSED = re.compile(r"""<[^>]*\s(?:style|on[a-z]+)=["'][^>]*>""")
_OUTSIDE = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="(?:https?:)?//[^>]*>""")
ENVIRONMENT = {
    "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'worker'}",  # for the hook
    "SOURCE_DATE_EPOCH": "315532800",  # 1980: the same pages, whenever they are made
    "NO_MKDOCS_2_WARNING": "1",  # that the theme is going to have a successor is no warning
}


def sources() -> list[Path]:
    """Return every file that the documentation is made from, in a fixed order."""
    found = [CONFIG, REGISTRY, ROOT / "tools" / "requirements" / "docs.txt"]
    found += [path for path in SOURCE.rglob("*") if path.is_file()]
    found += (ROOT / "worker" / "offcut").rglob("*.py")
    found += (ROOT / "tools").glob("docs*.py")
    return sorted([*found, *([TYPES] if TYPES.exists() else [])])


def key() -> str:
    """Return one hash over everything that the documentation is made from."""
    rows = [f"{path.relative_to(ROOT)} {sha256_file(path)}" for path in sources()]
    return sha256("\n".join(rows).encode())


def make() -> Path:
    """Return the folder with the finished pages, made anew where something has changed."""
    wanted = key()
    if STAMP.exists() and STAMP.read_text("utf-8") == wanted:
        return SITE
    started = time.monotonic()
    STAMP.unlink(missing_ok=True)
    # Not --quiet: it would hide the warnings from --strict, too.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        stop(f"The documentation could not be built:\n{done.stdout}{done.stderr}")
    for name in DROPPED:
        (SITE / name).unlink(missing_ok=True)
    for page in sorted(SITE.rglob("*.html")):
        page.write_text(clean(page.read_text("utf-8"), page, SITE), "utf-8")
    STAMP.write_text(wanted, "utf-8")
    say(f"  documentation made ({time.monotonic() - started:.0f} s)")
    return SITE


def clean(html: str, page: Path, site: Path) -> str:
    """Return ``html`` as the site's policy takes it: scripts in files, and a policy of its own.

    ``page``: where it lies below ``site``; the scripts go there into ``assets/inline/``. Ends the
    command where the page has something that the policy refuses, or asks another host for a file.
    """
    depth = len(page.relative_to(site).parts) - 1

    def moved(found: re.Match[str]) -> str:
        name = f"assets/inline/{sha256(found[1].encode())[:12]}.js"
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(found[1], "utf-8")
        return f'<script src="{"../" * depth}{name}"></script>'

    for wrong in (_REFUSED.search(html), _OUTSIDE.search(html)):
        if wrong:
            stop(f"{page.relative_to(site)} has what its policy refuses: {wrong[0]}")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return _INLINE.sub(moved, html).replace("<head>", f"<head>{policy}", 1)


def lay_out(site: Path) -> tuple[Part, list[str]]:
    """Copy the finished pages to docs/ below ``site``; what of them is others', for the notices."""
    shutil.copytree(make(), site / "docs")
    theme = distribution("mkdocs-material")
    licence = next(file for file in theme.files or [] if file.name == "LICENSE")
    part = Part(
        name="Material for MkDocs (documentation)",
        version=theme.version,
        licence="MIT",
        source="https://github.com/squidfunk/mkdocs-material",
        folder="docs/assets",
        files=(),
        notices=(("LICENSE", licence.read_text()),),
        purl=f"pkg:pypi/mkdocs-material@{theme.version}",
    )
    files = [path for path in (site / "docs" / "assets").rglob("*") if path.is_file()]
    return part, [path.relative_to(site).as_posix() for path in files]


def main() -> None:
    """Run the command: the documentation alone, into the site that is there."""
    shutil.rmtree(DIST / "docs", ignore_errors=True)
    lay_out(DIST)
    say("The documentation is in dist/docs/.")


if __name__ == "__main__":
    main()
