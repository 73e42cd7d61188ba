"""The remover for other people's pages as one file: Python, sentences, markup, icons and styles.

``embed.py`` fetches ``pyscript/remover.json`` and imports what is in it. The page of Offcut itself
needs none of that, so what only the remover has is taken out of the page's own folder.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tools import page
from tools.paths import stop

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NAME = "remover.json"
ENTRY = "remover.mount"
MARKUP = "remover/remover.html"
# Each style sheet, and the parts of it that the remover shares; "" is what stands before the first
# heading (/* ---- heading ---- */), None is all of it.
SHEETS: tuple[tuple[str, tuple[str, ...] | None], ...] = (
    ("css/tokens.css", None),
    ("app.css", ("", "buttons", "what runs: a note in the header that opens", "notes")),
    ("css/mat.css", ("",)),
    ("css/stage.css", None),
    ("css/panel.css", None),
    ("css/wardrobe.css", ("chips",)),
    ("css/remover.css", None),
)
_HEADING = re.compile(r"/\* ---- (.*?) ---- \*/")
_SYMBOL = re.compile(r'<symbol id="i-([\w-]+)".*?</symbol>', re.DOTALL)


def write(site: Path) -> None:
    """Write the bundle, and ``embed.py`` at the top of ``site``. To be called when the page's
    Python lies there as it is written, before the page takes any of it apart."""
    folder = site / "pyscript"
    found = page.modules(folder)
    wanted = page.closure(found, (ENTRY,))
    files = {found[name].relative_to(folder).as_posix(): found[name].read_text() for name in wanted}
    markup = (folder / MARKUP).read_text("utf-8")
    words = json.loads((folder / page.MESSAGES / "en.json").read_text("utf-8"))
    said = page.said_by([*files.values(), *_keys(markup)], set(words))
    material = {"MARKUP": _sprite(site, markup, files) + markup, "STYLES": styles(site)}
    files["remover/material.py"] = "".join(f"{key} = {text!r}\n" for key, text in material.items())
    told = {"files": files, "words": {key: words[key] for key in words if key in said}}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    (folder / NAME).write_text(text, "utf-8")
    (folder / "embed.py").rename(site / "embed.py")
    (folder / MARKUP).unlink()
    for name, path in found.items():
        if name.split(".")[0] == "remover":
            path.unlink()


def _keys(markup: str) -> list[str]:
    """The keys that markup names, as ``page.said_by`` reads them."""
    return [f'"{key}"' for key in re.findall(r'\sdata-t(?:-\w+)?="([^"]+)"', markup)]


def _sprite(site: Path, markup: str, files: dict[str, str]) -> str:
    """The icons that markup or Python name, out of the page's own."""
    index = (site / "index.html").read_text("utf-8")
    have = {m[1] for m in _SYMBOL.finditer(index)}
    used = set(re.findall(r'href="#i-([\w-]+)"', markup))
    used |= {name for name in have if any(f'icon("{name}"' in text for text in files.values())}
    used |= {name for name in ("check", "minus") if name in have}  # backend_note: one or the other
    return symbols(index, sorted(used)) + "\n"


def symbols(index: str, names: Iterable[str]) -> str:
    """Return a sprite of these icons of index.html's."""
    have = {m[1]: m[0] for m in _SYMBOL.finditer(index)}
    inside = "".join(have[name] for name in names)
    return f'<svg class="sprite" aria-hidden="true" width="0" height="0">{inside}</svg>'


def styles(site: Path) -> str:
    """Return the remover's style sheet: in a shadow root, where a page's root and windows are not.

    What is said of ``html``, ``body`` and ``:root`` is said of the remover's outermost element;
    lengths in rem are multiples of ``--rem``, for the root's font size is the host's; and layouts
    that the window's width decides are left out.
    """
    sheets = [_parts((site / name).read_text("utf-8"), name, wanted) for name, wanted in SHEETS]
    css = re.sub(r"/\*.*?\*/", "", "\n".join(sheets), flags=re.DOTALL)
    css = _without_windows(css)
    css = re.sub(r"(?<![\w.-])(?:html|body|:root)(?![\w-])", ".remover", css)
    css = re.sub(r"(?<![\w.-])(-?\d*\.?\d+)rem\b", r"calc(\1 * var(--rem))", css)
    css = re.sub(r"\s+", " ", css).replace("} ", "}\n")
    return ":host { display: block; }\n.remover { --rem: 16px; font-size: medium; }\n" + css.strip()


def _parts(css: str, name: str, wanted: tuple[str, ...] | None) -> str:
    if wanted is None:
        return css
    first, *rest = _HEADING.split(css)
    parts = {"": first, **dict(zip(rest[::2], rest[1::2], strict=True))}
    missing = [heading for heading in wanted if heading not in parts]
    if missing:
        stop(f"{name} has no part of the name: {', '.join(missing)}. See tools/bundle.py.")
    return "".join(parts[heading] for heading in wanted)


def _without_windows(css: str) -> str:
    """Leave out the media queries that ask for a width or a height."""
    kept, at = [], 0
    for match in re.finditer(r"@media[^{]*\((?:min|max)-(?:width|height)[^{]*\{", css):
        if match.start() < at:
            continue
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        kept.append(css[at : match.start()])
        at = end
    return "".join([*kept, css[at:]])
