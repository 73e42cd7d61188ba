"""embed.html, the page for an <iframe>: index.html without what only a site of its own has.

There is one markup: what differs is an attribute on it, a stylesheet and a script, and what a frame
has no use for (an app to install, a home to go to) is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.paths import stop

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "embed.html"
# What goes, and what comes instead. Each must be found: a page that changed is looked at again.
CHANGES = (
    (r'<html lang="en" dir="ltr"', r"\g<0> data-embed"),
    (r'<link rel="(?:icon|apple-touch-icon|manifest)"[^>]*>\n', ""),
    (r'<meta name="(?:description|theme-color)"[^>]*>\n', ""),
    (r'<script src="\./theme\.js"></script>\n', r'\g<0><script src="./embed.js"></script>' + "\n"),
    (
        r'<link rel="stylesheet" href="\./css/languages\.css">\n',
        r'\g<0><link rel="stylesheet" href="./css/embed.css">' + "\n",
    ),
    (r'<a class="brand".*?</a>\n', ""),
    (r'<a href="\./">', f'<a href="./{PAGE}">'),
)


def framed(html: str) -> str:
    """Return embed.html, made of index.html."""
    for found, instead in CHANGES:
        html, times = re.subn(found, instead, html, flags=re.DOTALL)
        if not times:
            stop(f"index.html has nothing like {found}, which tools/frame.py looks for.")
    return html


def write(site: Path) -> None:
    """Write embed.html beside index.html."""
    (site / PAGE).write_text(framed((site / "index.html").read_text("utf-8")), "utf-8")
