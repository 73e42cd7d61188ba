"""A MicroPython that shares a page with another one.

MicroPython's JavaScript keeps its state in the page's globals (``globalThis.Module``,
``globalThis.proxy_js_ref`` and others): of two on one page, both break. A page that embeds Offcut
may run one, so ``door.js`` starts a copy whose state is its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.paths import stop

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "vendor/micropython/micropython.mjs"
TARGET = "vendor/micropython/alone.mjs"
_STATE = re.compile(r"\bglobalThis\.(Module|loadMicroPython|proxy_js_\w+|pyProxy\w+)\b")
_LOAD = "export async function loadMicroPython("
_NEEDED = {"Module", "loadMicroPython", "proxy_js_ref", "proxy_js_map"}
# Whoever loads this would take the .wasm beside it from its own name.
_END = """
const alone = (options) =>
  loadMicroPython({ ...options, url: new URL("micropython.wasm", import.meta.url).href });
export { alone as loadMicroPython };
"""


def write(site: Path) -> str:
    """Write the copy below ``site``, where MicroPython lies already; returns its address."""
    (site / TARGET).write_text(alone((site / SOURCE).read_text("utf-8")), "utf-8")
    return TARGET


def alone(source: str) -> str:
    """MicroPython's JavaScript with variables of the module in the place of the page's globals.

    They are written by ``globalThis.name`` and read by that or by the bare name, which finds the
    module's. Stops the build where the source is not as it was.
    """
    names = sorted(set(_STATE.findall(source)))
    if not set(names) >= _NEEDED or source.count(_LOAD) != 1:
        stop("MicroPython's JavaScript has changed: look at tools/alone.py again.")
    own = [name for name in names if name != "loadMicroPython"]  # a function of the module already
    ways = "".join(
        f"get {name}() {{ return {name}; }}, set {name}(v) {{ {name} = v; }},\n" for name in own
    )
    start = f"let {', '.join(own)};\nconst page = {{\n{ways}}};\n"
    body = _STATE.sub(r"page.\1", source).replace(_LOAD, _LOAD.removeprefix("export "))
    return start + body + _END
